"""Gradients through time: what runs have read of their recurrent layers, named, judged, and said in sentences."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from app.controls.mark import State
from app.health import EXPLODING, VANISHING, WEAK
from app.wording import number, raised, scientific
from engine.fading import factor_per_step, first_by_last, half_life, memory_horizon
from engine.graph import Graph, GraphError, Group, NodeId
from engine.layer import Layer
from engine.layers.recurrent import GRU, LSTM, RNN
from engine.run import Run

Floats = NDArray[np.float64]
KINDS: Mapping[str, type[Layer]] = {"RNN": RNN, "GRU": GRU, "LSTM": LSTM}
BIAS = {"GRU": ("update_bias", "update"), "LSTM": ("forget_bias", "forget")}
"""The setting and the name of the gate that keeps what was: while it stands half open, half is lost at each step."""


@dataclass(frozen=True, slots=True, eq=False)
class Trace:
    """One track of one recurrent layer in one run. Rows are (steps,), the last step that is read at the right end."""

    name: str  # what tells it from the others: RNN, or run 2, or a layer of it
    kind: str  # RNN, GRU or LSTM
    row: Floats  # ‖∂L/∂h_t‖
    cells: Floats | None = None  # ‖∂L/∂c_t‖ of an LSTM
    first: Floats | None = None  # the row at the first reading of the run
    step: int = 0  # of the run, at which it was read
    openness: float = 0.5  # of the gate that keeps what was, before training
    run: Run | None = None
    node: str = ""  # of the drawing of the run
    depth: float = 0.0  # of several tracks 0 is the last, nearest to the loss, 1 the first

    @property
    def steps(self) -> int:
        """How many steps were read."""
        return int(np.isfinite(self.row).sum())

    @property
    def ratio(self) -> float:
        """What arrives at the first step, as a share of that at the last."""
        return first_by_last(self.row)

    @property
    def cell_ratio(self) -> float:
        """The same of the cells; NaN where there are none."""
        return first_by_last(self.cells) if self.cells is not None else float("nan")

    @property
    def factor(self) -> float:
        """By what the signal is multiplied at each step back."""
        return factor_per_step(self.row)

    @property
    def horizon(self) -> int:
        """How many steps before the last still get 1 % of its error signal."""
        return memory_horizon(self.row)


def recurrent_in(graph: Graph) -> list[NodeId]:
    """The recurrent layers of an unfolded drawing, from input to output; none of one that runs in a circle."""
    kinds = tuple(KINDS.values())
    try:
        order = graph.order
    except GraphError:
        return []
    return [name for name in order if isinstance(graph.nodes[name].layer, kinds)]


def has_recurrent(graph: Graph) -> bool:
    """Whether a drawing has a recurrent layer, in a group or outside."""
    kinds = tuple(KINDS.values())
    inside = (node.layer for node in graph.of_kind(Group))
    return bool(graph.of_kind(*kinds)) or any(
        has_recurrent(group.graph) for group in inside if isinstance(group, Group)
    )


def with_layers(graph: Graph, change: Callable[[Layer], Layer]) -> Graph:
    """The drawing with every recurrent layer changed, those in groups too."""
    for node in graph.of_kind(Group, *KINDS.values()):
        layer = node.layer
        if isinstance(layer, Group):
            inner = with_layers(layer.graph, change)
            if inner is not layer.graph:
                graph = graph.put(node.id, layer.model_copy(update={"graph": inner}))
        elif (after := change(layer)) != layer:
            graph = graph.put(node.id, after)
    return graph


def layer_shown(graph: Graph, chosen: str) -> NodeId | None:
    """The recurrent layer that is chosen, or else the last: what is judged looks at its states."""
    names = recurrent_in(graph)
    return NodeId(chosen) if chosen in names else names[-1] if names else None


def traces_of(run: Run, chosen: str = "", *, all_tracks: bool = False) -> list[Trace]:
    """What a run has read of a recurrent layer: the top track, or every stacked layer and direction."""
    graph = run.graph.flat
    if (node := layer_shown(graph, chosen)) is None:
        return []
    reading = run.history.latest.get(("TimeGradient", node))
    rows = np.asarray(reading.value, np.float64) if reading else np.empty((0, 0))
    if reading is None or rows.ndim != 2 or not rows.size:
        return []
    layer = graph.nodes[node].layer
    both = bool(getattr(layer, "bidirectional", False))
    cells = _rows(run, "CellGradient", node, rows.shape)
    first = run.history.begun.get(("TimeGradient", node))
    is_like = first is not None and first.shape == rows.shape
    begun = np.asarray(first, np.float64) if is_like else None
    kind = type(layer).__name__
    tracks = range(len(rows)) if all_tracks else [len(rows) - (2 if both else 1)]
    return [
        Trace(
            kind + (_which(track, len(rows), both) if len(tracks) > 1 else ""),
            kind,
            rows[track],
            cells[track] if cells is not None else None,
            begun[track] if begun is not None else None,
            reading.step,
            openness_of(layer),
            run,
            node,
            1 - track / max(1, len(rows) - 1) if len(tracks) > 1 else 0.0,
        )
        for track in tracks
    ]


def tracks_in(layer: object) -> tuple[tuple[int, str], ...]:
    """The stacked layers and directions of a recurrent layer in the order of readings, the top one's forward last but
    one where it reads both ways: number and name, such as (3, "layer 2 ←").
    """
    layers, both = (
        int(getattr(layer, "num_layers", 1)),
        bool(getattr(layer, "bidirectional", False)),
    )
    count = layers * (2 if both else 1)
    names = [_which(track, count, both).strip() for track in range(count)]
    words = {"→": "forward →", "←": "backward ←"}
    return tuple(
        (track, words.get(name, f"layer {name}") if name else "")
        for track, name in enumerate(names)
    )


def top_track(layer: object) -> int:
    """The one that is nearest to the loss: the highest layer's, forward."""
    both = bool(getattr(layer, "bidirectional", False))
    return len(tracks_in(layer)) - (2 if both else 1)


def _rows(run: Run, probe: str, node: NodeId, shape: tuple[int, ...]) -> Floats | None:
    reading = run.history.latest.get((probe, node))
    if reading is None or np.shape(reading.value) != shape:
        return None
    return np.asarray(reading.value, np.float64)


def _which(track: int, count: int, both: bool) -> str:  # noqa: FBT001 - a state, not a choice
    """What tells one track of a layer from the others."""
    layers = count // (2 if both else 1)
    layer = f" {1 + track // (2 if both else 1)}" if layers > 1 else ""
    return layer + ((" ←" if track % 2 else " →") if both else "")


def openness_of(layer: object) -> float:
    """How far the gate that keeps what was stands open before training: σ of its bias."""
    setting, _ = BIAS.get(type(layer).__name__, ("", ""))
    return float(1 / (1 + np.exp(-getattr(layer, setting, 0.0))))


def told_apart(traces: list[Trace]) -> list[Trace]:
    """The same under names of which no two are alike."""
    names = [trace.name for trace in traces]
    return [
        replace(trace, name=f"{trace.name} · {trace.run.name}")
        if names.count(trace.name) > 1 and trace.run
        else trace
        for trace in traces
    ]


def state_of(trace: Trace) -> State:
    """How grave it is."""
    ratio = trace.ratio
    if not np.isfinite(ratio):
        return "none" if np.isnan(ratio) else "bad"
    if ratio < VANISHING or ratio > EXPLODING:
        return "bad"
    return "watch" if ratio < WEAK else "ok"


def sentence_of(trace: Trace) -> str:
    """What the curve means: the share that arrives, the factor per step, and what is therefore lost."""
    ratio, steps = trace.ratio, trace.steps
    if not np.isfinite(ratio):
        return f"{trace.name}: no error signal reaches the last step."
    factor = f"×{number(trace.factor, 2)} a step"
    head = f"{trace.name}: the first of {steps} steps gets {amount(ratio)} of the last step's error signal, {factor}."
    return raised(" ".join([head, *_consequences(trace)]))


def said_of_reading(trace: Trace) -> str:
    """Which run, at which of its steps, and how often it is read: seldom where a look takes long."""
    if trace.run is None:
        return ""
    node = layer_shown(trace.run.graph.flat, trace.node)
    curve = trace.run.history.scalars.get(("TimeRatio", node or ""))
    read = [int(step) for step in curve.steps[-2:]] if curve is not None else []
    every = read[1] - read[0] if len(read) == 2 else 0
    often = f" · read every {every:,} steps" if every > 1 else ""
    return f"{trace.run.name}, step {trace.step:,}{often}"


def _consequences(trace: Trace) -> Iterator[str]:
    if trace.ratio > EXPLODING:
        yield "It explodes on its way back: clip the gradients, or take a smaller spectral radius."
    elif trace.horizon < trace.steps - 1:
        yield f"What it saw more than {_steps(trace.horizon)} back is all but lost."
    else:
        yield "It can learn from every step."
    if trace.step == 0 and trace.kind in BIAS and trace.ratio < WEAK:
        _, gate = BIAS[trace.kind]
        half = half_life(trace.openness)
        yield (
            f"It is untrained, and its {gate} gates stand {trace.openness:.2f} open: half of what it holds is gone "
            f"after {_steps(max(1, round(half)))}, so it vanishes too until they have learnt to open. A bias of 3 "
            "opens them at once."
        )


def _steps(count: int) -> str:
    return f"{count} step{'s' if count != 1 else ''}"


def amount(ratio: float) -> str:
    """A share in few characters: 0.32, 1.2·10^−12."""
    return scientific(ratio, 1) if 0 < ratio < 1e-3 else number(ratio, 2)


# -- over the run -------------------------------------------------------------------------------------------------

ARRIVED = 1e-2  # of the last step's error signal: from here on the first step can be learnt from
FALLEN = 0.5  # of what the loss was while nothing was learnt


def arrival(steps: NDArray[np.int64], ratios: Floats) -> int | None:
    """The step of a run from which on the error signal reaches the first time step, if it did not from the start."""
    there = ratios >= ARRIVED
    if not len(there) or there[0] or not there[-1]:
        return None
    return int(steps[np.flatnonzero(~there)[-1] + 1])


def fall(steps: NDArray[np.int64], losses: Floats, arrived: int | None) -> int | None:
    """The step at which a smoothed loss has fallen for good to half of where it stood before the signal arrived."""
    if arrived is None:
        return None
    before = losses[(steps > arrived / 4) & (steps <= arrived)]
    if not len(before):
        return None
    high = losses > FALLEN * float(np.median(before))
    if high[-1] or not high.any():
        return None
    return int(steps[np.flatnonzero(high)[-1] + 1])
