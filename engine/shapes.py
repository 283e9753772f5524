"""Shapes by running each layer on nothing: built and called on torch's meta device, its output's sizes are read.

A layer's answer depends only on its declaration and what comes in, so it is remembered by those two: after an edit only
what lies downstream of it is run again. No random number is drawn and no memory for weights is taken. Free lengths stay
free: a layer is run at two of them, and the axes that moved are named. How a layer is run is in `engine.trial`.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace

from engine.axes import Axes, Target
from engine.graph import Edge, Graph, Node, NodeId
from engine.layer import Layer, Loss, call
from engine.layers.data import Input
from engine.sizing import Cost, Misfit, Sized, summed
from engine.trial import answer

NOTHING = call("torch.nn.Identity")
FEW = 64  # layers that are found out about in any order


@dataclass(frozen=True, slots=True)
class Shapes:
    """What is known of each node, by the names of the unfolded drawing; groups are there too.

    A node that waits for another to be mended is in neither mapping.
    """

    sized: Mapping[NodeId, Sized]
    misfits: Mapping[NodeId, Misfit]
    run: Mapping[NodeId, Layer] = field(default_factory=dict, compare=False)
    """The layers that were run: what of this is still true after an edit can be taken over."""
    asked: tuple[Mapping[str, Axes], Target] | None = field(default=None, compare=False)
    wires: Mapping[NodeId, tuple[Edge, ...]] = field(default_factory=dict, compare=False)
    """What flowed into each node then."""

    def on(self, edge: Edge) -> Axes | None:
        """What flows along an edge; None while it is not known."""
        node = self.sized.get(edge.source)
        return node.outputs.get(edge.source_port) if node else None

    @property
    def total(self) -> Cost:
        """The sum over all nodes that fit; shared weights count once."""
        costs = [self.sized[name].cost for name in self.run if name in self.sized]
        return summed(costs)


def infer(
    graph: Graph,
    source: Axes | Mapping[str, Axes],
    target: Target,
    before: Shapes | None = None,
) -> Shapes:
    """What flows where, if samples look like `source` and `target` is to be predicted.

    Args:
        graph: The drawing, with its groups.
        source: What one sample looks like; by the name of its part, where it has several (the first is called "").
        target: What the data ask for.
        before: The answer for the drawing before an edit; what is still true of it is taken over.

    Raises GraphError on a cycle, or if groups unfold without end.
    """
    inference = Inference(graph, source, target, before)
    for _ in inference.steps():
        pass
    return inference.so_far()


class Inference:
    """The same, one layer at a time, for who must not wait: what is known can be asked for after each.

    Takes what `infer` takes, and raises what it raises.
    """

    def __init__(
        self,
        graph: Graph,
        source: Axes | Mapping[str, Axes],
        target: Target,
        before: Shapes | None = None,
    ) -> None:
        self._flat = graph.flat
        self._order = self._flat.order
        self._asked = ({"": source} if isinstance(source, Axes) else dict(source), target)
        is_alike = before is not None and before.asked == self._asked
        self._known = before if before is not None and is_alike else Shapes({}, {})
        self._sized: dict[NodeId, Sized] = {}
        self._misfits: dict[NodeId, Misfit] = {}

    def steps(self, first: Callable[[], Iterable[NodeId]] = tuple) -> Iterator[None]:
        """Find out about all layers, and stop after each that had to be looked at anew.

        Args:
            first: Says which are wanted before others, where many are new; what they hear from comes before them.
        """
        borrowers = _borrowers(self._flat) if any(self._sharers()) else frozenset()
        for name in self._by_want(self._taken_over(borrowers), first):
            node = self._flat.nodes[name]
            old = _untouched(self._flat, node, self._sized, self._known)
            found: Sized | Misfit | None = old
            if old is None:
                found = _of(self._flat, node, self._sized, self._asked, self._known)
            if isinstance(found, Sized):
                self._sized[name] = found.in_form(shared=name in borrowers)
            elif found is not None:
                self._misfits[name] = found
            if old is None:
                yield

    def _taken_over(self, borrowers: frozenset[NodeId]) -> list[NodeId]:
        """Take over what is as it was before, as far as nothing before it is new; the others, in order."""
        left = self._flat.descendants(*self._touched(borrowers))
        known = self._known.sized
        self._sized = {
            name: known[name].in_form(shared=name in borrowers)
            for name in self._order
            if name not in left
        }
        return [name for name in self._order if name in left]

    def _touched(self, borrowers: frozenset[NodeId]) -> set[NodeId]:
        """The layers that are new themselves, or hear from others, or from one that is known in another form now."""
        known, flat = self._known, self._flat
        found = {
            name
            for name, node in flat.nodes.items()
            if name not in known.sized or known.run.get(name) is not node.layer
        }
        none: tuple[Edge, ...] = ()
        for name, edges in flat.incoming.items():
            before = known.wires.get(name, none)
            if edges is not before and edges != before:
                found.add(name)
        found |= {name for name in known.wires if name not in flat.incoming and name in flat.nodes}
        changed = (name for name, one in known.sized.items() if one.shared != (name in borrowers))
        for name in changed:
            found |= {edge.target for edge in flat.outgoing.get(name, ())}
        return found

    def _by_want(
        self, names: list[NodeId], first: Callable[[], Iterable[NodeId]]
    ) -> Iterable[NodeId]:
        if len(names) <= FEW:
            return names
        early = self._flat.ancestors(*(name for name in first() if name in self._flat.nodes))
        return sorted(names, key=lambda name: name not in early)

    def _sharers(self) -> Iterator[bool]:
        return (node.shares is not None for node in self._flat.nodes.values())

    def so_far(self) -> Shapes:
        """What is known by now; of a layer whose turn has not come, nothing."""
        sized = dict(self._sized)
        for name, doors in self._flat.doors.items():
            _add_drawn(name, doors.into, doors.out, sized)
        run = {name: node.layer for name, node in self._flat.nodes.items()}
        return Shapes(sized, dict(self._misfits), run, self._asked, self._flat.incoming)


def _borrowers(flat: Graph) -> frozenset[NodeId]:
    """The layers that use the weights of another: of one that is run, or that has lent them to one before."""
    lenders, found = set(flat.nodes), set()
    for name in flat.order:
        owner = flat.nodes[name].shares
        if owner is not None:
            if owner in lenders:
                found.add(name)
            lenders.add(owner)
    return frozenset(found)


def _untouched(
    flat: Graph, node: Node, sized: Mapping[NodeId, Sized], known: Shapes
) -> Sized | None:
    """What was known of a node that is as it was, behind nodes that are as they were; None if it must be looked at."""
    name = node.id
    old = known.sized.get(name)
    if old is None or known.run.get(name) is not node.layer:
        return None
    edges, before = flat.incoming.get(name, ()), known.wires.get(name, ())
    if edges is not before and edges != before:
        return None
    for edge in edges:
        if sized.get(edge.source) is not known.sized.get(edge.source):
            return None
    return old


def _of(
    flat: Graph,
    node: Node,
    sized: Mapping[NodeId, Sized],
    asked: tuple[Mapping[str, Axes], Target],
    known: Shapes,
) -> Sized | Misfit | None:
    """The answer of one node; None while it waits for what comes before it."""
    parts, target = asked
    if isinstance(node.layer, Input):
        return _entry(node.layer, parts)
    inputs = _inputs(flat, node, sized)
    if inputs is None:
        return None
    old = known.sized.get(node.id) or known.misfits.get(node.id)
    if (
        old is not None
        and known.run.get(node.id) is node.layer
        and len(old.inputs) == len(inputs)
        and all(a is b for a, b in zip(old.inputs, inputs, strict=True))
    ):
        return old
    return answer(node.layer, inputs, target if isinstance(node.layer, Loss) else None)


def _entry(layer: Input, parts: Mapping[str, Axes]) -> Sized | Misfit:
    axes = parts.get(layer.part)
    if axes is None:
        words = ", ".join(part or "the first, whose name is empty" for part in parts)
        return Misfit("in", f"one of the parts that a sample has ({words})", layer.part, ())
    dtype = "int64" if axes.whole else "float32"
    return Sized((), {"out": axes}, layer.call(), Cost(0, 0, axes.count or 0), {"out": dtype})


def _inputs(
    graph: Graph, node: Node, sized: Mapping[NodeId, Sized]
) -> tuple[Axes | None, ...] | None:
    """What comes in, an entry a port, all wires of a `many` port; None if something needed is not known."""
    edges = graph.incoming.get(node.id, ())
    found: list[Axes | None] = []
    for port in node.layer.inputs:
        wires = [edge for edge in edges if edge.target_port == port.name]
        if not wires and port.optional:
            found.append(None)
            continue
        if not wires or any(edge.source not in sized for edge in wires):
            return None
        found += [sized[edge.source].outputs[edge.source_port] for edge in wires]
    while found and found[-1] is None and len(found) > 1:
        found.pop()
    return tuple(found)


def _add_drawn(
    name: NodeId,
    into: Mapping[str, tuple[tuple[NodeId, str], ...]],
    out: Mapping[str, tuple[NodeId, str] | None],
    sized: dict[NodeId, Sized],
) -> None:
    """What is known of a group, or of a node that is switched off: what flows through its doors, and what it holds."""
    outputs = {
        port: sized[place[0]].outputs[place[1]]
        for port, place in out.items()
        if place is not None and place[0] in sized
    }
    if len(outputs) < len(out):
        return
    inputs = [
        sized[place[0]].outputs[place[1]]
        for places in into.values()
        for place in places
        if place[0] in sized
    ]
    inside = [
        one.cost
        for other, one in sized.items()
        if other.startswith((f"{name}.", f"{name}#")) and not one.drawn
    ]
    cost = summed(inside)
    dtypes = {port: sized[place[0]].dtypes[place[1]] for port, place in out.items() if place}
    sized[name] = replace(Sized(tuple(inputs), outputs, NOTHING, cost, dtypes), drawn=True)


__all__ = ["Cost", "Inference", "Misfit", "Shapes", "Sized", "infer"]
