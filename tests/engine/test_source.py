"""Data are referred to by path and content: they are found again when they have moved, and not taken for others."""

import json
import shutil
import zipfile
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from hashlib import blake2b
from pathlib import Path

import pytest
from PIL import Image

from engine.dataset import Dataset, Recipe
from engine.datasets import DATASETS
from engine.opening import Opening, earlier, part_of
from engine.project import Project, fresh_run, relocated
from engine.source import FIELDS, changed, digest_of, is_missing, named_by, naming
from engine.storage import load, save
from engine.template import template

Make = Callable[[Path], Dataset]


def text(place: Path) -> Dataset:
    place.joinpath("poem.txt").write_text("a rose is a rose is a rose\n" * 400)
    return DATASETS["TextFile"](file=str(place / "poem.txt"))


def names(place: Path) -> Dataset:
    rows = (f"name{n}\t{'one' if n % 2 else 'two'}" for n in range(40))
    place.joinpath("names.tsv").write_text("\n".join(rows))
    return DATASETS["NamesFile"](file=str(place / "names.tsv"))


def pictures(place: Path) -> Dataset:
    for kind in ("cat", "dog"):
        (folder := place / "pets" / kind).mkdir(parents=True)
        for number in range(6):
            Image.new("RGB", (8, 8), (number * 40, 9, 9)).save(folder / f"{number}.png")
    return DATASETS["ImageFolder"](folder=str(place / "pets"))


def learning(dataset: Dataset, file: Path) -> Project:
    """A project of these data with a run and an opened test set, saved."""
    made = replace(template("two-moons"), recipe=Recipe.usual(dataset))
    opening = Opening(
        when=datetime(2026, 1, 1, tzinfo=UTC), run="run 1", weights="best", step=1, examples=3,
        measure="accuracy", value=0.5, low=0.1, high=0.9, loss=1.0, part=part_of(made.recipe),
    )  # fmt: skip
    made = replace(made, runs=(fresh_run(made),), openings=(opening,))
    save(made, file)
    return made


KINDS = pytest.mark.parametrize("make", [text, names, pictures])


@KINDS
@pytest.mark.parametrize("beside", [True, False], ids=["beside the project", "in its old folder"])
def test_what_moved_with_the_project_is_found_again(
    tmp_path: Path, make: Make, beside: bool
) -> None:
    old, new = tmp_path / "old", tmp_path / "new"
    (old / "data").mkdir(parents=True)
    project = learning(make(old / "data"), old / "mine.chainrule")
    shutil.copytree(old, new)
    if beside:
        for found in (new / "data").iterdir():
            found.rename(new / found.name)
    shutil.rmtree(old)
    again = load(new / "mine.chainrule")
    path = named_by(again.recipe.dataset)
    assert Path(path).parent == (new if beside else new / "data")
    assert not is_missing(path)
    assert again.runs[0].recipe == again.recipe  # the run goes on as one of the same data
    assert len(earlier(again.openings, again.recipe)) == 1  # and its seal is still broken
    assert naming(again.recipe.dataset, named_by(project.recipe.dataset)) == project.recipe.dataset
    again.recipe.prepare()
    save(again, new / "mine.chainrule")
    assert load(new / "mine.chainrule") == again


@KINDS
def test_what_lies_under_its_name_with_other_content_is_not_it(tmp_path: Path, make: Make) -> None:
    old, new = tmp_path / "old", tmp_path / "new"
    old.mkdir()
    project = learning(make(old), old / "mine.chainrule")
    shutil.copytree(old, new)
    where = new / Path(named_by(project.recipe.dataset)).name
    inside = where if where.is_file() else where / "cat" / "0.png"
    inside.write_bytes(b"x" * inside.stat().st_size if where.is_file() else b"another picture")
    shutil.rmtree(old)
    again = load(new / "mine.chainrule")
    assert again.recipe == project.recipe
    assert is_missing(named_by(again.recipe.dataset))


@KINDS
def test_what_has_changed_where_it_is_is_said(tmp_path: Path, make: Make) -> None:
    project = learning(make(tmp_path), tmp_path / "mine.chainrule")
    path = named_by(project.recipe.dataset)
    again = load(tmp_path / "mine.chainrule")
    assert changed(path, again.sources) == ""
    (Path(path) / "cat" / "9.png" if Path(path).is_dir() else Path(path)).write_bytes(b"new")
    assert "is not what it was when this project was saved" in changed(path, again.sources)


def test_the_digest_of_a_file_is_that_of_its_content(tmp_path: Path) -> None:
    path = tmp_path / "a"
    path.write_bytes(b"x" * 3_000_000)
    assert digest_of(path) == blake2b(b"x" * 3_000_000, digest_size=16).hexdigest()
    assert digest_of(tmp_path / "b") == digest_of(Path("/dev/zero")) == digest_of(Path("a\0")) == ""


def test_the_file_says_where_its_data_are_and_keeps_what_it_knew_of_those_that_are_gone(
    tmp_path: Path,
) -> None:
    file, dataset = tmp_path / "mine.chainrule", text(tmp_path)
    learning(dataset, file)
    path = named_by(dataset)

    def said() -> object:
        with zipfile.ZipFile(file) as archive:
            return json.loads(archive.read("project.json"))["sources"]

    size = Path(path).stat().st_size
    digest = blake2b(Path(path).read_bytes(), digest_size=16).hexdigest()
    expected = {path: {"relative": "poem.txt", "digest": digest, "size": size, "held": False}}
    assert said() == expected
    Path(path).rename(tmp_path / "elsewhere.txt")
    save(load(file), file)
    assert said() == expected


def test_a_choice_of_another_place_is_one_of_all_runs(tmp_path: Path) -> None:
    project = learning(text(tmp_path), tmp_path / "mine.chainrule")
    old, other = named_by(project.recipe.dataset), replace(template("two-moons")).recipe
    mixed = replace(project, runs=(*project.runs, replace(project.runs[0], recipe=other)))
    moved = relocated(mixed, {old: "/somewhere/poem.txt"})
    assert [named_by(run.recipe.dataset) for run in moved.runs] == ["/somewhere/poem.txt", ""]
    assert len(earlier(moved.openings, moved.recipe)) == 1
    assert moved.recipe.split == project.recipe.split


def test_every_data_set_with_a_path_calls_it_as_the_others_do() -> None:
    """A field of another name would not be found again after a move."""
    told = ("such as /", "Where the")
    for kind in DATASETS.values():
        for name, field in kind.model_fields.items():
            if any(words in (field.description or "") for words in told):
                assert name in FIELDS, f"{kind.name}.{name}"
