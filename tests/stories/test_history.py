"""Going back and forth in what was done: the history panel, by mouse and by keyboard."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from person import LEFT, PLAIN, Person
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QListView, QTabBar

from app.form.scrub import Scrubber
from app.plots.history import NOW, SAVED, UNDONE

Desk = Callable[..., Person]


@pytest.fixture
def person(desk: Desk) -> Person:
    """A person who has added a layer, moved it in three nudges, renamed it and deleted it again."""
    made = desk("one-hidden-layer")
    made.click_node("relu")
    made.key("Ctrl+D")
    made.window.view.view.setFocus()
    for _ in range(3):
        QTest.keyClick(made.window.view.view, Qt.Key.Key_Down)
    QTest.keyClick(made.window.view.view, Qt.Key.Key_Delete)
    return made


def open_history(person: Person) -> QListView:
    """Click the tab; the list of steps."""
    for bar in person.window.findChildren(QTabBar):
        for place in range(bar.count()):
            if bar.tabText(place) == "History":
                QTest.mouseClick(bar, LEFT, PLAIN, bar.tabRect(place).center())
    found = person.see("Steps of the project", QListView)
    assert isinstance(found, QListView)
    return found


def steps(rows: QListView) -> list[str]:
    """What the list says, from the top."""
    model = rows.model()
    return [model.index(row, 0).data() for row in range(model.rowCount())]


def marks(rows: QListView, row: int) -> tuple[str, ...]:
    """How a row is marked."""
    found = rows.model().index(row, 0).data(Qt.ItemDataRole.UserRole)
    assert isinstance(found, tuple)
    return found


def click(rows: QListView, row: int) -> None:
    """Press a row."""
    at: QPoint = rows.visualRect(rows.model().index(row, 0)).center()
    QTest.mouseClick(rows.viewport(), LEFT, PLAIN, at)


def test_a_press_goes_to_any_state_and_back(person: Person) -> None:
    rows = open_history(person)
    document = person.studio.document
    told = steps(rows)
    assert told[0] == "As it was opened"
    assert [words.split()[0] for words in told[1:]] == ["Duplicate", "Move", "Delete"]
    last, count = document.project, len(document.graph.nodes)
    click(rows, 1)
    assert len(document.graph.nodes) == count + 1
    assert marks(rows, 1) == (NOW,)
    assert marks(rows, 3) == (UNDONE,)
    click(rows, 0)
    assert document.undo_stack.index() == 0
    click(rows, 3)
    assert document.project == last


def test_the_keyboard_walks_the_list(person: Person) -> None:
    rows = open_history(person)
    rows.setFocus()
    QTest.keyClick(rows, Qt.Key.Key_Up)
    QTest.keyClick(rows, Qt.Key.Key_Up)
    assert person.studio.document.undo_stack.index() == 3
    QTest.keyClick(rows, Qt.Key.Key_Return)
    assert person.studio.document.undo_stack.index() == 1


def test_what_is_in_the_file_is_marked(person: Person, tmp_path: Path) -> None:
    person.studio.document.path = tmp_path / "mine.chainrule"
    person.key("Ctrl+S")
    rows = open_history(person)
    assert marks(rows, 3) == (NOW, SAVED)
    person.key("Ctrl+Z")
    person.wait(lambda: marks(rows, 2) == (NOW,))
    assert marks(rows, 3) == (SAVED, UNDONE)


def test_a_drag_over_a_number_is_one_step(person: Person) -> None:
    rows = open_history(person)
    person.click_node("hidden")
    label = next(w for w in person.window.findChildren(Scrubber) if w.isVisible())
    count = person.studio.document.undo_stack.count()
    start = label.rect().center()
    QTest.mousePress(label, LEFT, PLAIN, start)
    for way in range(10, 80, 10):
        QTest.mouseMove(label, start + QPoint(way, 0))
    QTest.mouseRelease(label, LEFT, PLAIN, start + QPoint(70, 0))
    assert person.studio.document.undo_stack.count() == count + 1
    person.wait(lambda: len(steps(rows)) == count + 2)


def test_a_thousand_steps_are_kept_and_passed_over_at_once(person: Person) -> None:
    document = person.studio.document
    first = document.project
    heard = []
    for turn in range(1000):
        document.change(f"Step {turn}", replace(first, title=f"Title {turn}"))
    rows = open_history(person)
    person.wait(lambda: rows.model().rowCount() == 1004)
    document.changed.connect(lambda *_: heard.append(1))
    document.jump(3)
    assert document.project == first
    assert len(heard) == 1
    document.jump(1003)
    assert document.project.title == "Title 999"
