"""Varied pictures: each change against another library, the train part alone, the same for the same seed."""

import numpy as np
import pytest
import torch
from scipy import ndimage

from engine.control import Control, Stop
from engine.dataset import Recipe
from engine.datasets import DATASETS
from engine.events import Checkpoint, Event, Steps
from engine.export import refusals
from engine.fast.refusal import refusal
from engine.graph import Edge, Graph
from engine.job import Job, prepare
from engine.layers import CATALOGUE
from engine.project import Project
from engine.run import Run, record
from engine.scale import Scale
from engine.settings import Settings
from engine.train import train
from engine.variation import Variation
from engine.varied import _turned, examples, varied, varies

CHANCE = np.random.default_rng(3)
PICTURES = CHANCE.random((40, 3, 9, 7), np.float32)
ALL = Variation(sideways=True, upright=True, crop=2, zoom=0.2, rotate=20, brightness=0.3, noise=0.1)


def of(seed: int = 0, scale: Scale | None = None, **fields: object) -> np.ndarray:
    images = scale.apply(PICTURES) if scale else PICTURES
    chance = np.random.default_rng(seed)
    return varied(torch.from_numpy(images), Variation(**fields), chance, scale).numpy()


def test_nothing_is_nothing() -> None:
    np.testing.assert_array_equal(of(), PICTURES)
    assert not Variation()
    assert not Variation(noise=0.0)
    assert Variation(noise=0.1)


@pytest.mark.parametrize(("field", "axis"), [("sideways", -1), ("upright", -2)])
def test_about_half_are_mirrored_and_the_others_untouched(field: str, axis: int) -> None:
    found = of(**{field: True})
    mirrored = (found == np.flip(PICTURES, axis)).all((1, 2, 3))
    same = (found == PICTURES).all((1, 2, 3))
    assert (mirrored ^ same).all()
    assert 10 <= mirrored.sum() <= 30


def test_moved_pictures_are_cut_out_of_one_whose_edge_is_repeated() -> None:
    found = of(crop=3)
    wide = np.pad(PICTURES, ((0, 0), (0, 0), (3, 3), (3, 3)), mode="edge")
    seen = set()
    for number, picture in enumerate(found):
        places = [
            (y, x)
            for y in range(7)
            for x in range(7)
            if np.array_equal(picture, wide[number, :, y : y + 9, x : x + 7])
        ]
        assert len(places) == 1
        seen.add(places[0])
    assert {y for y, _ in seen} == {x for _, x in seen} == set(range(7))


@pytest.mark.parametrize("angle", [90.0, -90.0, 180.0, 30.0, -7.0])
@pytest.mark.parametrize("size", [1.0, 1.25, 0.8])
@pytest.mark.parametrize("shape", [(15, 15), (12, 16)])
def test_turning_and_zooming_are_as_elsewhere(
    angle: float, size: float, shape: tuple[int, int]
) -> None:
    picture = ndimage.gaussian_filter(CHANCE.random(shape), 1.5).astype(np.float32)
    turned = _turned(
        torch.from_numpy(picture)[None, None],
        torch.tensor([np.deg2rad(angle)]),
        torch.tensor([size], dtype=torch.float64),
    )
    radians = np.deg2rad(angle)  # from where each pixel comes: counterclockwise, y downwards
    matrix = (
        np.array([[np.cos(radians), np.sin(radians)], [-np.sin(radians), np.cos(radians)]]) / size
    )
    middle = (np.array(shape) - 1) / 2
    wanted = ndimage.affine_transform(
        picture, matrix, middle - matrix @ middle, order=1, mode="nearest"
    )
    np.testing.assert_allclose(turned[0, 0], wanted, atol=2e-5)
    if shape == (15, 15) and size == 1:
        reference = ndimage.rotate(picture, angle, reshape=False, order=1, mode="nearest")
        np.testing.assert_allclose(turned[0, 0], reference, atol=2e-5)


def test_turns_stay_within_what_was_said() -> None:
    edge = np.zeros((200, 1, 21, 21), np.float32)
    edge[..., 11:, :] = 1  # its slope tells the angle
    found = varied(torch.from_numpy(edge), Variation(rotate=15), np.random.default_rng(0)).numpy()[
        :, 0
    ]
    right, left = found[:, :, 17].sum(1), found[:, :, 3].sum(1)
    angles = np.rad2deg(np.arctan((right - left) / 14))
    assert np.abs(angles).max() <= 15.5
    assert angles.min() < -12
    assert angles.max() > 12


def test_brightness_and_noise() -> None:
    factors = of(brightness=0.4) / PICTURES
    np.testing.assert_allclose(factors.std((1, 2, 3)), 0, atol=1e-5)
    assert 0.6 <= factors.min() < 0.7 < 1.3 < factors.max() <= 1.4
    noise = of(noise=0.2) - PICTURES
    assert noise.std() == pytest.approx(0.2, rel=0.05)
    assert noise.mean() == pytest.approx(0, abs=0.02)


def test_the_same_seed_gives_the_same_and_one_change_does_not_disturb_another() -> None:
    fields = ALL.model_dump()
    np.testing.assert_array_equal(of(1, **fields), of(1, **fields))
    assert not np.array_equal(of(1, **fields), of(2, **fields))
    bright = of(sideways=True, brightness=0.3)
    np.testing.assert_allclose(
        bright,
        of(sideways=True) * (bright / of(sideways=True)).mean((1, 2, 3), keepdims=True),
        rtol=1e-5,
    )


def test_scaled_pictures_are_varied_as_they_were_before() -> None:
    scale = Scale.fitted(PICTURES)
    found = scale.undo(of(scale=scale, **ALL.model_dump()))
    np.testing.assert_allclose(found, of(**ALL.model_dump()), atol=1e-5)


def project(variation: Variation, **settings: object) -> Project:
    graph = Graph().add(CATALOGUE["Input"](), name="data")
    for name, given in (("Flatten", {}), ("Dense", {"out_features": 10}), ("CrossEntropyLoss", {})):
        graph = graph.add(CATALOGUE[name](**given))
    names = list(graph.nodes)
    ports = [graph.nodes[name].layer.inputs[0].name for name in names[1:]]
    edges = [Edge(a, b, "out", p) for a, b, p in zip(names, names[1:], ports, strict=False)]
    recipe = Recipe(dataset=DATASETS["Digits8"](), scaling="standardise", variation=variation)
    return Project(
        "digits", graph.connect(*edges), recipe, Settings(epochs=2, batch_size=100, **settings)
    )


def job_of(made: Project, run: Run | None = None) -> Job:
    job = prepare(made, run)
    assert isinstance(job, Job), job
    return job


def said(events: list[Event]) -> tuple[np.ndarray, list[np.ndarray]]:
    losses = np.concatenate([event.losses for event in events if isinstance(event, Steps)])
    last = [event for event in events if isinstance(event, Checkpoint)][-1]
    return losses, list(last.weights.values())


def test_the_train_part_alone_is_varied_and_each_epoch_sees_others() -> None:
    plain, other = project(Variation()).recipe.prepare(), project(ALL).recipe.prepare()
    for part in ("train", "dev"):
        assert getattr(plain, part).inputs is getattr(other, part).inputs
    assert plain.sealed is other.sealed
    job = job_of(project(ALL))
    from engine.course import Course

    course = Course(job)
    seen = []
    for _ in range(2):
        course.batches.go_to(course.batches.epoch, 0)
        order = course.batches._order[:100]
        inputs, targets = course.batches.next(100)
        clean = course.batches.inputs[0][order]
        assert not torch.equal(inputs[0], clean)
        assert torch.equal(targets, course.batches.targets[order])
        seen.append(inputs[0] - clean)
        course.batches.go_to(course.batches.epoch + 1, 0)
    assert not torch.equal(seen[0], seen[1])


def test_a_run_is_the_same_each_time_and_goes_on_as_if_nothing_had_happened() -> None:
    made = project(ALL)
    whole = said(list(train(job_of(made), Control())))
    again = said(list(train(job_of(made), Control())))
    np.testing.assert_array_equal(whole[0], again[0])
    assert not np.array_equal(
        whole[0], said(list(train(job_of(project(Variation())), Control())))[0]
    )
    run = Run("run 1", made.graph, made.recipe, made.settings)
    control = Control()
    for event in train(job_of(made), control):
        run = record(run, event)
        if isinstance(event, Steps) and event.step < 30 and event.step > 4:
            control.send(Stop())
    assert run.history.step < len(whole[0])
    rest = said(list(train(job_of(made, run), Control())))
    np.testing.assert_array_equal(rest[0], whole[0][-len(rest[0]) :])
    assert all(np.array_equal(a, b) for a, b in zip(rest[1], whole[1], strict=True))


def test_files_hold_what_is_varied_and_nothing_else() -> None:
    recipe = project(Variation(noise=0.1)).recipe
    record = recipe.model_dump(mode="json")
    assert Recipe.read(record) == recipe
    assert "variation" not in project(Variation()).recipe.model_dump(mode="json")


def test_what_cannot_vary_says_so() -> None:
    made = project(ALL)
    assert "varied" in (refusal(job_of(made)) or "")
    assert any("varied" in said for said in refusals(made, "python"))
    moons = Recipe(dataset=DATASETS["Moons"](), variation=ALL).prepare()
    assert not varies(moons)


def test_examples_are_shown_as_they_are_and_as_they_would_be() -> None:
    data = project(Variation()).recipe.prepare()
    shown = examples(data, ALL, [3, 5], 4).numpy()
    assert shown.shape == (2, 5, 1, 8, 8)
    originals = data.scale.undo(data.train.inputs[[3, 5]])
    np.testing.assert_array_equal(shown[:, 0], originals)
    assert len({row.tobytes() for row in shown.reshape(10, -1)}) == 10
