"""Runs compared: laid over one another, told apart in words, renamed, deleted, brought back and restored."""

from collections.abc import Callable

import numpy as np
import pytest
from person import LEFT, PLAIN, Person
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLineEdit, QStyle, QStyleOptionViewItem, QTabBar

from app.chart.matrix import spots_of
from app.plots.run_table import NAME
from app.plots.runs import Runs

Desk = Callable[..., Person]


@pytest.fixture
def person(desk: Desk) -> Person:
    """A person who has trained twice, the second time with another rate."""
    made = desk("one-hidden-layer", epochs=2)
    made.press("Train")
    made.state("training")
    made.state("idle")
    made.fill_in("Rate", "0.01")
    made.press("Restart")
    made.state("training")
    made.state("idle")
    return made


def open_tab(person: Person, title: str) -> None:
    """Click the tab of a plot that lies behind another."""
    for bar in person.window.findChildren(QTabBar):
        for place in range(bar.count()):
            if bar.tabText(place) == title:
                QTest.mouseClick(bar, LEFT, PLAIN, bar.tabRect(place).center())
                return
    raise AssertionError(f"no tab is called {title}")


def place_of(table: Runs, row: int, *, tick: bool = False) -> QPoint:
    """Where a row's name, or the box before it, is."""
    view, index = table.table, table.model.index(row, NAME)
    box = view.visualRect(index)
    if not tick:
        return QPoint(box.right() - 20, box.center().y())
    option = QStyleOptionViewItem()
    view.initViewItemOption(option)
    option.rect = box
    option.features |= QStyleOptionViewItem.ViewItemFeature.HasCheckIndicator
    part = QStyle.SubElement.SE_ItemViewItemCheckIndicator
    return view.style().subElementRect(part, option, view).center()


def click(table: Runs, place: QPoint) -> None:
    QTest.mouseClick(table.table.viewport(), LEFT, PLAIN, place)


def test_two_runs_are_laid_over_one_another_and_told_apart(person: Person) -> None:
    plots = person.window.arrangement.plots
    loss, table = plots["Loss"].plot, plots["Runs"].plot
    open_tab(person, "Runs")
    person.wait(lambda: table.isVisible())
    runs = person.studio.document.project.runs
    assert [run.name for run in runs] == ["run 1", "run 2"]
    click(table, place_of(table, 1, tick=True))
    person.wait(lambda: len(loss.chart.figure.ghosts) == 2)
    devs = [event.dev_loss for event in runs[0].history.validated]
    np.testing.assert_allclose(loss.chart.figure.ghosts[0].ys, devs)
    click(table, place_of(table, 1))
    person.wait(lambda: "Rate 0.01 → 0.05" in table.words.text())

    person.press("More of the curves")
    person.press("Along the x axis: Steps")
    person.wait(lambda: loss.chart.figure.x_name == "step")
    assert loss.chart.figure.x.high >= runs[0].history.step
    np.testing.assert_allclose(loss.chart.figure.ghosts[0].xs[-1], runs[0].history.step)

    QTest.mouseDClick(table.table.viewport(), LEFT, PLAIN, place_of(table, 1))
    person.wait(lambda: isinstance(QApplication.focusWidget(), QLineEdit))
    field = QApplication.focusWidget()
    QTest.keySequence(field, "Ctrl+A")
    QTest.keyClicks(field, "faster")
    QTest.keyClick(field, Qt.Key.Key_Return)
    person.wait(lambda: person.studio.document.project.runs[0].name == "faster")
    person.wait(lambda: loss.chart.figure.ghosts[0].label == "faster")


def test_a_run_is_deleted_brought_back_and_restored(person: Person) -> None:
    table = person.window.arrangement.plots["Runs"].plot
    open_tab(person, "Runs")
    person.wait(lambda: table.isVisible())
    click(table, place_of(table, 1))
    person.press("Delete the run")
    assert [run.name for run in person.studio.document.project.runs] == ["run 2"]
    person.key("Ctrl+Z")
    person.wait(lambda: len(person.studio.document.project.runs) == 2)
    click(table, place_of(table, 1))
    person.press("Restore the run")
    assert person.studio.document.project.settings.learning_rate == 0.05
    run = person.studio.session.run
    assert run is not None
    assert run.name == "run 1"
    before = run.history.step
    person.press("Step")
    person.wait(lambda: person.step == before + 1)


def test_a_cell_of_the_confusion_shows_its_examples(person: Person) -> None:
    plot = person.window.arrangement.plots["Outcomes"].plot
    open_tab(person, "Outcomes")
    person.wait(lambda: plot.matrix.matrix is not None)
    run = person.studio.session.run
    assert run is not None
    judged = run.history.judged
    assert judged is not None
    wrong = np.flatnonzero(judged.truths != judged.outcomes)[0]
    cell = int(judged.truths[wrong]), int(judged.outcomes[wrong])
    spots = spots_of((plot.matrix.width(), plot.matrix.height()), plot.matrix.matrix)
    QTest.mouseClick(plot.matrix, LEFT, PLAIN, spots.cell(*cell).center().toPoint())
    assert person.studio.session.example == ("dev", wrong)
    person.press("Cells say: % of row")
    share = plot.matrix.matrix.shares[cell]
    person.wait(lambda: plot.matrix.matrix.text(*cell) == f"{100 * share:.0f}")
    assert person.see("Examples in the cell").isVisible()
