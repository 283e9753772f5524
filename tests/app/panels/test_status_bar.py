"""The status bar, the sheet of problems and the card of a failure."""

from collections.abc import Callable
from dataclasses import replace

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QFontMetrics
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QMenu, QVBoxLayout, QWidget
from pytestqt.qtbot import QtBot
from torch import nn

from app.panels import StatusBar
from app.panels.problem_list import ProblemRow
from app.studio import Studio
from engine.events import Failed, Measured
from engine.graph import NodeId
from engine.layers import CATALOGUE
from engine.layers.dense import Dense
from engine.run import Run

Key, Left = Qt.Key, Qt.MouseButton.LeftButton
Show = Callable[..., QWidget]
FAILED = Failed(41, "out", "The loss became NaN at step 41. Lower the rate.", "float32 overflow")


@pytest.fixture
def bar(studio: Studio, show: Show) -> StatusBar:
    page = QWidget()
    column = QVBoxLayout(page)
    column.setContentsMargins(0, 0, 0, 0)
    column.addStretch(1)
    made = StatusBar(studio)
    column.addWidget(made)
    show(page, 1280, 700)
    return made


def test_what_measuring_takes_is_shown_and_can_be_raised(bar: StatusBar, studio: Studio) -> None:
    assert bar.share.text() == "instruments up to 1.5 %"
    project = studio.document.project
    studio.session.run = Run("run 1", project.graph, project.recipe, project.settings)
    studio.session.run.history.add(Measured(9, 0.0123, 64))
    studio.session.state = "training"
    studio.session.state_changed.emit("training")
    assert bar.share.text() == "instruments 1.2 % of 1.5 %"
    assert bar.probe.text() == "probe 64 of 140 train examples"
    QTest.mouseClick(bar.share, Left)
    menu = next(w for w in QApplication.topLevelWidgets() if isinstance(w, QMenu) and w.isVisible())
    assert [action.text() for action in menu.actions() if action.isChecked()] == [
        "Up to 1.5 % of the training time"
    ]
    menu.actions()[3].trigger()
    menu.close()
    assert studio.session.watchers.share == studio.preferences.instrument_share == 0.1
    assert bar.share.text() == "instruments 1.2 % of 10 %"
    studio.session.state = "idle"


def spoil(studio: Studio) -> None:
    """Three scores for two classes, and a Dropout that nothing flows into."""
    graph = studio.document.graph.put(NodeId("out"), Dense(out_features=3))
    studio.document.edit("Spoil", graph.add(CATALOGUE["Dropout"](), name="loose"))


def rows(bar: StatusBar) -> dict[str, ProblemRow]:
    assert bar.sheet is not None
    return {row.problem.node or "": row for row in bar.sheet.list.rows}


def test_it_counts_what_the_drawing_amounts_to(bar: StatusBar) -> None:
    counted = sum(
        parameter.numel()
        for layer in (nn.Linear(2, 8), nn.Linear(8, 2))
        for parameter in layer.parameters()
    )
    texts = [line.text() for line in bar.totals]
    assert texts[:3] == ["5 layers", f"{counted} parameters", "32 multiply-adds"]
    assert texts[3] == f"{4 * (2 + 8 + 8 + 2)} B activations an example"
    assert bar.problems.value() == "No problems"


def test_it_says_how_and_where_it_runs(bar: StatusBar, studio: Studio, qtbot: QtBot) -> None:
    assert [bar.probe.text(), bar.seed.text(), bar.place.text()] == [
        "probe 140 train examples",
        "seed 0",
        "float32 · CPU",
    ]
    assert (bar.state.text(), bar.busy.value()) == ("Idle", False)
    studio.session.step()
    assert (bar.state.text(), bar.busy.value()) == ("Training", True)
    qtbot.waitUntil(lambda: bar.state.text() == "Paused", timeout=10_000)
    assert not bar.busy.value()
    precise = studio.document.project.settings.but(precision="float64", threads=2)
    studio.document.change("Precision", replace(studio.document.project, settings=precise))
    qtbot.waitUntil(lambda: bar.place.text() == "float64 · CPU · 2 threads")


@pytest.mark.parametrize("width", [700, 900, 1196, 1280])
def test_what_instruments_take_is_never_cut(bar: StatusBar, width: int) -> None:
    bar.resize(width, bar.height())
    bar.show()
    assert bar.share.width() >= QFontMetrics(bar.share.font()).horizontalAdvance(bar.share.text())


def test_a_press_opens_the_sheet_and_a_fix_mends(
    bar: StatusBar, studio: Studio, qtbot: QtBot
) -> None:
    spoil(studio)
    qtbot.waitUntil(lambda: bar.problems.value() == "2 errors")
    qtbot.mouseClick(bar.problems, Left)
    assert rows(bar).keys() == {"loose", "loss"}
    qtbot.mouseClick(rows(bar)["loose"].fix, Left)
    qtbot.waitUntil(lambda: rows(bar).keys() == {"loss"})
    assert bar.problems.value() == "1 error"
    qtbot.mouseClick(rows(bar)["loss"].fix, Left)
    qtbot.waitUntil(lambda: bar.problems.value() == "No problems")
    assert bar.sheet is None


def test_a_press_on_a_row_leads_to_its_node(bar: StatusBar, studio: Studio, qtbot: QtBot) -> None:
    spoil(studio)
    bar.show_problems()
    with qtbot.waitSignal(studio.reveal) as revealed:
        qtbot.mouseClick(rows(bar)["loss"], Left, pos=QPoint(60, 12))
    assert revealed.args == ["loss"]
    assert studio.node == "loss"
    with qtbot.waitSignal(studio.reveal):
        qtbot.keyClick(rows(bar)["loose"], Key.Key_Return)
    assert studio.node == "loose"


def test_the_sheet_closes_on_a_second_press_and_on_escape(
    bar: StatusBar, studio: Studio, qtbot: QtBot
) -> None:
    qtbot.mouseClick(bar.problems, Left)
    assert bar.sheet is not None
    assert bar.sheet.title.text() == "No problems"
    qtbot.mouseClick(bar.problems, Left)
    assert bar.sheet is None
    spoil(studio)
    qtbot.mouseClick(bar.problems, Left)
    qtbot.keyClick(QApplication.focusWidget(), Key.Key_Escape)
    assert bar.sheet is None


def test_when_train_is_refused_the_sheet_says_why(bar: StatusBar, studio: Studio) -> None:
    spoil(studio)
    studio.session.train()
    assert bar.sheet is not None
    assert bar.sheet.why.text() == "Training cannot begin before these errors are mended."
    assert rows(bar).keys() == {"loose", "loss"}


def test_a_failure_is_a_card_that_leads_to_the_node_and_can_be_closed(
    bar: StatusBar, studio: Studio, qtbot: QtBot
) -> None:
    studio.session.failed.emit(FAILED)
    card = bar.card
    assert card is not None
    assert card.isVisible()
    assert "NaN at step 41" in card.message.text()
    assert card.detail.text() == "float32 overflow"
    assert studio.node == "out"
    studio.select()
    qtbot.mouseClick(card.lead, Left)
    assert studio.node == "out"
    qtbot.mouseClick(card.close_button, Left)
    assert card.isHidden()
    qtbot.waitUntil(lambda: bar.card is None, timeout=2000)


def test_the_card_goes_when_another_run_begins(
    bar: StatusBar, studio: Studio, qtbot: QtBot
) -> None:
    studio.session.failed.emit(FAILED)
    studio.session.step()
    assert bar.card is None
    qtbot.waitUntil(lambda: studio.session.state == "paused", timeout=10_000)


def test_the_card_stays_in_the_middle_of_the_window(bar: StatusBar, studio: Studio) -> None:
    studio.session.failed.emit(FAILED)
    card, window = bar.card, bar.window()
    assert card is not None
    window.resize(1000, 700)
    assert card.geometry().center().x() == pytest.approx(500, abs=1)
    assert window.rect().contains(card.geometry())
