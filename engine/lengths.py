"""How long the sequences of the data are where they come to a layer: as the data say, changed on the way."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from engine.axes import StepLabels, Transcript, fixed
from engine.control import Own
from engine.dataset import Data
from engine.graph import Graph, NodeId
from engine.layer import Layer
from engine.layers.data import Input
from engine.shapes import Shapes, infer

Numbers = NDArray[np.int64]


@dataclass(frozen=True, slots=True, eq=False)
class Steps:
    """Lengths of sequences with how often each occurs, and the room that all of them are given.

    `needs` goes along with them: the steps that the transcript of each needs, 0 where nothing is written.
    """

    lengths: Numbers
    needs: Numbers
    counts: Numbers
    room: int

    @property
    def shortest(self) -> int:
        """The steps of the shortest."""
        return int(self.lengths.min())

    @property
    def longest(self) -> int:
        """The steps of the longest."""
        return int(self.lengths.max())

    @property
    def examples(self) -> int:
        """How many there are."""
        return int(self.counts.sum())

    def below(self, least: int) -> int:
        """How many are shorter than this."""
        return int(self.counts[self.lengths < least].sum())

    @property
    def unwritten(self) -> int:
        """How many are too short for their transcripts."""
        return int(self.counts[self.lengths < self.needs].sum())

    def behind(self, layer: Layer, inputs: tuple[object, ...]) -> "Steps | None":
        """The same behind a layer, without those of which nothing is left; None if none is left."""
        stretch = layer.stretch(*inputs)
        if stretch is None:
            return self
        after: Numbers = stretch.of(self.lengths)
        left = after > 0
        if not left.any():
            return None
        return Steps(after[left], self.needs[left], self.counts[left], stretch.of(self.room))


@lru_cache(maxsize=16)
def steps_of(data: Data, part: str) -> Steps:
    """The sequences of a part of the samples, which differ in length; the sealed test part is left alone."""
    axes = data.parts[part]
    room = data.train.array(part).shape[1 + axes.sizes.index(axes.free[0])]
    found = [piece.array(part, lengths=True) for piece in (data.train, data.dev)]
    return _counted(np.concatenate(found), _needs(data), room)


@lru_cache(maxsize=16)
def steps_alike(data: Data, steps: int) -> Steps:
    """Sequences that all have so many steps."""
    needs = _needs(data)
    return _counted(np.full_like(needs, steps), needs, steps)


def _counted(lengths: Numbers, needs: Numbers, room: int) -> Steps:
    pairs, counts = np.unique(np.stack((lengths, needs), axis=1), axis=0, return_counts=True)
    return Steps(pairs[:, 0], pairs[:, 1], counts, room)


def _needs(data: Data) -> Numbers:
    """The steps that each transcript needs: one a class, and one more between two that are alike."""
    targets = np.concatenate([piece.targets for piece in (data.train, data.dev)])
    if not isinstance(data.target, Transcript):
        return np.zeros(len(targets), np.int64)
    alike = (targets[:, 1:] == targets[:, :-1]) & (targets[:, 1:] >= 0)
    needs: Numbers = (targets >= 0).sum(axis=1) + alike.sum(axis=1)
    return needs


def target_steps(data: Data) -> int | None:
    """At how many steps the data have a class; None where they have none at each step."""
    return data.train.targets.shape[1] if isinstance(data.target, StepLabels) else None


def at_full_length(graph: Graph, shapes: Shapes, data: Data) -> Shapes:
    """What is known of a drawing where every sequence fills the room that all are given: what training costs."""
    parts = data.parts
    if not shapes.run or not any(axes.free for axes in parts.values()):
        return shapes
    full = {part: fixed(axes, data.train.array(part).shape[1:]) for part, axes in parts.items()}
    return infer(graph, full, data.target)


def too_many(own: Own, graph: Graph, data: Data) -> str | None:
    """Why a sample that was brought is too long for a layer, where the data have none as long; None if it is not."""
    for part, values in own.arrays.items():
        room, axes = data.train.array(part).shape[1:], data.parts[part]
        if part not in own.lengths or values.shape == room:
            continue
        known = {**data.parts, part: fixed(axes, values.shape)}
        if set(infer(graph, known, data.target).sized) < set(
            infer(graph, data.parts, data.target).sized
        ):
            most = room[axes.sizes.index(axes.free[0])]
            return (
                f"There are {own.lengths[part]:,} steps, and a layer of this network takes no sequence as long; the "
                f"longest of the data has {most:,}. Bring a shorter one, or let the layer take more."
            )
    return None


def flowing(
    flat: Graph, shapes: Shapes, data: Data, run: Collection[NodeId]
) -> Mapping[NodeId, Steps]:
    """What comes into each layer that is run, if its sequences differ in length: those of its first such input."""
    known: dict[NodeId, Steps] = {}
    found: dict[NodeId, Steps] = {}
    if not any(axes.free for axes in data.parts.values()):
        return found
    for name in flat.order:
        sized, layer = shapes.sized.get(name), flat.nodes[name].layer
        if sized is None or name not in run:
            continue
        if isinstance(layer, Input):
            if data.parts[layer.part].free:
                known[name] = steps_of(data, layer.part)
        elif (came := _came(flat, name, known)) is not None:
            found[name] = came
            after = came.behind(layer, sized.inputs)
            if after is not None and any(axes.free for axes in sized.outputs.values()):
                known[name] = after
    return found


def _came(flat: Graph, name: NodeId, known: Mapping[NodeId, Steps]) -> Steps | None:
    edges = flat.incoming.get(name, ())
    for port in flat.nodes[name].layer.inputs:
        for edge in edges:
            if edge.target_port == port.name and edge.source in known:
                return known[edge.source]
    return None
