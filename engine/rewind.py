"""Where a run can go back to: everything that decides its next steps, copied while all is well.

Looking whether a loss is a number costs more than a small step, so it is done once for many; what came after a copy is
then done again, step by step, until the bad one is found. So no step pays for the bad days.
"""

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import TypeVar

import torch
from torch import Tensor, nn

T = TypeVar("T")

SELDOM = 500  # a copy is made no more often than this many times what it takes
LONGEST = 2.0  # seconds between two copies, however long one takes


@dataclass(frozen=True, slots=True, eq=False)
class Mark:
    """A place in a run, and all that the next step depends on."""

    step: int
    epoch: int
    offset: int
    weights: tuple[Tensor, ...]  # in the order of the network's state
    memory: dict[Tensor, dict[str, Tensor]]  # of the optimiser, by parameter
    chance: Tensor  # the state of torch's random generator
    states: Mapping[
        str, tuple[Tensor, ...]
    ]  # of recurrent layers, that go on to the next minibatch


@dataclass(frozen=True, slots=True, eq=False)
class Relived:
    """What going back has found: the last place of which the loss was a number, and the minibatch after it."""

    good: Mark
    inputs: tuple[Tensor, ...]  # that went wrong
    loss: float


def mark(
    place: tuple[int, int, int],
    module: nn.Module,
    optimizer: torch.optim.Optimizer,
    states: Mapping[str, tuple[Tensor, ...]] = MappingProxyType({}),
) -> Mark:
    """Copy a place (step, epoch, offset) and what it takes to go on from there."""
    memory = {
        parameter: {name: value.clone() for name, value in kept.items() if value is not None}
        for parameter, kept in optimizer.state.items()
    }
    return Mark(*place, state_of(module), memory, torch.get_rng_state(), states)


def go_back(to: Mark, module: nn.Module, optimizer: torch.optim.Optimizer) -> None:
    """Put weights, the optimiser's memory and chance back where they were."""
    put_state(module, to.weights)
    optimizer.state.clear()
    for parameter, kept in to.memory.items():
        optimizer.state[parameter] = {name: value.clone() for name, value in kept.items()}
    torch.set_rng_state(to.chance)


def state_of(module: nn.Module) -> tuple[Tensor, ...]:
    """A copy of all weights and running figures."""
    return tuple(tensor.detach().clone() for tensor in module.state_dict().values())


def put_state(module: nn.Module, state: tuple[Tensor, ...]) -> None:
    """Put back what `state_of` copied."""
    with torch.no_grad():
        for tensor, kept in zip(module.state_dict().values(), state, strict=True):
            tensor.copy_(kept)


class Pace:
    """When the next copy is due: the dearer one is, the more seldom."""

    def __init__(self) -> None:
        self._next = 0.0

    def due(self) -> bool:
        """Whether it is time."""
        return time.perf_counter() >= self._next

    def took(self, seconds: float) -> None:
        """Note what a copy has just taken."""
        self._next = time.perf_counter() + min(SELDOM * seconds, LONGEST)


class Changes:
    """What was changed while steps were done, so that they can be done again as they were."""

    def __init__(self) -> None:
        self._noted: list[tuple[int, Callable[[], object], Callable[[], object]]] = []

    def note(self, step: int, put: Callable[[T], object], before: T, after: T) -> None:
        """Something was changed before a step; `put` sets it."""
        self._noted.append((step, lambda: put(before), lambda: put(after)))

    def undo(self) -> None:
        """Put all of it back as it was, the last change first."""
        for _, undo, _ in reversed(self._noted):
            undo()

    def redo(self, step: int) -> None:
        """Change what was changed before this step."""
        for when, _, redo in self._noted:
            if when == step:
                redo()
