"""What a bar chart shows, as plain data: one bar a layer on an axis of powers of ten, with ghosts and zones."""

from collections.abc import Callable
from dataclasses import dataclass

from app.chart.figure import Readout
from app.chart.scale import Scale
from app.controls.mark import State


@dataclass(frozen=True, slots=True)
class Bar:
    """One layer: its value as a power of ten. Beyond the axis: −∞ is zero, +∞ infinity, NaN not a number."""

    name: str
    power: float
    text: str  # written above it
    ghost: float | None = None  # the power it had before
    theory: float | None = None  # the power that theory expected at the first step


@dataclass(frozen=True, slots=True)
class Zone:
    """A stretch of the axis with a name at the right, tinted unless it is where values should be."""

    low: float
    high: float
    name: str
    state: State
    opacity: float = 0.0


@dataclass(frozen=True, slots=True)
class Bars:
    """All that is shown; `verdict` is a sentence with its mark."""

    bars: tuple[Bar, ...]
    axis: Scale  # powers of ten
    zones: tuple[Zone, ...]
    quantity: str
    verdict: str = ""
    state: State = "none"
    empty: str = ""
    selected: str = ""
    before: str = "at step 0"  # what the ghosts are
    read: Callable[[int], Readout | None] = lambda _: None  # what is said of the bar at a place
