"""The series of a run by name, each with its steps, and when those steps were."""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from engine.history import Curve, History
from engine.smoothing import Smooth

Floats = NDArray[np.float64]
BETA = 0.9  # of the moving average
OF_EPOCHS = (
    ("loss/train", "train_loss"),
    ("loss/dev", "dev_loss"),
    ("accuracy/train", "train_accuracy"),
    ("accuracy/dev", "dev_accuracy"),
    ("f1/dev", "dev_f1"),
    ("r2/dev", "dev_r2"),
)
OF_PROBES = {
    "ErrorSignal": "error signal",
    "WeightGradient": "weight gradient",
    "UpdateRatio": "update to weight",
}


@dataclass(frozen=True, slots=True, eq=False)
class Series:
    """One curve: a name such as `loss/dev`, and its points."""

    name: str
    steps: NDArray[np.int64]
    values: Floats


@dataclass(frozen=True, slots=True, eq=False)
class Clock:
    """When each step was."""

    steps: Floats
    epochs: Floats
    seconds: Floats
    per_epoch: int  # train examples

    def epoch(self, steps: NDArray[np.int64]) -> Floats:
        """Epochs done after steps."""
        return np.asarray(np.interp(steps, self.steps, self.epochs))

    def second(self, steps: NDArray[np.int64]) -> Floats:
        """Seconds of training until steps, pauses left out."""
        return np.asarray(np.interp(steps, self.steps, self.seconds))

    def examples(self, steps: NDArray[np.int64]) -> Floats:
        """Train examples seen until steps."""
        return np.rint(self.epoch(steps) * self.per_epoch)


def clock_of(history: History) -> Clock:
    """The clock of a run, which begins at 0."""
    said = history.clock.values
    started = history.started
    return Clock(
        np.concatenate([[0.0], history.clock.steps]),
        np.concatenate([[0.0], said[:, 0]]),
        np.concatenate([[0.0], said[:, 1]]),
        started.train_examples if started else 0,
    )


def series_of(history: History) -> tuple[Series, ...]:
    """All curves of a run that have points."""
    smooth = Smooth(history.means, BETA)
    smooth.update()
    found = [_of("loss/batch", history.losses), _of("loss/smoothed", smooth.curve)]
    if ("ProbeLoss", "") in history.scalars:
        found.append(_of("loss/probe", history.scalars["ProbeLoss", ""]))
    found += _of_epochs(history)
    found.append(_of("learning rate", history.rates))
    found += [
        _of(f"{OF_PROBES[probe]}/{node}", curve)
        for (probe, node), curve in history.scalars.items()
        if probe in OF_PROBES and curve.values.ndim == 1
    ]
    return tuple(series for series in found if len(series.steps))


def _of(name: str, curve: Curve) -> Series:
    return Series(name, curve.steps, curve.values)


def _of_epochs(history: History) -> Iterator[Series]:
    for name, field in OF_EPOCHS:
        said = [(event.step, getattr(event, field)) for event in history.validated]
        known = [(step, value) for step, value in said if value is not None]
        steps = np.array([step for step, _ in known], np.int64)
        yield Series(name, steps, np.array([value for _, value in known], np.float64))


def thinned(series: Series, most: int) -> Series:
    """The same curve in at most so many points: of neighbours the lowest and the highest stay."""
    curve = Curve(limit=most)
    curve.extend(series.steps, series.values)
    return Series(series.name, curve.steps, curve.values)
