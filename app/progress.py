"""A run's history as curves that a chart can look at in any window: what each redraw costs does not grow with the run.

It follows one history and takes in only what is new. The history itself is left alone.
"""

from collections.abc import Callable
from dataclasses import dataclass
from math import isfinite

import numpy as np
from numpy.typing import NDArray

from app.chart.figure import Line
from app.chart.pyramid import Envelope, Pyramid
from app.chart.scale import Scale
from engine.events import Validated
from engine.history import Curve, History

Floats = NDArray[np.float64]
COARSE = 64  # columns in which the range of a whole curve is sought

FIGURES: dict[str, Callable[[Validated], float | None]] = {
    "train_loss": lambda event: event.train_loss,
    "dev_loss": lambda event: event.dev_loss,
    "train_accuracy": lambda event: event.train_accuracy,
    "dev_accuracy": lambda event: event.dev_accuracy,
}


@dataclass(frozen=True, slots=True)
class Point:
    """One measured value."""

    step: int
    value: float


class Progress:
    """Losses, validations and epochs of one run."""

    def __init__(self, history: History) -> None:
        self.history = history
        self._begin()

    def _begin(self) -> None:
        """Forget all: a run that goes on from an earlier step says anew what came after it."""
        history = self.history
        self._started = history.started
        self.batches = Pyramid(history.losses)
        self.probe = Pyramid(Curve())
        self.validated = {name: Pyramid(Curve()) for name in FIGURES}
        self.lowest: Point | None = None  # dev loss
        self.highest: Point | None = None  # dev accuracy
        self._knots = Curve()  # (step, epoch), ascending
        self._seen = 0
        self._mark(0, 0.0)
        self._line = self._line_to_now()

    def update(self) -> None:
        """Take in what is new."""
        history = self.history
        if history.started is not self._started:
            self._begin()
        for event in history.validated[self._seen :]:
            self._take(event)
        self._seen = len(history.validated)
        curve = history.scalars.get(("ProbeLoss", ""))
        if curve is not None and curve is not self.probe.curve:
            self.probe = Pyramid(curve)
        for pyramid in (self.batches, self.probe, *self.validated.values()):
            pyramid.update()
        self._line = self._line_to_now()

    def _take(self, event: Validated) -> None:
        self._mark(event.step, float(event.epoch))
        for name, of in FIGURES.items():
            value = of(event)
            if value is not None:
                self.validated[name].curve.append(event.step, value)
        if isfinite(event.dev_loss) and (self.lowest is None or event.dev_loss < self.lowest.value):
            self.lowest = Point(event.step, event.dev_loss)
        accuracy = event.dev_accuracy
        if accuracy is not None and (self.highest is None or accuracy > self.highest.value):
            self.highest = Point(event.step, accuracy)

    def _mark(self, step: int, epoch: float) -> None:
        """Note where an epoch ended; both must grow, or steps could not be found from epochs."""
        knots = self._knots
        if not len(knots) or (step > knots.steps[-1] and epoch > knots.values[-1]):
            self._knots.append(step, epoch)

    def epochs(self, steps: NDArray[np.int64] | float) -> Floats:
        """How many epochs had passed at steps."""
        xs, ys = self._line
        return np.asarray(np.interp(steps, xs, ys))

    def steps(self, epochs: Floats | float) -> Floats:
        """At which steps so many epochs had passed; beyond the present, as fast as in the last epoch."""
        xs, ys = self._line
        if len(xs) < 2:
            return np.zeros_like(np.asarray(epochs, np.float64))
        slope = (xs[-1] - xs[-2]) / (ys[-1] - ys[-2])
        beyond = np.maximum(np.asarray(epochs) - ys[-1], 0.0) * slope
        return np.asarray(np.interp(epochs, ys, xs) + beyond)

    def _line_to_now(self) -> tuple[Floats, Floats]:
        """Steps and the epochs that belong to them, both ascending, up to now."""
        steps, epochs = self._knots.steps.astype(np.float64), self._knots.values
        if self.history.step > steps[-1] and self.history.epoch > epochs[-1]:
            steps = np.append(steps, self.history.step)
            epochs = np.append(epochs, self.history.epoch)
        return steps, epochs


def nearest(curve: Curve, step: float) -> Point | None:
    """The measured point nearest to a step; None if there is none."""
    steps = curve.steps
    if not len(steps):
        return None
    place = int(np.searchsorted(steps, np.int64(step)))  # a float would copy all steps
    near = [at for at in (place - 1, place) if 0 <= at < len(steps)]
    best = min(near, key=lambda at: abs(steps[at] - step))
    return Point(int(steps[best]), float(curve.values[best]))


class Extent:
    """The lowest and highest numbers seen so far: a range that grows and never shrinks."""

    def __init__(self) -> None:
        self.low, self.high = np.inf, -np.inf

    def take(self, lows: Floats, highs: Floats, leave_out: float = 0.0) -> None:
        """Widen it; this share in per cent of the outermost values at each end is not looked at."""
        good_lows, good_highs = lows[np.isfinite(lows)], highs[np.isfinite(highs)]
        if len(good_lows):
            place = int(leave_out / 100 * len(good_lows))
            self.low = min(self.low, float(np.partition(good_lows, place)[place]))
            self.high = max(self.high, float(-np.partition(-good_highs, place)[place]))

    @property
    def known(self) -> bool:
        """Whether any number was seen."""
        return self.low <= self.high


@dataclass(frozen=True, slots=True)
class Style:
    """How a line is drawn."""

    colour: str
    width: float = 2.0
    opacity: float = 1.0
    dashes: tuple[float, ...] = ()


@dataclass(frozen=True, slots=True)
class Sight:
    """A progress seen through a window of epochs, so many pixel columns wide."""

    progress: Progress
    shown: Scale
    columns: int

    def view(self, pyramid: Pyramid, thickness: float) -> Envelope:
        """A curve within the window, in columns as wide as its line is thick."""
        first, last = self.progress.steps(np.array([self.shown.low, self.shown.high]))
        return pyramid.view(float(first), float(last), max(1, int(self.columns / thickness)))

    def whole(self, pyramid: Pyramid) -> Envelope:
        """All of a curve, as coarse as its range needs it."""
        return pyramid.view(-np.inf, np.inf, COARSE)

    def line(self, name: str, pyramid: Pyramid, style: Style, label: str = "") -> Line:
        """A curve within the window as a line of a figure."""
        seen = self.view(pyramid, style.width)
        return Line(
            name,
            self.progress.epochs(seen.steps),
            seen.lows,
            style.colour,
            style.width,
            style.opacity,
            style.dashes,
            tops=None if seen.exact else seen.highs,
            label=label,
        )
