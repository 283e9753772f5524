"""Gradients through time over a run, as figures: what reaches the first step, the loss beside it, and the clipping."""

from collections.abc import Callable, Sequence

import numpy as np
from numpy.typing import NDArray

from app.chart.figure import Figure, Line, Moment, Readout, Value
from app.chart.scale import Scale, growing_end, log_range
from app.figures.through_time import DASHED, DOTTED, colour_of, span
from app.theme import Tokens
from app.timeline import Trace, amount, arrival, fall
from app.wording import number, raised, tick
from engine.history import Curve, History

Floats = NDArray[np.float64]
POINTS = 240  # of a loss that is drawn small


def span_of(histories: Sequence[History]) -> Scale:
    """The steps of the longest run, up to a round number."""
    latest = max((history.step for history in histories), default=1)
    planned = max(
        (h.started.epochs * h.started.steps_per_epoch for h in histories if h.started), default=0
    )
    return Scale(0.0, growing_end(float(max(1, latest)), float(planned)))


def curve_of(trace: Trace, probe: str, node: str) -> Curve | None:
    """What a probe has said of a node over the run."""
    return trace.run.history.scalars.get((probe, node)) if trace.run else None


def ratios(traces: Sequence[Trace], nodes: Sequence[str], x: Scale, tokens: Tokens) -> Figure:
    """What of the error signal reaches the first time step, over the run, with the moments at which it arrives."""
    lines, moments = [], []
    for trace, node in zip(traces, nodes, strict=True):
        for probe, dashes in (("TimeRatio", ()), ("CellRatio", DOTTED)):
            curve = curve_of(trace, probe, node)
            if curve is None or not len(curve):
                continue
            values = np.where(curve.values > 0, curve.values, np.nan)
            name = trace.name if probe == "TimeRatio" else f"{trace.name} cell"
            colour = colour_of(trace.kind, tokens)
            thin = 2.0 if probe == "TimeRatio" else 1.25
            steps = curve.steps.astype(float)
            lines.append(Line(name, steps, values, colour, thin, 1.0, dashes, label=name))
            if probe == "TimeRatio" and (at := arrival(curve.steps, curve.values)) is not None:
                moments.append(Moment(float(at), f"{trace.name}: the signal arrives at {at:,}"))
    return Figure(
        x,
        span([line.ys for line in lines]),
        "training step",
        "‖\u2009∂L/∂h₁\u2009‖ at the first time step relative to the last",
        tick,
        lines=tuple(lines),
        moments=tuple(sorted(moments, key=lambda moment: moment.x)),
        empty="Train to see whether the signal arrives",
        read=_reader_of_lines(lines),
    )


def losses(traces: Sequence[Trace], nodes: Sequence[str], x: Scale, tokens: Tokens) -> Figure:
    """The loss of each run, smoothed, with the moments at which it falls."""
    lines, moments, top = [], [], 0.0
    for trace, node in zip(traces, nodes, strict=True):
        if trace.run is None or not len(trace.run.history.means):
            continue
        steps, values = in_bins(trace.run.history.means, x)
        colour = colour_of(trace.kind, tokens)
        lines.append(
            Line(trace.name, steps, values, colour, label=f"{trace.name} {number(values[-1], 2)}")
        )
        settled = values[
            len(values) // 8 :
        ]  # how wrong fresh weights are would hide all that follows
        top = max(top, float(np.nanpercentile(settled, 95)))
        ratio = curve_of(trace, "TimeRatio", node)
        arrived = arrival(ratio.steps, ratio.values) if ratio is not None else None
        if (at := fall(steps.astype(np.int64), values, arrived)) is not None:
            moments.append(Moment(float(at), f"{trace.name}: the loss falls at {at:,}"))
    return Figure(
        x,
        Scale(0.0, _rung(top)),
        "training step",
        "loss",
        tick,
        lines=tuple(lines),
        moments=tuple(sorted(moments, key=lambda moment: moment.x)),
        empty="Train to see the loss beside it",
        read=_reader_of_lines(lines),
    )


def in_bins(curve: Curve, x: Scale) -> tuple[Floats, Floats]:
    """A curve as means of equally wide stretches of the axis: (bins,) their last steps, and the means."""
    width = max(1.0, x.high / POINTS)
    places = ((curve.steps - 1) // width).astype(np.int64)
    known = np.isfinite(curve.values)
    places, values, steps = places[known], curve.values[known], curve.steps[known]
    if not len(places):
        return curve.steps.astype(float), curve.values
    starts = np.flatnonzero(np.diff(places, prepend=-1))
    counts = np.diff(np.append(starts, len(places)))
    ends = np.append(starts[1:], len(places)) - 1
    return steps[ends].astype(float), np.add.reduceat(values, starts) / counts


def clipping(traces: Sequence[Trace], x: Scale, tokens: Tokens) -> Figure:
    """The length of the gradient of all weights over the run, and the length to which it is clipped."""
    lines = []
    for trace in traces:
        found = _whole_gradient(trace.run.history) if trace.run else None
        if found is not None:
            colour = colour_of(trace.kind, tokens)
            lines.append(Line(trace.name, *found, colour, label=trace.name))
    settings = traces[0].run.settings if traces and traces[0].run else None
    clips = settings is not None and settings.clipping == "norm"
    limit = settings.clip_at if settings is not None and clips else float("nan")
    if clips and lines:
        ends = np.array([x.low, x.high])
        line = Line(
            "clip", ends, np.full(2, limit), tokens.watch, 1.5, 1.0, DASHED, label=f"clip {limit:g}"
        )
        lines.append(line)
    said = f"clipped at {limit:g}" if clips else "not clipped: see Clipping in the settings"
    return Figure(
        x,
        log_range(*_ends([line.ys for line in lines])),
        "training step",
        f"‖\u2009∂L/∂W\u2009‖ of all weights, {said}",
        tick,
        lines=tuple(lines),
        empty="Train to see how long the gradient is",
        read=_reader_of_lines(lines),
    )


def _whole_gradient(history: History) -> tuple[Floats, Floats] | None:
    """√Σ‖∂L/∂W‖² over all layers, at the steps at which all were read."""
    curves = [curve for (probe, _), curve in history.scalars.items() if probe == "WeightGradient"]
    if not curves or not all(map(len, curves)):
        return None
    steps = curves[0].steps
    for curve in curves[1:]:
        steps = np.intersect1d(steps, curve.steps)
    squares = [curve.values[np.isin(curve.steps, steps)] ** 2 for curve in curves]
    return steps.astype(float), np.sqrt(np.sum(squares, axis=0))


def _ends(rows: Sequence[Floats]) -> tuple[float, float]:
    """The smallest and the largest number above 0."""
    known = [row[np.isfinite(row) & (row > 0)] for row in rows]
    every = np.concatenate([*known, np.empty(0)])
    return (float(every.min()), float(every.max())) if len(every) else (0.1, 10.0)


def _rung(top: float) -> float:
    """The end of an even axis, in steps."""
    if not top > 0:
        return 1.0
    unit = 10.0 ** np.floor(np.log10(top))
    return float(next(unit * rung for rung in (1.5, 2, 3, 4, 6, 8, 12) if top * 1.1 <= unit * rung))


def _reader_of_lines(lines: Sequence[Line]) -> Callable[[float], Readout | None]:
    def read(x: float) -> Readout | None:
        values = []
        for line in lines:
            good = np.flatnonzero(np.isfinite(line.ys))
            if len(good):
                place = good[np.abs(line.xs[good] - x).argmin()]
                point = (float(line.xs[place]), float(line.ys[place]))
                values.append(Value(line.name, raised(amount(point[1])), line.colour, point))
        return Readout(x, f"step {round(x):,}", tuple(values)) if values else None

    return read
