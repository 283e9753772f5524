"""The three parts, the seal on one of them, and the recipe that a project keeps."""

import pickle
from typing import ClassVar

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import Field, ValidationError

from engine.axes import Image, Labels, Row, Values
from engine.dataset import (
    DataError,
    Dataset,
    Recipe,
    Samples,
    Split,
    UnknownDataset,
    dataset_from,
    gallery,
    load,
    prepare,
    record_of,
)
from engine.datasets.plane import Moons
from engine.datasets.tables import Wine


class Numbered(Dataset, title="Numbered"):
    """Each example holds its own place in the data set."""

    loads: ClassVar[list[int]] = []
    count: int = Field(100, ge=1)
    classes: int = 2
    fixed: int = 0  # how many at the end are the fixed test part

    def load(self) -> Samples:
        self.loads.append(self.count)
        places = np.arange(self.count)
        return Samples(
            places.astype(np.float32)[:, None],
            places % self.classes,
            Row(1),
            Labels(tuple(f"class {label}" for label in range(self.classes))),
            titles=tuple(f"number {place}" for place in places),
            held_out=places[self.count - self.fixed :] if self.fixed else None,
        )


@given(st.integers(10, 300), st.integers(1, 4), st.integers(0, 2**32 - 1), st.integers(0, 3))
@settings(deadline=None, max_examples=50)
def test_the_parts_are_disjoint_and_complete(
    count: int, classes: int, seed: int, fixed: int
) -> None:
    data = prepare(Numbered(count=count, classes=classes, fixed=fixed), Split(seed=seed))
    parts = data.train, data.dev, data.sealed.open()
    together = np.concatenate([part.indices for part in parts])
    assert sorted(together) == list(range(count))
    for part in parts:
        assert (part.inputs[:, 0] == part.indices).all()
        assert (part.targets == part.indices % classes).all()
        assert part.titles == tuple(f"number {place}" for place in part.indices)
        assert part.count == len(part.inputs) > 0


def test_counts_are_exact_and_classes_in_proportion() -> None:
    data = prepare(Numbered(count=10_000, classes=10), Split())
    assert (data.train.count, data.dev.count, data.sealed.count) == (7000, 1500, 1500)
    for part, each in ((data.train, 700), (data.dev, 150), (data.sealed.open(), 150)):
        assert np.abs(np.bincount(part.targets.astype(int)) - each).max() <= 1


def test_a_fixed_test_part_is_kept_whole() -> None:
    data = prepare(Numbered(count=100, fixed=15), Split(train=0.6, dev=0.3, test=0.1))
    assert sorted(data.sealed.open().indices) == list(range(85, 100))
    assert (data.train.count, data.dev.count) == (57, 28)  # 85 as 2 : 1


def test_the_seed_decides_and_the_answer_is_remembered() -> None:
    first = prepare(Numbered(), Split(seed=3))
    assert prepare(Numbered(), Split(seed=3)) is first
    assert (prepare(Numbered(), Split(seed=4)).train.indices != first.train.indices).any()
    prepare.cache_clear()
    again = prepare(Numbered(), Split(seed=3))
    assert again is not first
    for one, other in ((first.train, again.train), (first.sealed.open(), again.sealed.open())):
        assert one.inputs.tobytes() == other.inputs.tobytes()
        assert one.targets.tobytes() == other.targets.tobytes()


def test_a_data_set_is_loaded_once() -> None:
    Numbered.loads.clear()
    load.cache_clear()
    for seed in range(3):
        prepare(Numbered(count=77), Split(seed=seed))
    assert Numbered.loads == [77]


def test_parts_cannot_be_written_to() -> None:
    data = prepare(Numbered(), Split())
    for part in (data.train, data.dev, data.sealed.open()):
        for array in (part.inputs, part.targets, part.indices):
            with pytest.raises(ValueError, match="read-only"):
                array[0] = 0


def test_the_seal_shows_only_how_many() -> None:
    sealed = prepare(Numbered(), Split()).sealed
    assert repr(sealed) == str(sealed) == "Sealed(15 examples)"
    assert [name for name in dir(sealed) if not name.startswith("_")] == ["count", "open"]


def test_too_few_examples_are_refused_in_words() -> None:
    with pytest.raises(DataError, match="2 examples are too few to share out"):
        prepare(Numbered(count=2), Split())


def test_scaling_is_fitted_to_the_train_part_alone() -> None:
    plain = prepare(Wine(), Split())
    scaled = prepare(Wine(), Split(), "standardise")
    mean, deviation = plain.train.inputs.mean(0, np.float64), plain.train.inputs.std(0, np.float64)
    for before, after in (
        (plain.train, scaled.train),
        (plain.dev, scaled.dev),
        (plain.sealed.open(), scaled.sealed.open()),
    ):
        assert (before.indices == after.indices).all()
        np.testing.assert_allclose(after.inputs, (before.inputs - mean) / deviation, atol=1e-4)
    assert abs(scaled.dev.inputs.mean(0)).max() > 0.05  # or the dev part would have been looked at
    assert plain.scale is None


@pytest.mark.parametrize("scaling", ["none", "standardise"])
def test_the_gallery_shows_train_examples_as_they_are(scaling: str) -> None:
    data = Recipe(dataset=Numbered(classes=4), scaling=scaling).prepare()
    shown = gallery(data, per_class=3)
    assert [name for name, _, _ in shown] == [f"class {n // 3}" for n in range(12)]
    for name, inputs, place in shown:
        original = data.train.indices[place]
        assert name == f"class {original % 4}"
        np.testing.assert_allclose(inputs, [original], atol=1e-4)


class Measured(Dataset, title="Measured"):
    """Numbers to be predicted, without classes."""

    def load(self) -> Samples:
        inputs = np.zeros((40, 1, 2, 2), np.float32)
        return Samples(inputs, np.ones((40, 1), np.float32), Image(1, 2, 2), Values(("size",)))


def test_numbers_to_predict_are_shared_out_without_classes() -> None:
    data = prepare(Measured(), Split())
    assert (data.train.count, data.dev.count, data.sealed.count) == (28, 6, 6)
    assert gallery(data) == []
    assert data.train.titles is None


@pytest.mark.parametrize(
    ("shares", "words"),
    [
        ({"train": 0.8}, "should add up to 1, not 1.1"),
        ({"train": 0.85, "test": 0}, "greater than 0"),
        ({"train": 1.0, "dev": 0.1, "test": -0.1}, "less than 1"),
        ({"seed": -1}, "greater than or equal to 0"),
    ],
)
def test_impossible_shares_are_refused(shares: dict[str, float], words: str) -> None:
    with pytest.raises(ValidationError, match=words):
        Split.model_validate(shares)


def test_a_recipe_survives_json() -> None:
    recipe = Recipe(
        dataset=Moons(noise=0.3, seed=5),
        split=Split(train=0.5, dev=0.25, test=0.25, seed=9),
        scaling="standardise",
    )
    again = Recipe.model_validate_json(recipe.model_dump_json())
    assert again == recipe
    assert hash(again) == hash(recipe)
    assert recipe.model_dump()["dataset"] == {
        "name": "Moons",
        "count": 1000,
        "seed": 5,
        "noise": 0.3,
    }
    assert pickle.loads(pickle.dumps(recipe)) == recipe
    assert Recipe.usual(Wine(), seed=2) == Recipe(
        dataset=Wine(), split=Split(seed=2), scaling="standardise"
    )


@pytest.mark.parametrize(
    ("record", "kind", "words"),
    [
        ({"name": "Moon"}, UnknownDataset, r"no data set called Moon\. Did you mean Moons\?"),
        ({"name": "qqq"}, UnknownDataset, r"There are .*Digits28, .*Moons"),
        ({"name": "Moons", "noise": 9}, DataError, "Noise must be at most 2, but it is 9"),
        ({"name": "Moons", "nose": 1}, DataError, r"Moons has no .* Did you mean noise\?"),
        ({"noise": 9}, DataError, "by its name and parameters"),
        (None, DataError, "by its name and parameters"),
    ],
)
def test_a_wrong_data_set_gives_words(record: object, kind: type[DataError], words: str) -> None:
    with pytest.raises(kind, match=words):
        dataset_from(record)
    with pytest.raises(kind, match=words):
        Recipe.read({"dataset": record})


def test_a_wrong_recipe_gives_words() -> None:
    with pytest.raises(DataError, match="Data set is missing"):
        Recipe.read({})
    with pytest.raises(DataError, match="Scaling must be 'none' or 'standardise'"):
        Recipe.read({"dataset": record_of(Moons()), "scaling": "much"})
    with pytest.raises(DataError, match="Split must be given as names with values"):
        Recipe.read({"dataset": record_of(Moons()), "split": None})
