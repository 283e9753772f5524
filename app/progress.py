"""A run's history as curves that a chart can look at in any window: what each redraw costs does not grow with the run.

It follows one history and takes in only what is new. The history itself is left alone.
"""

from bisect import bisect_right
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from math import isfinite
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from app.chart.figure import Line
from app.chart.pyramid import Envelope, Pyramid
from app.chart.scale import Scale
from engine.events import Validated
from engine.history import Curve, History
from engine.smoothing import Smooth

Floats = NDArray[np.float64]
MOST = 1 << 16  # points kept of a figure of epochs
LATELY = 64  # notes of the clock from which the pace of the present is taken
COARSE = 64  # columns in which the range of a whole curve is sought

FIGURES: dict[str, Callable[[Validated], float | None]] = {
    "train_loss": lambda event: event.train_loss,
    "dev_loss": lambda event: event.dev_loss,
    "train_accuracy": lambda event: event.train_accuracy,
    "dev_accuracy": lambda event: event.dev_accuracy,
    "dev_f1": lambda event: event.dev_f1,
    "dev_r2": lambda event: event.dev_r2,
}
Unit = Literal["epochs", "steps", "examples", "seconds"]


@dataclass(frozen=True, slots=True)
class Point:
    """One measured value."""

    step: int
    value: float


class Progress:
    """Losses, validations and the clock of one run. `unit` says what the x axis counts, `beta` how smooth it is."""

    def __init__(self, history: History, unit: Unit = "epochs", beta: float = 0.9) -> None:
        self.history, self.unit = history, unit
        self._smooth = Smooth(history.means, beta)
        self._begin()

    def _begin(self) -> None:
        """Forget all: a run that goes on from an earlier step says anew what came after it."""
        history = self.history
        self._started = history.started
        self.batches = Pyramid(history.losses)
        self.smooth = Pyramid(self._smooth.curve)
        self.probe = Pyramid(Curve())
        self.validated = {name: Pyramid(Curve(limit=MOST)) for name in FIGURES}
        self.best: dict[str, Point] = {}  # of those figures that have one
        self._seen = -1  # the step of the last validation that was taken in
        self._knots: dict[Unit, tuple[Floats, Floats]] = {}
        self._moment = (0, 0)  # how far the clock had come
        self._between: tuple[object, tuple[float, float]] | None = None

    def smoothen(self, beta: float) -> None:
        """Weigh the past otherwise from now on."""
        if beta != self._smooth.beta:
            self._smooth = Smooth(self.history.means, beta)
            self._smooth.update()
            self.smooth = Pyramid(self._smooth.curve)

    def update(self) -> None:
        """Take in what is new."""
        history = self.history
        if history.started is not self._started:
            self._begin()
        self._take(history.validated[bisect_right(history.validated, self._seen, key=_step) :])
        curve = history.scalars.get(("ProbeLoss", ""))
        if curve is not None and curve is not self.probe.curve:
            self.probe = Pyramid(curve)
        self._smooth.update()
        if self.smooth.curve is not self._smooth.curve:
            self.smooth = Pyramid(self._smooth.curve)
        for pyramid in (self.batches, self.smooth, self.probe, *self.validated.values()):
            pyramid.update()
        moment = (len(history.clock), history.step)
        if moment != self._moment:
            self._moment, self._knots = moment, {}
            self._between = None

    def _take(self, fresh: Sequence[Validated]) -> None:
        """Take in validations, all at once: a small network has a thousand epochs a second."""
        if not fresh:
            return
        self._seen = fresh[-1].step
        for name, of in FIGURES.items():
            said = [(event.step, value) for event in fresh if (value := of(event)) is not None]
            if said:
                steps, values = np.array([step for step, _ in said]), np.array([v for _, v in said])
                self.validated[name].curve.extend(steps, values)
                self._note(name, steps, values)

    def _note(self, name: str, steps: NDArray[np.int64], values: Floats) -> None:
        """Keep the best of a figure."""
        sign = 1.0 if name.endswith("loss") else -1.0
        ranked = np.where(np.isfinite(values), sign * values, np.inf)
        place, before = int(ranked.argmin()), self.best.get(name)
        better = before is None or ranked[place] < sign * before.value
        if isfinite(ranked[place]) and better:
            self.best[name] = Point(int(steps[place]), float(values[place]))

    # -- the x axis ---------------------------------------------------------------------------------------------------

    @property
    def end(self) -> float:
        """How far the run is on the x axis."""
        history = self.history
        if self.unit == "steps":
            return float(history.step)
        return history.seconds if self.unit == "seconds" else history.epoch * self._scale

    @property
    def planned(self) -> float:
        """How far it is meant to go; 0 where that is not known, and as far as it is once it has ended."""
        started = self.history.started
        if self.unit in ("epochs", "examples") and started is not None:
            return started.epochs * self._scale
        return self.end if self.history.ended is not None else 0.0

    @property
    def _scale(self) -> float:
        """What one epoch counts for: every train example is seen once in it, whatever the batch."""
        started = self.history.started
        return float(started.train_examples) if self.unit == "examples" and started else 1.0

    def at(self, steps: NDArray[np.int64] | float) -> Floats:
        """Where steps lie on the x axis."""
        if self.unit == "steps":
            return np.asarray(steps, np.float64)
        xs, ys = self._line()
        return np.asarray(np.interp(steps, xs, ys))

    def steps(self, places: Floats | float) -> Floats:
        """Which steps belong to places on the x axis; beyond the present, as fast as at the end."""
        if self.unit == "steps":
            return np.asarray(places, np.float64)
        xs, ys = self._line()
        if len(xs) < 2:
            return np.zeros_like(np.asarray(places, np.float64))
        last = max(-len(xs), -LATELY)
        slope = (xs[-1] - xs[last]) / (ys[-1] - ys[last])
        beyond = np.maximum(np.asarray(places) - ys[-1], 0.0) * slope
        return np.asarray(np.interp(places, ys, xs) + beyond)

    def between(self, shown: Scale) -> tuple[float, float]:
        """The steps at the ends of a stretch of the x axis; each curve in it asks for them."""
        key = (self.unit, shown)
        if self._between is None or self._between[0] != key:
            first, last = self.steps(np.array([shown.low, shown.high])).tolist()
            self._between = key, (first, last)
        return self._between[1]

    def _line(self) -> tuple[Floats, Floats]:
        """Steps and what belongs to them on the x axis, both ascending, up to now."""
        if self.unit not in self._knots:
            clock = self.history.clock
            steps = np.concatenate([[0.0], clock.steps])
            column = 1 if self.unit == "seconds" else 0
            places = np.concatenate([[0.0], clock.values[:, column] * self._scale])
            ahead = np.diff(np.maximum.accumulate(places), prepend=-1.0) > 0
            self._knots[self.unit] = steps[ahead], places[ahead]
        return self._knots[self.unit]


def _step(event: Validated) -> int:
    return event.step


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

    def __init__(self, above: float = -np.inf) -> None:
        self.low, self.high = np.inf, -np.inf
        self._above = above  # what is not above this is not looked at: a logarithm has none of it

    def take(self, lows: Floats, highs: Floats, leave_out: float = 0.0) -> None:
        """Widen it; this share in per cent of the outermost values at each end is not looked at."""
        for values, sign in ((lows, 1.0), (highs, -1.0)):
            good = sign * values[np.isfinite(values) & (values > self._above)]
            if not len(good):
                continue
            place = int(leave_out / 100 * len(good))
            end = float(np.partition(good, place)[place])
            if sign > 0:
                self.low = min(self.low, end)
            else:
                self.high = max(self.high, -end)

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
    """A progress seen through a window of its x axis, so many pixel columns wide."""

    progress: Progress
    shown: Scale
    columns: int

    def view(self, pyramid: Pyramid, thickness: float) -> Envelope:
        """A curve within the window, in columns as wide as its line is thick."""
        first, last = self.progress.between(self.shown)
        return pyramid.view(first, last, max(1, int(self.columns / thickness)))

    def whole(self, pyramid: Pyramid) -> Envelope:
        """All of a curve, as coarse as its range needs it."""
        return pyramid.view(-np.inf, np.inf, COARSE)

    def line(self, name: str, pyramid: Pyramid, style: Style, label: str = "") -> Line:
        """A curve within the window as a line of a figure."""
        seen = self.view(pyramid, style.width)
        return Line(
            name,
            self.progress.at(seen.steps),
            seen.lows,
            style.colour,
            style.width,
            style.opacity,
            style.dashes,
            tops=None if seen.exact else seen.highs,
            label=label,
        )
