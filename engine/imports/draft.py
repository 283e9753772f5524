"""What a node of the drawing is going to be, before it has a name and a place, and how it is tried against the tape."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import torch
from torch import Tensor, nn

from engine.axes import Axes
from engine.imports.sizes import Runs
from engine.imports.tape import Call
from engine.layer import Layer
from engine.layers.operations import Operations
from engine.sizing import Sized
from engine.trial import answer

CLOSE = 1e-4  # how near a layer must come to what was recorded, relative to the largest number


@dataclass(slots=True, eq=False)
class Draft:
    """A layer, the values that flow into its ports and out of them, and the tensors that it takes over.

    `inputs` holds (port, value) wire by wire; `state` says which value of the tape each of its weights is.
    """

    layer: Layer
    inputs: list[tuple[str, int]]
    outputs: dict[str, int]
    level: Call
    stem: str = ""
    state: dict[str, int] = field(default_factory=dict)
    module: nn.Module | None = None
    steps: tuple[str, ...] = ()  # operations, if no other layer of the catalogue stands for them


@dataclass(eq=False)
class Bench:
    """What is known while drafting: the runs, what each value looks like, which values are the same."""

    runs: Runs
    wanted: Mapping[int, str]
    axes: dict[int, Axes] = field(default_factory=dict)
    same: dict[int, int] = field(default_factory=dict)
    drafts: list[Draft] = field(default_factory=list)
    made: dict[int, list[Tensor]] = field(default_factory=dict)
    piped: dict[int, int | None] = field(default_factory=dict)
    """Parameters that several nodes read, each brought by a wire: the value that brings it."""
    tied: frozenset[int] = frozenset()  # weights that both look symbols up and score them
    ways: dict[int, Layer] = field(
        default_factory=dict
    )  # the embeddings that do so, by their weights
    folded: dict[int, int] = field(default_factory=dict)  # values with many axes as sequences
    why: str = ""  # what torch said of the last draft that could not be run

    def root(self, number: int) -> int:
        """The value that a value is the same as."""
        while number in self.same:
            number = self.same[number]
        return number

    def contents(self, number: int) -> list[Tensor]:
        """What a value holds on the wire in each run."""
        if number in self.made:
            return self.made[number]
        return self.runs.contents(number)

    def flows(self, number: int) -> bool:
        """Whether a value can flow along a wire."""
        number = self.root(number)
        return number in self.made or self.runs.forms[number] is not None

    def beside(self, contents: list[Tensor]) -> int:
        """A value that is not on the tape."""
        number = len(self.runs.forms) + len(self.made)
        self.made[number] = contents
        return number

    def try_out(self, draft: Draft, targets: Mapping[str, Sequence[Tensor]] | None = None) -> bool:
        """Take a draft if its layer gives what was recorded; else leave everything as it is."""
        draft.inputs = [(port, self.root(number)) for port, number in draft.inputs]
        if not all(number in self.axes for _, number in draft.inputs):
            return False
        if not isinstance(draft.layer, Operations) and self.piped.keys() & set(
            draft.state.values()
        ):
            return False
        if len(set(draft.inputs)) < len(draft.inputs):
            return False  # two wires from one place to one port cannot be drawn
        sized = answer(draft.layer, self._came(draft), None)
        self.why = ""
        if not isinstance(sized, Sized):
            self.why = f"it wants {sized.wanted}, but gets {sized.got} {sized.detail or ''}"
            return False
        if not self._is_sense(draft, sized):
            return False
        found = self._ran(draft, sized)
        if found is None:
            return False
        for port, number in draft.outputs.items():
            wanted = targets[port] if targets and port in targets else self.contents(number)
            if not close(found[port], wanted):
                return False
        for port, number in draft.outputs.items():
            self.axes[number] = sized.outputs[port]
        self.drafts.append(draft)
        return True

    def _came(self, draft: Draft) -> tuple[Axes | None, ...]:
        came: list[Axes | None] = []
        for port in draft.layer.inputs:
            wires = [self.axes[number] for name, number in draft.inputs if name == port.name]
            came += wires or [None]
        while len(came) > 1 and came[-1] is None:
            came.pop()
        return tuple(came)

    def _is_sense(self, draft: Draft, sized: Sized) -> bool:
        kinds = {"signal": "a signal", "image": "an image"}
        for port, number in draft.outputs.items():
            sense = self.wanted.get(number)
            if sense in kinds and sized.outputs[port].kind != kinds[sense]:
                return False
        return True

    def _ran(self, draft: Draft, sized: Sized) -> dict[str, list[Tensor]] | None:
        """What the layer gives in each run, by output; None if it cannot be built or run so."""
        ports = [port.name for port in draft.layer.outputs]
        arguments: list[Any] = []
        for port in draft.layer.inputs:
            arguments += [number for name, number in draft.inputs if name == port.name] or [None]
        while arguments and arguments[-1] is None:
            arguments.pop()
        try:
            module = sized.call.build().eval()
            module.load_state_dict(self.tensors(draft), strict=True)
            results = []
            with torch.no_grad():
                for run in range(len(self.runs.tapes)):
                    torch.manual_seed(0)
                    given = [None if one is None else self.contents(one)[run] for one in arguments]
                    results.append(module(*given))
        except (RuntimeError, ValueError, TypeError, IndexError) as error:
            self.why = str(error)
            return None
        parted = [result if isinstance(result, tuple) else (result,) for result in results]
        return {port: [result[place] for result in parted] for place, port in enumerate(ports)}

    def tensors(self, draft: Draft) -> dict[str, Tensor]:
        """The weights that a draft takes over, as they are while recording."""
        tape = self.runs.tapes[0]
        return {name: tape.values[number].content for name, number in draft.state.items()}


def close(found: Sequence[Tensor], wanted: Sequence[Tensor]) -> bool:
    """Whether what a layer gives is what was recorded, in shape and (nearly) in every number."""
    for a, b in zip(found, wanted, strict=True):
        if a.shape != b.shape or a.dtype != b.dtype:
            return False
        if not torch.allclose(a, b, rtol=CLOSE, atol=CLOSE, equal_nan=True):
            return False
    return True
