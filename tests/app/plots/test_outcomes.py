"""The confusion matrix, its figures and the dots of measured values are those of scikit-learn."""

from collections.abc import Callable

import numpy as np
import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from sklearn import metrics

from app.chart.matrix import spots_of
from app.plot import Plot
from app.plots.outcomes import Outcomes
from engine.dataset import Recipe
from engine.datasets import DATASETS
from engine.events import Judged
from engine.run import Run

Open = Callable[..., Plot]


@pytest.fixture
def outcomes(open_plot: Open, telling) -> Outcomes:
    telling.begin()
    plot = open_plot(Outcomes, 480, 340)
    assert isinstance(plot, Outcomes)
    return plot


def judged(telling, seed: int = 0) -> Judged:
    """An epoch in which three of four digits are right."""
    truths = telling.studio.document.meaning.data.dev.targets
    chance = np.random.default_rng(seed)
    wrong = chance.random(len(truths)) < 0.25
    found = np.where(wrong, chance.integers(0, 10, len(truths)), truths)
    event = Judged(20, 1, truths, found, np.arange(len(truths)), 10)
    telling.say(event)
    return event


def test_the_matrix_is_that_of_scikit_learn(outcomes: Outcomes, telling) -> None:
    event = judged(telling)
    outcomes.redraw()
    shown = outcomes.matrix.matrix
    assert shown is not None
    counts = metrics.confusion_matrix(event.truths, event.outcomes)
    np.testing.assert_array_equal(shown.counts, counts)
    by_row = metrics.confusion_matrix(event.truths, event.outcomes, normalize="true")
    np.testing.assert_allclose(shown.shares, by_row)
    found = metrics.precision_recall_fscore_support(event.truths, event.outcomes)
    for (_, texts), values in zip(shown.figures, found, strict=False):
        assert texts == tuple(f"{100 * value:.1f}" for value in values)
    right = metrics.accuracy_score(event.truths, event.outcomes)
    assert shown.said.startswith(f"{100 * right:.1f} % right")
    assert outcomes.subtitle == "dev, epoch 1"


def test_cells_say_counts_or_shares_of_their_row(outcomes: Outcomes, telling) -> None:
    event = judged(telling)
    outcomes.redraw()
    assert outcomes.matrix.matrix is not None
    count = int(((event.truths == 3) & (event.outcomes == 3)).sum())
    assert outcomes.matrix.matrix.text(3, 3) == str(count)
    outcomes.cells.setValue("share")
    outcomes.cells.changed.emit("share")
    whole = int((event.truths == 3).sum())
    assert outcomes.matrix.matrix.text(3, 3) == f"{100 * count / whole:.0f}"
    readout = outcomes.matrix.matrix.read(3, 3)
    assert readout.title == "3 taken for 3"
    assert [v.text for v in readout.values][:2] == [str(count), f"{100 * count / whole:.1f} %"]


def test_a_cell_lists_its_examples_and_shows_the_first(outcomes: Outcomes, telling) -> None:
    event = judged(telling)
    outcomes.redraw()
    matrix = outcomes.matrix.matrix
    assert matrix is not None
    wrong = np.argwhere(event.truths != event.outcomes)[0, 0]
    row, column = int(event.truths[wrong]), int(event.outcomes[wrong])
    spots = spots_of((outcomes.matrix.width(), outcomes.matrix.height()), matrix)
    place = spots.cell(row, column).center().toPoint()
    QTest.mouseClick(outcomes.matrix, Qt.MouseButton.LeftButton, pos=place)
    chosen = np.flatnonzero((event.truths == row) & (event.outcomes == column))
    assert outcomes.examples.count() == len(chosen)
    assert telling.studio.session.example == ("dev", chosen[0])
    last = outcomes.examples.visualItemRect(outcomes.examples.item(len(chosen) - 1))
    if len(chosen) > 1:
        QTest.mouseClick(outcomes.examples.viewport(), Qt.MouseButton.LeftButton, pos=last.center())
        assert telling.studio.session.example == ("dev", chosen[-1])
    spots = spots_of((outcomes.matrix.width(), outcomes.matrix.height()), matrix)
    place = spots.cell(row, column).center().toPoint()
    QTest.mouseClick(outcomes.matrix, Qt.MouseButton.LeftButton, pos=place)
    assert outcomes.examples.isHidden()


def test_the_keyboard_walks_the_cells(outcomes: Outcomes, telling) -> None:
    event = judged(telling)
    outcomes.redraw()
    outcomes.matrix.setFocus(Qt.FocusReason.TabFocusReason)
    QTest.keyClick(outcomes.matrix, Qt.Key.Key_Down)
    QTest.keyClick(outcomes.matrix, Qt.Key.Key_Right)
    QTest.keyClick(outcomes.matrix, Qt.Key.Key_Return)
    ones = np.flatnonzero((event.truths == 1) & (event.outcomes == 1))
    assert telling.studio.session.example == ("dev", ones[0])


def test_measured_values_are_dots_around_a_line(outcomes: Outcomes, telling) -> None:
    studio = telling.studio
    recipe = Recipe.usual(DATASETS["Diabetes"]())
    project = studio.document.project
    studio.session.run = Run("run 2", project.graph, recipe, project.settings)
    studio.session.run_changed.emit()
    truths = recipe.prepare().dev.targets
    found = (truths * 0.9 + 5).astype(np.float32)
    telling.say(Judged(20, 1, truths, found, np.arange(len(truths)), 0))
    outcomes.redraw()
    figure = outcomes.dots.figure
    assert figure is not None
    assert outcomes.dots.isVisible()
    np.testing.assert_allclose(figure.dots[0].xs, truths[:, 0])
    np.testing.assert_allclose(figure.dots[0].ys, found[:, 0])
    assert f"{metrics.r2_score(truths, found):.3f}" in figure.unit
    outcomes.view.setValue("residual")
    outcomes.view.changed.emit("residual")
    figure = outcomes.dots.figure
    np.testing.assert_allclose(figure.dots[0].ys, found[:, 0] - truths[:, 0], atol=1e-4)
    frame = outcomes.dots.frame()
    assert frame is not None
    at = 7
    x = float(frame.left(float(truths[at, 0])))
    y = float(frame.top(float(found[at, 0] - truths[at, 0])))
    QTest.mouseClick(outcomes.dots, Qt.MouseButton.LeftButton, pos=QPoint(round(x), round(y)))
    part, number = studio.session.example
    assert part == "dev"
    assert truths[number, 0] == pytest.approx(truths[at, 0], abs=3)


def test_too_many_classes_are_said_not_drawn(outcomes: Outcomes, telling) -> None:
    labels = np.arange(5000) % 1000
    telling.say(Judged(20, 1, labels, labels, np.arange(5000), 1000))
    outcomes.redraw()
    assert outcomes.matrix.matrix is None
    assert "1000 classes" in outcomes.matrix.empty


def test_outcomes_that_are_no_numbers_are_left_out(outcomes: Outcomes, telling) -> None:
    truths = np.array([[1.0], [2.0], [3.0]])
    found = np.array([[1.0], [np.nan], [np.inf]])
    telling.say(Judged(20, 1, truths, found, np.arange(3), 0))
    outcomes.redraw()
    assert not outcomes.grab().isNull()
