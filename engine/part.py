"""A part of the data: some of the examples, open or sealed."""

from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np

from engine.encoding import Encoding
from engine.samples import DataError, Indices, Inputs, Piece, Samples, Targets, seal
from engine.scale import Scale
from engine.streamed import Streamed


@dataclass(frozen=True, slots=True, eq=False)
class Part:
    """Some of the examples, read-only. `indices` are their places in the whole data set."""

    inputs: Inputs
    targets: Targets
    indices: Indices
    titles: tuple[str, ...] | None = None
    lengths: Indices | None = None
    others: Mapping[str, Piece] = field(default_factory=dict)
    groups: Indices | None = None
    """Which other examples each belongs to; None if the data do not say."""

    def __post_init__(self) -> None:
        seal(self.inputs, self.targets, self.indices)

    def array(self, part: str, lengths: bool = False) -> Inputs:
        """The numbers of a part of the samples (the first is called ""), or how long each of its sequences is."""
        if lengths:
            found = self.lengths if not part else self.others[part].lengths
            if found is None:
                raise DataError("The examples are all of one length.")
            return found
        return self.others[part].inputs if part else self.inputs

    @property
    def count(self) -> int:
        """How many examples there are."""
        return len(self.indices)


class Sealed:
    """The test part, which only an explicit evaluation opens."""

    __slots__ = ("__part",)

    def __init__(self, part: Part) -> None:
        self.__part = part

    @property
    def count(self) -> int:
        """How many examples there are."""
        return self.__part.count

    def open(self) -> Part:
        """The examples themselves. Settings chosen after a look at them are no longer tested."""
        return self.__part

    def __repr__(self) -> str:
        return f"Sealed({self.count} examples)"


def taken(
    samples: Samples, indices: Indices, scale: Scale | None, encoding: Encoding | None = None
) -> Part:
    """The part that these examples are, encoded if they are rows of a table, and scaled."""
    if encoding is not None:
        scaled: Inputs = encoding.apply(
            np.asarray(samples.inputs), indices, scaled=scale is not None
        )
    else:
        scaled = _taken(samples.inputs, indices, scale)
    titles = samples.titles and tuple(samples.titles[index] for index in indices)
    lengths = None if samples.lengths is None else samples.lengths[indices]
    others = {
        name: Piece(
            _taken(p.inputs, indices), p.axes, None if p.lengths is None else p.lengths[indices]
        )
        for name, p in samples.others.items()
    }
    groups = None if samples.groups is None else samples.groups[indices]
    return Part(scaled, samples.targets[indices], indices, titles, lengths, others, groups)


def _taken(inputs: Inputs, indices: Indices, scale: Scale | None = None) -> Inputs:
    if isinstance(inputs, Streamed):
        return inputs.rows(indices).scaled(scale) if scale else inputs.rows(indices)
    return scale.apply(inputs[indices]) if scale else inputs[indices]
