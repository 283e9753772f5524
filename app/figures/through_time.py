"""Gradients through time as a figure, step by step: of runs, before training, and of cells that no run stands for."""

from collections.abc import Callable, Iterator, Sequence

import numpy as np
from numpy.typing import NDArray

from app.chart.figure import Area, Figure, Line, Readout, Value
from app.chart.scale import Scale
from app.health import VANISHING, WEAK
from app.theme import Tokens
from app.timeline import Trace, amount
from app.wording import raised, tick

Floats = NDArray[np.float64]
DASHED, DOTTED = (5.0, 4.0), (8.0, 3.0, 2.0, 3.0)
DEEPEST = (-4, -8, -12, -16, -24, -48, -96, -200, -300)  # where the axis may begin: a power of ten
HIGHEST = (1, 3, 6, 12, 40, 300)
PALEST = 0.75  # of the track that is furthest from the loss
MOST_LEADS = 2  # curves of one layer that are named where they begin; more names would hide them
BACK = "‖\u2009∂L/∂hₜ\u2009‖"


def colour_of(kind: str, tokens: Tokens) -> str:
    """Each kind of cell has one colour wherever it is drawn."""
    return {"GRU": tokens.series[2], "LSTM": tokens.series[3]}.get(kind, tokens.baseline)


def shade_of(trace: Trace, tokens: Tokens) -> str:
    """The colour of its kind; of several tracks of a layer the further from the loss, the closer to white or black."""
    share = PALEST * trace.depth
    pairs = zip(_channels(colour_of(trace.kind, tokens)), _channels(tokens.t1), strict=True)
    return "#" + "".join(f"{round((1 - share) * one + share * two):02x}" for one, two in pairs)


def _channels(colour: str) -> tuple[int, ...]:
    return tuple(int(colour[at : at + 2], 16) for at in (1, 3, 5))


def relative(row: Floats) -> Floats:
    """A row as shares of its last number; what is 0 is a gap on a logarithmic axis."""
    last = row[-1] if len(row) else 0.0
    shares = row / last if last > 0 else np.full(len(row), np.nan)
    return np.where(shares > 0, shares, np.nan)


def by_step(traces: Sequence[Trace], untrained: Sequence[Trace], tokens: Tokens) -> Figure:
    """The error signal at each step beside that of the last, of runs and of cells before training."""
    lines, ghosts = [], []
    tracks = [
        trace for trace in traces if trace.node == traces[0].node and trace.run is traces[0].run
    ]
    crowded = len(tracks) > MOST_LEADS
    if crowded:  # named at the right, where all meet, in the order in which they begin at the left
        traces = sorted(traces, key=lambda trace: -trace.ratio)
    for trace in traces:
        lines += list(_now(trace, tokens, crowded=crowded))
        ghosts += list(_before(trace, tokens))
    for trace in untrained:
        alone = not traces
        lines += [_line(trace, trace.row, tokens, f"{trace.name} untrained", alone=alone)]
    steps = max((len(trace.row) for trace in (*traces, *untrained)), default=2)
    known = [np.flatnonzero(np.isfinite(trace.row)) for trace in (*traces, *untrained)]
    begun = min((int(places[0]) for places in known if len(places)), default=0)
    x = Scale(float(min(begun + 1, max(1, steps - 1))), float(max(2, steps)))
    y = span([line.ys for line in (*lines, *ghosts)])
    return Figure(
        x,
        y,
        "time step t, the last one read at the right",
        f"{BACK} relative to the last step",
        tick,
        lines=tuple(lines),
        ghosts=tuple(ghosts),
        key=_key(traces, tokens),
        areas=tuple(_zones(x, y, tokens)) if lines else (),
        empty="Draw a recurrent layer, and train",
        read=_reader((*traces, *untrained), tokens),
    )


def _now(trace: Trace, tokens: Tokens, *, crowded: bool) -> Iterator[Line]:
    yield _line(trace, trace.row, tokens, trace.name, alone=True, crowded=crowded)
    if trace.cells is not None:
        yield Line(
            f"{trace.name} cell",
            _xs(trace.cells),
            relative(trace.cells),
            shade_of(trace, tokens),
            dashes=DOTTED,
            lead="" if crowded else f"{trace.name} cell {amount(trace.cell_ratio)}",
        )


def _line(
    trace: Trace, row: Floats, tokens: Tokens, name: str, *, alone: bool, crowded: bool = False
) -> Line:
    return Line(
        name,
        _xs(row),
        relative(row),
        shade_of(trace, tokens),
        width=2.0 if alone else 1.5,
        opacity=1.0 if alone else 0.6,
        dashes=() if alone else DASHED,
        label=name if crowded else "",
        lead="" if crowded else f"{name} {amount(trace.ratio)}",
    )


def _before(trace: Trace, tokens: Tokens) -> Iterator[Line]:
    if trace.first is not None and trace.step > 0:
        colour = shade_of(trace, tokens)
        first = relative(trace.first)
        yield Line(f"{trace.name} at step 0", _xs(first), first, colour, 1.5, 0.5, DASHED)


def _xs(row: Floats) -> Floats:
    return np.arange(1.0, len(row) + 1)


def _key(traces: Sequence[Trace], tokens: Tokens) -> tuple[Line, ...]:
    none = np.empty(0)
    words = [Line("now", none, none, tokens.t2)]
    if any(trace.first is not None and trace.step > 0 for trace in traces):
        words.append(Line("at step 0", none, none, tokens.t2, 1.5, 0.7, DASHED))
    if any(trace.cells is not None for trace in traces):
        words.append(Line("∂L/∂c", none, none, tokens.t2, dashes=DOTTED))
    return tuple(words) if len(words) > 1 else ()


def span(rows: Sequence[Floats]) -> Scale:
    """Powers of ten in steps around all that is drawn, always with a healthy signal in it."""
    known = np.concatenate([np.ones(1), *(row[np.isfinite(row)] for row in rows)])
    low, high = np.log10(known.min()), np.log10(known.max())
    bottom = next((d for d in DEEPEST if d <= low), DEEPEST[-1])
    top = next((h for h in HIGHEST if h >= high), HIGHEST[-1])
    return Scale(10.0**bottom, 10.0**top, log=True)


def _zones(x: Scale, y: Scale, tokens: Tokens) -> Iterator[Area]:
    """Where the signal is weak, and where it vanishes."""
    xs = np.array([x.low, x.high])
    for low, high, colour in ((VANISHING, WEAK, tokens.watch), (y.low, VANISHING, tokens.bad)):
        yield Area(xs, np.full(2, low), np.full(2, high), colour, 0.08)


def _reader(traces: Sequence[Trace], tokens: Tokens) -> Callable[[float], Readout | None]:
    rows = [(trace, relative(trace.row)) for trace in traces]

    def read(x: float) -> Readout | None:
        step = round(x)
        values = []
        for trace, row in rows:
            if 1 <= step <= len(row) and np.isfinite(row[step - 1]):
                point = (float(step), float(row[step - 1]))
                said = raised(amount(point[1]))
                values.append(Value(trace.name, said, shade_of(trace, tokens), point))
        return Readout(float(step), f"step {step}", tuple(values)) if values else None

    return read
