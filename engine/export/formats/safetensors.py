"""The weights alone."""

from collections.abc import Iterator, Mapping
from functools import partial
from pathlib import Path

from safetensors.torch import save

from engine.export.format import Format
from engine.export.subject import Subject
from engine.export.writing import Writer


class Safetensors(Format):
    """The weights and running figures by name, `conv_1.weight`, as any program that reads safetensors can load them."""

    name = "safetensors"
    title = "safetensors"
    suffix = ".safetensors"
    carries = "the weights and running figures of every layer (the state_dict)"
    sequences = "has nothing to do with lengths"
    leaves = "the network itself, losses and training"

    def refusals(self, subject: Subject) -> Iterator[str]:  # noqa: ARG002 (it carries all)
        yield from ()

    def writers(self, subject: Subject, out: Path) -> Mapping[Path, Writer]:
        return {out: partial(write_weights, subject)}


def write_weights(subject: Subject, path: Path) -> None:
    """The network's state, each tensor by itself."""
    state = subject.network.module.state_dict()
    path.write_bytes(
        save({name: tensor.detach().cpu().clone().contiguous() for name, tensor in state.items()})
    )
