"""A run of a module, written down: its tensors, its operations in their order, and the module calls around them.

It is kept at the level at which people write (torch.relu, Tensor.view). `recorder` writes it; what depends on sizes is
found by laying two runs side by side (`sizes`).
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from torch import Tensor, nn


@dataclass(frozen=True, slots=True)
class Ref:
    """A tensor of the tape, by its number."""

    value: int


@dataclass(slots=True, eq=False)
class Value:
    """A tensor that was seen: where it came from, and what it held in each run."""

    number: int
    source: str  # "input", "own", "made"
    name: str  # of an input, or of a parameter or buffer
    tensor: Tensor
    learnt: bool = False
    held: Tensor | None = None  # what it held before it was changed in place

    @property
    def content(self) -> Tensor:
        return self.tensor if self.held is None else self.held


@dataclass(slots=True, eq=False)
class Operation:
    """One call of a tensor operation: `given` and `named` hold Refs in place of tensors."""

    name: str
    given: tuple[Any, ...]
    named: dict[str, Any]
    results: Any  # a Ref, or a tuple of Refs and plain values
    level: "Call"


@dataclass(slots=True, eq=False)
class Call:
    """One call of a module, with all that happened in it."""

    path: str
    module: nn.Module
    parent: "Call | None"
    given: tuple[Any, ...] = ()
    named: dict[str, Any] = field(default_factory=dict)
    results: Any = None
    happened: list["Operation | Call"] = field(default_factory=list)

    def walk(self, *, into_torch: bool = True) -> Iterator["Operation | Call"]:
        """All that happened, calls before what happened in them; or not what happened in torch's own modules."""
        for entry in self.happened:
            yield entry
            if isinstance(entry, Call) and (into_torch or entry.is_written):
                yield from entry.walk(into_torch=into_torch)

    @property
    def is_written(self) -> bool:
        """Whether a person wrote the module, or it is only a box for those that they wrote."""
        room = type(self.module).__module__
        return not room.startswith("torch.nn.") or room == "torch.nn.modules.container"


@dataclass(slots=True, eq=False)
class Tape:
    """A whole run."""

    root: Call
    values: list[Value]
    remarks: list[str]
    owned: Mapping[str, int]  # the values of all parameters and buffers, by all their names


def leaves(given: Any) -> Iterator[Any]:
    """All that is in lists in lists."""
    if isinstance(given, dict):
        given = tuple(given.values())
    if isinstance(given, list | tuple):
        for inner in given:
            yield from leaves(inner)
    else:
        yield given


def refs(given: Any) -> Iterator[int]:
    """The numbers of all tensors in what is given."""
    for leaf in leaves(given):
        if isinstance(leaf, Ref):
            yield leaf.value
        elif isinstance(leaf, slice):
            yield from refs((leaf.start, leaf.stop, leaf.step))
