"""Code that comes in and goes out: the dialogues of import and export, the code of the drawing, trust in a file."""

import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from types import SimpleNamespace

import pytest
from person import LEFT, PLAIN, Person
from PySide6.QtCore import QTimer
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QDialog, QFileDialog, QLabel, QLineEdit, QPlainTextEdit

from app import handing
from app.form.texts import TextField
from engine.graph import NodeId
from engine.layers import CATALOGUE
from engine.project import Project
from engine.template import template
from engine.trust import waiting

Desk = Callable[..., Person]


class Script:
    """A script that needs PyTorch alone.

    More is not shown.
    """

    title, suffix = "Python", ".py"

    @classmethod
    def help(cls) -> str:
        return cls.__doc__ or ""


class CannotExport(ValueError):  # noqa: N818 - the engine calls it so
    """As the engine's own."""

    problems, refusals = (), ("code_1 holds a number that no file can carry.",)


class Rooms:
    """Stand for the engine's rooms of code in and out."""

    def __init__(self) -> None:
        self.go = threading.Event()
        self.go.set()
        self.refuses = False
        self.exported: list[Project] = []
        self.asked: list[tuple[object, ...]] = []

    def __call__(self, name: str) -> object:
        return {
            "engine.export": SimpleNamespace(FORMATS={"python": Script}, export=self.export),
            "engine.export.subject": SimpleNamespace(subject_of=lambda project: project.graph),
            "engine.export.script": SimpleNamespace(script=self.script),
            "engine.imports": SimpleNamespace(import_module=self.bring),
        }[name]

    def export(self, project: Project, _name: str, out: Path) -> tuple[Path, ...]:
        self.go.wait(20)
        if self.refuses:
            raise CannotExport
        self.exported.append(project)
        out.write_text("print('network')\n")
        return (out,)

    def script(self, graph: object, _name: str) -> str:
        return "\n".join(f"self.{name} = …" for name in graph.nodes)  # type: ignore[attr-defined]

    def bring(self, *asked: object) -> tuple[Project, tuple[str, ...]]:
        self.asked.append(asked)
        return template("deep-sigmoid"), ("12 layers, none of them opaque.",)


@pytest.fixture
def rooms(monkeypatch: pytest.MonkeyPatch) -> Iterator[Rooms]:
    made = Rooms()
    monkeypatch.setattr(handing, "_room", made)
    yield made
    made.go.set()


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


class TestExport:
    def test_a_format_and_a_place_and_what_was_written(
        self, person: Person, rooms: Rooms, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        place = tmp_path / "net"
        monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *_, **__: (str(place), ""))

        def look() -> None:
            person.wait(lambda: "Written to" in said())
            assert "net.py" in said()
            assert "A script that needs PyTorch alone." in said()
            person.press("Close")

        during(person, "file.export", lambda: person.press("Export…"), look)
        assert (tmp_path / "net.py").read_text() == "print('network')\n"
        assert rooms.exported == [person.studio.document.project]
        assert [path.name for path in tmp_path.iterdir() if path.name.startswith(".export")] == []

    def test_what_cannot_be_carried_is_said(
        self, person: Person, rooms: Rooms, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        rooms.refuses = True
        place = tmp_path / "net.py"
        monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *_, **__: (str(place), ""))

        def look() -> None:
            person.wait(lambda: "no file can carry" in said())
            person.press("Cancel")

        during(person, "file.export", lambda: person.press("Export…"), look)
        assert not place.exists()

    def test_a_long_one_is_said_and_can_be_left(
        self, person: Person, rooms: Rooms, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        rooms.go.clear()
        place = tmp_path / "net.py"
        monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *_, **__: (str(place), ""))

        def look() -> None:
            person.wait(lambda: "Writing net.py…" in said())
            person.press("Cancel")

        during(person, "file.export", lambda: person.press("Export…"), look)
        rooms.go.set()
        person.wait(lambda: bool(rooms.exported))
        person.wait(lambda: not any(t.name == "errand" for t in threading.enumerate()))
        assert not place.exists()


class TestImport:
    def test_it_says_first_that_the_file_is_run_and_then_draws_the_module(
        self, person: Person, rooms: Rooms, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        file = tmp_path / "nets.py"
        file.write_text("raise SystemExit")
        monkeypatch.setattr(QFileDialog, "getOpenFileName", lambda *_, **__: (str(file), ""))

        def fill_in() -> None:
            assert "runs the Python file" in said()
            person.press("Run the file and import")
            assert "Choose the Python file first." in said()
            person.press("Choose a Python file")
            for name, text in (
                ("Class", "Net"),
                ("Arguments", "10"),
                ("Shapes of the inputs", "1×28×28"),
            ):
                field = person.see(name, TextField)
                QTest.mouseClick(field, LEFT, PLAIN, field.rect().center())
                QTest.keyClicks(field, text)
            person.press("Run the file and import")

        def look() -> None:
            person.wait(lambda: "Imported as" in said())
            assert "none of them opaque" in said()
            person.press("Close")

        during(person, "file.import", fill_in, look)
        assert rooms.asked == [(f"{file}:Net", ("1×28×28",), "10")]
        assert person.studio.document.graph == template("deep-sigmoid").graph


class TestCode:
    def test_it_follows_the_drawing_and_is_copied(self, person: Person, rooms: Rooms) -> None:
        QTest.keySequence(person.window, "Ctrl+Shift+C")
        text = person.see("Code of the drawing", QPlainTextEdit)
        assert isinstance(text, QPlainTextEdit)
        person.wait(lambda: "self.hidden" in text.toPlainText())
        person.click_node("hidden")
        person.window.view.field.ask(NodeId("hidden"))
        field = person.see("Name of the layer", QLineEdit)
        QTest.keySequence(field, "Ctrl+A")
        QTest.keyClicks(field, "wide")
        person.window.view.field._take()
        person.wait(lambda: "self.wide" in text.toPlainText())
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
