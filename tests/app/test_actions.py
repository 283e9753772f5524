"""Commands are records: unique, explained, and harmless wherever they are run."""

from collections.abc import Iterator

import pytest
from PySide6.QtCore import QEvent, Qt, QTimer
from PySide6.QtGui import QGuiApplication, QKeySequence
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from app.actions import ACTIONS, all_actions
from app.canvas.menu import make_menu
from app.frame.command_palette import matches
from app.frame.entry_list import Entry
from app.frame.files import Files
from app.frame.menus import Menus
from app.frame.window import Window
from app.studio import Studio
from engine.graph import Graph, NodeId

USED_BY_THE_RUN_BAR = {
    "edit.undo",
    "edit.redo",
    "run.train",
    "run.pause",
    "run.step",
    "run.stop",
    "run.restart",
    "view.theme",
    "app.menu",
}


@pytest.fixture
def window(qtbot: QtBot, studio: Studio) -> Iterator[Window]:
    made = Window(studio)
    made.show()
    yield made
    made.close_at_once()
    made.deleteLater()  # here, or every later change of the theme would dress it again
    QApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)


def test_ids_and_keys_are_unique_and_every_command_says_what_it_does(window: Window) -> None:
    actions = all_actions(window)
    ids = [action.id for action in actions]
    keys = [QKeySequence(key).toString() for action in actions for key in action.shortcuts]
    assert len(ids) == len(set(ids))
    assert len(keys) == len(set(keys))
    assert all(keys)
    on_canvas = [QKeySequence(key).toString() for action in actions for key in action.canvas_keys]
    assert len(on_canvas) == len(set(on_canvas))
    assert not set(on_canvas) & set(keys)
    assert set(ids) >= USED_BY_THE_RUN_BAR
    for action in actions:
        assert action.text
        assert action.tip.endswith(".")


def test_a_command_on_an_empty_project_does_no_harm(window: Window, studio: Studio) -> None:
    """Those of the menu File ask for files, and are tested with the window."""
    QGuiApplication.clipboard().clear()
    modal = QTimer(window)  # a dialogue that waits for an answer
    modal.timeout.connect(lambda: _close_what_has_opened(window))
    modal.start(100)
    studio.document.edit("Empty", Graph())
    studio.document.undo_stack.clear()
    for action in ACTIONS:
        if action.menu != "File":
            action.run(window)
            QApplication.processEvents()
            _close_what_has_opened(window)
            assert studio.session.state == "idle", action.id
    modal.stop()
    assert studio.document.graph == Graph()


def _close_what_has_opened(window: Window) -> None:
    for widget in QApplication.topLevelWidgets():
        if widget is not window and widget.isVisible():
            widget.close()


def test_a_command_that_cannot_be_run_is_not_run(window: Window, studio: Studio) -> None:
    before = studio.document.graph
    studio.select()
    window.trigger("edit.delete")
    assert studio.document.graph == before
    studio.select([NodeId("dense_1")])
    window.trigger("edit.delete")
    assert "dense_1" not in studio.document.graph.nodes
    window.trigger("edit.undo")
    assert studio.document.graph == before


def test_the_canvas_asks_the_window_for_its_commands(window: Window, studio: Studio) -> None:
    canvas = window.view
    canvas.zoom_in()
    before = canvas.view.camera.zoom
    QTest.keyClick(canvas.view, Qt.Key.Key_Minus)
    assert canvas.view.camera.zoom < before
    canvas.focus_node(NodeId("dense_1"))
    QTest.keyClick(canvas.view, Qt.Key.Key_Return)
    assert window.side.inspector.isAncestorOf(QApplication.focusWidget())
    menu = make_menu(canvas.view)
    offered = {action.text().split("\t")[0]: action for action in menu.actions()}
    offered["Delete"].trigger()
    assert "dense_1" not in studio.document.graph.nodes


def test_every_template_can_be_begun(
    window: Window, studio: Studio, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Files, "may_leave", lambda _files: True)
    for template in window.templates:
        window.trigger(f"file.new.{template.name}")
        assert studio.document.project.title == template.title
        assert studio.document.path is None
        assert not studio.document.unsaved


def entry(text: str) -> Entry:
    return Entry(text, "Edit", lambda: None)


def test_letters_are_found_in_their_order() -> None:
    entries = [entry("Duplicate"), entry("Undo"), entry("Add Dense"), entry("Add Dropout")]
    assert [hit.entry.text for hit in matches("ude", entries)] == []
    assert matches("dup", entries)[0].entry.text == "Duplicate"
    assert matches("ad dr", entries)[0].entry.text == "Add Dropout"
    assert matches("undo", entries)[0].places == (0, 1, 2, 3)
    assert len(matches("", entries)) == len(entries)


def test_words_are_found_in_any_order() -> None:
    texts = ("Data of your own…", "Show overview", "Add Dropout", "Align left")
    entries = [entry(text) for text in texts]
    (found,) = matches("own data", entries)
    assert found.entry.text == "Data of your own…"
    assert found.places == (0, 1, 2, 3, 13, 14, 15)
    assert matches("overview sh", entries)[0].entry.text == "Show overview"
    assert [hit.entry.text for hit in matches("left own", entries)] == []


def test_the_command_palette_runs_what_is_typed(window: Window, studio: Studio) -> None:
    count = len(studio.document.graph.nodes)
    window.trigger("app.commands")
    QTest.keyClicks(window.commands.field, "add drop")
    QTest.keyClick(window.commands.field, Qt.Key.Key_Return)
    assert not window.commands.isVisible()
    assert len(studio.document.graph.nodes) == count + 1
    window.trigger("app.commands")
    QTest.keyClick(window.commands.field, Qt.Key.Key_Escape)
    assert not window.commands.isVisible()


def test_the_menu_offers_every_command_that_is_not_hidden(window: Window) -> None:
    offered = {entry.text for entry in Menus(window, window).entries()}
    assert {"Save", "Train", "Fit the network", "Add Dense", "Go to dense_1"} <= offered
    assert "Menu" not in offered
