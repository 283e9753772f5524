"""Code that comes in and goes out: the dialogues of import and export, the code of the drawing, trust in a file."""

import os
import threading
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from person import LEFT, PLAIN, Person
from PySide6.QtCore import QTimer
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QDialog, QFileDialog, QLabel, QPlainTextEdit
from safetensors.numpy import load_file

from app import handing
from app.form.texts import TextField
from app.frame import export_dialog
from engine.layers import CATALOGUE
from engine.layers.code import Code
from engine.project import Project
from engine.storage import save
from engine.trust import waiting

Desk = Callable[..., Person]
MODULE = """
from torch import nn


class Net(nn.Module):
    def __init__(self, classes):
        super().__init__()
        self.classify = nn.Linear(784, classes)

    def forward(self, image):
        return self.classify(image.flatten(1)).relu()
"""


ENDLESS = """
import os, pathlib, signal
signal.signal(signal.SIGTERM, signal.SIG_IGN)
pathlib.Path({begun!r}).write_text(str(os.getpid()))
while True:
    try:
        while True:
            pass
    except BaseException:
        pass
"""


def runs(number: int) -> bool:
    """Whether there is a process of this number."""
    try:
        os.kill(number, 0)
    except ProcessLookupError:
        return False
    return True


@pytest.fixture
def person(desk: Desk) -> Person:
    return desk("one-hidden-layer")


def dialog() -> QDialog:
    return next(
        w for w in QApplication.topLevelWidgets() if isinstance(w, QDialog) and w.isVisible()
    )


def said() -> str:
    return " ".join(label.text() for label in dialog().findChildren(QLabel) if label.isVisible())


def during(person: Person, command: str, *steps: Callable[[], None]) -> None:
    """Run a command whose dialogue waits for its answer, and take steps in it one after another."""
    left, failed = list(steps), []

    def go_on() -> None:
        try:
            left.pop(0)()
        except BaseException as error:  # noqa: BLE001 (it must not be lost in Qt's loop)
            failed.append(error)
            left.clear()
            dialog().reject()
        if left:
            QTimer.singleShot(60, person.window, go_on)

    QTimer.singleShot(60, person.window, go_on)
    person.window.trigger(command)
    if failed:
        raise failed[0]
    assert not left


@pytest.fixture
def place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Where the person wants a file to be."""
    chosen = tmp_path / "net"
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *_, **__: (str(chosen), ""))
    return chosen


class TestExport:
    def test_a_script_is_written_with_the_weights_that_were_learnt(
        self, desk: Desk, place: Path
    ) -> None:
        person = desk("one-hidden-layer", epochs=1)
        person.press("Train")
        person.state("training")
        person.state("idle")

        def look() -> None:
            person.wait(lambda: "Written to" in said())
            assert "net.py" in said()
            assert "script" in said()  # what the format is
            person.press("Close")

        during(person, "file.export", lambda: person.press("Export…"), look)
        assert "nn.Linear(784, 128)" in place.with_suffix(".py").read_text()
        run = person.studio.session.run
        assert run is not None
        weights = load_file(place.with_suffix(".safetensors"))
        np.testing.assert_array_equal(weights["hidden.weight"], run.weights["hidden.weight"])
        assert [path for path in place.parent.iterdir() if path.name.startswith(".export")] == []

    def test_what_is_in_the_way_is_said(self, person: Person, place: Path) -> None:
        person.click_node("flatten")
        QTest.keySequence(person.window.view.view, "Del")

        def look() -> None:
            person.wait(lambda: "Mend them first" in said())
            assert "hidden" in said()
            person.press("Cancel")

        during(person, "file.export", lambda: person.press("Export…"), look)
        assert not place.with_suffix(".py").exists()

    def test_a_long_one_is_said_and_can_be_left(
        self, person: Person, place: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        go, seen = threading.Event(), list[tuple[Path, ...]]()

        def slowly(
            project: Project, name: str, out: Path, keep: Callable[[], bool]
        ) -> tuple[Path, ...]:
            go.wait(20)
            seen.append(handing.written(project, name, out, keep))
            return seen[0]

        monkeypatch.setattr(export_dialog, "written", slowly)

        def look() -> None:
            person.wait(lambda: "Writing net.py…" in said())
            person.press("Cancel")

        during(person, "file.export", lambda: person.press("Export…"), look)
        go.set()
        person.wait(lambda: seen == [()])
        assert not place.with_suffix(".py").exists()


class TestImport:
    def test_it_says_first_that_the_file_is_run_and_then_draws_the_module(
        self, person: Person, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        file = tmp_path / "nets.py"
        file.write_text(MODULE)
        monkeypatch.setattr(QFileDialog, "getOpenFileName", lambda *_, **__: (str(file), ""))

        def fill_in() -> None:
            assert "runs the Python file" in said()
            person.press("Run the file and import")
            assert "Choose the Python file first." in said()
            person.press("Choose a Python file")
            for name, text in (("Class", "Net"), ("Arguments", "[10]"), ("Inputs", "1,28,28")):
                field = person.see(name, TextField)
                QTest.mouseClick(field, LEFT, PLAIN, field.rect().center())
                QTest.keyClicks(field, text)
            person.press("Run the file and import")

        def look() -> None:
            person.wait(lambda: "Imported as" in said())
            assert "placeholders" in said()
            person.press("Close")

        during(person, "file.import", fill_in, look)
        layers = [node.layer for node in person.studio.document.graph.nodes.values()]
        assert CATALOGUE["Dense"](out_features=10) in layers
        assert not [p for p in person.studio.problems if p.severity == "error"]
        run = person.studio.session.run
        assert run is not None
        assert any(array.shape == (10, 784) for array in run.weights.values())

    def test_python_that_never_ends_is_left_and_leaves_nothing(
        self, person: Person, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """Cancel ends the process in which it runs, whatever it does about that."""
        file, begun = tmp_path / "endless.py", tmp_path / "begun"
        file.write_text(ENDLESS.format(begun=str(begun)))
        monkeypatch.setattr(QFileDialog, "getOpenFileName", lambda *_, **__: (str(file), ""))
        before = person.studio.document.project

        def fill_in() -> None:
            person.press("Choose a Python file")
            person.press("Run the file and import")

        def look() -> None:
            person.wait(
                lambda: (
                    "Running endless.py" in said() and bool(begun.exists() and begun.read_text())
                )
            )
            person.press("Cancel")

        during(person, "file.import", fill_in, look)
        number = int(begun.read_text())
        person.wait(lambda: not runs(number))
        assert person.studio.document.project is before

    def test_a_file_that_fails_says_why_and_changes_nothing(
        self, person: Person, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        file = tmp_path / "broken.py"
        file.write_text("import nowhere_at_all")
        monkeypatch.setattr(QFileDialog, "getOpenFileName", lambda *_, **__: (str(file), ""))
        before = person.studio.document.project

        def fill_in() -> None:
            person.press("Choose a Python file")
            person.press("Run the file and import")

        def look() -> None:
            person.wait(lambda: "nowhere_at_all" in said())
            person.press("Cancel")

        during(person, "file.import", fill_in, look)
        assert person.studio.document.project is before


class TestCode:
    def test_it_follows_the_drawing_and_is_copied(self, person: Person) -> None:
        QTest.keySequence(person.window, "Ctrl+Shift+P")
        text = person.see("Code of the drawing", QPlainTextEdit)
        assert isinstance(text, QPlainTextEdit)
        person.wait(lambda: "nn.Linear(784, 128)" in text.toPlainText())
        person.click_node("hidden")
        person.fill_in("Units", "96")
        person.wait(lambda: "nn.Linear(784, 96)" in text.toPlainText())
        person.press("Copy the code")
        assert QApplication.clipboard().text() == text.toPlainText()
        person.press("Close")


class TestTrust:
    def test_code_of_a_file_is_shown_and_waits_until_it_is_trusted(self, person: Person) -> None:
        studio = person.studio
        assert not person.window.view.trust.isVisible()
        code = CATALOGUE["Code"](source="x * 2")
        studio.document.edit("As from a file", studio.document.graph.add(code, (400.0, 500.0)))
        assert person.window.view.trust.isVisible()
        assert "1 layer" in person.window.view.trust.text()

        def read() -> None:
            shown = person.see("Code that waits", QPlainTextEdit)
            assert isinstance(shown, QPlainTextEdit)
            assert shown.toPlainText() == "# code_1\nx * 2"
            person.press("Not now")

        QTimer.singleShot(60, person.window, read)
        person.press("Show the code…")
        assert list(waiting(studio.document.graph))
        QTimer.singleShot(60, person.window, lambda: person.press("Trust this file's code"))
        person.press("Show the code…")
        assert not list(waiting(studio.document.graph))
        assert not person.window.view.trust.isVisible()

    def test_a_file_runs_nothing_before_it_is_trusted(
        self, person: Person, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        ran, file = tmp_path / "ran", tmp_path / "theirs.chainrule"
        source = f"import pathlib\npathlib.Path({str(ran)!r}).touch()\ntorch.tanh(x)"
        document = person.studio.document
        wire = next(edge for edge in document.graph.edges if edge.source == "relu")
        theirs = document.graph.insert(wire, Code(source=source))
        save(replace(document.project, graph=theirs, runs=()), file)
        monkeypatch.setattr(QFileDialog, "getOpenFileName", lambda *_, **__: (str(file), ""))
        QTest.keySequence(person.window, "Ctrl+O")
        person.wait(lambda: document.path == file)
        assert any("came from a file" in p.message for p in document.meaning.problems)
        assert not ran.exists()
        QTimer.singleShot(60, person.window, lambda: person.press("Trust this file's code"))
        person.press("Show the code…")
        person.wait(lambda: not [p for p in document.meaning.problems if p.severity == "error"])
        assert ran.exists()
