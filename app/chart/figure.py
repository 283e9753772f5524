"""What a chart shows, as plain data in the units of its axes. Colours are "#rrggbb"."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from app.chart.scale import Scale

Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True, eq=False)
class Line:
    """A curve through (xs, ys), or a band between `ys` and `tops` where many points share a pixel; NaN is a gap."""

    name: str
    xs: Floats
    ys: Floats
    colour: str
    width: float = 2.0  # px
    opacity: float = 1.0
    dashes: tuple[float, ...] = ()  # px: on, off
    tops: Floats | None = None
    label: str = ""  # written at its right end
    lead: str = ""  # written above its left end

    @property
    def begin(self) -> tuple[float, float] | None:
        """The first point that is a number."""
        good = np.flatnonzero(np.isfinite(self.ys))
        return (float(self.xs[good[0]]), float(self.ys[good[0]])) if len(good) else None

    @property
    def end(self) -> tuple[float, float] | None:
        """The last point that is a number."""
        good = np.flatnonzero(np.isfinite(self.ys))
        return (float(self.xs[good[-1]]), float(self.ys[good[-1]])) if len(good) else None


@dataclass(frozen=True, slots=True, eq=False)
class Area:
    """What lies between two curves over the same xs."""

    xs: Floats
    lows: Floats
    highs: Floats
    colour: str
    opacity: float


@dataclass(frozen=True, slots=True, eq=False)
class Dots:
    """Points that are not joined."""

    xs: Floats
    ys: Floats
    colour: str
    width: float  # px
    opacity: float


@dataclass(frozen=True, slots=True)
class Moment:
    """Something that happened at a place of the x axis, in words."""

    x: float
    text: str


@dataclass(frozen=True, slots=True)
class Flag:
    """A point worth pointing at, in words."""

    x: float
    y: float
    text: str


@dataclass(frozen=True, slots=True)
class Value:
    """A row of a readout: a name in its colour, a number in words, and the measured point that gets a ring."""

    name: str
    text: str
    colour: str = ""
    point: tuple[float, float] | None = None


@dataclass(frozen=True, slots=True)
class Readout:
    """What the chart says of one place of its x axis."""

    x: float
    title: str
    values: tuple[Value, ...]


@dataclass(frozen=True, slots=True)
class Second:
    """A second row of ticks under the x axis: its name, and places with their words."""

    name: str
    ticks: tuple[tuple[float, str], ...]


@dataclass(frozen=True, slots=True, eq=False)
class Figure:
    """Everything on a chart. Without lines it shows its axes and the words for `empty`."""

    x: Scale
    y: Scale
    x_name: str
    unit: str
    write_y: Callable[[float], str]
    lines: tuple[Line, ...] = ()
    ghosts: tuple[Line, ...] = ()  # what stands still behind them, painted once
    dots: tuple[Dots, ...] = ()
    key: tuple[Line, ...] = ()  # what the legend explains
    areas: tuple[Area, ...] = ()
    moments: tuple[Moment, ...] = ()
    flags: tuple[Flag, ...] = ()
    second: Second | None = None
    empty: str = ""
    read: Callable[[float], Readout | None] = lambda _: None
    write_x: Callable[[float], str] | None = None  # None: as every number beside an axis
