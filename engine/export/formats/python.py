"""Code out: a script that needs PyTorch and nothing of this program."""

import re
from collections.abc import Iterator, Mapping
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from engine.dataset import Part
from engine.export.format import Format
from engine.export.formats.safetensors import write_weights
from engine.export.generating import author_in, symbols_of
from engine.export.script import script
from engine.export.sources import Refused, Sources
from engine.export.subject import Subject
from engine.export.words import NoLiteral
from engine.export.writing import Writer
from engine.strides import Strides, in_order
from engine.varied import varies


class Python(Format):
    """A script that builds, trains and evaluates the network, with its weights and its data in files beside it.

    It imports nothing of Chainrule. The test part of the data is neither read nor written.
    """

    name = "python"
    title = "Python"
    suffix = ".py"
    trains = True
    carries = (
        "everything: all layers, losses, groups, repeats, shared and frozen weights, your own code, the training; "
        "writing and translating"
    )
    sequences = "any length, with the lengths given beside the samples"
    leaves = (
        "the memory of the optimiser and the place within an epoch; a learning run that goes on"
    )

    def refusals(self, subject: Subject) -> Iterator[str]:
        found = False
        if varies(subject.job.data):
            yield "Its pictures are varied while they are learnt from, which no script holds: switch that off."
        for name, sized in subject.job.shapes.sized.items():
            if not sized.drawn:
                try:
                    Sources().constructor(sized.call, name)
                except Refused as error:
                    found = True
                    yield f"{name} {error}: a script cannot hold that."
                except NoLiteral as error:
                    found = True
                    yield f"{name} has a parameter that cannot be written as Python: {error}."
        if not found:
            try:
                script(subject, "network")
            except Refused as error:
                yield f"A layer {error}: a script cannot hold that."

    def files(self, out: Path) -> tuple[Path, ...]:
        stem = _module_name(out)
        return (
            out.with_name(f"{stem}.safetensors"),
            out.with_name(f"{stem}_data.npz"),
            out,
        )

    def writers(self, subject: Subject, out: Path) -> Mapping[Path, Writer]:
        weights, data, code = self.files(out)
        text = script(subject, _module_name(out))
        return {
            weights: partial(write_weights, subject),
            data: partial(_write_data, subject),
            code: lambda path: _write_text(path, text),
        }


def _module_name(out: Path) -> str:
    """What the files beside the script are called."""
    return re.sub(r'["\\\s{}]', "_", out.stem)


def _write_text(path: Path, text: str) -> None:
    path.write_text(text, encoding="utf-8", newline="\n")


def _write_data(subject: Subject, path: Path) -> None:
    """The train and the dev part; the sealed test part is not opened."""
    data = subject.job.data
    train = _arrays("train", data.train, subject)
    if Strides(subject.network, subject.project.settings).carries:
        order = in_order(data.train)
        train = {name: array[order] for name, array in train.items()}
    arrays = {**train, **_arrays("dev", data.dev, subject), **symbols_of(author_in(subject))}
    with path.open("wb") as file:
        np.savez_compressed(file, allow_pickle=False, **arrays)


def _arrays(name: str, part: Part, subject: Subject) -> dict[str, NDArray[Any]]:
    found: dict[str, NDArray[Any]] = {
        f"{name}_{feed.name}": np.asarray(part.array(feed.part, feed.lengths))
        for feed in subject.network.feeds
    }
    return {**found, f"{name}_targets": part.targets}
