"""What a run said, kept: events become growing arrays, bounded in memory, that plots and files read.

A long run's curves are thinned by halves: of every four neighbours the lowest and the highest stay, so that spikes do
not vanish.
"""

from dataclasses import dataclass, field
from itertools import groupby

import numpy as np
from numpy.typing import NDArray

from engine.events import (
    Adjusted,
    Event,
    Failed,
    Finished,
    Judged,
    Measured,
    Reading,
    Remarked,
    Started,
    Steps,
    Validated,
)
from engine.film import Film

LIMIT = 1 << 20  # points kept of any one curve
COARSE = 1 << 13  # points kept of what hardly bends
EPOCHS = 1 << 15  # validations kept
SMALL = 1 << 14  # numbers of an array whose first reading is kept
FINE = 1 << 18  # means kept of the minibatches


class Curve:
    """A growing line of points (step, value), thinned when it grows beyond its limit, LIMIT if none is given."""

    def __init__(self, width: int = 1, limit: int | None = None) -> None:
        self._limit = LIMIT if limit is None else limit
        self._steps = np.empty(256, np.int64)
        self._values = np.empty((256, width), np.float64)
        self._count = 0
        self._thinned, self._times = 0, 0  # so many points, from the first on, thinned so often

    def __len__(self) -> int:
        return self._count

    @property
    def steps(self) -> NDArray[np.int64]:
        """(n,) the step of each point, ascending."""
        return self._steps[: self._count]

    @property
    def values(self) -> NDArray[np.float64]:
        """(n,) or (n, width) the values."""
        values = self._values[: self._count]
        return values[:, 0] if values.shape[1] == 1 else values

    def extend(self, steps: NDArray[np.int64], values: NDArray[np.float64]) -> None:
        """Append points; `values` is (n,) or (n, width)."""
        if not len(steps):
            return
        count = self._count + len(steps)
        if count > len(self._steps):
            room = max(count, 2 * len(self._steps))
            self._steps = np.resize(self._steps, room)
            self._values = np.resize(self._values, (room, self._values.shape[1]))
        self._steps[self._count : count] = steps
        self._values[self._count : count] = values.reshape(len(steps), -1)
        self._count = count
        while self._count > self._limit:
            self._thin()

    def append(self, step: int, *values: float) -> None:
        """Append one point."""
        count = self._count
        if count < min(len(self._steps), self._limit):  # nearly always: no arrays are made for it
            self._steps[count] = step
            self._values[count] = values
            self._count = count + 1
            return
        self.extend(np.array([step]), np.array([values], np.float64))

    def cut(self, step: int) -> None:
        """Forget all that came after a step: a run that goes on from there says it anew."""
        self._count = int(np.searchsorted(self.steps, step, side="right"))
        self._thinned = min(self._thinned, self._count)

    def _thin(self) -> None:
        """Thin the new points as often as the old ones have been, then all of them if there are still too many.

        So a long run's beginning is kept as finely as its end.
        """
        for _ in range(self._times):
            self._halve(self._thinned)
        if self._count > self._limit // 2:
            self._halve(0)
            self._times += 1
        self._thinned = self._count

    def _halve(self, start: int) -> None:
        """From `start` on, keep the lowest and the highest of every four points, in their order."""
        groups = (self._count - start) // 4
        base = start + 4 * np.arange(groups)
        values = self._values[start : start + 4 * groups, 0].reshape(-1, 4)
        low, high = values.argmin(1), values.argmax(1)
        high = np.where(low == high, low ^ 1, high)  # four equal values, or a NaN: and a neighbour
        ends = np.sort(np.stack([base + low, base + high], 1), axis=1).ravel()
        kept = np.concatenate([np.arange(start), ends, np.arange(start + 4 * groups, self._count)])
        self._steps[: len(kept)] = self._steps[kept]
        self._values[: len(kept)] = self._values[kept]
        self._count = len(kept)


class Means(Curve):
    """A curve whose neighbours are averaged, not left out, when it is thinned: for smoothing, which spikes would bend.

    A point then stands for all steps since the one before it, the first for all since step 0. What is no number is
    left out of a mean.
    """

    def _halve(self, start: int) -> None:
        pairs = (self._count - start) // 2
        if not pairs:
            return
        end = start + 2 * pairs
        before = self._steps[start - 1] if start else 0
        gaps = np.diff(self._steps[start:end], prepend=before).reshape(-1, 2)
        values = self._values[start:end, 0].reshape(-1, 2)
        weights = np.where(np.isfinite(values), gaps, 0)
        known = weights.sum(1)
        sums = (np.where(np.isfinite(values), values, 0.0) * weights).sum(1)
        means = np.divide(sums, known, out=np.full(pairs, np.nan), where=known > 0)
        count = start + pairs + self._count - end
        self._steps[start : start + pairs] = self._steps[start + 1 : end : 2]
        self._values[start : start + pairs, 0] = means
        self._steps[start + pairs : count] = self._steps[end : self._count]
        self._values[start + pairs : count] = self._values[end : self._count]
        self._count = count


@dataclass
class History:
    """All that one run has said so far. It grows only through `add`."""

    started: Started | None = None
    losses: Curve = field(default_factory=Curve)  # of each minibatch, by step
    means: Means = field(default_factory=lambda: Means(limit=FINE))  # the same, to be smoothed
    rates: Curve = field(default_factory=lambda: Curve(limit=COARSE))  # learning rates, by step
    clock: Curve = field(default_factory=lambda: Curve(2, COARSE))  # epochs and seconds, by step
    validated: list[Validated] = field(default_factory=list)
    adjusted: list[Adjusted] = field(default_factory=list)
    remarked: list[Remarked] = field(default_factory=list)
    scalars: dict[tuple[str, str], Curve] = field(default_factory=dict)  # (probe, node or "")
    judged: Judged | None = None  # what became of each example of dev, the last time
    latest: dict[tuple[str, str], Reading] = field(default_factory=dict)
    first: dict[tuple[str, str], float] = field(
        default_factory=dict
    )  # scalars at the first reading
    begun: dict[tuple[str, str], NDArray[np.generic]] = field(default_factory=dict)
    """Curves over something else than steps, such as time, at the first reading."""
    films: dict[tuple[str, str], Film] = field(
        default_factory=dict
    )  # of counts, such as histograms
    since: dict[tuple[str, str], NDArray[np.int64]] = field(default_factory=dict)
    """Of arrays of yes and no: since which step each has been yes without a break; −1 where it is no."""
    measured: Measured | None = None
    ended: Finished | Failed | None = None
    step: int = 0
    epoch: float = 0.0
    seconds: float = 0.0

    def add(self, event: Event) -> None:
        """Take in what a run said."""
        match event:
            case Started():
                self._go_on_from(event)
            case Steps(step, epoch, losses, seconds, rate):
                steps = np.arange(step - len(losses) + 1, step + 1)
                self.losses.extend(steps, losses)
                self.means.extend(steps, losses)
                self.clock.append(step, epoch, seconds)
                if rate is not None:
                    self.rates.append(step, rate)
                self.step, self.epoch, self.seconds = step, epoch, seconds
            case Validated():
                self.validated.append(event)
                if len(self.validated) > EPOCHS:
                    self.validated[:] = _thinned(self.validated)
            case Judged():
                self.judged = event
            case Reading():
                self._read(event)
            case Measured():
                self.measured = event
            case Adjusted():
                self.adjusted.append(event)
            case Remarked():
                self.remarked.append(event)
            case Finished() | Failed():
                self.ended = event

    def _go_on_from(self, started: Started) -> None:
        self.started, self.step, self.ended = started, started.step, None
        self.epoch = float(started.epoch)
        for curve in (self.losses, self.means, self.clock, self.rates, *self.scalars.values()):
            curve.cut(started.step)
        for film in self.films.values():
            film.cut(started.step)
        if self.judged is not None and self.judged.step > started.step:
            self.judged = None
        self.validated = [event for event in self.validated if event.step <= started.step]
        self.adjusted = [event for event in self.adjusted if event.step <= started.step]
        self.remarked = [event for event in self.remarked if event.step <= started.step]

    def _read(self, reading: Reading) -> None:
        key = (reading.probe, reading.node or "")
        self.latest[key] = reading
        if isinstance(reading.value, float):
            curve = self.scalars.setdefault(key, Curve())
            if not len(curve) or curve.steps[-1] < reading.step:
                curve.append(reading.step, reading.value)
            self.first.setdefault(key, reading.value)
        else:
            self._read_array(key, reading.step, reading.value)

    def _read_array(self, key: tuple[str, str], step: int, value: NDArray[np.generic]) -> None:
        if value.ndim == 1 and np.issubdtype(value.dtype, np.integer):
            self.films.setdefault(key, Film()).append(step, value)
        if value.ndim == 2 and value.dtype == np.float64 and value.size <= SMALL:
            self.begun.setdefault(key, value)
        if value.dtype == np.bool_:
            before = self.since.get(key)
            if before is None or before.shape != value.shape:
                before = np.full(value.shape, -1, np.int64)
            self.since[key] = np.where(value, np.where(before < 0, step, before), -1)


def _thinned(said: list[Validated]) -> list[Validated]:
    """At most half of what may be kept: of each stretch of epochs the lowest and the highest loss on dev.

    Stretches are equally long, so the beginning of a run is kept as finely as its end.
    """
    stretch = 2
    while len(said) > EPOCHS // 2:
        stretch *= 2
        kept: list[Validated] = []
        for _, group in groupby(said[:-1], key=lambda event: event.epoch // stretch):
            found = sorted(group, key=lambda event: event.dev_loss)
            ends = (found[0], found[-1]) if len(found) > 1 else (found[0],)
            kept += sorted(ends, key=lambda event: event.step)
        said = [*kept, said[-1]]
    return said
