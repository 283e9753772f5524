"""A file of torch.export: the network as PyTorch runs it without Python."""

import io
import warnings
from collections.abc import Iterator, Mapping
from pathlib import Path

import torch
from torch import Tensor
from torch.export import Dim

from engine.export.bare import Bare, bare, flat_results
from engine.export.carrying import Runner, Uncarried, carried, in_the_way
from engine.export.format import Format
from engine.export.subject import Subject
from engine.export.writing import Writer

LOOP = (
    "Where the length is free PyTorch writes its loop out for one number of steps. "
    "Use data of a fixed length, or another format."
)


class Pt2(Format):
    """What torch.export makes of the network, for torch.export.load and for runtimes such as ExecuTorch.

    Any batch size; any length where lengths are free. It predicts only, and takes no lengths: every step counts.
    """

    name = "pt2"
    title = "pt2"
    suffix = ".pt2"
    carries = "the network and its weights, in inference mode, with any batch size"
    sequences = "any length, the same for all in a batch: it takes no lengths, every step counts"
    leaves = "losses and training"
    refuses = {"RNN": LOOP, "GRU": LOOP, "LSTM": LOOP, "MaxPool1d": LOOP}

    def __init__(self) -> None:
        self.content = b""

    def refusals(self, subject: Subject) -> Iterator[str]:
        try:
            self.content = carried(bare(subject), made)
        except Uncarried as error:
            found = list(in_the_way(subject, self.title, made, self.refuses))
            yield from found or [f"The network as a whole cannot be carried by pt2: {error}."]

    def writers(self, subject: Subject, out: Path) -> Mapping[Path, Writer]:
        content = self.content or carried(bare(subject), made)
        return {out: lambda path: path.write_bytes(content) and None}


def made(found: Bare) -> tuple[bytes, Runner]:
    """The bytes of the file, and what they do once they are loaded."""
    sizes = tuple(dict.fromkeys(moving, Dim.DYNAMIC) for moving in found.moving())
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of torch, to itself
        program = torch.export.export(found.module, found.batch(), dynamic_shapes=sizes)
        stream = io.BytesIO()
        torch.export.save(program, stream)
        content = stream.getvalue()
        loaded = torch.export.load(io.BytesIO(content)).module()

    def run(batch: tuple[Tensor, ...]) -> list[Tensor]:
        with torch.no_grad():
            return flat_results(loaded(*batch))

    return content, run
