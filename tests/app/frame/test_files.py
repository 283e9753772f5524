"""Saving and opening beside the window: nothing that happens meanwhile is lost, and the file is whole."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from threading import Event

import pytest
from PySide6.QtCore import QObject, Qt, QTimer
from PySide6.QtGui import QImage
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot

from app.frame import reading, saving
from app.frame.dialogs import Dialog
from app.frame.files import Files
from app.frame.window import Window
from app.studio import Studio
from engine.graph import NodeId
from engine.project import Project
from engine.storage import ProjectError, load, save, text_of
from engine.template import template

LIMIT_MS = 20_000


@pytest.fixture
def window(qtbot: QtBot, studio: Studio) -> Window:
    made = Window(studio)
    qtbot.addWidget(made, before_close_func=Window.close_at_once)
    made.show()
    qtbot.waitExposed(made)
    return made


@pytest.fixture
def papers(qtbot: QtBot, studio: Studio) -> Iterator[Files]:
    """The flows alone, without all the rest of the window."""
    behind = QWidget()
    qtbot.addWidget(behind)
    behind.show()
    made = Files(studio, behind)
    yield made
    studio.session.close()
    made.release()
    studio.preflight.close()


class Gate:
    """A slow disk: what goes through it waits until it is let go, and is seen to have begun."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.begun, self.free = Event(), Event()
        self.count = 0
        self._save, self._load = save, load
        monkeypatch.setattr(saving, "save", self.save)
        monkeypatch.setattr(reading, "load", self.load)

    def _wait(self) -> None:
        self.count += 1
        self.begun.set()
        assert self.free.wait(5)

    def save(self, project: Project, path: Path) -> None:
        self._wait()
        self._save(project, path)

    def load(self, path: Path) -> Project:
        self._wait()
        return self._load(path)

    def open_soon(self, parent: QObject, ms: int = 100) -> None:
        """Lets everything through in a moment, while somebody waits."""
        QTimer.singleShot(ms, parent, self.free.set)


@pytest.fixture
def gate(monkeypatch: pytest.MonkeyPatch) -> Iterator[Gate]:
    made = Gate(monkeypatch)
    yield made
    made.free.set()


def note(studio: Studio, text: str) -> None:
    studio.document.change("Write", replace(studio.document.project, notes=text))


def test_what_is_done_while_it_is_saved_is_not_in_the_file_and_not_lost(
    qtbot: QtBot, papers: Files, studio: Studio, gate: Gate, tmp_path: Path
) -> None:
    document, path = studio.document, tmp_path / "mine.chainrule"
    document.path = path
    note(studio, "first")
    papers.save()
    qtbot.waitUntil(gate.begun.is_set)
    assert document.unsaved  # not before it is in the file
    document.edit("Remove", document.graph.remove(NodeId("conv_1")))
    note(studio, "second")
    gate.free.set()
    qtbot.waitUntil(lambda: not papers.saving.busy)
    kept = load(path)
    assert kept.notes == "first"
    assert NodeId("conv_1") in kept.graph.nodes
    assert document.unsaved
    document.undo_stack.undo()
    document.undo_stack.undo()
    assert not document.unsaved  # back at what is in the file
    assert text_of(document.project) == text_of(kept)


def test_saved_twice_in_a_row_the_file_holds_the_latest(
    qtbot: QtBot, papers: Files, studio: Studio, gate: Gate, tmp_path: Path
) -> None:
    path = tmp_path / "mine.chainrule"
    studio.document.path = path
    for text in ("one", "two", "three"):
        note(studio, text)
        papers.save()
        if text == "one":
            qtbot.waitUntil(gate.begun.is_set)
    gate.free.set()
    qtbot.waitUntil(lambda: not papers.saving.busy)
    assert load(path).notes == "three"
    assert not studio.document.unsaved
    assert gate.count == 2  # the second and third are one


def test_saved_under_a_new_name_while_the_old_one_is_written(
    qtbot: QtBot, papers: Files, studio: Studio, gate: Gate, tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    old, new = tmp_path / "old.chainrule", tmp_path / "new.chainrule"
    studio.document.path = old
    note(studio, "old")
    papers.save()
    qtbot.waitUntil(gate.begun.is_set)
    note(studio, "new")
    monkeypatch.setattr("app.frame.files.QFileDialog.getSaveFileName", lambda *_: (str(new), ""))
    papers.save_as()
    gate.free.set()
    qtbot.waitUntil(lambda: not papers.saving.busy)
    assert (load(old).notes, load(new).notes) == ("old", "new")
    assert studio.document.path == new


def test_closed_while_it_is_saved_it_waits_and_asks_nothing(
    qtbot: QtBot, window: Window, studio: Studio, gate: Gate, tmp_path: Path
) -> None:
    path = tmp_path / "mine.chainrule"
    studio.document.path = path
    note(studio, "kept")
    window.papers.save()
    qtbot.waitUntil(gate.begun.is_set)
    gate.open_soon(window)
    assert window.close()
    assert load(path).notes == "kept"


def test_the_file_holds_a_small_picture_of_the_drawing(
    qtbot: QtBot, window: Window, studio: Studio, tmp_path: Path
) -> None:
    studio.document.path = tmp_path / "mine.chainrule"
    window.papers.save()
    assert window.papers.saving.finish()
    window.close()  # nothing is unsaved
    picture = QImage.fromData(load(studio.document.path).thumbnail)
    assert max(picture.width(), picture.height()) == 256
    seen = {
        picture.pixelColor(x, y).rgb() for x in range(0, 256, 2) for y in range(picture.height())
    }
    assert len(seen) > 20  # nodes and wires, not the empty ground


def test_ended_from_the_terminal_while_it_is_saved_it_waits(
    qtbot: QtBot, window: Window, studio: Studio, gate: Gate, tmp_path: Path
) -> None:
    path = tmp_path / "mine.chainrule"
    studio.document.path = path
    note(studio, "kept")
    window.papers.save()
    qtbot.waitUntil(gate.begun.is_set)
    gate.open_soon(window)
    window.close_at_once()
    assert load(path).notes == "kept"


def test_a_full_disk_is_said_and_the_project_is_still_unsaved(
    qtbot: QtBot, papers: Files, studio: Studio, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "mine.chainrule"
    save(replace(studio.document.project, notes="old"), path)
    studio.document.path = path

    def full(_project: Project, path: Path) -> None:
        raise ProjectError(f"{path.name} could not be saved: No space left on device.")

    monkeypatch.setattr(saving, "save", full)
    note(studio, "new")
    papers.save()
    qtbot.waitUntil(lambda: isinstance(QApplication.activeModalWidget(), Dialog))
    dialog = QApplication.activeModalWidget()
    assert isinstance(dialog, Dialog)
    assert "No space left" in dialog.accessibleDescription()
    QTest.keyClick(dialog, Qt.Key.Key_Escape)
    assert studio.document.unsaved
    assert load(path).notes == "old"
    monkeypatch.undo()
    papers.save()
    qtbot.waitUntil(lambda: not papers.saving.busy)
    assert load(path).notes == "new"
    assert not studio.document.unsaved


def test_a_save_that_fails_leaves_what_was_saved_before_marked_so(
    qtbot: QtBot, papers: Files, studio: Studio, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "mine.chainrule"
    studio.document.save(path)
    monkeypatch.setattr(
        "app.frame.files.QFileDialog.getSaveFileName", lambda *_: (str(tmp_path / "no" / "x.chainrule"), "")
    )  # fmt: skip
    papers.save_as()
    qtbot.waitUntil(lambda: isinstance(QApplication.activeModalWidget(), Dialog))
    dialog = QApplication.activeModalWidget()
    assert dialog is not None
    QTest.keyClick(dialog, Qt.Key.Key_Escape)
    assert studio.document.path == path
    assert not studio.document.unsaved


def test_work_goes_on_while_a_file_is_opened_and_is_asked_about(
    qtbot: QtBot, papers: Files, studio: Studio, gate: Gate, tmp_path: Path
) -> None:
    path = tmp_path / "other.chainrule"
    save(replace(template("two-moons"), notes="other"), path)
    papers.open(path)
    qtbot.waitUntil(gate.begun.is_set)
    note(studio, "mine")
    QTimer.singleShot(150, papers, lambda: _press_escape())
    gate.free.set()
    qtbot.waitUntil(lambda: not papers.reading.busy)
    assert studio.document.project.notes == "mine"


def _press_escape() -> None:
    dialog = QApplication.activeModalWidget()
    assert isinstance(dialog, Dialog)
    QTest.keyClick(dialog, Qt.Key.Key_Escape)


def test_what_is_opened_while_it_is_saved_is_what_was_saved(
    qtbot: QtBot, papers: Files, studio: Studio, gate: Gate, tmp_path: Path
) -> None:
    path = tmp_path / "mine.chainrule"
    save(replace(studio.document.project, notes="old"), path)
    studio.document.path = path
    note(studio, "new")
    papers.save()
    qtbot.waitUntil(gate.begun.is_set)
    papers.open(path)  # the old state may be read, but does not come
    gate.free.set()
    qtbot.waitUntil(lambda: not (papers.saving.busy or papers.reading.busy))
    assert studio.document.project.notes == "new"
    assert load(path).notes == "new"
    assert not studio.document.unsaved


def test_of_two_files_opened_in_a_row_the_last_comes_and_a_cancelled_one_does_not(
    qtbot: QtBot, window: Window, studio: Studio, gate: Gate, tmp_path: Path
) -> None:
    paths = [tmp_path / f"{name}.chainrule" for name in "ab"]
    for path in paths:
        save(replace(template("two-moons"), notes=path.stem), path)
        window.papers.open(path)
    qtbot.waitUntil(lambda: window.toast.text() == "Opening b.chainrule…")
    gate.free.set()
    qtbot.waitUntil(lambda: not window.papers.reading.busy)
    assert studio.document.project.notes == "b"
    gate.free.clear()
    window.papers.open(paths[0])
    qtbot.waitUntil(
        lambda: window.toast.text() == "Opening a.chainrule…" and window.toast.isVisible()
    )
    QTest.mouseClick(window.toast.button, Qt.MouseButton.LeftButton)
    gate.free.set()
    qtbot.wait(80)
    assert studio.document.project.notes == "b"


def test_no_run_grows_while_it_is_written(
    qtbot: QtBot, papers: Files, studio: Studio, gate: Gate, tmp_path: Path
) -> None:
    """What a past run says when it is looked at, or goes on, belongs to its history, which is just being read."""
    session, document = studio.session, studio.document
    for _ in range(2):
        session.restart()
        qtbot.waitUntil(lambda: bool(session.run and session.run.history.step), timeout=LIMIT_MS)
        session.stop()
        qtbot.waitUntil(lambda: session.state == "idle", timeout=LIMIT_MS)
    document.path = tmp_path / "mine.chainrule"
    first, second = document.project.runs
    steps = first.history.step
    papers.save()
    qtbot.waitUntil(gate.begun.is_set)
    document.leave_alone(second.history)  # of that which is shown there is a copy
    assert papers.saving.busy
    gate.open_soon(papers)
    session.show(first)  # its activations are looked at
    session.train()
    assert not papers.saving.busy
    qtbot.waitUntil(lambda: first.history.step > steps, timeout=LIMIT_MS)
    session.stop()
    qtbot.waitUntil(lambda: session.state == "idle", timeout=LIMIT_MS)
    assert [run.history.step for run in load(document.path).runs] == [steps, second.history.step]
    assert document.unsaved
