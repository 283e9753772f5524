"""What a run can be told: frozen commands in a mailbox that the loop empties between two steps."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from queue import Empty, SimpleQueue

import numpy as np
from numpy.typing import NDArray

INSTRUMENT_SHARE = 0.015  # of the time that measuring may take, unless a person allows more


@dataclass(frozen=True, slots=True)
class Command:
    """A wish, fulfilled before the next minibatch."""


@dataclass(frozen=True, slots=True)
class Pause(Command):
    """Stand still after the current minibatch."""


@dataclass(frozen=True, slots=True)
class Resume(Command):
    """Go on."""


@dataclass(frozen=True, slots=True)
class Step(Command):
    """Do this many minibatches, then stand still."""

    count: int = 1


@dataclass(frozen=True, slots=True)
class Epoch(Command):
    """Go on to the end of the epoch, then stand still."""


@dataclass(frozen=True, slots=True)
class Stop(Command):
    """End the run; what was learnt is kept."""


@dataclass(frozen=True, slots=True)
class Adjust(Command):
    """Change a setting from now on."""

    setting: str
    value: float | str


@dataclass(frozen=True, slots=True)
class Tune(Command):
    """Change a parameter of a node that it reads anew at each step, such as how much a dropout drops."""

    node: str  # of the unfolded drawing
    parameter: str
    value: float


@dataclass(frozen=True, slots=True)
class Focus:
    """A node that is looked at closely, and one cell of what it gives out for the chosen example.

    `cell` is in PyTorch's order without the batch, such as (channel, row, column); empty: none in particular.
    """

    node: str
    cell: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True, eq=False)
class Own:
    """A sample that a person brought, scaled as the data are: the numbers of some parts of it, by their names.

    `lengths` says how many steps those parts really have whose samples differ in length; what follows is padding.
    """

    title: str
    arrays: Mapping[str, NDArray[np.generic]]
    lengths: Mapping[str, int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Forced:
    """A gate that is held at a value on a copy of a recurrent node: 1 is open, 0 is shut. Training is left alone."""

    node: str
    gate: str  # as in `engine.recurrence.VALVES`
    value: float


@dataclass(frozen=True, slots=True)
class Typed:
    """A text that a person typed for the network to go on from, or to translate, and how it is to write.

    `top_k` and `width` are those of `engine.generate.author.Manner`, 0 being all; `place` is the symbol that is looked
    at, −1 what comes after the last; `node` and `unit` a cell, whose value at each symbol is asked for.
    """

    text: str = ""
    temperature: float = 0.8
    top_k: int = 0
    width: int = 1
    steps: int = 240
    place: int = -1
    node: str = ""
    unit: int = 0
    seed: int = 0  # another one, another text


NOTHING_TYPED = Typed()


@dataclass(frozen=True, slots=True)
class Watch(Command):
    """What to measure from now on; a probe that is not named does not run.

    `example` is the number of an example in `part`, whose activations the probes of one example read; what `own` holds
    takes the place of its numbers, and then nobody knows what is true of it. `share` is what all readings together may
    take of the time.
    """

    probes: frozenset[str]
    part: str = "dev"
    example: int = 0
    focus: Focus | None = None
    own: Own | None = None
    share: float = INSTRUMENT_SHARE
    forced: Forced | None = None
    typed: Typed = NOTHING_TYPED


@dataclass(frozen=True, slots=True)
class Keep(Command):
    """Hand out a copy of the weights as they are now."""


class Control:
    """The mailbox of one run: anyone may `send`, only the loop takes."""

    def __init__(self, *commands: Command) -> None:
        self._box: SimpleQueue[Command] = SimpleQueue()
        self.between: Callable[[], None] | None = None  # called before each minibatch
        for command in commands:
            self.send(command)

    def send(self, command: Command) -> None:
        """Leave a command; it is obeyed before the next minibatch."""
        self._box.put(command)

    @property
    def calls(self) -> bool:
        """Whether a command waits; asked before each minibatch."""
        if self.between is not None:
            self.between()
        return not self._box.empty()

    def take(self) -> Command | None:
        """The oldest command that waits, or None at once."""
        try:
            return self._box.get_nowait()
        except Empty:
            return None

    def wait(self) -> Command:
        """The oldest command, once there is one."""
        return self._box.get()
