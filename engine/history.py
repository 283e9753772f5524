"""What a run said, kept: events become growing arrays, bounded in memory, that plots and files read.

A long run's curves are thinned by halves: of every four neighbours the lowest and the highest stay, so that spikes do
not vanish.
"""

from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from engine.events import (
    Adjusted,
    Event,
    Failed,
    Finished,
    Reading,
    Remarked,
    Started,
    Steps,
    Validated,
)

LIMIT = 1 << 20  # points kept of any one curve


class Curve:
    """A growing line of points (step, value), thinned when it grows beyond LIMIT."""

    def __init__(self, width: int = 1) -> None:
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
        while self._count > LIMIT:
            self._thin()

    def append(self, step: int, *values: float) -> None:
        """Append one point."""
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
        if self._count > LIMIT // 2:
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


@dataclass
class History:
    """All that one run has said so far. It grows only through `add`."""

    started: Started | None = None
    losses: Curve = field(default_factory=Curve)  # of each minibatch, by step
    validated: list[Validated] = field(default_factory=list)
    adjusted: list[Adjusted] = field(default_factory=list)
    remarked: list[Remarked] = field(default_factory=list)
    scalars: dict[tuple[str, str], Curve] = field(default_factory=dict)  # (probe, node or "")
    latest: dict[tuple[str, str], Reading] = field(default_factory=dict)
    first: dict[tuple[str, str], float] = field(
        default_factory=dict
    )  # scalars at the first reading
    ended: Finished | Failed | None = None
    step: int = 0
    epoch: float = 0.0
    seconds: float = 0.0

    def add(self, event: Event) -> None:
        """Take in what a run said."""
        match event:
            case Started():
                self._go_on_from(event)
            case Steps(step, epoch, losses, seconds):
                self.losses.extend(np.arange(step - len(losses) + 1, step + 1), losses)
                self.step, self.epoch, self.seconds = step, epoch, seconds
            case Validated():
                self.validated.append(event)
            case Reading():
                self._read(event)
            case Adjusted():
                self.adjusted.append(event)
            case Remarked():
                self.remarked.append(event)
            case Finished() | Failed():
                self.ended = event

    def _go_on_from(self, started: Started) -> None:
        self.started, self.step, self.ended = started, started.step, None
        self.epoch = float(started.epoch)
        for curve in (self.losses, *self.scalars.values()):
            curve.cut(started.step)
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
