"""A project whose data lie elsewhere now: the person is asked where, and told if what is there is something else."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from person import Person
from PySide6.QtCore import Qt, QTimer
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QFileDialog

from app.panels.data_panel import DataPanel
from engine.dataset import Recipe
from engine.datasets import DATASETS
from engine.project import fresh_run
from engine.source import named_by
from engine.storage import load, save
from engine.template import template

Desk = Callable[..., Person]


def poem(place: Path, words: str = "a rose is a rose") -> Path:
    place.parent.mkdir(exist_ok=True)
    place.write_text(f"{words}\n" * 600)
    return place


@pytest.fixture
def moved(tmp_path: Path) -> tuple[Path, Path]:
    """A project's file, and the place where its data lie now under another name."""
    old, file = poem(tmp_path / "old" / "poem.txt"), tmp_path / "mine.chainrule"
    project = template("two-moons")
    project = replace(project, recipe=Recipe.usual(DATASETS["TextFile"](file=str(old))))
    save(replace(project, runs=(fresh_run(project),)), file)
    new = tmp_path / "new" / "verse.txt"
    new.parent.mkdir()
    return file, old.rename(new)


def answer(person: Person, *buttons: str) -> None:
    """Press one button after the other, each of the dialogue that is open then, whoever waits for it."""
    if buttons:

        def press() -> None:
            QTimer.singleShot(100, person.window, lambda: answer(person, *buttons[1:]))
            person.press(buttons[0])

        QTimer.singleShot(100, person.window, press)


def choosing(monkeypatch: pytest.MonkeyPatch, path: Path) -> None:
    monkeypatch.setattr(QFileDialog, "getOpenFileName", lambda *_: (str(path), ""))


def test_the_same_data_are_found_again_with_their_runs(
    desk: Desk, moved: tuple[Path, Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    file, new = moved
    person = desk()
    choosing(monkeypatch, new)
    answer(person, "Choose…")
    person.window.papers.open(file)
    document = person.studio.document
    person.wait(lambda: named_by(document.project.recipe.dataset) == str(new))
    assert document.project.runs[0].recipe == document.project.recipe
    assert document.path == file
    assert document.unsaved
    assert not document.undo_stack.canUndo()
    person.window.trigger("file.save")
    person.wait(lambda: not document.unsaved)
    assert named_by(load(file).recipe.dataset) == str(new)


def test_other_data_are_a_choice_that_can_be_undone(
    desk: Desk, moved: tuple[Path, Path], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file, _ = moved
    other = poem(tmp_path / "other.txt", "tyger tyger burning bright")
    person = desk()
    document, before = person.studio.document, load(file)
    answer(person, "Later")
    person.window.papers.open(file)
    person.wait(lambda: document.path == file)
    choosing(monkeypatch, other)
    answer(person, "Cancel")
    person.window.trigger("file.seek")
    person.qtbot.wait(400)
    assert document.project.recipe == before.recipe
    answer(person, "Use it all the same")
    person.window.trigger("file.seek")
    person.wait(lambda: named_by(document.project.recipe.dataset) == str(other))
    assert document.project.runs[0].recipe == before.recipe
    document.undo_stack.undo()
    assert document.project.recipe == before.recipe


def test_what_parts_share_is_said_and_shared_out_otherwise_by_mouse(desk: Desk) -> None:
    person = desk("two-moons")
    person.window.resize(1920, 1000)
    document = person.studio.document
    iris = Recipe.usual(DATASETS["Iris"]())
    document.change("Use", replace(document.project, recipe=iris))  # which holds a flower twice
    person.wait(lambda: person.window.findChild(DataPanel) is not None)
    panel = person.window.column.data
    person.wait(panel.shared.isVisible)
    assert "1 dev example equals one of train" in panel.shared.text.text()
    assert "cannot be mended" in panel.shared.text.text()
    person.press("Parameters of the data")
    choice = person.see("Share out")
    panel.reach(choice)
    QTest.mouseClick(choice, Qt.MouseButton.LeftButton)
    QTest.keyClick(QApplication.focusWidget(), Qt.Key.Key_End)
    QTest.keyClick(QApplication.focusWidget(), Qt.Key.Key_Return)
    person.wait(lambda: document.project.recipe.split.by == "time")
