"""Who is in which part: whole groups, one part after the other in time, and what parts share is said."""

import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from engine.axes import Labels, Row
from engine.cli import main
from engine.dataset import DataError, Dataset, Part, Recipe, Samples, Split, prepare
from engine.datasets.tables import Iris, Wine
from engine.leaks import Leaks, leaks
from engine.opening import Opening, earlier, part_of
from engine.sharing import whole_groups
from engine.storage import load, save
from engine.template import template


class People(Dataset, title="People"):
    """So many rows of as many people as are asked for; the time runs backwards."""

    count: int = 200
    people: int = 30
    known: bool = True

    def load(self) -> Samples:
        chance = np.random.default_rng(1)
        rows = chance.normal(size=(self.count, 3)).astype(np.float32)
        person = chance.integers(0, self.people, self.count)
        groups, times = (person, -np.arange(self.count, dtype=float)) if self.known else (None,) * 2
        labels = chance.integers(0, 2, self.count)
        return Samples(rows, labels, Row(3), Labels(("a", "b")), groups=groups, times=times)


def parts(dataset: Dataset, split: Split) -> tuple[Part, Part, Part]:
    data = prepare(dataset, split)
    return data.train, data.dev, data.sealed.open()


@settings(max_examples=60, deadline=None)
@given(st.integers(3, 400), st.integers(3, 60), st.integers(0, 99))
def test_no_group_is_in_two_parts(count: int, people: int, seed: int) -> None:
    groups = np.random.default_rng(seed).integers(0, people, count)
    if len(np.unique(groups)) < 3:
        return
    part = whole_groups(groups, (0.7, 0.15, 0.15), np.random.default_rng(seed))
    for group in np.unique(groups):
        assert len(set(part[groups == group].tolist())) == 1
    assert set(part.tolist()) == {0, 1, 2}


@pytest.mark.parametrize("sizes", [[1] * 300, [40, 30, 20, 10] + [5] * 40, [7] * 30])
def test_parts_of_whole_groups_are_about_as_large_as_asked_for(sizes: list[int]) -> None:
    groups = np.repeat(np.arange(len(sizes)), sizes)
    part = whole_groups(groups, (0.7, 0.15, 0.15), np.random.default_rng(0))
    for number, share in enumerate((0.7, 0.15, 0.15)):
        assert abs((part == number).mean() - share) <= max(sizes[-1], 1) / len(groups)


def test_groups_seed_and_every_example_once() -> None:
    found = {}
    for seed in (0, 0, 1):
        three = parts(People(), Split(by="groups", seed=seed))
        everyone = np.concatenate([part.indices for part in three])
        assert sorted(everyone.tolist()) == list(range(200))
        people = [set(part.groups.tolist()) for part in three if part.groups is not None]
        assert len(people) == 3
        assert len(set.union(*people)) == sum(map(len, people))
        found.setdefault(seed, three[0].indices.tolist())
        assert found[seed] == three[0].indices.tolist()
    assert found[0] != found[1]


def test_in_time_each_part_comes_after_the_one_before() -> None:
    train, dev, test = parts(People(), Split(by="time"))
    times = -np.arange(200.0)
    assert times[train.indices].max() < times[dev.indices].min()
    assert times[dev.indices].max() < times[test.indices].min()
    assert [part.count for part in (train, dev, test)] == [140, 30, 30]
    plain = parts(People(known=False), Split(by="time"))  # the order of the file is that of time
    assert [part.indices[0] for part in plain] == [0, 140, 170]


@pytest.mark.parametrize(
    ("dataset", "words"),
    [(People(known=False), "do not say which"), (People(people=2), "2 groups are too few")],
)
def test_what_cannot_be_grouped_is_said(dataset: Dataset, words: str) -> None:
    with pytest.raises(DataError, match=words):
        prepare(dataset, Split(by="groups"))


@pytest.mark.parametrize(
    "wrong",
    [{"groups": np.zeros(3, np.int64)}, {"groups": np.zeros(4)}, {"times": np.full(4, np.nan)}],
)
def test_groups_and_times_that_do_not_fit(wrong: dict[str, NDArray[np.generic]]) -> None:
    with pytest.raises(DataError):
        Samples(
            np.zeros((4, 1), np.float32), np.zeros(4, np.int64), Row(1), Labels(("a",)), **wrong
        )  # type: ignore[arg-type]


def test_torn_groups_are_reported() -> None:
    torn = leaks(prepare(People(), Split()))
    assert torn.groups is not None
    assert torn.groups > 20
    assert "groups are in more than one part" in torn.sentences[0]
    whole = leaks(prepare(People(), Split(by="groups")))
    assert whole == Leaks(0, 0, 0)
    assert not whole.sentences
    assert leaks(prepare(People(known=False), Split())).groups is None


def test_check_says_what_parts_share(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = tmp_path / "a.chainrule"
    project = replace(template("one-hidden-layer"), recipe=Recipe.usual(Iris()))
    save(project, file)
    main(["check", str(file), "--json"])
    lines = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    (shared,) = [line["shared"] for line in lines if "shared" in line]
    found = leaks(load(file).recipe.prepare())
    assert shared == {"dev": found.dev, "test": found.test, "groups": None}
    main(["check", str(file)])
    said = capsys.readouterr().out
    assert found.dev == 1
    assert found.sentences[0] in said


def test_an_opening_of_an_earlier_version_still_counts() -> None:
    """A declaration may gain parameters; the test set that is cut off by their usual values is the same one."""
    recipe = Recipe.usual(Wine())
    dataset, split = json.loads(part_of(recipe))
    del split["by"]
    opening = Opening.model_validate(
        {
            "when": "2026-01-01T00:00:00Z", "run": "run 1", "weights": "best", "step": 1, "examples": 9,
            "measure": "loss", "value": 1, "low": 0, "high": 2, "loss": 1,
            "part": json.dumps([dataset, split], sort_keys=True),
        }
    )  # fmt: skip
    assert earlier((opening,), recipe) == (opening,)
    other = replace_split(recipe, Split(by="time"))
    assert earlier((opening,), other) == ()
    strange = opening.model_copy(update={"part": "[{"})
    assert earlier((strange,), recipe) == ()


def replace_split(recipe: Recipe, split: Split) -> Recipe:
    return recipe.model_copy(update={"split": split})


def test_old_files_are_shared_out_as_they_were() -> None:
    """A split without the choice means what it always meant."""
    project = template("two-moons")
    record = project.recipe.model_dump(mode="json")
    del record["split"]["by"]
    assert Recipe.read(record) == project.recipe
    assert replace(project, recipe=Recipe.read(record)) == project
