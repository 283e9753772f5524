"""The forecast that is drawn is the run's own, at the years it is for, beside what came."""

from collections.abc import Callable

import numpy as np
import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest

from app.figures import forecasts
from app.plot import Plot
from app.plots.forecast import NO_SERIES, Forecast
from engine.dataset import Recipe
from engine.datasets.memory import Adding
from engine.datasets.series import Sunspots
from engine.events import Judged
from engine.template import template

Open = Callable[..., Plot]
LEFT = Qt.MouseButton.LeftButton


def opened(open_plot: Open, telling, name: str) -> Forecast:
    telling.studio.document.change("Bring", template(name))
    telling.begin()
    plot = open_plot(Forecast, 480, 340)
    assert isinstance(plot, Forecast)
    return plot


def judge(telling, miss: float) -> Judged:
    truths = telling.studio.document.meaning.data.dev.targets
    event = Judged(20, 1, truths, truths + np.float32(miss), np.arange(len(truths)), 0)
    telling.say(event)
    return event


@pytest.mark.parametrize("name", ["sunspots", "sunspots-every-year"])
def test_lines_are_the_series_and_the_forecast_at_their_years(
    open_plot: Open, telling, name: str
) -> None:
    plot = opened(open_plot, telling, name)
    plot.redraw()
    data = telling.studio.document.meaning.data
    figure = plot.chart.figure
    assert figure is not None
    assert [line.name for line in figure.key] == ["train", "what came"]
    judge(telling, 0.25)
    plot.redraw()
    figure = plot.chart.figure
    assert figure is not None
    train, came, foretold = figure.key
    years = np.array([int(title) for title in data.dev.titles])
    np.testing.assert_array_equal(came.xs, years)
    np.testing.assert_allclose(came.ys, data.dev.targets[:, -1])
    np.testing.assert_array_equal(foretold.xs, years)
    np.testing.assert_allclose(foretold.ys, came.ys + 0.25, rtol=1e-5)
    assert train.xs.max() < years.min()
    lazy = float(np.sqrt(np.mean((data.dev.inputs[:, -1, 0] - data.dev.targets[:, -1]) ** 2)))
    assert figure.unit == f"sunspots / 100 · off by 0.250 (RMSE); “as last time”: {lazy:.3f}"
    test = {int(title) for title in data.sealed.open().titles}
    assert not test & set(np.concatenate([train.xs, came.xs, foretold.xs]).astype(int))


def test_a_press_chooses_the_window_of_a_year(open_plot: Open, telling) -> None:
    plot = opened(open_plot, telling, "sunspots-every-year")
    event = judge(telling, -0.1)
    plot.redraw()
    frame, figure = plot.chart.frame(), plot.chart.figure
    assert frame is not None
    assert figure is not None
    x = float(frame.left(figure.key[1].xs[10]))
    QTest.mouseClick(plot.chart, LEFT, pos=QPoint(round(x), 150))
    assert telling.studio.session.example == ("dev", 10)
    plot.redraw()
    assert plot.chart.figure is not None
    (window,) = [line for line in plot.chart.figure.lines if line.name == "one window"]
    year = int(telling.studio.document.meaning.data.dev.titles[10])
    np.testing.assert_array_equal(window.xs, np.arange(year - 21, year + 1))
    np.testing.assert_allclose(window.ys, event.outcomes[10], rtol=1e-6)


def test_the_readout_says_what_came_and_what_was_foretold(open_plot: Open, telling) -> None:
    plot = opened(open_plot, telling, "sunspots")
    judge(telling, 0.25)
    plot.redraw()
    figure = plot.chart.figure
    assert figure is not None
    year, came = figure.key[1].xs[5], figure.key[1].ys[5]
    readout = figure.read(float(year) + 0.2)
    assert readout is not None
    assert readout.title == f"{int(year)}"
    assert [value.name for value in readout.values] == ["what came", "foretold", "off by"]
    assert readout.values[2].text == "0.250"
    assert float(readout.values[0].text) == pytest.approx(came, abs=1e-3)
    before = figure.read(figure.key[0].xs[3])
    assert before is not None
    assert [value.name for value in before.values] == ["train"]


def test_what_is_no_series_is_said(open_plot: Open, telling) -> None:
    telling.begin()
    plot = open_plot(Forecast, 480, 340)
    assert isinstance(plot, Forecast)
    plot.redraw()
    assert plot.chart.figure is not None
    assert plot.chart.figure.empty == NO_SERIES
    assert forecasts.series_of(Recipe(dataset=Adding(count=100)).prepare()) is None


def test_years_have_no_comma_and_a_series_scaled_is_seen_as_it_was() -> None:
    data = Recipe(dataset=Sunspots(ahead=3), scaling="standardise").prepare()
    series = forecasts.series_of(data)
    assert series is not None
    plain = Recipe(dataset=Sunspots(ahead=3)).prepare()
    assert series.seen is not None
    np.testing.assert_allclose(series.seen, plain.dev.inputs[:, -1, 0], atol=1e-5)
    assert forecasts._year(1900.0) == "1900"
    assert forecasts._year(1900.5) == ""
