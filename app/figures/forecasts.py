"""A series and what was foretold of it on dev, along time, as a figure."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from app.chart.figure import Area, Dots, Figure, Line, Readout, Value
from app.chart.scale import Scale
from app.theme import Tokens
from app.wording import number, tick
from engine.axes import Sequence as Steps
from engine.axes import Values
from engine.dataset import Data, Part
from engine.events import Judged

Floats = NDArray[np.float64]
BEFORE = 1.5  # times as long as dev, what is shown of train before it
DASHES = (5.0, 3.0)


@dataclass(frozen=True, slots=True, eq=False)
class Series:
    """What came, over time: times and values of train and of dev, each (examples,)."""

    train: tuple[Floats, Floats]
    dev: tuple[Floats, Floats]
    seen: (
        Floats | None
    )  # the last value that each dev example has seen, where it has seen one a step
    named: bool  # whether the times are the examples' titles, as years are
    steps: int  # that a dev example asks for: 1 for the last alone, or one at each step
    name: str

    def places(self, example: int) -> Floats:
        """When what a dev example asks for came about, (steps,)."""
        step = float(self.dev[0][1] - self.dev[0][0]) if len(self.dev[0]) > 1 else 1.0
        places: Floats = self.dev[0][example] - step * np.arange(self.steps - 1, -1, -1)
        return places


def series_of(data: Data) -> Series | None:
    """The series that data are windows of; None if they are no windows of one series in the order of time."""
    if not data.in_time or not isinstance(data.target, Values):
        return None
    count = data.target.count
    whole = isinstance(data.axes, Steps) and data.axes.steps == count
    if count > 1 and not whole:
        return None
    times = [_times(part) for part in (data.train, data.dev)]
    named = all(found is not None for found in times)
    train, dev = (
        (
            np.asarray(time if named else part.indices, np.float64),
            np.asarray(part.targets[:, -1], np.float64),
        )
        for time, part in zip(times, (data.train, data.dev), strict=True)
    )
    name = data.target.names[0].rpartition(", ")[2]
    return Series(train, dev, _last_seen(data), named, count, name)


def _last_seen(data: Data) -> Floats | None:
    if not isinstance(data.axes, Steps) or data.axes.features != 1:
        return None
    given = np.asarray(data.dev.inputs)
    inputs = data.scale.undo(given) if data.scale else given
    return np.asarray(inputs[:, -1, 0], np.float64)


def _times(part: Part) -> list[int] | None:
    """The titles as numbers, such as years."""
    titles: Sequence[str] = part.titles or ()
    numbers = [int(title) for title in titles if title.lstrip("-").isdecimal()]
    return numbers if len(numbers) == part.count else None


def figure(series: Series, judged: Judged | None, shown: int | None, tokens: Tokens) -> Figure:
    """What came, in train and in dev, and what was foretold for dev; of the example that is `shown`, all its steps."""
    (past, was), (times, truths) = series.train, series.dev
    reach = BEFORE * (times[-1] - times[0])
    seen = past >= times[0] - reach
    told = np.atleast_2d(judged.outcomes.T)[-1].astype(np.float64) if judged is not None else None
    came = (
        Line("train", past[seen], was[seen], tokens.baseline, 1.5),
        Line("what came", times, truths, tokens.t2, 2.0),
    )
    foretold = (
        (Line("foretold", times, told, tokens.series[0], 2.0),)
        if told is not None and len(told) == len(times)
        else ()
    )
    marked = _marked(series, judged, shown, tokens) if foretold else ((), ())
    every = np.concatenate([was[seen], truths, *(line.ys for line in foretold)])
    return Figure(
        Scale(float(past[seen][0] if seen.any() else times[0]), float(times[-1])),
        _range(every),
        "year" if series.named else "time",
        _verdict(series, told) if told is not None and foretold else series.name,
        tick,
        lines=(*came, *foretold, *marked[0]),
        key=(*came, *foretold),
        dots=marked[1],
        areas=(_judged_area(times, every, tokens),),
        empty="",
        write_x=_year if series.named else None,
        read=lambda x: _read(series, told if foretold else None, x),
    )


def _judged_area(times: Floats, every: Floats, tokens: Tokens) -> Area:
    """A pale ground under the dev part."""
    scale, ends = _range(every), np.array([times[0], times[-1]])
    return Area(ends, np.full(2, scale.low), np.full(2, scale.high), tokens.dev, 0.06)


def _marked(
    series: Series, judged: Judged | None, shown: int | None, tokens: Tokens
) -> tuple[tuple[Line, ...], tuple[Dots, ...]]:
    """The forecasts of one example: a dot at the last, and a dashed line over its steps if it has several."""
    if judged is None or shown is None or not 0 <= shown < len(series.dev[0]):
        return (), ()
    rows = judged.outcomes.reshape(len(judged.outcomes), -1).astype(np.float64)
    places = series.places(shown)
    last = Dots(places[-1:], rows[shown][-1:], tokens.t1, 8.0, 1.0)
    if series.steps == 1:
        return (), (last,)
    return (Line("one window", places, rows[shown], tokens.series[3], 1.5, 1.0, DASHES),), (last,)


def _verdict(series: Series, told: Floats) -> str:
    truths = series.dev[1]
    said = f"{series.name} · off by {number(_missed(told, truths), 3)} (RMSE)"
    if series.seen is None:
        return said
    return f"{said}; “as last time”: {number(_missed(series.seen, truths), 3)}"


def _missed(told: Floats, truths: Floats) -> float:
    return float(np.sqrt(np.mean((told - truths) ** 2)))


def _range(values: Floats) -> Scale:
    good = values[np.isfinite(values)]
    low, high = (float(good.min()), float(good.max())) if len(good) else (0.0, 1.0)
    spread = (high - low) or 1.0
    return Scale(low - 0.06 * spread, high + 0.06 * spread)


def nearest(series: Series, x: float) -> int:
    """The dev example that asks for what came nearest to a time."""
    return int(np.abs(series.dev[0] - x).argmin())


def _read(series: Series, told: Floats | None, x: float) -> Readout | None:
    (past, was), (times, truths) = series.train, series.dev
    if x < times[0] and len(past):
        at = int(np.abs(past - x).argmin())
        return Readout(
            float(past[at]), _title(series, past[at]), (Value("train", number(float(was[at]), 3)),)
        )
    at = nearest(series, x)
    values = [Value("what came", number(float(truths[at]), 3))]
    if told is not None:
        values.append(Value("foretold", number(float(told[at]), 3)))
        values.append(Value("off by", number(float(told[at] - truths[at]), 3)))
    return Readout(float(times[at]), _title(series, times[at]), tuple(values))


def _year(value: float) -> str:
    """A year has no comma; between two years stands nothing."""
    return f"{value:.0f}" if value == round(value) else ""


def _title(series: Series, time: float) -> str:
    return f"{int(time)}" if series.named else f"example {int(time) + 1:,}"
