"""One harness over every data set there is, and what is known of each from elsewhere."""

import math
import subprocess
import sys
from typing import Any

import numpy as np
import pytest
from sklearn.linear_model import LinearRegression, LogisticRegression
from sklearn.neighbors import KNeighborsClassifier
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

from engine.axes import Image, Labels
from engine.dataset import DataError, Dataset, Part, Recipe, Samples, dataset_from, load, record_of
from engine.datasets import DATASETS
from engine.datasets.digits import Digits8, Digits28
from engine.datasets.icons import Icons32
from engine.datasets.plane import Blobs, Circles, Moons, Spirals
from engine.datasets.tables import BreastCancer, Diabetes, Iris, Wine

every = pytest.mark.parametrize("kind", DATASETS.values(), ids=DATASETS.keys())


def test_all_are_found_without_loading_anything_heavy() -> None:
    assert set(DATASETS) >= {
        "BreastCancer",
        "Blobs",
        "Circles",
        "Diabetes",
        "Digits28",
        "Digits8",
        "Icons32",
        "Iris",
        "Moons",
        "Spirals",
        "Wine",
    }
    code = (
        "import sys, engine.datasets;"
        "sys.exit(bool({'torch', 'sklearn', 'PySide6', 'pyqtgraph'} & set(sys.modules)))"
    )
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


@every
def test_it_is_declared_for_people(kind: type[Dataset]) -> None:
    assert kind.title
    assert kind.help().endswith(".")
    assert kind.help() != Dataset.help()
    for field in kind.model_fields.values():
        assert field.title
        assert (field.description or "").endswith(".")
    hash(kind())


@every
def test_the_same_parameters_give_the_same_bytes(kind: type[Dataset]) -> None:
    one, other = kind().load(), kind().load()
    assert one.inputs.tobytes() == other.inputs.tobytes()
    assert one.targets.tobytes() == other.targets.tobytes()
    assert one.inputs.flags.c_contiguous or one.columns  # which are read one by one


@every
def test_samples_are_as_declared(kind: type[Dataset]) -> None:
    samples = load(kind())
    wanted = (len(samples.targets), *samples.axes.sizes)
    for size, asked in zip(samples.inputs.shape, wanted, strict=True):
        assert isinstance(asked, str) or size == asked
    assert samples.inputs.dtype == (np.int64 if samples.axes.whole else np.float32)
    if isinstance(samples.axes, Image):
        assert samples.inputs.min() == 0
        assert samples.inputs.max() == 1
    if isinstance(samples.target, Labels):
        asked_about = set(np.unique(samples.targets[samples.targets != -100]))
        never = (
            {0} if samples.written is not None else set()
        )  # ⟨unk⟩, and ⟨start⟩ of what is written
        never |= {1} if samples.written else set()
        assert asked_about | never >= set(range(samples.target.classes)) - never
        assert asked_about <= set(range(samples.target.classes))
    else:
        assert samples.targets.shape[1] == samples.target.count


@every
def test_the_parts_are_complete_and_apart(kind: type[Dataset]) -> None:
    data, samples = Recipe(dataset=kind()).prepare(), load(kind())
    test = data.sealed.open()
    assert not np.isin(test.indices, data.train.indices).any()
    assert not np.isin(test.indices, data.dev.indices).any()
    assert not np.isin(data.dev.indices, data.train.indices).any()
    left_out = 2 * (samples.gap or 0)
    assert data.train.count + data.dev.count + test.count == len(samples.inputs) - left_out
    for part in (data.train, data.dev, test):
        read = samples.inputs[part.indices]
        if data.encoding is not None:  # the cells of a table are not yet what a network reads
            read = data.encoding.apply(samples.inputs, part.indices)
        assert part.inputs.tobytes() == read.tobytes()
        assert part.targets.tobytes() == samples.targets[part.indices].tobytes()


@every
def test_it_survives_json(kind: type[Dataset]) -> None:
    assert dataset_from(record_of(kind())) == kind()
    recipe = Recipe.usual(kind(), seed=3)
    assert Recipe.model_validate_json(recipe.model_dump_json()) == recipe


@every
def test_bad_parameters_give_words(kind: type[Dataset]) -> None:
    for name, field in kind.model_fields.items():
        for bad in (-1, 10**10, "much", None, math.nan):
            if bad is None and field.default is None:
                continue  # it may be left open
            if bad == "much" and field.annotation is str:
                continue  # it may be any word
            with pytest.raises(DataError, match=f"{field.title} must be .*, but it is"):
                dataset_from({"name": kind.name, name: bad})
    with pytest.raises(DataError, match="has no parameter called colour"):
        dataset_from({"name": kind.name, "colour": 1})


@pytest.mark.parametrize("kind", [Moons, Circles, Blobs, Spirals])
def test_points_are_as_many_as_asked_for_and_follow_their_seed(kind: Any) -> None:
    assert len(kind(count=51).load().inputs) == 51
    assert (kind(seed=1).load().inputs != kind(seed=2).load().inputs).any()
    counts = np.bincount(kind(count=1000).load().targets)
    assert counts.max() - counts.min() <= 1


def rows(part: Part) -> np.ndarray:
    return part.inputs.reshape(part.count, -1)


def held_out_accuracy(classifier: Any, dataset: Dataset) -> float:
    data = Recipe(dataset=dataset).prepare()
    test = data.sealed.open()
    return float(
        classifier.fit(rows(data.train), data.train.targets).score(rows(test), test.targets)
    )


def linear() -> Any:
    return make_pipeline(StandardScaler(), LogisticRegression(max_iter=2000))


@pytest.mark.parametrize(
    ("dataset", "least", "most"),
    [
        (Moons(count=4000), 0.84, 0.90),  # .872 with 250 held out
        (Circles(count=4000), 0.40, 0.60),  # no line separates them
        (Spirals(count=4000), 0.58, 0.72),  # .652
        (Digits8(), 0.94, 0.99),  # .969
        (Iris(), 0.90, 1.0),  # .974
        (Wine(), 0.92, 1.0),
        (BreastCancer(), 0.93, 1.0),  # .958
    ],
    ids=lambda value: value.name if isinstance(value, Dataset) else None,
)
def test_a_linear_classifier_does_as_well_as_is_known(
    dataset: Dataset, least: float, most: float
) -> None:
    assert least <= held_out_accuracy(linear(), dataset) <= most


@pytest.mark.parametrize(
    ("dataset", "least"), [(Moons(count=4000), 0.95), (Circles(), 0.97), (Spirals(), 0.97)]
)
def test_neighbours_do_better_than_a_line(dataset: Dataset, least: float) -> None:
    assert held_out_accuracy(KNeighborsClassifier(9), dataset) >= least


def test_blobs_are_as_hard_as_the_formula_says() -> None:
    # Four centres on the unit circle: the borders are the diagonals, sqrt(1/2) from each centre.
    samples = Blobs(count=100_000).load()
    angle = np.arctan2(samples.inputs[:, 1], samples.inputs[:, 0])
    nearest = np.round(angle / (math.pi / 2)).astype(int) % 4
    within = 0.5 * (1 + math.erf(math.sqrt(0.5) / 0.35 / math.sqrt(2)))
    assert np.mean(nearest == samples.targets) == pytest.approx(within**2, abs=0.003)


def test_diabetes_is_predicted_as_well_as_is_known() -> None:
    data = Recipe(dataset=Diabetes()).prepare()
    model = LinearRegression().fit(data.train.inputs, data.train.targets)
    assert 0.3 < model.score(data.train.inputs, data.train.targets) < 0.6  # .52 on all 442
    targets = load(Diabetes()).targets
    assert (targets.min(), targets.max()) == (25, 346)


def test_the_large_digits_are_the_known_ones() -> None:
    samples = load(Digits28())
    known = [1001, 1127, 991, 1032, 980, 863, 1014, 1070, 944, 978]
    assert np.bincount(samples.targets).tolist() == known
    data = Recipe(dataset=Digits28()).prepare()
    assert (data.train.count, data.dev.count, data.sealed.count) == (7000, 1500, 1500)
    train, dev = rows(data.train), rows(data.dev)
    means = np.stack([train[data.train.targets == digit].mean(0) for digit in range(10)])
    distance = (means**2).sum(1) - 2 * dev @ means.T  # (dev, 10), but for what all share
    assert 0.78 < np.mean(distance.argmin(1) == data.dev.targets) < 0.86  # .82 is known of MNIST


def test_the_large_digits_are_loaded_once() -> None:
    assert load(Digits28()) is load(Digits28())


def test_the_icons_to_test_on_show_things_never_seen() -> None:
    data = Recipe(dataset=Icons32()).prepare()
    test = data.sealed.open()
    assert (data.train.count + data.dev.count, test.count) == (2202, 537)
    assert not set(test.titles or ()) & (set(data.train.titles or ()) | set(data.dev.titles or ()))
    assert np.bincount(data.train.targets).min() >= 0.8 * 146
    assert data.target.names[:3] == ("face", "person", "animal")


def test_the_icons_are_in_colour_and_on_white() -> None:
    samples: Samples = load(Icons32())
    corner = samples.inputs[:, :, 0, 0]  # (icons, red green blue)
    assert np.median(corner, axis=0).tolist() == [1, 1, 1]
    faces = samples.inputs[samples.targets == 0].mean((0, 2, 3))
    assert faces[0] > faces[1] > faces[2]  # faces are yellow: red, then green, then blue
