"""Gradients along the depth of a network: which quantities there are, how they are compared, and what they tell.

The error signal ‖∂L/∂h‖ and ‖∂L/∂W‖ are shares of the last layer's; ‖∂L/∂W‖ : ‖W‖ and update : weight stand for
themselves. A healthy update is 10^−3.3 to 10^−1.4 of the weights: from 159 runs that trained well, 5th to 95th
percentile of their first 300 steps.
"""

import math
from collections.abc import Container, Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from app.chart.bars import Zone
from app.chart.scale import Scale, growing_end
from app.health import (
    EXPLODING,
    VANISHING,
    WEAK,
    Verdict,
    last_before_loss,
    lengths_of,
    verdict,
)
from app.wording import number, raised, scientific, times
from engine.graph import Graph, NodeId
from engine.history import History
from engine.layer import Loss, Weighted
from engine.layers.data import Input

FAINT, LOW, HIGH = math.log10(VANISHING), math.log10(WEAK), math.log10(EXPLODING)
ZONES = (
    Zone(-math.inf, FAINT, "vanishing", "bad", 0.10),
    Zone(FAINT, LOW, "weak", "watch", 0.09),
    Zone(LOW, HIGH, "healthy", "ok"),
    Zone(HIGH, math.inf, "exploding", "bad", 0.10),
)
LATE = 0.1  # of a run: a first reading after that is where the picture begins
USUAL = (-3.3, -1.4)  # powers of ten of update : weight
ALIKE = (0.1, 10.0)  # gradients of weights in such a ratio look equal
SIGNAL, WEIGHTS = "ErrorSignal", "WeightGradient"


@dataclass(frozen=True, slots=True)
class Quantity:
    """One way to measure: the probe, formula and name, and whether it is compared with the last layer."""

    probe: str
    formula: str
    short: str
    words: str
    zones: tuple[Zone, ...] = ()
    relative: bool = False


QUANTITIES: Mapping[str, Quantity] = {
    quantity.probe: quantity
    for quantity in (
        Quantity(SIGNAL, "‖\u2009∂L/∂h\u2009‖", "∂L/∂h", "error signal", ZONES, relative=True),
        Quantity(WEIGHTS, "‖\u2009∂L/∂W\u2009‖", "∂L/∂W", "weight gradient", ZONES, relative=True),
        Quantity(
            "RelativeGradient",
            "‖\u2009∂L/∂W\u2009‖ : ‖\u2009W\u2009‖",
            "∂L/∂W:W",
            "gradient beside the weights",
        ),
        Quantity(
            "UpdateRatio",
            "‖\u2009ΔW\u2009‖ : ‖\u2009W\u2009‖",
            "ΔW:W",
            "step beside the weights",
            (Zone(*USUAL, "usual", "ok", 0.12),),
        ),
    )
}


def layers(graph: Graph, probe: str, known: Container[tuple[str, str]]) -> list[NodeId]:
    """The layers that a probe has read, from input to output; what lies before all weights is left out."""
    found = [
        name
        for name in graph.order
        if (probe, name) in known and not isinstance(graph.nodes[name].layer, Input | Loss)
    ]
    learns = [isinstance(graph.nodes[name].layer, Weighted) for name in found]
    return found[learns.index(True) :] if any(learns) else found


def reference(graph: Graph, names: list[NodeId]) -> NodeId | None:
    """The layer with which the others are compared: the one that the first loss reads, or the last of all."""
    last = last_before_loss(graph)
    return last if last in names else names[-1] if names else None


def power(ratio: float) -> float:
    """The power of ten of a ratio; −∞ for 0."""
    return math.log10(ratio) if ratio > 0 else (-math.inf if ratio == 0 else math.nan)


def told(graph: Graph, history: History, probe: str) -> Verdict | None:
    """What the bars of a quantity mean, in a sentence or two."""
    lengths = lengths_of(history, probe)
    if probe == SIGNAL:
        said = verdict(graph, lengths)
        hidden = _looks_equal(graph, history) if said and said.state == "bad" else ""
        return said.and_then(hidden) if said and hidden else said
    if probe == WEIGHTS:
        return _of_weights(graph, history, lengths)
    return _of_steps(lengths, graph) if probe == "UpdateRatio" else None


def _ratio_of_weights(graph: Graph, lengths: Mapping[NodeId, float]) -> float | None:
    """First by last of the hidden layers' weights."""
    learns = [
        name
        for name in graph.order
        if isinstance(graph.nodes[name].layer, Weighted) and name in lengths
    ]
    if len(learns) < 3 or not lengths[learns[-2]]:
        return None
    return lengths[learns[0]] / lengths[learns[-2]]


def _looks_equal(graph: Graph, history: History) -> str:
    """That the gradients of the weights hide a signal that dies; nothing if they show it."""
    ratio = _ratio_of_weights(graph, lengths_of(history, WEIGHTS))
    if ratio is None or not ALIKE[0] <= ratio <= ALIKE[1]:
        return ""
    return f"The weights' gradients hide it: first by last {times(ratio)}"


def _of_weights(graph: Graph, history: History, lengths: Mapping[NodeId, float]) -> Verdict | None:
    said = verdict(graph, lengths, "weight gradient")
    signal = verdict(graph, lengths_of(history, SIGNAL))
    ratio = _ratio_of_weights(graph, lengths)
    if said is None or signal is None or signal.state != "bad" or ratio is None:
        return said
    if ALIKE[0] <= ratio <= ALIKE[1]:
        return Verdict(
            "bad", f"Looks equal ({times(ratio)} from first to last), but {signal.sentence}"
        )
    return said


def _of_steps(lengths: Mapping[NodeId, float], graph: Graph) -> Verdict | None:
    """How far the layers move in one step, beside what is usual."""
    moved = {n: v for n, v in lengths.items() if n in graph.nodes and math.isfinite(v)}
    if not moved:
        return None
    least, most = min(moved, key=moved.__getitem__), max(moved, key=moved.__getitem__)
    for name, out, word in (
        (most, power(moved[most]) > USUAL[1], "far"),
        (least, power(moved[least]) < USUAL[0], "little"),
    ):
        if out:
            amount = raised(_amount(moved[name]))
            return Verdict("watch", f"One step moves {name} by {amount} of its weights: {word}")
    ends = f"{raised(_amount(moved[least]))} to {raised(_amount(moved[most]))}"
    return Verdict("ok", f"One step moves the layers by {ends} of their weights")


def _amount(value: float) -> str:
    return number(value, 2) if value == 0 or 1e-3 <= value < 1e4 else scientific(value, 1)


# -- over time ----------------------------------------------------------------------------------------------------


def span_of(history: History, first: int = 0) -> Scale:
    """The steps that a picture over time shows: up to a round number beyond the present, or the planned end.

    From the beginning, unless the `first` reading came late: its plot was opened only then.
    """
    started, step = history.started, max(1, history.step)
    planned = started.epochs * started.steps_per_epoch if started else 0
    end = growing_end(float(step), float(planned))
    return Scale(min(float(first), end - 1) if first > LATE * end else 0.0, end)


def latest_at(steps: NDArray[np.int64], span: Scale, columns: int) -> NDArray[np.intp]:
    """For each column, the place of the last of these steps at or before its end.

    −1 stands before the first of them and after the last.
    """
    low, high = span.value(0.0), span.value(1.0)
    ends = np.ceil(low + (high - low) * np.arange(1, columns + 1) / columns).astype(np.int64)
    if not len(steps):
        return np.full(columns, -1, np.intp)
    begins = np.concatenate([[int(low)], ends[:-1]])
    places = np.searchsorted(steps, ends, side="right") - 1
    return np.where(begins > steps[-1], -1, places)


def step_at(span: Scale, column: int, columns: int, history: History) -> int:
    """The step at the end of a column, but not beyond the present."""
    return min(int(np.ceil(span.value((column + 1) / columns))), history.step)
