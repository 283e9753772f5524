"""How a node fares in a run, as a mark, a word and a sentence: from its error signal and from units that never fire.

The error signal of a layer is compared with that of the last one: below a hundredth it is weak, below a thousandth it
vanishes, above a hundredfold it explodes (limits from measurements of nets that train and nets that do not).
"""

from dataclasses import dataclass
from math import isfinite

import numpy as np

from app.controls.mark import State
from engine.graph import Graph, Node, NodeId
from engine.history import History
from engine.layer import Loss
from engine.run import Run

PROBES = frozenset({"ErrorSignal", "Silent"})
WEAK, VANISHING, EXPLODING = 1e-2, 1e-3, 1e2  # as a share of the last layer's error signal


@dataclass(frozen=True, slots=True)
class Health:
    """A state, its word, and what it was judged by."""

    state: State
    word: str
    sentence: str


UNKNOWN = Health("none", "not measured", "Train to see how its error signal fares.")


def health_of(node: Node, run: Run | None) -> Health:
    """How a node fares in a run; not measured if the run never trained this very node."""
    trained = run.graph.nodes.get(node.id) if run else None
    if run is None or trained is None or trained.layer != node.layer:
        return UNKNOWN
    silent = _silence(run.history, node.id)
    ratio = signal_ratio(run.history, node.id, last_before_loss(run.graph))
    if ratio is None:
        return silent or UNKNOWN
    judged = _judged(ratio)
    return silent if silent is not None and judged.state != "bad" else judged


def last_before_loss(graph: Graph) -> NodeId | None:
    """The node whose output the first loss reads."""
    edges = (edge for loss in graph.of_kind(Loss) for edge in graph.incoming.get(loss.id, ()))
    return next((edge.source for edge in edges), None)


def signal_ratio(history: History, node: str, last: str | None) -> float | None:
    """A node's error signal as a share of the last layer's; None if either is not measured."""
    ours, theirs = (history.latest.get(("ErrorSignal", name or "")) for name in (node, last))
    if ours is None or theirs is None:
        return None
    if not isinstance(ours.value, float) or not isinstance(theirs.value, float):
        return None
    return ours.value / theirs.value if theirs.value else 0.0


def _judged(ratio: float) -> Health:
    said = f"Its error signal is {_times(ratio)} that of the last layer."
    if ratio == 0:
        return Health("bad", "no signal", "No error signal reaches it, so it learns nothing.")
    if not isfinite(ratio):
        return Health("bad", "not finite", "Its error signal is not a finite number.")
    if ratio < VANISHING:
        return Health("bad", "vanishing", said)
    if ratio > EXPLODING:
        return Health("bad", "exploding", said)
    return Health("watch", "weak", said) if ratio < WEAK else Health("ok", "healthy", said)


def _times(ratio: float) -> str:
    return f"{ratio:.2g}×" if 1e-3 <= ratio < 1e4 else f"{ratio:.1e}×"


def _silence(history: History, node: str) -> Health | None:
    reading = history.latest.get(("Silent", node))
    if reading is None or not isinstance(reading.value, np.ndarray) or not reading.value.any():
        return None
    silent, count = int(reading.value.sum()), reading.value.size
    said = f"{silent} of {count} units never fire on the probe examples."
    return Health("bad" if silent == count else "watch", f"{silent} of {count} silent", said)
