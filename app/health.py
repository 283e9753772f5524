"""How a node fares in a run, as a mark, a word and a sentence: from its error signal and from units that never fire.

The error signal of a layer is compared with that of the last one: below a hundredth it is weak, below a thousandth it
vanishes, above twentyfold it is strong, above a hundredfold it explodes (limits from measurements of nets that train
and nets that do not). Canvas, inspector and plots all judge by this room.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from math import inf, isfinite

import numpy as np

from app.controls.mark import State
from app.wording import number, raised, scientific, times
from engine.events import Failed
from engine.graph import Graph, Node, NodeId
from engine.history import History
from engine.layer import Loss, Weighted
from engine.run import Run

PROBES = frozenset({"ErrorSignal", "Silent"})
DEEP = 4  # layers with weights: from here on the hidden ones are compared among themselves
WEAK, VANISHING = 1e-2, 1e-3  # as a share of the last layer's error signal
STRONG, EXPLODING = 20.0, 100.0  # healthy networks reach 2 to 19 when they are trained


@dataclass(frozen=True, slots=True)
class Health:
    """A state, its word, and what it was judged by."""

    state: State
    word: str
    sentence: str


FROZEN = Health("none", "frozen", "Its weights stay as they are, whatever signal reaches it.")
UNKNOWN = Health("none", "not measured", "Train to see how its error signal fares.")


def health_of(node: Node, run: Run | None) -> Health:
    """How a node, under its whole name, fares in a run; not measured if the run never trained this very node."""
    trained = run.graph.flat.nodes.get(node.id) if run else None
    if run is None or trained is None or trained.layer != node.layer:
        return UNKNOWN
    ended = run.history.ended
    if isinstance(ended, Failed) and ended.node == node.id:
        return Health("bad", "failed", ended.message)
    silent = _silence(run.history, node.id)
    if trained.frozen and isinstance(trained.layer, Weighted):
        return silent or FROZEN
    ratio = signal_ratio(run.history, node.id, last_before_loss(run.graph.flat))
    if ratio is None:
        return silent or UNKNOWN
    judged = _judged(ratio)
    return silent if silent is not None and judged.state != "bad" else judged


def last_before_loss(graph: Graph) -> NodeId | None:
    """The node whose output the first loss reads."""
    edges = (edge for loss in graph.of_kind(Loss) for edge in graph.incoming.get(loss.id, ()))
    return next((edge.source for edge in edges), None)


def signal_ratio(history: History, node: str, last: str | None) -> float | None:
    """A node's error signal as a share of the last layer's; None if they were not measured at one and the same step."""
    ours, theirs = (history.latest.get(("ErrorSignal", name or "")) for name in (node, last))
    if ours is None or theirs is None or ours.step != theirs.step:
        return None
    if not isinstance(ours.value, float) or not isinstance(theirs.value, float):
        return None
    return ours.value / theirs.value if theirs.value else 0.0


def wire_ratio(history: History, node: str, place: int, last: str | None) -> float | None:
    """What comes back along a wire, `place` in the row of its node's wires, as a share of the last layer's signal."""
    row = history.latest.get(("WireSignal", node))
    end = history.latest.get(("ErrorSignal", last or ""))
    if row is None or end is None or row.step != end.step or not isinstance(end.value, float):
        return None
    if not isinstance(row.value, np.ndarray) or place >= len(row.value):
        return None
    value = float(row.value[place])
    if value < 0:  # it was not asked for
        return None
    return value / end.value if end.value else 0.0


def state_of(ratio: float) -> State:
    """How grave it is that a layer gets this share of the last layer's error signal."""
    if not isfinite(ratio) or ratio < VANISHING or ratio > EXPLODING:
        return "bad"
    return "ok" if WEAK <= ratio <= STRONG else "watch"


def _judged(ratio: float) -> Health:
    if ratio == 0:
        return Health("bad", "no signal", "No error signal reaches it, so it learns nothing.")
    if not isfinite(ratio):
        return Health("bad", "not finite", "Its error signal is not a finite number.")
    state, said = state_of(ratio), raised(times(ratio))
    small = "vanishing" if ratio < VANISHING else "weak"
    large = "exploding" if ratio > EXPLODING else "strong"
    word = "healthy" if state == "ok" else small if ratio < 1 else large
    return Health(state, word, f"Its error signal is {said} that of the last layer.")


@dataclass(frozen=True, slots=True)
class Verdict:
    """What reaches the first layer, in a sentence whose figure stands between two others."""

    state: State
    before: str
    figure: str = ""
    after: str = ""

    @property
    def sentence(self) -> str:
        """The whole, in plain text."""
        return f"{self.before}{self.figure}{self.after}"

    def and_then(self, more: str) -> "Verdict":
        """The same with another sentence after it."""
        return replace(self, after=f"{self.after}. {more}")


def verdict(
    graph: Graph, lengths: Mapping[NodeId, float], what: str = "error signal"
) -> Verdict | None:
    """Compare the gradient at the first layer's output with that at the last; None if there are not two.

    The output of a layer is that of its activation, where one follows: h = f(xW + b). In a deep network the last
    hidden layer is the last, and by how much the gradient changes from layer to layer is said too.
    """
    learns = [name for name in graph.order if _learns(graph.nodes[name])]
    names = [name for name in learns if name in lengths]
    first = _output_of(graph, names[0], lengths) if names else None
    end = last_before_loss(graph)
    last = end if end in lengths else names[-1] if names else None
    if len(names) >= DEEP:
        last = _output_of(graph, names[-2], lengths)
    if first is None or last is None or first == last:
        return None
    is_last = len(names) < DEEP
    said = _compared(first, lengths[first], last, lengths[last], what, is_last=is_last)
    rate = None if is_last else rate_of(graph, first, last, lengths)
    return replace(said, after=f"{said.after}: ×{number(rate, 2)} a layer") if rate else said


def rate_of(
    graph: Graph, first: NodeId, last: NodeId, lengths: Mapping[NodeId, float]
) -> float | None:
    """By what a gradient is multiplied from one layer with weights to the one before it, on the longest way.

    None if one is 0 or not finite, or there is no way from `first` to `last`.
    """
    away = {first: 0}  # so many layers with weights lie between
    for name in graph.order:
        before = [away[e.source] for e in graph.incoming.get(name, ()) if e.source in away]
        if before:
            away[name] = max(before) + isinstance(graph.nodes[name].layer, Weighted)
    steps = away.get(last, 0)
    if not steps or not lengths[last] or not 0 < (ratio := lengths[first] / lengths[last]) < inf:
        return None
    return float(ratio ** (1 / steps))


def _learns(node: Node) -> bool:
    """Whether training changes a node's weights: frozen ones need no error signal."""
    return isinstance(node.layer, Weighted) and not node.frozen


def _output_of(graph: Graph, name: NodeId, lengths: Mapping[NodeId, float]) -> NodeId:
    """The activation that follows a layer, directly or behind a norm, if it is measured; else the layer itself."""
    place = name
    while len(after := graph.outgoing.get(place, ())) == 1:
        place = after[0].target
        if graph.nodes[place].layer.group != "Normalisation":
            is_end = graph.nodes[place].layer.group == "Activation" and place in lengths
            return place if is_end else name
    return name


def _compared(
    first: NodeId, value: float, end: NodeId, last: float, what: str, *, is_last: bool
) -> Verdict:
    for name, length in ((first, value), (end, last)):
        if not isfinite(length):
            return Verdict("bad", f"The {what} of {name} is no longer finite")
    if last == 0:
        return Verdict("bad", f"{end} has no {what} (0): there is nothing to compare with")
    ratio, owner = value / last, "the last layer" if is_last else end
    if ratio == 0:
        return Verdict("bad", f"Nothing of {owner}'s {what} reaches {first}")
    if 0.095 <= ratio < 9999.5:
        return Verdict(state_of(ratio), f"{first} gets ", times(ratio), f" the {what} of {end}")
    amount = scientific(ratio) if ratio < VANISHING or ratio > 1 else number(ratio, 2)
    return Verdict(state_of(ratio), f"{first} gets ", raised(amount), f" of {owner}'s {what}")


def error_signals(history: History) -> dict[NodeId, float]:
    """The latest error signal of every node that has one."""
    return lengths_of(history, "ErrorSignal")


def lengths_of(history: History, probe: str) -> dict[NodeId, float]:
    """The latest readings of a probe of lengths, by node."""
    return {
        NodeId(node): reading.value
        for (name, node), reading in history.latest.items()
        if name == probe and isinstance(reading.value, float)
    }


def _silence(history: History, node: str) -> Health | None:
    reading = history.latest.get(("Silent", node))
    if reading is None or not isinstance(reading.value, np.ndarray) or not reading.value.any():
        return None
    silent, count = int(reading.value.sum()), reading.value.size
    said = f"{silent} of {count} units never fire on the probe examples."
    return Health("bad" if silent == count else "watch", f"{silent} of {count} silent", said)
