"""The window as a whole: it opens, changes its density, keeps work from being lost, and leaves nothing behind."""

import gc
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import QCoreApplication, QEvent, QMimeData, QPoint, QPointF, Qt, QTimer, QUrl
from PySide6.QtGui import QDragEnterEvent, QDropEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QFileDialog, QGraphicsView, QTabBar, QWidget
from pytestqt.qtbot import QtBot

from app.building import add_layer
from app.document import Document
from app.frame.dialogs import Dialog
from app.frame.files import Files
from app.frame.window import Window
from app.launch.faults import Faults
from app.plots import PLOTS
from app.session import Session
from app.studio import Studio
from app.theme import DARK, LIGHT
from engine.layers import CATALOGUE
from engine.logs import end_log
from engine.storage import load, save

LIMIT_MS = 30_000


@pytest.fixture
def window(qtbot: QtBot, studio: Studio) -> Iterator[Window]:
    made = Window(studio)
    made.resize(1280, 800)
    made.show()
    qtbot.waitExposed(made)
    yield made
    made.close_at_once()
    made.deleteLater()  # here, or every later change of the theme would dress it again
    QApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)


def press_in_dialog(key: Qt.Key) -> Callable[[], str]:
    """Press a key in the next dialog; the call gives back the title it had."""
    seen: list[str] = []

    def press() -> None:
        dialog = QApplication.activeModalWidget()
        if isinstance(dialog, Dialog):
            seen.append(dialog.accessibleName())
            QTest.keyClick(dialog.focusWidget() or dialog, key)
        else:
            QTimer.singleShot(20, press)

    QTimer.singleShot(0, press)
    return lambda: seen[0] if seen else ""


def edit(studio: Studio) -> None:
    add_layer(studio, CATALOGUE["ReLU"]())


def test_it_opens_and_closes_and_stops_its_timers(qtbot: QtBot, studio: Studio) -> None:
    window = Window(studio)
    qtbot.addWidget(window, before_close_func=Window.close_at_once)
    window.show()
    qtbot.waitExposed(window)
    studio.session.train()
    qtbot.waitUntil(
        lambda: bool(studio.session.run and studio.session.run.history.step), timeout=LIMIT_MS
    )
    window.close_at_once()
    assert not window.isVisible()
    assert studio.session.state == "idle"
    running = [timer for timer in window.findChildren(QTimer) if timer.isActive()]
    assert running == []


def test_a_window_that_is_gone_leaves_nothing_on_the_screen(qtbot: QtBot, studio: Studio) -> None:
    """Whoever lends the window to what lives longer, in a lambda for instance, keeps all of it for ever."""

    def opened_and_closed() -> None:
        document = Document(studio.document.project)
        window = Window(Studio(document, Session(document), studio.theme, studio.preferences))
        window.show()
        qtbot.waitExposed(window)
        qtbot.wait(200)
        window.close_at_once()
        window.deleteLater()

    before = set(map(id, QApplication.topLevelWidgets()))
    opened_and_closed()
    qtbot.wait(200)  # what was put off is done
    QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
    gc.collect()
    assert not [w for w in QApplication.topLevelWidgets() if id(w) not in before]


def test_the_title_names_the_project_and_marks_what_is_unsaved(
    window: Window, studio: Studio, tmp_path: Path
) -> None:
    assert window.windowTitle() == "Small digits[*] — Chainrule"
    assert not window.isWindowModified()
    edit(studio)
    assert window.isWindowModified()
    studio.document.save(tmp_path / "mine.chainrule")
    assert window.windowTitle() == "mine[*] — Chainrule"
    assert not window.isWindowModified()


@pytest.mark.parametrize(("width", "height"), [(1024, 700), (1280, 800), (1920, 1080)])
def test_nothing_is_wider_than_the_window(window: Window, width: int, height: int) -> None:
    window.resize(width, height)
    QApplication.processEvents()
    assert (window.width(), window.height()) == (width, height)
    assert window.view.width() > width / 3
    for part in (window.run_bar, window.status, window.column, window.side):
        right = part.mapTo(window, QPoint(part.width(), 0)).x()
        assert right <= width
    assert window.column.layers.compact == (width < 1500)
    assert window.side.folded == (width < 1100)


def test_a_plot_fills_the_window_and_escape_brings_the_rest_back(
    qtbot: QtBot, window: Window
) -> None:
    title = window.plots[0]
    dock = window.arrangement.plots[title]
    before = dock.size()
    window.fill(title)
    QApplication.processEvents()
    assert not window.view.isVisible()
    assert dock.width() > window.width() - 4
    QTest.keyClick(window, Qt.Key.Key_Escape)
    QApplication.processEvents()
    assert window.view.isVisible()
    qtbot.waitUntil(lambda: dock.size() == before)  # widths are put back a moment later


def test_the_layout_is_remembered(qtbot: QtBot, window: Window, studio: Studio) -> None:
    title, kept = window.plots[1], window.arrangement.plots[window.plots[0]]
    window.trigger(f"view.panel.{title.lower()}")
    window.resizeDocks([kept], [kept.height() + 60], Qt.Orientation.Vertical)
    QApplication.processEvents()
    high = kept.height()
    window.close_at_once()
    again = Window(studio)
    qtbot.addWidget(again, before_close_func=Window.close_at_once)
    again.resize(1280, 800)  # Qt keeps windows within the screen, and that of tests is small
    again.show()
    QApplication.processEvents()
    assert not again.panel_shown(title)
    assert abs(again.arrangement.plots[window.plots[0]].height() - high) <= 1
    again.reset_layout()
    assert again.panel_shown(title)
    again.close_at_once()


def test_the_theme_is_switched_and_remembered(window: Window, studio: Studio) -> None:
    assert studio.theme.tokens is DARK
    window.trigger("view.theme")
    assert studio.theme.tokens is LIGHT
    assert studio.preferences.theme == "light"
    colour = window.grab().toImage().pixelColor(window.width() // 2, 20)
    assert colour.lightness() > 200
    window.trigger("view.theme")


def test_what_is_unsaved_is_not_closed_without_asking(window: Window, studio: Studio) -> None:
    edit(studio)
    title = press_in_dialog(Qt.Key.Key_Escape)
    assert not window.close()
    assert title() == "Save “Small digits” first?"
    assert window.isVisible()


def test_the_safe_answer_has_the_focus_and_saves(
    window: Window, studio: Studio, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "kept.chainrule"
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *_: (str(path), ""))
    edit(studio)
    press_in_dialog(Qt.Key.Key_Return)
    assert window.close()
    assert load(path).graph == studio.document.graph


def test_saving_while_training_keeps_the_weights_learnt_so_far(
    qtbot: QtBot, window: Window, studio: Studio, tmp_path: Path
) -> None:
    path = tmp_path / "run.chainrule"
    studio.document.path = path
    studio.session.train()
    qtbot.waitUntil(
        lambda: bool(studio.session.run and studio.session.run.history.step > 3), timeout=LIMIT_MS
    )
    assert window.papers.save()
    assert window.papers.saving.finish()
    kept = load(path).runs[-1]
    assert kept.weights
    assert kept.checkpoint is not None
    assert kept.checkpoint.step > 3


def test_closing_while_training_asks_and_then_joins(
    qtbot: QtBot, window: Window, studio: Studio
) -> None:
    studio.session.train()
    qtbot.waitUntil(lambda: studio.session.state == "training")
    title = press_in_dialog(Qt.Key.Key_Escape)
    assert not window.close()
    assert title()
    assert studio.session.state != "idle" or studio.document.unsaved


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("cut.chainrule", b"PK\x03\x04 and no more"),
        ("list.json", b"[1, 2]"),
        ("missing.chainrule", None),
    ],
)
def test_a_bad_file_gives_a_message_and_leaves_the_project_alone(
    window: Window,
    studio: Studio,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    name: str,
    content: bytes | None,
) -> None:
    edit(studio)
    asked: list[Files] = []  # what becomes of this project is no question until the file was read
    monkeypatch.setattr(Files, "may_leave", asked.append)
    path = tmp_path / name
    if content is not None:
        path.write_bytes(content)
    before = studio.document.project
    window.papers.open(path)
    window.papers.reading.wait(LIMIT_MS)
    dialog = QApplication.activeModalWidget()
    assert isinstance(dialog, Dialog)
    assert name in dialog.accessibleDescription()
    assert "Traceback" not in dialog.accessibleDescription()
    QTest.keyClick(dialog, Qt.Key.Key_Escape)
    assert not dialog.isVisible()
    assert studio.document.project is before
    assert not asked
    monkeypatch.undo()


def drop(target: QWidget, path: Path) -> None:
    mime = QMimeData()
    mime.setUrls([QUrl.fromLocalFile(str(path))])
    how = (
        Qt.DropAction.CopyAction,
        mime,
        Qt.MouseButton.LeftButton,
        Qt.KeyboardModifier.NoModifier,
    )
    QApplication.sendEvent(target, QDragEnterEvent(QPoint(60, 60), *how))
    QApplication.sendEvent(target, QDropEvent(QPointF(60, 60), *how))


def test_a_file_dropped_on_the_canvas_is_opened(
    qtbot: QtBot, window: Window, studio: Studio, tmp_path: Path
) -> None:
    path = tmp_path / "dropped.chainrule"
    save(studio.document.project, path)
    drop(window.view.findChildren(QGraphicsView)[0].viewport(), path)
    qtbot.waitUntil(lambda: studio.document.path == path)
    assert studio.preferences.recent[0] == path


def test_training_with_an_error_says_which(window: Window, studio: Studio) -> None:
    graph = studio.document.graph
    studio.document.edit("Cut", graph.disconnect(graph.edges[0]))
    window.trigger("run.train")
    assert studio.session.state == "idle"
    sheet = window.status.sheet
    assert sheet is not None
    assert sheet.why.text() == "Training cannot begin before this error is mended."
    assert sheet.list.rows[0].problem.node == "conv_1"
    window.status.close_problems()


def test_a_fault_is_written_down_and_said(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    log = tmp_path / "log" / "chainrule.log"
    for room in ("app.launch.faults", "engine.logs"):
        monkeypatch.setattr(f"{room}.log_file", lambda: log)
    faults, said = Faults(), list[str]()
    faults.happened.connect(said.append)
    faults.take(ValueError, ValueError("the reason"), None)
    assert str(log) in said[0]
    assert "the reason" in log.read_text()
    end_log()
    faults.take(KeyboardInterrupt, KeyboardInterrupt(), None)
    assert len(said) == 1


def test_plots_behind_others_are_tabs_and_only_the_front_one_measures(
    qtbot: QtBot, studio: Studio, monkeypatch: pytest.MonkeyPatch
) -> None:
    first, second = list(PLOTS.values())[:2]
    monkeypatch.setattr(second, "behind", first.title)
    window = Window(studio)
    qtbot.addWidget(window, before_close_func=Window.close_at_once)
    window.show()
    qtbot.waitExposed(window)
    QApplication.processEvents()
    docks = window.arrangement.plots
    assert docks[second.title] in window.tabifiedDockWidgets(docks[first.title])
    assert (docks[first.title].plot.seen, docks[second.title].plot.seen) == (True, False)
    assert window.panel_shown(first.title)
    assert not window.panel_shown(second.title)
    window.trigger(
        f"view.panel.{second.title.lower()}"
    )  # its key brings a covered tab to the front
    QApplication.processEvents()
    assert (docks[first.title].plot.seen, docks[second.title].plot.seen) == (False, True)
    window.fill(first.title)
    QApplication.processEvents()
    assert docks[first.title].plot.seen
    QTest.keyClick(window, Qt.Key.Key_Escape)
    QApplication.processEvents()
    assert docks[second.title].plot.seen


def test_no_tabs_of_an_earlier_stacking_are_left_lying_about(qtbot: QtBot, window: Window) -> None:
    """One bar of tabs for each stack of plots, right above it, whatever was hidden, filled or reset before."""

    def bars() -> list[QTabBar]:
        return [bar for bar in window.findChildren(QTabBar) if bar.isVisibleTo(window)]

    def is_tidy() -> bool:
        docks = window.arrangement.plots.values()
        corners = [(dock.x(), dock.y()) for dock in docks if not dock.visibleRegion().isEmpty()]
        places = [(bar.x(), bar.geometry().bottom() + 1) for bar in bars()]
        return len(set(places)) == len(places) and set(places) <= set(corners)

    for change in (
        lambda: None,
        lambda: window.resize(1500, 900),
        lambda: window.fill(window.plots[0]),
        lambda: window.fill(window.plots[0]),
        window.reset_layout,
    ):
        change()
        qtbot.waitUntil(is_tidy, timeout=5000)
    assert bars()
