"""Charts as SVG text: lines on an axis of steps, bars by layer, dots. Colours come from the page's style sheet."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from html import escape

import numpy as np
from numpy.typing import NDArray

from engine.ticks import Scale, even_range, log_range

Floats = NDArray[np.float64]
WIDE, HIGH = 720, 300
LEFT, RIGHT, TOP, BOTTOM = 56, 150, 28, 40  # px around the frame
COLUMNS = 600  # points of a line, at most twice that
LEAST = 1e-40  # of the highest value: a log axis goes no deeper


@dataclass(frozen=True, slots=True, eq=False)
class Line:
    """A curve: its class in the style sheet, and whether it is named at its end."""

    name: str
    kind: str
    xs: Floats
    ys: Floats
    named: bool = True


def lines(
    title: str, unit: str, curves: Sequence[Line], moments: Iterable[tuple[float, str]], *,
    log: bool = False, x_name: str = "epoch", y: Scale | None = None,
) -> str:  # fmt: skip
    """Curves over one x axis; what is no number is a gap."""
    end = max((float(line.xs[-1]) for line in curves if len(line.xs)), default=1.0)
    x = Scale(0.0, end or 1.0)
    scale = y or _range([line.ys for line in curves], log=log)
    parts = [_axes(x, scale, unit, x_name)]
    for at, text in moments:
        left = _left(x, at)
        parts.append(
            f'<line class="moment" x1="{left:.1f}" x2="{left:.1f}" y1="{TOP}" y2="{HIGH - BOTTOM}">'
            f"<title>{escape(text)}</title></line>"
        )
    parts += [_path(x, scale, line) for line in curves]
    parts.append(_names(scale, curves))
    return _svg(title, WIDE, HIGH, "".join(parts))


def _range(values: Sequence[Floats], *, log: bool) -> Scale:
    joined = np.concatenate([*values, np.empty(0)])
    good = joined[np.isfinite(joined)]
    if log:
        good = good[good > 0]
        if not len(good):
            return Scale(0.1, 1.0, log=True)
        return log_range(max(float(good.min()), float(good.max()) * LEAST), float(good.max()))
    return even_range(float(good.min()), float(good.max())) if len(good) else Scale(0.0, 1.0)


def _left(x: Scale, value: float) -> float:
    return LEFT + float(x.share(value)) * (WIDE - LEFT - RIGHT)


def _tops(y: Scale, values: Floats) -> Floats:
    share = np.clip(y.share(values), -0.01, 1.01)
    return np.asarray(HIGH - BOTTOM - share * (HIGH - TOP - BOTTOM))


def _axes(x: Scale, y: Scale, unit: str, x_name: str) -> str:
    right, bottom = WIDE - RIGHT, HIGH - BOTTOM
    parts = [f'<text x="8" y="14">{escape(unit)}</text>']
    for value in y.ticks(8):
        top = float(_tops(y, np.array([value]))[0])
        parts.append(
            f'<line class="grid" x1="{LEFT}" x2="{right}" y1="{top:.1f}" y2="{top:.1f}"/>'
            f'<text class="tick" x="{LEFT - 8}" y="{top + 4:.1f}" text-anchor="end">{value:g}</text>'
        )
    for value in x.ticks(10):
        parts.append(
            f'<text class="tick" x="{_left(x, value):.1f}" y="{bottom + 16}"'
            f' text-anchor="middle">{value:g}</text>'
        )
    parts.append(f'<line class="axis" x1="{LEFT}" x2="{right}" y1="{bottom}" y2="{bottom}"/>')
    parts.append(f'<text x="{right}" y="{bottom + 32}" text-anchor="end">{escape(x_name)}</text>')
    return "".join(parts)


def _path(x: Scale, y: Scale, line: Line) -> str:
    xs, ys = envelope(line.xs, line.ys)
    lefts = LEFT + x.share(xs) * (WIDE - LEFT - RIGHT)
    tops = _tops(y, ys)
    commands, pen_down = [], False
    for left, top in zip(lefts.tolist(), tops.tolist(), strict=True):
        if top != top:  # noqa: PLR0124 (NaN)
            pen_down = False
            continue
        commands.append(f"{'L' if pen_down else 'M'}{left:.1f} {top:.1f}")
        pen_down = True
    if len(commands) == 1:  # a single point is a short dash
        commands.append("h2")
    return f'<path class="{line.kind}" d="{"".join(commands)}"/>' if commands else ""


def envelope(xs: Floats, ys: Floats) -> tuple[Floats, Floats]:
    """A long curve as the lowest and the highest value of each column, in turn; infinities are gaps."""
    ys = np.where(np.isfinite(ys), ys, np.nan)
    if len(xs) <= 2 * COLUMNS:
        return xs, ys
    cuts = np.linspace(0, len(xs), COLUMNS + 1).astype(np.intp)[:-1]
    ends = np.stack([np.fmin.reduceat(ys, cuts), np.fmax.reduceat(ys, cuts)], 1)
    ends[1::2] = ends[1::2, ::-1]
    return np.repeat(xs[cuts], 2), ends.ravel()


def _names(y: Scale, curves: Sequence[Line]) -> str:
    """Names with the last values at the right, moved apart where they would overlap."""
    placed: list[tuple[float, str, str]] = []
    for line in curves:
        known = np.flatnonzero(np.isfinite(line.ys))
        if line.named and len(known):
            last = float(line.ys[known[-1]])
            top = float(_tops(y, np.array([last]))[0])
            placed.append((top, f"{line.name} {last:.4g}", line.kind))
    placed.sort(key=lambda entry: entry[0])
    free = 0.0
    parts = []
    for top, text, kind in placed:
        free = max(top, free + 14)
        parts.append(
            f'<text class="name {kind}" x="{WIDE - RIGHT + 8}" y="{free + 4:.1f}">{escape(text)}</text>'
        )
    return "".join(parts)


def bars(title: str, unit: str, entries: Sequence[tuple[str, float]]) -> str:
    """Ratios as bars from 10^−8, or deeper where one needs it, on a logarithmic axis."""
    powers = [np.log10(value) if value > 0 else -np.inf for _, value in entries]
    known = [power for power in powers if np.isfinite(power)]
    low, high = min([-8.0, *np.floor(known)]), max([1.0, *np.ceil(known)])
    row, wide = 22, WIDE
    parts = [f'<text x="8" y="14">{escape(unit)}</text>']
    room = wide - 170 - 80
    for place, ((name, value), power) in enumerate(zip(entries, powers, strict=True)):
        top = 24 + place * row
        length = max(1.0, (max(power, low) - low) / (high - low) * room) if value > 0 else 1.0
        parts.append(
            f'<text x="160" y="{top + 14}" text-anchor="end">{escape(name)}</text>'
            f'<rect class="bar" x="170" y="{top + 2}" width="{length:.1f}" height="{row - 6}"/>'
            f'<text class="tick" x="{170 + length + 6:.1f}" y="{top + 14}">{value:.3g}</text>'
        )
    return _svg(title, wide, 32 + row * len(entries), "".join(parts))


def dots(title: str, x_name: str, unit: str, xs: Floats, ys: Floats) -> str:
    """Truths along x, outcomes along y, and the line on which they would be equal."""
    good = np.isfinite(xs) & np.isfinite(ys)
    xs, ys = xs[good], ys[good]
    both = np.concatenate([xs, ys, [0.0]])
    scale = even_range(float(both.min()), float(both.max()))
    parts = [_axes(scale, scale, unit, x_name)]
    ends = np.array([scale.low, scale.high])
    parts.append(_path(scale, scale, Line("", "axis", ends, ends)))
    tops = _tops(scale, ys)
    parts += [
        f'<circle class="dot" cx="{_left(scale, a):.1f}" cy="{b:.1f}" r="2.5"/>'
        for a, b in zip(xs.tolist(), tops.tolist(), strict=True)
    ]
    return _svg(title, WIDE, HIGH, "".join(parts))


def _svg(title: str, wide: float, high: float, inside: str, style: str = "") -> str:
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {wide:g} {high:g}" width="{wide:g}"'
        f' height="{high:g}" role="img"><title>{escape(title)}</title>{style}{inside}</svg>'
    )
