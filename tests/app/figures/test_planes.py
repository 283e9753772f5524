"""The decision surface: the colour of each point is the class that is said there."""

import numpy as np

from app.figures.planes import colour_of, plane, surface
from app.theme import DARK, LIGHT
from engine.dataset import Recipe
from engine.datasets import DATASETS
from engine.plane import extent


def data(name: str = "Moons", **options: object):  # type: ignore[no-untyped-def]
    recipe = Recipe.usual(DATASETS[name](**options))
    return recipe.prepare()


def test_the_surface_is_as_strong_as_the_network_is_sure() -> None:
    moons = data()
    said = np.array([[[1.0, 0.0], [0.5, 0.5], [0.0, 1.0]]])
    for tokens in (DARK, LIGHT):
        first, unsure, second = (int(pixel) & 0xFFFFFF for pixel in surface(said, moons, tokens)[0])
        assert f"#{unsure:06x}" == tokens.s2
        far = [
            sum(
                abs((a >> s & 255) - (int(colour_of(label, tokens)[1:], 16) >> s & 255))
                for s in (0, 8, 16)
            )
            for a, label in ((first, 0), (first, 1), (second, 1), (second, 0))
        ]
        assert far[0] < far[1]
        assert far[2] < far[3]


def test_points_have_the_colours_of_their_classes() -> None:
    moons = data()
    figure = plane(moons, None, moons.dev.inputs[3], 0, DARK)
    train, dev = figure.clouds
    assert train.colours[5] == colour_of(int(moons.train.targets[5]), DARK)
    np.testing.assert_allclose(dev.places, moons.dev.inputs[:200], rtol=1e-6)
    assert dev.hollow
    assert figure.chosen == (float(moons.dev.inputs[3][0]), float(moons.dev.inputs[3][1]))
    middle, half = extent(moons)
    assert (figure.x.low, figure.x.high) == (middle[0] - half[0], middle[0] + half[0])
    assert [name for name, _ in figure.key] == ["upper moon", "lower moon"]


def test_the_axes_are_those_of_the_data_where_these_were_scaled() -> None:
    recipe = Recipe.usual(DATASETS["Moons"]()).model_copy(update={"scaling": "standardise"})
    moons = recipe.prepare()
    figure = plane(moons, None, None, 0, DARK)
    plain = data()
    low, high = plain.train.inputs.min(0), plain.train.inputs.max(0)
    for axis, scale in enumerate((figure.x, figure.y)):
        assert scale.low < low[axis]
        assert scale.high > high[axis]
    np.testing.assert_allclose(figure.clouds[0].places, plain.train.inputs[:400], atol=1e-5)
