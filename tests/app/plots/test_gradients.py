"""The depth picture shows ratios to the last layer, in the order of the network, and says what they mean."""

import math
from collections.abc import Callable

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from app.plot import Plot
from app.plots.gradients import Gradients
from app.studio import Studio
from engine.events import Reading

Open = Callable[..., Plot]


@pytest.fixture
def gradients(open_plot: Open, telling) -> Gradients:
    telling.begin()
    plot = open_plot(Gradients, 372, 376)
    assert isinstance(plot, Gradients)
    return plot


def tell(telling, step: int, **lengths: float) -> None:
    telling.say(*(Reading(step, "ErrorSignal", node, value) for node, value in lengths.items()))


def test_bars_are_ratios_to_the_last_layer(gradients: Gradients, telling) -> None:
    tell(telling, 0, dense_1=4.0, conv_1=2.0, relu_1=8.0, image=99.0)
    tell(telling, 5, dense_1=2.0, conv_1=2e-5, relu_1=3.6, image=99.0)
    gradients.redraw()
    shown = gradients.chart.shown
    assert shown is not None
    assert [bar.name for bar in shown.bars] == ["conv_1", "relu_1", "dense_1"]
    assert [bar.power for bar in shown.bars] == pytest.approx([-5, math.log10(1.8), 0])
    assert [bar.ghost for bar in shown.bars] == pytest.approx([math.log10(0.5), math.log10(2), 0])
    assert [bar.text for bar in shown.bars] == ["10^−5", "1.8×", "1.0×"]
    assert shown.verdict == "relu_1 gets 1.8× the error signal of dense_1"  # the layer's output
    assert shown.state == "ok"


def test_the_readout_says_the_lengths_themselves(gradients: Gradients, telling) -> None:
    tell(telling, 0, dense_1=4.0, conv_1=2.0)
    gradients.redraw()
    assert gradients.chart.shown is not None
    readout = gradients.chart.shown.read(0)
    assert readout is not None
    assert [value.text for value in readout.values] == ["2.00", "0.500", "0.500", "0.408"]
    # the last is what theory expects: √(1/6), a Dense as PyTorch draws it after a ReLU


def test_without_a_last_signal_there_is_nothing_to_compare_with(
    gradients: Gradients, telling
) -> None:
    tell(telling, 0, dense_1=0.0, conv_1=2.0)
    gradients.redraw()
    assert gradients.chart.shown is not None
    assert not gradients.chart.shown.bars
    assert "nothing to compare with" in gradients.chart.shown.verdict


def test_the_axis_grows_in_steps_and_not_back(gradients: Gradients, telling) -> None:
    def axis() -> tuple[float, float]:
        gradients.redraw()
        assert gradients.chart.shown is not None
        return gradients.chart.shown.axis.low, gradients.chart.shown.axis.high

    tell(telling, 0, dense_1=1.0, conv_1=1.0)
    assert axis() == (-8, 1)
    tell(telling, 1, conv_1=3e-18)
    assert axis() == (-20, 1)
    tell(telling, 2, conv_1=50.0)
    assert axis() == (-20, 2)
    tell(telling, 3, conv_1=1e-320)
    assert axis() == (-330, 2)
    telling.begin("run 2")
    tell(telling, 0, dense_1=1.0, conv_1=1.0)
    assert axis() == (-8, 1)


def test_the_switch_shows_the_gradients_of_the_weights(gradients: Gradients, telling) -> None:
    tell(telling, 0, dense_1=1.0, relu_1=1.0, conv_1=1.0)
    telling.say(
        Reading(0, "WeightGradient", "conv_1", 3.0), Reading(0, "WeightGradient", "dense_1", 1.5)
    )
    gradients.quantity.setValue("WeightGradient")
    gradients.quantity.changed.emit("WeightGradient")
    assert gradients.chart.shown is not None
    assert [(bar.name, bar.text) for bar in gradients.chart.shown.bars] == [
        ("conv_1", "2.0×"),
        ("dense_1", "1.0×"),
    ]
    assert gradients.chart.shown.verdict == "conv_1 gets 2.0× the weight gradient of dense_1"


def test_a_press_selects_the_layer(
    gradients: Gradients, telling, studio: Studio, qtbot: QtBot
) -> None:
    tell(telling, 0, dense_1=1.0, relu_1=1.0, conv_1=1.0)
    gradients.redraw()
    chart = gradients.chart
    assert chart.shown is not None
    box = chart.frame(chart.shown).box
    middle = QPoint(int(box.left() + box.width() / 2), int(box.center().y()))
    QTest.mouseClick(chart, Qt.MouseButton.LeftButton, pos=middle)
    assert studio.nodes == {"relu_1"}
    qtbot.waitUntil(lambda: chart.shown is not None and chart.shown.selected == "relu_1")


def test_the_axis_of_zero_and_infinity_has_arrows(gradients: Gradients, telling) -> None:
    tell(telling, 0, dense_1=1.0, relu_1=0.0, conv_1=math.inf)
    gradients.redraw()
    assert gradients.chart.shown is not None
    assert [bar.text for bar in gradients.chart.shown.bars] == ["∞", "0", "1.0×"]
    tokens = gradients.studio.theme.tokens
    shown = gradients.chart.grab().toImage()
    red = sum(
        shown.pixelColor(x, y).name() == tokens.bad
        for x in range(50, 300)
        for y in range(40, shown.height())
    )
    assert red > 30, "two arrows in the colour of what is bad"
