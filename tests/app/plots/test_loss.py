"""The loss plot draws the numbers that it was given, at a cost that does not grow with the run."""

from collections.abc import Callable

import numpy as np
import pytest
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QMouseEvent
from PySide6.QtTest import QTest

from app.chart.figure import Line
from app.plot import Plot
from app.plots.loss import Loss
from engine.events import Adjusted, Reading, Steps, Validated

Open = Callable[..., Plot]


@pytest.fixture
def loss(open_plot: Open, telling) -> Loss:
    telling.begin("run 3")
    plot = open_plot(Loss)
    assert isinstance(plot, Loss)
    return plot


def line(plot: Loss, name: str) -> Line:
    assert plot.chart.figure is not None
    return next(line for line in plot.chart.figure.lines if line.name == name)


def test_it_draws_what_was_said(loss: Loss, telling) -> None:
    telling.train(1, 100)
    loss.redraw()
    steps = np.arange(1, 101)
    np.testing.assert_allclose(line(loss, "batch").ys, 2.3 * np.exp(-steps / 100) * 1.1)
    np.testing.assert_allclose(line(loss, "batch").xs, steps / 20)
    np.testing.assert_allclose(line(loss, "probe").ys, 2.3 * np.exp(-steps[4::5] / 100))
    np.testing.assert_allclose(line(loss, "dev").ys, 2.3 * np.exp(-steps[19::20] / 100) + 0.2)
    np.testing.assert_allclose(line(loss, "dev").xs, [1, 2, 3, 4, 5])
    assert line(loss, "dev").label == "dev 1.05"
    assert line(loss, "dev").dashes
    assert loss.subtitle == "run 3"


def test_all_of_it_lies_within_the_axes(loss: Loss, telling) -> None:
    ranges = []
    for step in (1, 5, 40, 200):
        telling.train(1 if step == 1 else ranges[-1][0] + 1, step)
        loss.redraw()
        figure = loss.chart.figure
        assert figure is not None
        for drawn in figure.lines:
            if drawn.name != "batch":
                assert (figure.y.share(drawn.ys) >= 0).all()
                assert (figure.y.share(drawn.ys) <= 1).all()
            assert (figure.x.share(drawn.xs) <= 1).all()
        ranges.append((step, figure.y.low, figure.y.high, figure.x.high))
    assert [r[1] for r in ranges] == sorted((r[1] for r in ranges), reverse=True)
    assert [r[3] for r in ranges] == sorted(r[3] for r in ranges)


def test_a_value_beyond_the_axis_is_drawn_at_its_edge(loss: Loss, telling) -> None:
    telling.train(1, 50)
    telling.say(Steps(51, 2.55, np.array([0.0]), 1.0), Steps(52, 2.6, np.array([1e30]), 1.0))
    loss.redraw()
    frame = loss.chart.frame()
    assert frame is not None
    tops = frame.top(np.array([0.0, 1e30]))
    assert abs(tops[0] - frame.box.bottom()) <= 1.01
    assert abs(tops[1] - frame.box.top()) <= 1.01


def test_gap_flag_and_changes_are_marked(loss: Loss, telling) -> None:
    for epoch, dev in enumerate([2.0, 1.2, 1.4, 1.7], 1):
        step = 20 * epoch
        telling.say(
            Steps(step, float(epoch), np.full(20, 1.0), 1.0),
            Reading(step, "ProbeLoss", None, 0.5),
            Validated(step, epoch, 0.5, dev, 0.8, 0.7, 1.0),
        )
    telling.say(Adjusted(40, "learning_rate", 0.1, 0.01))
    loss.redraw()
    figure = loss.chart.figure
    assert figure is not None
    (flag,) = figure.flags
    assert (flag.x, flag.y, flag.text) == (2.0, 1.2, "best dev 1.20")
    (area,) = figure.areas
    assert area.xs.tolist() == [2.0, 3.0, 4.0]
    assert area.highs.tolist() == [1.2, 1.4, 1.7]
    assert area.lows.tolist() == [0.5, 0.5, 0.5]
    (moment,) = figure.moments
    assert (moment.x, moment.text) == (2.0, "rate .1 → .01")


def test_accuracy_is_offered_once_it_exists(loss: Loss, telling) -> None:
    telling.train(1, 19)
    loss.redraw()
    assert loss.measure.isHidden()
    telling.train(20, 60)
    loss.redraw()
    assert not loss.measure.isHidden()
    loss.measure.setValue("accuracy")
    loss.measure.changed.emit("accuracy")
    assert loss.axis.isHidden()
    accuracies = 1 - 2.3 * np.exp(-np.array([20, 40, 60]) / 100) / 2.6
    np.testing.assert_allclose(line(loss, "train").ys, accuracies)
    np.testing.assert_allclose(line(loss, "dev").ys, accuracies - 0.1)
    assert line(loss, "dev").label == f"dev {100 * (accuracies[-1] - 0.1):.1f} %"


def test_a_linear_axis_begins_at_zero(loss: Loss, telling) -> None:
    telling.train(1, 30)
    loss.axis.setValue("even")
    loss.axis.changed.emit("even")
    assert loss.chart.figure is not None
    assert (loss.chart.figure.y.low, loss.chart.figure.y.log) == (0.0, False)


def test_the_readout_says_what_was_measured(loss: Loss, telling) -> None:
    telling.train(1, 100)
    loss.redraw()
    assert loss.chart.figure is not None
    readout = loss.chart.figure.read(3.02)
    assert readout is not None
    assert readout.title == "epoch 3.0 · step 60"
    said = {value.name: value.text for value in readout.values}
    at_60 = 2.3 * np.exp(-0.6)
    assert said == {
        "dev": f"{at_60 + 0.2:.3f}",
        "probe": f"{at_60:.3f}",
        "gap": "0.2000",
        "batch": f"{at_60 * 1.1:.3f}",
    }
    assert readout.values[0].point == pytest.approx((3.0, at_60 + 0.2))


def wheel_to(plot: Loss, start: int, end: int) -> None:
    QTest.mousePress(plot.chart, Qt.MouseButton.LeftButton, pos=QPoint(start, 150))
    for x in (start + 10, end):
        at = QPointF(x, 150)
        plot.chart.mouseMoveEvent(
            QMouseEvent(
                QMouseEvent.Type.MouseMove,
                at,
                at,
                Qt.MouseButton.NoButton,
                Qt.MouseButton.LeftButton,
                Qt.KeyboardModifier.NoModifier,
            )
        )
    QTest.mouseRelease(plot.chart, Qt.MouseButton.LeftButton, pos=QPoint(end, 150))


def test_dragging_zooms_and_a_double_click_shows_everything(loss: Loss, telling) -> None:
    telling.train(1, 400)
    loss.redraw()
    before = loss.chart.frame()
    assert before is not None
    wheel_to(loss, 144, 244)
    after = loss.chart.frame()
    assert after is not None
    assert after.x.low == pytest.approx(before.x_at(144))
    assert after.x.high == pytest.approx(before.x_at(244))
    assert line(loss, "batch").xs.min() >= after.x.low - 0.1
    QTest.mouseDClick(loss.chart, Qt.MouseButton.LeftButton, pos=QPoint(200, 150))
    assert loss.chart.window_ is None
    assert line(loss, "batch").xs.min() == pytest.approx(1 / 20)


def test_another_run_begins_anew(loss: Loss, telling) -> None:
    telling.train(1, 100)
    loss.redraw()
    wheel_to(loss, 144, 244)
    telling.begin("run 4")
    loss.redraw()
    assert loss.subtitle == "run 4"
    assert loss.chart.window_ is None
    assert loss.chart.figure is not None
    assert not loss.chart.figure.lines
    telling.train(1, 3)
    loss.redraw()
    assert len(line(loss, "batch").xs) == 3


@pytest.mark.parametrize("count", [10_000, 300_000])
def test_what_is_drawn_is_bounded_by_pixels_however_long_the_run(
    loss: Loss, telling, count: int
) -> None:
    """`tests/benchmarks/plots.py` measures what a frame costs."""
    telling.begin(epochs=0)
    losses = 2.5 * np.exp(-5 * np.arange(count) / count)
    loss.history.add(Steps(count, count / 100, losses, 1.0))
    loss.redraw()
    assert loss.chart.figure is not None
    assert max(len(drawn.xs) for drawn in loss.chart.figure.lines) <= 2 * loss.chart.columns


def test_the_keyboard_moves_the_readout(loss: Loss, telling) -> None:
    telling.train(1, 100)
    loss.redraw()
    chart = loss.chart
    chart.setFocus(Qt.FocusReason.TabFocusReason)
    frame = chart.frame()
    assert frame is not None
    QTest.keyClick(chart, Qt.Key.Key_Left)
    assert chart._cursor is not None
    there = chart._cursor
    QTest.keyClick(chart, Qt.Key.Key_Left, Qt.KeyboardModifier.ShiftModifier)
    assert chart._cursor == there - 10
    QTest.keyClick(chart, Qt.Key.Key_Escape)
    assert chart._cursor is None
