"""A copy of the data inside the project's file: it goes where the file goes, and harms nothing there."""

import shutil
import zipfile
from dataclasses import replace
from pathlib import Path

import pytest
from PIL import Image

from engine.dataset import Dataset, Recipe
from engine.datasets import DATASETS
from engine.project import Project
from engine.source import Source, is_missing, named_by
from engine.storage import ProjectError, load, save
from engine.template import template


@pytest.fixture(autouse=True)
def cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    return tmp_path / "cache"


def data(place: Path, kind: str) -> Dataset:
    place.mkdir(exist_ok=True)
    if kind == "text":
        (place / "poem.txt").write_text("a rose is a rose is a rose\n" * 400)
        return DATASETS["TextFile"](file=str(place / "poem.txt"))
    for name in ("cat", "dog"):
        (folder := place / "pets" / name).mkdir(parents=True)
        for number in range(6):
            Image.new("RGB", (8, 8), (number * 40, 9, 9)).save(folder / f"{number}.png")
    return DATASETS["ImageFolder"](folder=str(place / "pets"))


def holding(dataset: Dataset) -> Project:
    made = replace(template("two-moons"), recipe=Recipe.usual(dataset))
    return replace(made, sources={named_by(dataset): Source(held=True)})


@pytest.mark.parametrize("kind", ["text", "pictures"])
def test_a_copy_goes_where_the_file_goes(tmp_path: Path, kind: str) -> None:
    old, new = tmp_path / "old", tmp_path / "new.chainrule"
    project = holding(data(old, kind))
    before = project.recipe.dataset.load()
    save(project, old / "mine.chainrule")
    (old / "mine.chainrule").rename(new)
    shutil.rmtree(old)
    again = load(new)
    assert not is_missing(named_by(again.recipe.dataset))
    assert again.recipe.dataset.load().titles == before.titles
    assert len(again.recipe.dataset.load().inputs) == len(before.inputs)
    save(again, new)  # and stays in it
    shutil.rmtree(tmp_path / "cache")
    assert not is_missing(named_by(load(new).recipe.dataset))


def test_a_copy_stays_when_all_else_is_gone_and_is_not_dropped_unsaid(
    tmp_path: Path, cache: Path
) -> None:
    old, file = tmp_path / "old", tmp_path / "mine.chainrule"
    save(holding(data(old, "text")), file)
    shutil.rmtree(old)
    project = load(file)
    shutil.rmtree(cache)
    save(replace(project, notes="without the data"), file)  # out of the file itself
    assert not is_missing(named_by(load(file).recipe.dataset))
    shutil.rmtree(cache)
    with pytest.raises(
        ProjectError, match="poem.txt, of which the file is to hold a copy, is not there"
    ):
        save(project, tmp_path / "other.chainrule")
    assert not (tmp_path / "other.chainrule").exists()


def test_a_file_holds_no_copy_that_nobody_asked_for(tmp_path: Path) -> None:
    dataset = data(tmp_path, "text")
    save(replace(holding(dataset), sources={}), tmp_path / "mine.chainrule")
    with zipfile.ZipFile(tmp_path / "mine.chainrule") as archive:
        assert not [name for name in archive.namelist() if name.startswith("data/")]


@pytest.mark.parametrize(
    "way", ["../../../evil.txt", "/evil.txt", "a/../../evil.txt", "..\\evil.txt", "C:evil.txt"]
)
@pytest.mark.parametrize("packing", [zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED])
def test_no_copy_leaves_its_folder(tmp_path: Path, cache: Path, way: str, packing: int) -> None:
    file = tmp_path / "in" / "mine.chainrule"
    old = tmp_path / "old"
    file.parent.mkdir()
    project = holding(data(old, "text"))
    save(project, file)
    shutil.rmtree(old)
    with zipfile.ZipFile(file) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    (copy,) = [name for name in parts if name.startswith("data/")]
    content, start = parts.pop(copy), copy.rpartition("/")[0]
    with zipfile.ZipFile(file, "w", packing) as archive:
        for name, part in {**parts, f"{start}/{way}": content}.items():
            archive.writestr(name, part)
    assert is_missing(named_by(load(file).recipe.dataset))
    assert not list(tmp_path.rglob("*evil*"))


def test_a_copy_that_was_spoilt_is_not_used(tmp_path: Path) -> None:
    file, old = tmp_path / "mine.chainrule", tmp_path / "old"
    save(holding(data(old, "text")), file)
    shutil.rmtree(old)
    with zipfile.ZipFile(file) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    with zipfile.ZipFile(file, "w") as archive:
        for name, part in parts.items():
            archive.writestr(name, part.replace(b"rose", b"nose"))
    assert is_missing(named_by(load(file).recipe.dataset))
