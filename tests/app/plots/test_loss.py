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
from engine.events import Adjusted, Reading, Remarked, Steps, Validated

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
    weights = 0.9 ** np.arange(59, -1, -1)  # of the last 60 minibatches
    smoothed = np.average(2.3 * np.exp(-np.arange(1, 61) / 100) * 1.1, weights=weights)
    assert said == {
        "smoothed": f"{smoothed:.3f}",
        "dev": f"{at_60 + 0.2:.3f}",
        "probe": f"{at_60:.3f}",
        "gap": "0.2000",
        "batch": f"{at_60 * 1.1:.3f}",
    }
    assert readout.values[0].point == pytest.approx((3.0, at_60 + 0.2))


def drag(plot: Loss, start: QPoint, end: QPoint) -> None:
    QTest.mousePress(plot.chart, Qt.MouseButton.LeftButton, pos=start)
    for at in (QPointF(start + (end - start) / 2), QPointF(end)):
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
    QTest.mouseRelease(plot.chart, Qt.MouseButton.LeftButton, pos=end)


def wheel_to(plot: Loss, start: int, end: int) -> None:
    drag(plot, QPoint(start, 150), QPoint(end, 150))


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


def test_the_average_is_drawn_through_the_minibatches(loss: Loss, telling) -> None:
    telling.train(1, 100)
    loss.redraw()
    smooth = line(loss, "smoothed")
    values = 2.3 * np.exp(-np.arange(1, 101) / 100) * 1.1
    weights = 0.9 ** np.arange(99, -1, -1)
    assert smooth.ys[0] == pytest.approx(values[0])
    assert smooth.ys[-1] == pytest.approx(np.average(values, weights=weights))
    loss.options.smoothing.setValue(0.0)
    loss.options.smoothing.changed.emit(0.0)
    np.testing.assert_allclose(line(loss, "smoothed").ys, values)
    np.testing.assert_allclose(line(loss, "batch").ys, values)  # the raw one is always there


@pytest.mark.parametrize(
    ("unit", "name", "title"),
    [
        ("steps", "step", "step 60"),
        ("examples", "examples seen", "3,840 examples · step 60"),
        ("seconds", "seconds", "1.20 s · step 60"),
    ],
)
def test_the_x_axis_counts_what_is_chosen(
    loss: Loss, telling, unit: str, name: str, title: str
) -> None:
    telling.train(1, 100)
    loss.options.unit.setValue(unit)
    loss.options.unit.changed.emit(unit)
    figure = loss.chart.figure
    assert figure is not None
    steps = np.arange(1, 101)
    by_hand = {"steps": steps, "examples": steps / 20 * 1280, "seconds": steps / 50}[unit]
    np.testing.assert_allclose(line(loss, "batch").xs, by_hand)
    assert figure.x_name == name
    readout = figure.read(by_hand[59])
    assert readout is not None
    assert readout.title == title


@pytest.mark.parametrize("axis", ["even", "log"])
@pytest.mark.parametrize("losses", [[np.nan] * 9, [0.0] * 9, [-1.0, -2.0], [np.inf, 1.0, np.nan]])
def test_no_loss_hides_the_curve(loss: Loss, telling, axis: str, losses: list[float]) -> None:
    telling.say(Steps(len(losses), 0.5, np.array(losses), 1.0))
    loss.axis.setValue(axis)
    loss.axis.changed.emit(axis)
    loss.grab()
    frame = loss.chart.frame()
    assert frame is not None
    assert frame.y.low < frame.y.high
    tops = frame.top(line(loss, "batch").ys)
    known = np.isfinite(tops)
    assert (tops[known] >= frame.box.top() - 1.01).all()
    assert (tops[known] <= frame.box.bottom() + 1.01).all()


def test_a_loss_of_zero_does_not_flatten_the_rest_on_a_log_axis(loss: Loss, telling) -> None:
    telling.train(1, 40)
    telling.say(Reading(41, "ProbeLoss", None, 0.0), Steps(41, 2.05, np.array([0.0]), 1.0))
    loss.redraw()
    frame = loss.chart.frame()
    assert frame is not None
    assert frame.y.low >= 0.1


def test_a_box_zooms_both_ways_and_a_double_click_shows_everything(loss: Loss, telling) -> None:
    telling.train(1, 400)
    loss.redraw()
    before = loss.chart.frame()
    assert before is not None
    drag(loss, QPoint(144, 100), QPoint(244, 180))
    after = loss.chart.frame()
    assert after is not None
    assert after.x.low == pytest.approx(before.x_at(144))
    assert float(before.top(after.y.high)) == pytest.approx(100)
    assert float(before.top(after.y.low)) == pytest.approx(180)
    QTest.mouseDClick(loss.chart, Qt.MouseButton.LeftButton, pos=QPoint(200, 150))
    again = loss.chart.frame()
    assert again is not None
    assert (again.x, again.y) == (before.x, before.y)


def test_past_runs_lie_over_it_in_colours_of_their_own(loss: Loss, telling) -> None:
    telling.train(1, 100)
    run = telling.studio.session.run
    telling.studio.document.record(run)
    telling.begin("run 4")
    telling.train(1, 60)
    telling.studio.overlay([run])
    figure = loss.chart.figure
    assert figure is not None
    dev, smooth = figure.ghosts
    np.testing.assert_allclose(dev.ys, 2.3 * np.exp(-np.arange(20, 101, 20) / 100) + 0.2)
    assert (dev.label, dev.colour) == ("run 3", telling.studio.theme.tokens.series[2])
    assert len(smooth.xs) == 100
    assert figure.x.high >= 5.0
    readout = figure.read(4.0)
    assert readout is not None
    assert readout.values[-1].name == "run 3"
    assert readout.values[-1].text == f"{2.3 * np.exp(-0.8) + 0.2:.3f}"
    telling.studio.overlay(())
    assert loss.chart.figure is not None
    assert not loss.chart.figure.ghosts


def test_measured_values_have_r_squared_in_place_of_accuracy(loss: Loss, telling) -> None:
    telling.say(
        Steps(20, 1.0, np.ones(20), 1.0),
        Validated(20, 1, 1.0, 1.2, None, None, 1.0, None, -0.5),
        Steps(40, 2.0, np.ones(20), 2.0),
        Validated(40, 2, 1.0, 1.1, None, None, 2.0, None, 0.3),
    )
    loss.redraw()
    assert not loss.measure.isHidden()
    loss.measure.setValue("r2")
    loss.measure.changed.emit("r2")
    np.testing.assert_allclose(line(loss, "dev").ys, [-0.5, 0.3])
    frame = loss.chart.frame()
    assert frame is not None
    assert frame.y.low <= -0.5


def test_a_hundred_runs_are_drawn_and_the_first_of_them_named(loss: Loss, telling) -> None:
    runs = []
    for number in range(100):
        telling.begin(f"run {number}")
        telling.train(1, 20)
        runs.append(telling.studio.session.run)
        telling.studio.document.record(runs[-1])
    telling.begin("now")
    telling.train(1, 5)
    telling.studio.overlay(runs)
    figure = loss.chart.figure
    assert figure is not None
    assert len(figure.ghosts) == 100  # of so many, only dev
    assert [ghost.label for ghost in figure.ghosts if ghost.label] == [f"run {n}" for n in range(6)]
    loss.grab()


def test_the_readout_says_what_happened_there(loss: Loss, telling) -> None:
    telling.train(1, 100)
    telling.say(
        Adjusted(60, "learning_rate", 0.1, 0.01),
        Adjusted(60, "dropout_1.p", 0.5, 0.2),
        Remarked(61, "rate × 0.5"),
    )
    loss.redraw()
    assert loss.chart.figure is not None
    assert [moment.text for moment in loss.chart.figure.moments] == [
        "dropout_1.p .5 → .2",
        "rate .1 → .01",
        "rate × 0.5",
    ]
    there, elsewhere = loss.chart.figure.read(3.02), loss.chart.figure.read(4.5)
    assert there is not None
    assert elsewhere is not None
    said = {value.name: value.text for value in there.values}
    assert said["rate .1 → .01"] == "step 60"
    assert said["rate × 0.5"] == "step 61"
    assert "rate .1 → .01" not in {value.name for value in elsewhere.values}
