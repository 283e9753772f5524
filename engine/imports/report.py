"""What became of a module, in words and numbers."""

from collections.abc import Mapping
from dataclasses import dataclass

from torch import nn

from engine.imports.assembling import Drawing
from engine.imports.draft import Bench
from engine.layers.operations import Operations


@dataclass(frozen=True, slots=True)
class Report:
    """What was drawn, what stayed steps of PyTorch, what is to be known, and how near the outputs are."""

    layers: Mapping[str, int]  # how many of each kind of layer
    opaque: Mapping[str, tuple[str, ...]]  # nodes that hold operations, and which
    unused: tuple[str, ...]  # submodules with weights that the run did not use
    remarks: tuple[str, ...]
    difference: float

    @property
    def nodes(self) -> int:
        """How many nodes there are, without inputs, outputs and groups."""
        return sum(self.layers.values()) + len(self.opaque)

    @property
    def share(self) -> float:
        """The share of opaque nodes."""
        return len(self.opaque) / max(self.nodes, 1)


def reported(
    bench: Bench, drawing: Drawing, module: nn.Module, difference: float, learning: tuple[str, ...]
) -> Report:
    """The report of an import."""
    layers: dict[str, int] = {}
    opaque: dict[str, tuple[str, ...]] = {}
    for draft in bench.drafts:
        if isinstance(draft.layer, Operations):
            opaque[drawing.paths[id(draft)]] = draft.steps
        else:
            layers[draft.layer.label] = layers.get(draft.layer.label, 0) + 1
    used = {bench.runs.tapes[0].values[number].name for number in drawing.weights.values()}
    names = {name for name, _ in module.named_parameters()}
    unused = sorted({name.rpartition(".")[0] or name for name in names - used})
    other = "While it is trained the module takes other steps; drawn is what it does otherwise."
    remarks = (
        *drawing.untied,
        *bench.runs.tapes[0].remarks,
        *(() if bench.runs.same_in_training else (other,)),
        *learning,
    )
    return Report(layers, opaque, tuple(unused), remarks, difference)
