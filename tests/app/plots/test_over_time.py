"""The pictures over time and the histograms show the numbers that were read, at a bounded cost."""

import math
from collections.abc import Callable

import numpy as np
import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QColor
from PySide6.QtTest import QTest

from app.chart.heat import painted
from app.chart.scale import Scale
from app.depth import latest_at, told
from app.plot import Plot
from app.plots.histograms import Histograms
from app.plots.parameters import Parameters
from app.plots.waterfall import Waterfall
from app.spreads import bin_in_words, place_of, shares_of
from app.studio import Studio
from app.theme.colormaps import viridis_table
from engine.bins import BINS, edges_of
from engine.events import Reading, Steps
from engine.graph import Edge, Graph
from engine.history import LIMIT, History
from engine.layers import CATALOGUE

Open = Callable[..., Plot]


def tell(telling, step: int, probe: str = "ErrorSignal", **lengths: float) -> None:
    telling.say(Steps(step, step / 20, np.ones(1), 1.0))
    telling.say(*(Reading(step, probe, node, value) for node, value in lengths.items()))


@pytest.fixture
def waterfall(open_plot: Open, telling) -> Waterfall:
    telling.begin()
    plot = open_plot(Waterfall, 372, 376)
    assert isinstance(plot, Waterfall)
    return plot


def test_each_cell_is_the_latest_reading_beside_the_last_layers(waterfall, telling) -> None:
    tell(telling, 0, dense_1=2.0, relu_1=0.2, conv_1=2e-6)
    tell(telling, 50, dense_1=4.0, relu_1=4.0, conv_1=0.0)
    tell(telling, 100, dense_1=1.0, relu_1=math.inf, conv_1=10.0)
    waterfall.redraw()
    shown = waterfall.chart.shown
    assert [name for _, name in shown.labels] == ["conv_1", "relu_1", "dense_1"]
    count, end = shown.values.shape[1], shown.x.high

    def at(step: int) -> list[float]:
        return shown.values[:, min(count - 1, int(step / end * count))].tolist()

    assert at(20) == pytest.approx([-6, -1, 0])
    assert at(70) == pytest.approx([-math.inf, 0, 0])
    assert at(99) == pytest.approx([1, math.inf, 0])
    assert np.isnan(shown.values[:, -1]).all() or end <= 101  # what is not yet
    assert shown.outside == "0, ∞"
    readout = shown.read(0, int(20 / end * count))
    assert [value.text for value in readout.values] == ["2.00·10^−6", "1.00·10^−6"]


def test_the_colours_do_not_move(waterfall, telling) -> None:
    for step, value in ((0, 1e-3), (10, 1e-30), (20, 1e20)):
        tell(telling, step, dense_1=1.0, conv_1=value)
        waterfall.redraw()
        shown = waterfall.chart.shown
        assert (shown.colours.low, shown.colours.high) == (-8, 1)
    picture = painted(
        np.array([[-8.0, 1.0, -30.0, np.nan, -np.inf]]), shown.colours, tokens(waterfall)
    )
    table = viridis_table()
    ends = [QColor(*map(int, table[place])).name() for place in (0, -1, 0)]
    assert [picture.pixelColor(x, 0).name() for x in range(3)] == ends
    assert picture.pixelColor(3, 0).name() == tokens(waterfall).s2
    assert picture.pixelColor(4, 0).name() == tokens(waterfall).bad


def tokens(plot: Plot):
    return plot.studio.theme.tokens


def test_a_press_selects_the_row(waterfall, telling, studio: Studio) -> None:
    tell(telling, 5, dense_1=1.0, relu_1=1.0, conv_1=1.0)
    waterfall.redraw()
    box = waterfall.chart.box()
    at = QPoint(int(box.left() + 10), int(box.center().y()))
    QTest.mouseClick(waterfall.chart, Qt.MouseButton.LeftButton, pos=at)
    assert studio.nodes == {"relu_1"}
    waterfall.chart.setFocus(Qt.FocusReason.TabFocusReason)
    QTest.keyClick(waterfall.chart, Qt.Key.Key_Down)
    assert waterfall.chart.under == (1, 0)


def test_what_is_drawn_does_not_grow_with_the_run(waterfall, telling) -> None:
    """As many numbers as columns, and only they are looked at, however many readings there are."""
    shapes = set()
    for count in (10, 10_000):
        telling.begin(epochs=0)
        tell(telling, 0, dense_1=1.0, conv_1=1.0)
        for node in ("dense_1", "conv_1"):
            curve = waterfall.history.scalars["ErrorSignal", node]
            curve.extend(np.arange(1, count), np.ones(count - 1))
        tell(telling, count, dense_1=1.0, conv_1=1.0)
        waterfall.redraw()
        shapes.add(waterfall.chart.shown.values.shape)
    assert len(shapes) == 1
    assert LIMIT <= 1 << 20


@pytest.mark.parametrize("columns", [1, 7, 100])
def test_columns_take_the_last_reading_before_their_end(columns: int) -> None:
    steps, span = np.array([3, 4, 40, 77]), Scale(0.0, 128.0)
    found = latest_at(steps, span, columns)
    for column in range(columns):
        end = math.ceil(128 * (column + 1) / columns)
        begin = math.ceil(128 * column / columns)
        wanted = max((i for i, step in enumerate(steps) if step <= end), default=-1)
        assert found[column] == (-1 if begin > 77 else wanted)


class TestHistograms:
    @pytest.fixture
    def plot(self, open_plot: Open, telling) -> Histograms:
        telling.begin()
        made = open_plot(Histograms, 372, 376)
        assert isinstance(made, Histograms)
        return made

    def test_each_row_is_the_latest_histogram_in_shares(self, plot, telling) -> None:
        telling.look(0)
        telling.look(9, seed=4)
        plot.redraw()
        counts = plot.history.latest["ActivationSpread", "conv_1"].value
        ridge = plot.chart.shown.ridges[0]
        assert ridge.name == "conv_1"
        np.testing.assert_allclose(ridge.shares, counts[1:-1] / counts.sum())
        assert ridge.below == pytest.approx(counts[0] / counts.sum())
        first = plot.history.films["ActivationSpread", "conv_1"].frames[0]
        np.testing.assert_allclose(ridge.before, first[1:-1] / first.sum())

    def test_a_layers_gradients_are_those_of_its_weights_and_biases(self, plot, telling) -> None:
        telling.look(0)
        plot.quantity.setValue("GradientSpread")
        plot.redraw()
        latest = plot.history.latest
        both = sum(latest["GradientSpread", f"conv_1.{part}"].value for part in ("weight", "bias"))
        assert [ridge.name for ridge in plot.chart.shown.ridges] == ["conv_1", "dense_1"]
        np.testing.assert_allclose(plot.chart.shown.ridges[0].shares, both[1:-1] / both.sum())

    def test_a_bin_is_read_off_and_a_row_picked(self, plot, telling, studio: Studio) -> None:
        telling.look(0)
        plot.redraw()
        shown, box = plot.chart.shown, plot.chart.box()
        readout = shown.read(0, BINS // 2)
        assert readout.title.startswith("conv_1 · within ±0.0")
        at = QPoint(int(box.center().x()), int(box.bottom() - 3))
        QTest.mouseClick(plot.chart, Qt.MouseButton.LeftButton, pos=at)
        assert studio.nodes == {"dense_1"}


def test_numbers_lie_in_the_bins_where_the_axis_says() -> None:
    for fine in (0.25, 0.01, 1e-12):
        edges = edges_of(fine)
        for value in (-50.0, -1e-3, 0.0, 1e-7, 0.3, 99.0):
            place = np.searchsorted(edges, value, side="right") - 1
            assert int(place_of(value, fine) * BINS) == place
        assert bin_in_words(BINS // 2, fine).startswith("within ±")
    shares, below, above = shares_of(np.array([1, *[0] * BINS, 3]))
    assert (shares.sum(), below, above) == (0, 0.25, 0.75)


class TestParameters:
    @pytest.fixture
    def plot(self, open_plot: Open, telling) -> Parameters:
        telling.begin()
        made = open_plot(Parameters, 480, 376)
        assert isinstance(made, Parameters)
        return made

    def test_each_column_is_a_histogram_at_one_step(self, plot, telling) -> None:
        counts = np.zeros(BINS + 2, np.int64)
        counts[1 + BINS // 2], counts[1 + BINS // 2 + 3] = 90, 10
        telling.say(
            Steps(1, 0.05, np.ones(1), 1.0), Reading(1, "WeightSpread", "conv_1.weight", counts)
        )
        plot.redraw()
        shown = plot.chart.shown
        middle = len(shown.values) // 2
        column = shown.values[:, 0]
        assert column[middle] == pytest.approx(math.log10(0.9))
        assert column[middle - 3] == pytest.approx(-1)  # positive numbers lie above
        assert (np.delete(column, [middle, middle - 3]) == -4).all()
        assert shown.read(middle, 0).values[0].text == "90 %"

    def test_the_selected_layers_own_is_shown(self, plot, telling, studio: Studio, qtbot) -> None:
        telling.look(3)
        plot.redraw()
        assert plot.parameter.value() == "conv_1.weight"
        studio.select(["dense_1"])
        qtbot.waitUntil(lambda: plot.parameter.value() == "dense_1.weight")
        assert plot.subtitle == "batch noise 1.0 × signal"

    def test_all_of_them_by_the_length_of_their_gradient(self, plot, telling) -> None:
        telling.train(1, 3)
        telling.look(3)
        plot.quantity.setValue("ParameterGradient")
        plot.redraw()
        shown = plot.chart.shown
        names = [name for _, name in shown.labels]
        assert names == ["conv_1.weight", "conv_1.bias", "dense_1.weight", "dense_1.bias"]
        length = plot.history.latest["ParameterGradient", "conv_1.bias"].value
        known = shown.values[1][~np.isnan(shown.values[1])]
        assert known == pytest.approx([math.log10(length)] * len(known))
        assert len(known)


def test_words_tell_what_the_weights_hide() -> None:
    """The signal dies, and the gradients of the weights look as good at the first layer as at the last."""
    names = ["data", "flatten"]
    graph = (
        Graph().add(CATALOGUE["Input"](), name="data").add(CATALOGUE["Flatten"](), name="flatten")
    )
    for place in range(1, 6):
        for kind in ("Dense", "Sigmoid"):
            graph = graph.add(CATALOGUE[kind](), name=f"{kind.lower()}_{place}")
            names.append(f"{kind.lower()}_{place}")
    graph = graph.add(CATALOGUE["CrossEntropyLoss"](), name="loss")
    edges = [Edge(a, b) for a, b in zip(names[:-1], names[1:-1], strict=False)]
    graph = graph.connect(*edges, Edge(names[-2], "loss", "out", "prediction"))
    history = History()
    for place in range(1, 6):
        history.add(Reading(0, "ErrorSignal", f"dense_{place}", 10.0 ** (2 * place)))
        history.add(Reading(0, "ErrorSignal", f"sigmoid_{place}", 10.0 ** (2 * place)))
        history.add(Reading(0, "WeightGradient", f"dense_{place}", 1.5 if place == 1 else 1.0))
    said = told(graph, history, "ErrorSignal")
    assert said.state == "bad"
    assert said.sentence == (
        "sigmoid_1 gets 1.0·10⁻⁶ of sigmoid_4's error signal: ×0.010 a layer. "
        "The weights' gradients hide it: first by last 1.5×"
    )
    assert told(graph, history, "WeightGradient").sentence == (
        "Looks equal (1.5× from first to last), "
        "but sigmoid_1 gets 1.0·10⁻⁶ of sigmoid_4's error signal: ×0.010 a layer"
    )
    history.add(Reading(0, "WeightGradient", "dense_1", 1e-5))
    assert "hide" not in told(graph, history, "ErrorSignal").sentence
    for place, ratio in ((1, 1e-3), (2, 0.5), (3, 2e-3)):
        history.add(Reading(0, "UpdateRatio", f"dense_{place}", ratio))
    assert told(graph, history, "UpdateRatio").sentence == (
        "One step moves dense_2 by 0.50 of its weights: far"
    )
