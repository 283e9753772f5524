"""The gates of a recurrent layer for one example, as a raster can show them."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from app.chart.figure import Readout, Value
from app.chart.gate_sheet import GateSheet, Strip
from app.figures.exhibit import Exhibit
from app.timeline import BIAS, amount, layer_shown
from app.wording import number, raised
from engine.dataset import Data
from engine.fading import half_life
from engine.gates import GATES, VALVES
from engine.graph import Graph, NodeId
from engine.history import History
from engine.layers.data import Input

Floats = NDArray[np.float64]
BINS = 24
SHUT, OPEN = 0.1, 0.9  # saturated to the left and to the right (Karpathy et al. 2015)
FAINTEST = -6  # the power of ten at the dark end of the strips
MOST_CHANNELS = 3  # of an input that are drawn as bars
NAMES = {
    "r": "reset", "z": "update", "n": "new", "i": "input", "f": "forget", "g": "new", "o": "output",
    "c": "cell", "h": "state",
}  # fmt: skip


@dataclass(frozen=True, slots=True, eq=False)
class Gating:
    """One track of a recurrent layer for one example, in the order of time."""

    node: NodeId
    kind: str
    values: dict[str, Floats]  # by gate, (steps, units) each
    strips: dict[str, Floats]  # ‖∂L/∂h_t‖ and ‖∂L/∂c_t‖, (steps,) each
    forced: dict[str, Floats]  # the same on a copy of which a gate is held
    step: int  # of the run
    track: int = 0  # which stacked layer and direction
    backward: bool = False  # whether it reads from the end to the start
    part: str = ""  # of a sample, which came in

    @property
    def steps(self) -> int:
        """How many there are."""
        return len(next(iter(self.values.values())))


def gating(graph: Graph, history: History, chosen: str, track: int = -1) -> Gating | None:
    """What was read last of the layer that is chosen; its top track, unless another is asked for that it has."""
    node = layer_shown(graph, chosen)
    reading = history.latest.get(("Gates", node or ""))
    rows = np.asarray(reading.value, np.float64) if reading else np.empty(0)
    if node is None or reading is None or rows.ndim != 4:
        return None
    layer = graph.nodes[node].layer
    both, kind = bool(getattr(layer, "bidirectional", False)), type(layer).__name__
    if rows.shape[1] != len(GATES.get(kind, ())):
        return None  # of the layer that stood here before
    place = track if 0 <= track < len(rows) else len(rows) - (2 if both else 1)
    flip = both and place % 2 == 1
    values = {name: _in_time(rows[place, at], flip=flip) for at, name in enumerate(GATES[kind])}
    return Gating(
        node, kind, values,
        _strips(history, "GateGradient", node, place, flip=flip),
        _strips(history, "ForcedGateGradient", node, place, flip=flip),
        reading.step, place, flip, part_read(graph, node),
    )  # fmt: skip


def part_read(graph: Graph, node: NodeId) -> str:
    """Which part of a sample comes to the input of a layer: a decoder reads other words than its encoder."""
    for _ in graph.nodes:
        layer, edges = graph.nodes[node].layer, graph.incoming.get(node, ())
        if isinstance(layer, Input):
            return layer.part
        if not edges:
            break
        node = next((edge for edge in edges if edge.target_port == "in"), edges[0]).source
    return ""


def _in_time(rows: Floats, *, flip: bool) -> Floats:
    kept = rows[:, ~np.isnan(rows).all(0)] if rows.size else rows
    return kept[::-1] if flip else kept


def _strips(
    history: History, probe: str, node: str, place: int, *, flip: bool
) -> dict[str, Floats]:
    reading = history.latest.get((probe, node))
    rows = np.asarray(reading.value, np.float64) if reading else np.empty(0)
    if rows.ndim != 3 or place >= len(rows):
        return {}
    names = ("∂L/∂h", "∂L/∂c")
    return {name: row[::-1] if flip else row for name, row in zip(names, rows[place], strict=False)}


def sheet(
    found: Gating,
    gate: str,
    shown: Exhibit | None,
    data: Data | None,
    held: str,
    chosen: int | None,
) -> GateSheet:
    """The raster of one gate, with the symbols or numbers that came in, and what came back."""
    values = found.values[gate]
    order = np.argsort(-values.mean(0), kind="stable")
    rows = values[:, order].T
    signed = gate not in VALVES[found.kind]
    end = max(1.0, float(np.ceil(np.abs(values).max()))) if signed else 1.0
    symbols, bars = came_in(found, shown, data)

    def read(row: int, step: int) -> Readout:
        unit = int(order[row])
        said = [
            Value(name, number(float(found.values[name][step, unit]), 3)) for name in found.values
        ]
        said += [Value(name, raised(amount(float(s[step])))) for name, s in found.strips.items()]
        before = f" · {symbols[step]}" if step < len(symbols) else ""
        return Readout(float(step), f"unit {unit} · step {step + 1}{before}", tuple(said))

    low = -end if signed else 0.0
    counts = np.histogram(values, BINS, (low, end))[0].astype(float)
    return GateSheet(
        f"{NAMES[gate]} {gate}",
        rows,
        signed,
        end,
        symbols,
        bars,
        strips_of(found, held),
        (raised(f"10^{FAINTEST}".replace("-", "−")), "1"),
        counts,
        (f"−{end:g}", f"{end:g}") if signed else ("0 shut", "1 open"),
        tuple(said_of(found, gate)),
        chosen,
        "",
        read,
    )


def strips_of(found: Gating, held: str) -> tuple[Strip, ...]:
    """What came back to each step, from a millionth of the largest on; those of the copy measured likewise."""
    order = [name for name in ("∂L/∂c", "∂L/∂h") if name in found.strips]
    made = [Strip(name, _shares(found.strips[name])) for name in order]
    if held:
        made += [
            Strip(f"{held} {name[-1]}", _shares(found.forced[name]), copied=True)
            for name in order
            if name in found.forced
        ]
    return tuple(made)


def _shares(row: Floats) -> Floats:
    top = float(row.max()) if len(row) else 0.0
    if not top > 0:
        return np.full(len(row), np.nan)
    with np.errstate(divide="ignore"):
        return 1 - np.log10(row / top) / FAINTEST


def said_of(found: Gating, gate: str) -> Sequence[str]:
    """How much of a gate is saturated, and how long what it keeps lasts."""
    values = found.values[gate]
    if gate not in VALVES[found.kind]:
        flat = float((np.abs(values) > 0.97).mean()) if gate != "c" else 0.0
        return (
            [f"{100 * flat:.0f} % beyond ±0.97"]
            if gate != "c"
            else [f"{found.kind} cell, unbounded"]
        )
    lines = [
        f"{100 * float((values > OPEN).mean()):.0f} % above {OPEN}: open",
        f"{100 * float((values < SHUT).mean()):.0f} % below {SHUT}: shut",
    ]
    keeps = BIAS.get(found.kind, ("", ""))[1]
    if NAMES[gate] == keeps:
        half = half_life(float(values.mean(0).max()))
        lines.append(f"longest half-life {number(half, 2)} steps")
    return lines


def came_in(
    found: Gating, shown: Exhibit | None, data: Data | None
) -> tuple[tuple[str, ...], Floats | None]:
    """The symbols that the layer read, or its numbers as bars; nothing where it has other steps than they."""
    steps, given = found.steps, _given(found, shown)
    if data is None or given.ndim == 0 or len(given) < steps:
        return (), None
    if given.ndim == 1 and given.dtype.kind in "iu":
        names = data.symbols.get(found.part, ())
        said = [
            names[int(one)] if int(one) < len(names) else str(int(one)) for one in given[:steps]
        ]
        return tuple({" ": "␣", "\n": "⏎"}.get(one, one) for one in said), None
    if given.ndim == 2 and given.shape[1] <= MOST_CHANNELS:
        rows = given[:steps].T.astype(np.float64)
        low, high = rows.min(1, keepdims=True), rows.max(1, keepdims=True)
        return (), (rows - low) / np.where(high > low, high - low, 1.0)
    return (), None


def _given(found: Gating, shown: Exhibit | None) -> NDArray[np.generic]:
    """The numbers of the example in the part that came in; nothing where nobody brought that part."""
    if shown is None or (found.part and shown.part is None):
        return np.empty(())
    if found.part and shown.part is not None:
        return np.asarray(shown.part.array(found.part)[shown.place])
    return np.asarray(shown.given)
