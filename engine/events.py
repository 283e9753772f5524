"""All that training can say: a closed set of frozen records of numbers and numpy arrays, never of tensors.

Every event pickles, so that a thread, another process and a log on disk are the same thing to whoever listens.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Event:
    """Something that happened in a run, after `step` updates of the weights."""

    step: int


@dataclass(frozen=True, slots=True)
class Started(Event):
    """The run begins; everything that decides its numbers is said here."""

    epoch: float  # epochs already behind us, with the fraction of the one begun: 0, or more when a run goes on
    epochs: int  # the epoch at which this run will end
    steps_per_epoch: int
    train_examples: int
    dev_examples: int
    parameters: int
    seed: int
    threads: int
    device: str
    data: str = ""  # a fingerprint of the data; empty in runs of old


@dataclass(frozen=True, slots=True)
class Steps(Event):
    """A block of steps, of which `step` is the last: one record for many steps, for a record costs more than a step."""

    epoch: float  # epochs done, with its fraction
    losses: Floats  # (count,) loss of each minibatch, before its update
    seconds: float  # time spent training so far, pauses left out
    rate: float | None = None  # the learning rate after these steps


@dataclass(frozen=True, slots=True)
class Validated(Event):
    """The whole dev part and an equally large sample of the train part, both in inference mode, after an epoch."""

    epoch: int
    train_loss: float
    dev_loss: float
    train_accuracy: float | None  # None where accuracy has no meaning (regression)
    dev_accuracy: float | None
    seconds: float
    dev_f1: float | None = None  # the mean over classes; None where there are none
    dev_r2: float | None = None  # None where nothing is measured (classes)


@dataclass(frozen=True, slots=True)
class Judged(Event):
    """What the network made of the whole dev part after an epoch, in inference mode.

    There is one outcome an example, or one a step where each step has a class. Of classes it is their index, of
    measured values the values themselves.
    """

    epoch: int
    truths: NDArray[Any]  # (outcomes,) whole numbers, or (examples, values)
    outcomes: NDArray[Any]  # the same shape
    examples: NDArray[np.int64]  # (outcomes,) of which example of the part each is
    classes: int  # how many there are; 0 where values are measured


@dataclass(frozen=True, slots=True)
class Reading(Event):
    """What a probe measured: at one node, or of the whole network (`node` is None).

    A row of whole numbers counts something, and is kept over time; an array of yes and no is kept with since when.
    """

    probe: str
    node: str | None
    value: float | NDArray[np.generic]


@dataclass(frozen=True, slots=True)
class Measured(Event):
    """What all the readings take, about once a second while somebody watches."""

    share: float  # of the time since this was said last, 0 to 1
    examples: int  # of the probe batch that gradients are read on


@dataclass(frozen=True, slots=True)
class Adjusted(Event):
    """A setting was changed while the run was going; `dropout_1.p` is the parameter of a node."""

    setting: str
    before: float | str
    after: float | str


@dataclass(frozen=True, slots=True)
class Remarked(Event):
    """Something else that a reader of the curves should know: the rate was lowered on a plateau, and the like."""

    words: str  # a few: they stand beside a line in the curves
    detail: str = ""  # a sentence


@dataclass(frozen=True, slots=True)
class Paused(Event):
    """The run waits; the weights stand still."""


@dataclass(frozen=True, slots=True)
class Resumed(Event):
    """The run goes on."""


@dataclass(frozen=True, slots=True)
class Checkpoint(Event):
    """All that is needed to go on from here as if nothing had happened, copied out of the run."""

    epoch: int  # whole epochs done
    offset: int  # examples of the epoch begun that have been seen
    weights: Mapping[str, NDArray[np.generic]]
    optimizer: Mapping[str, NDArray[np.generic]]  # what it remembers of each parameter
    chance: NDArray[np.uint8]  # the state of torch's random generator
    seconds: float = 0.0  # time spent training so far, pauses left out
    schedule: Mapping[str, float] = field(
        default_factory=dict
    )  # what the rate depends on beyond the step


@dataclass(frozen=True, slots=True)
class Best(Event):
    """The weights with the lowest loss on dev so far, copied out after an epoch."""

    epoch: int
    dev_loss: float
    weights: Mapping[str, NDArray[np.generic]]


@dataclass(frozen=True, slots=True)
class Finished(Event):
    """The run ended well; the figures are those of the last validation (None if there was none).

    A run that ended `early`, for dev got no better, leaves the weights and figures of its best epoch.
    """

    reason: Literal["done", "stopped", "early"]
    epoch: int
    train_loss: float | None
    dev_loss: float | None
    train_accuracy: float | None
    dev_accuracy: float | None
    seconds: float


@dataclass(frozen=True, slots=True)
class Failed(Event):
    """The run could not go on: what happened, where it began, what to do."""

    node: str | None
    message: str
    detail: str
    advice: Mapping[str, float] = field(
        default_factory=dict
    )  # settings with which a restart may go well


@dataclass(frozen=True, slots=True, eq=False)
class Flight:
    """What one batch said of every layer and wire before any training; or, calmly, why it could not be sent."""

    readings: tuple[Reading, ...] = ()
    examples: int = 0
    refusal: str = ""
