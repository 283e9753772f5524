"""A recurrent layer unrolled, and the inside of one of its copies, from what was read of it for one example."""

import numpy as np
from numpy.typing import NDArray

from app.chart.tiles import reach
from app.chart.unrolled_sheet import CellSheet, UnrolledSheet, Weight
from app.figures.exhibit import Exhibit
from app.figures.gating import FAINTEST, Gating, came_in
from app.wording import number
from engine.cells import read_at
from engine.dataset import Data
from engine.graph import Graph, NodeId
from engine.history import History
from engine.layer import Loss, Weighted
from engine.layers.data import Input
from engine.layers.regularisation import Dropout, Noise

Floats = NDArray[np.float64]
LOWERED = str.maketrans("0123456789", "₀₁₂₃₄₅₆₇₈₉")
MOST_HOPS = 4  # layers between a recurrent one and the weights that read it


def unrolled(
    found: Gating,
    graph: Graph,
    history: History,
    shown: Exhibit | None,
    data: Data | None,
    chosen: int,
) -> UnrolledSheet:
    """The chain of copies, with the weights named as in the textbooks."""
    layer, states = graph.nodes[found.node].layer, found.values["h"]
    units, steps = states.shape[1], found.steps
    gates = int(getattr(layer, "gates", 1))
    adds = _added(history, found)
    below = int(getattr(layer, "num_layers", 1)), 2 if getattr(layer, "bidirectional", False) else 1
    at = found.track // below[1]  # the stacked layer, from 0
    given = str(units * below[1]) if at else _features(shown) if _bare(graph, found.node) else ""
    weights = [
        Weight("W_xh", f"{gates * units}×{given}" if given else "", adds[0]),
        Weight("W_hh", f"{gates * units}×{units}", adds[1]),
    ]
    predicts, reader = reader_of(graph, found.node) if at == below[0] - 1 else ("", None)
    if reader is not None:
        only_last = np.zeros(steps)
        only_last[0 if found.backward else -1] = 1.0
        shares = np.full(steps, np.nan) if predicts == "every step" else only_last
        outputs = getattr(graph.nodes[reader].layer, "out_features", "")
        weights.append(Weight("W_hy", f"{outputs}×{units}" if outputs else reader, shares))
    end = reach(states)
    return UnrolledSheet(
        found.kind, states, end, read_of(found, graph, shown, data), tuple(weights),
        arriving(found), predicts, backward=found.backward, chosen=min(max(chosen, 0), steps - 1),
    )  # fmt: skip


def read_of(
    found: Gating, graph: Graph, shown: Exhibit | None, data: Data | None
) -> tuple[str, ...]:
    """What the track reads at each step: the example, or the states of the stacked layer below."""
    both = bool(getattr(graph.nodes[found.node].layer, "bidirectional", False))
    if below := found.track // (2 if both else 1):
        return (f"h{str(below).translate(LOWERED)}",) * found.steps
    came = inputs_of(found, shown, data)
    numbers = shown is not None and np.ndim(shown.given) > 1
    return () if numbers and not _bare(graph, found.node) else came


def _bare(graph: Graph, node: NodeId) -> bool:
    """Whether a layer reads the sample's own numbers: nothing but noise and dropout is before it."""
    before = [graph.nodes[name].layer for name in graph.ancestors(node) - {node}]
    return all(isinstance(layer, Input | Dropout | Noise) for layer in before)


def _features(shown: Exhibit | None) -> str:
    given = np.asarray(shown.given) if shown is not None else np.empty(0)
    return str(given.shape[1]) if given.ndim == 2 else ""


def _added(history: History, found: Gating) -> Floats:
    """(2, steps) what each step adds to the gradients of W_xh and W_hh, 1 for the most."""
    reading, steps = history.latest.get(("TimeContribution", found.node)), found.steps
    rows = np.asarray(reading.value, np.float64) if reading else np.empty(0)
    if rows.ndim != 3 or rows.shape[2] < steps or found.track >= len(rows):
        return np.full((2, steps), np.nan)
    row = rows[found.track]
    kept = (row[:, ::-1] if found.backward else row)[:, :steps]  # padding is behind in time
    top = kept.max(1, keepdims=True)
    return np.asarray(kept / np.where(top > 0, top, 1.0))


def reader_of(graph: Graph, node: NodeId) -> tuple[str, NodeId | None]:
    """When a layer's states are read, "every step" or "the end", and by which layer with weights, if any."""
    edges = graph.outgoing.get(node, ())
    if not edges:
        return "", None
    when: str = read_at(graph, node) or "every step"
    at: NodeId | None = edges[0].target
    for _ in range(MOST_HOPS):
        if at is None:
            break
        layer = graph.nodes[at].layer
        if isinstance(layer, Weighted | Loss):
            return when, at if isinstance(layer, Weighted) else None
        following = graph.outgoing.get(at, ())
        at = following[0].target if following else None
    return when, None


def inputs_of(found: Gating, shown: Exhibit | None, data: Data | None) -> tuple[str, ...]:
    """What came in at each step, in a few characters."""
    steps, (symbols, _) = found.steps, came_in(found, shown, data)
    if symbols or shown is None or found.part:
        return symbols
    given = np.asarray(shown.given)
    if given.ndim == 2 and len(given) >= steps:
        few = given[:steps, :2].astype(float)
        return tuple(" ".join(number(float(one), 2) for one in row) for row in few)
    return ()


def arriving(found: Gating) -> Floats:
    """(steps,) ‖∂L/∂h_t‖ on a logarithmic scale: 1 for the largest, 0 for a millionth of it."""
    row = found.strips.get("∂L/∂h")
    if row is None or not len(row) or not row.max() > 0:
        return np.full(found.steps, np.nan)
    with np.errstate(divide="ignore"):
        return np.asarray(np.clip(1 - np.log10(row / row.max()) / FAINTEST, 0, 1))


def cell(found: Gating, came: tuple[str, ...], chosen: int, unit: int | None) -> CellSheet:
    """The inside of one copy, with what it reads at each step: the mean over units, or one of them."""
    step = min(max(chosen, 0), found.steps - 1)

    def at(name: str, when: int) -> float:
        row = found.values[name][when]
        return float(row[unit]) if unit is not None and unit < len(row) else float(row.mean())

    earlier = step + 1 if found.backward else step - 1
    before: dict[str, float] = {
        n: at(n, earlier) if 0 <= earlier < found.steps else 0.0
        for n in ("h", "c")
        if n in found.values
    }
    return CellSheet(
        found.kind,
        step,
        {name: at(name, step) for name in found.values},
        before,
        came[step] if step < len(came) else "",
        "mean of all units" if unit is None else f"unit {unit}",
    )
