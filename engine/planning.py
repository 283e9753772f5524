"""The order of a network's calls as a torch.fx graph: who is run on what, which lengths go where, what is given back.

It knows no module, only their names; `engine.network` builds these, and the exporter prints them.
"""

import operator
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from keyword import iskeyword

import torch
from torch import fx

from engine.graph import Edge, Graph, NodeId
from engine.layer import Layer, Loss, Stretch
from engine.layers.data import Input, Output
from engine.shapes import Shapes


@dataclass(frozen=True, slots=True)
class Feed:
    """One tensor that a network takes: a part of the samples, or the lengths of its sequences."""

    part: str
    lengths: bool = False

    @property
    def name(self) -> str:
        """What it is called as an argument."""
        part = self.part or "sample"
        is_plain = part.isidentifier() and not iskeyword(part) and part != "self"
        is_own = not part.startswith("part_") and not part.endswith("_lengths")
        if not (is_plain and is_own) or self.part == "sample":
            part = f"part_{part}"  # it would mean something else to Python, or to us
        return part + ("_lengths" if self.lengths else "")


@dataclass(frozen=True, slots=True, eq=False)
class Plan:
    """What is run, in which order, with which results."""

    graph: fx.Graph
    order: tuple[NodeId, ...]
    feeds: tuple[Feed, ...]
    losses: tuple[NodeId, ...]
    outputs: tuple[NodeId, ...]
    results: Mapping[
        tuple[NodeId, str], int
    ]  # where in the results a loss or an output finds what it reads


@dataclass(slots=True)
class _Planner:
    """What has been written down so far: values and their lengths, by the port that they flow out of."""

    flat: Graph
    shapes: Shapes
    graph: fx.Graph = field(default_factory=fx.Graph)
    values: dict[tuple[NodeId, str], fx.Node] = field(default_factory=dict)
    lengths: dict[tuple[NodeId, str], fx.Node] = field(default_factory=dict)
    fed: dict[Feed, fx.Node] = field(default_factory=dict)
    given: list[fx.Node] = field(default_factory=list)
    ends: list[Edge | None] = field(default_factory=list)  # along which each of these comes
    results: dict[tuple[NodeId, str], int] = field(default_factory=dict)

    def feed(self, wanted: list[NodeId]) -> None:
        """Write down the arguments: each part once, in the order of the parts; lengths after what they belong to."""
        parts = dict.fromkeys(
            layer.part for name in wanted if isinstance(layer := self.layer(name), Input)
        )
        known = list(self.shapes.asked[0]) if self.shapes.asked else [""]
        for part in sorted(parts, key=known.index):
            axes = self.shapes.asked[0][part] if self.shapes.asked else None
            for feed in (Feed(part), Feed(part, lengths=True)):
                if not feed.lengths or (axes is not None and axes.free):
                    self.fed[feed] = self.graph.placeholder(feed.name)

    def layer(self, name: NodeId) -> Layer:
        return self.flat.nodes[name].layer

    def put(self, name: NodeId) -> None:
        """Write down the call of one node."""
        node, layer = self.flat.nodes[name], self.layer(name)
        if isinstance(layer, Input):
            self._enter(name, layer)
            return
        wires = tuple(self._wires(name))
        arguments = [self._flows(edge) for edge in wires] or [next(iter(self.fed.values()))]
        came = self._lengths_before(name)
        result = self.graph.call_module(
            node.shares or name, tuple(arguments), dict(self._lengths_read(name))
        )
        result.meta["nodes"], result.meta["wires"] = (name,), wires
        ports = layer.outputs
        for place, port in enumerate(ports):
            value = result
            if len(ports) > 1:
                if not self._is_read(name, port.name):
                    continue
                value = self.graph.call_function(operator.getitem, (result, place))
            self.values[name, port.name] = value
            self._note_lengths(name, port.name, came)

    def _enter(self, name: NodeId, layer: Input) -> None:
        """What an Input gives is what is fed, without a call."""
        fed = self.fed[Feed(layer.part)]
        fed.meta["nodes"] = (*fed.meta.get("nodes", ()), name)
        self.values[name, "out"] = fed
        if (lengths := self.fed.get(Feed(layer.part, lengths=True))) is not None:
            self.lengths[name, "out"] = lengths

    def _is_read(self, name: NodeId, port: str) -> bool:
        return any(edge.source_port == port for edge in self.flat.outgoing.get(name, ()))

    def _flows(self, edge: Edge | None) -> fx.Node | None:
        """What flows along an edge."""
        return self.values[edge.source, edge.source_port] if edge else None

    def _wires(self, name: NodeId) -> Iterator[Edge | None]:
        """The edges into a node: port by port, wire by wire; None where an optional port is open."""
        edges = self.flat.incoming.get(name, ())
        found: list[Edge | None] = []
        for port in self.layer(name).inputs:
            found += [edge for edge in edges if edge.target_port == port.name] or [None]
        while found and found[-1] is None:
            found.pop()
        yield from found

    def _lengths_into(self, name: NodeId, port: str) -> fx.Node | None:
        """The lengths of what flows into a port, or into the first that has any if nothing is wired to it."""
        edges = self.flat.incoming.get(name, ())
        wires = [edge for edge in edges if edge.target_port == port]
        for edge in wires or edges:
            if (found := self.lengths.get((edge.source, edge.source_port))) is not None:
                return found
        return None

    def _lengths_read(self, name: NodeId) -> Iterator[tuple[str, fx.Node]]:
        if not self.shapes.sized[name].call.target.startswith("engine."):
            return  # torch's own modules know no lengths
        for argument, port in self.layer(name).reads.items():
            if (found := self._lengths_into(name, port)) is not None:
                yield argument, found

    def _lengths_before(self, name: NodeId) -> fx.Node | None:
        """The lengths of what flows in: of the first input that has any."""
        ports = self.layer(name).inputs
        found = (self._lengths_into(name, port.name) for port in ports)
        return next((lengths for lengths in found if lengths is not None), None)

    def _note_lengths(self, name: NodeId, port: str, came: fx.Node | None) -> None:
        """Write down the lengths of what flows out, if it still has a free length."""
        sized = self.shapes.sized[name]
        if came is None or not sized.outputs[port].free:
            return
        stretch = self.layer(name).stretch(*sized.inputs) if sized.inputs else None
        self.lengths[name, port] = (
            came if stretch is None else _stretched(self.graph, came, stretch)
        )

    def give(self, name: NodeId) -> None:
        """Write down what a loss or an output reads."""
        for port in self.layer(name).inputs:
            for edge in self.flat.incoming.get(name, ()):
                if edge.target_port == port.name:
                    value = self.values[edge.source, edge.source_port]
                    self._result(name, port.name, value, edge)
        for argument, lengths in self._lengths_read(name):
            self._result(name, argument, lengths)

    def _result(self, name: NodeId, what: str, value: fx.Node, along: Edge | None = None) -> None:
        self.results[name, what] = len(self.given)
        self.given.append(value)
        self.ends.append(along)


def _stretched(graph: fx.Graph, lengths: fx.Node, stretch: Stretch) -> fx.Node:
    """The arithmetic of `Stretch.of`, written down without its idle parts; of a short sequence one step is left."""
    plus, then = stretch.plus, stretch.then
    if stretch.over == 1:
        plus, then = plus + then, 0
    steps = (
        (operator.mul, stretch.times, 1),
        (operator.add, plus, 0),
        (operator.floordiv, stretch.over, 1),
        (operator.add, then, 0),
    )
    for work, number, idle in steps:
        if number != idle:
            lengths = graph.call_function(work, (lengths, number))
    if stretch.least > 1:
        lengths = graph.call_function(torch.clamp, (lengths, 1))
    return lengths


def plan(flat: Graph, shapes: Shapes) -> Plan:
    """What is run of an unfolded drawing without errors: all that leads to a loss or to an output."""
    losses = tuple(node.id for node in flat.of_kind(Loss))
    outputs = tuple(node.id for node in flat.of_kind(Output))
    needed = flat.ancestors(*losses, *outputs)
    ends = frozenset((*losses, *outputs))
    order = [name for name in flat.order if name in needed and name not in ends]
    planner = _Planner(flat, shapes)
    planner.feed(order)
    for name in order:
        planner.put(name)
    for name in (*losses, *outputs):
        planner.give(name)
    planner.graph.output(tuple(planner.given)).meta["wires"] = tuple(planner.ends)
    return Plan(planner.graph, tuple(order), tuple(planner.fed), losses, outputs, planner.results)
