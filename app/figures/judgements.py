"""What became of the dev part after the last epoch: the confusion of classes as a matrix, measured values as dots."""

from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from app.chart.figure import Dots, Figure, Line, Readout, Value
from app.chart.matrix import Matrix
from app.chart.scale import Scale, even_range
from app.theme import Tokens
from app.wording import number, tick
from engine.events import Judged
from engine.scores import Shares, confusion, r_squared, shares

MOST_CLASSES = 64  # a larger matrix could be neither read nor painted in time
View = Literal["outcome", "residual"]


def matrix(
    judged: Judged, names: tuple[str, ...], *, by_row: bool, chosen: tuple[int, int] | None
) -> Matrix:
    """The confusion of an epoch, with precision, recall and F1 of each class."""
    counts = confusion(judged.truths, judged.outcomes, judged.classes)
    found = shares(counts)
    columns = (("Prec.", found.precision), ("Recall", found.recall), ("F1", found.f1))
    texts = tuple((title, tuple(f"{100 * v:.1f}" for v in values)) for title, values in columns)
    return Matrix(
        names,
        counts,
        by_row,
        texts,
        _verdict(counts, found, names),
        chosen,
        lambda row, column: _read(counts, found, names, row, column),
    )


def _verdict(counts: NDArray[np.integer[Any]], found: Shares, names: tuple[str, ...]) -> str:
    """The accuracy and F1, and which two classes are mixed up most."""
    total = int(counts.sum())
    right = int(np.trace(counts))
    said = f"{100 * right / max(total, 1):.1f} % right · macro F1 {100 * found.macro_f1:.1f} %"
    wrong = counts - np.diag(np.diag(counts))
    if not wrong.any():
        return said
    row, column = np.unravel_index(int(wrong.argmax()), wrong.shape)
    return f"{said} · most often {names[row]} is taken for {names[column]}"


def _read(
    counts: NDArray[np.integer[Any]], found: Shares, names: tuple[str, ...], row: int, column: int
) -> Readout:
    count, whole, taken = int(counts[row, column]), int(counts[row].sum()), int(found.taken[column])
    values = (
        Value("examples", f"{count:,}"),
        Value(f"of all {names[row]}", f"{100 * count / whole:.1f} %" if whole else "–"),
        Value(
            f"of all taken for {names[column]}", f"{100 * count / taken:.1f} %" if taken else "–"
        ),
    )
    return Readout(0, f"{names[row]} taken for {names[column]}", values)


def examples_in(judged: Judged, row: int, column: int) -> list[int]:
    """Which examples of dev lie in a cell, in their order."""
    chosen = (judged.truths == row) & (judged.outcomes == column)
    return [int(number) for number in np.unique(judged.examples[chosen])]


def dots(
    judged: Judged, place: int, name: str, view: View, tokens: Tokens, shown: int | None
) -> Figure:
    """Each example's truth along x, and what was measured for it, or by how much that missed, along y."""
    truths, outcomes = (np.atleast_2d(a.T)[place].astype(np.float64) for a in _pair(judged))
    ys = outcomes if view == "outcome" else outcomes - truths
    both = np.concatenate([truths, outcomes])
    across = _range(truths if view == "residual" else both)
    down = across if view == "outcome" else _range(ys)
    ends = np.array([across.low, across.high])
    ideal = Line("as it should be", ends, ends if view == "outcome" else np.zeros(2), tokens.line3)
    value = r_squared(truths[:, None], outcomes[:, None])
    missed = float(np.sqrt(np.mean((outcomes - truths) ** 2)))
    near = np.flatnonzero(judged.examples == shown) if shown is not None else np.empty(0, np.int64)
    return Figure(
        across,
        down,
        f"truth: {name}",
        f"R² {number(value, 3)} · off by {number(missed, 3)} (RMSE)",
        tick,
        lines=(ideal,),
        dots=(
            Dots(truths, ys, tokens.dev, 5.0, 0.65),
            Dots(truths[near], ys[near], tokens.t1, 8.0, 1.0),
        ),
        empty="",
        read=lambda x: _nearest(judged, truths, outcomes, x),
    )


def _pair(judged: Judged) -> tuple[NDArray[Any], NDArray[Any]]:
    return judged.truths, judged.outcomes


def _range(values: NDArray[np.float64]) -> Scale:
    """An even range around numbers, which need not begin at 0."""
    good = values[np.isfinite(values)]
    if not len(good):
        return Scale(0.0, 1.0)
    low, high = float(good.min()), float(good.max())
    if low > 0 and low > 0.5 * high:
        spread = high - low or abs(high) or 1.0
        return Scale(low - 0.05 * spread, high + 0.05 * spread)
    return even_range(low, high)


def nearest_example(judged: Judged, place: int, view: View, x: float, y: float) -> int | None:
    """The example whose dot lies nearest to a point of the plot, measured by the spread of the dots."""
    truths, outcomes = (np.atleast_2d(a.T)[place].astype(np.float64) for a in _pair(judged))
    ys = outcomes if view == "outcome" else outcomes - truths
    spread = (np.ptp(truths) or 1.0, np.ptp(ys[np.isfinite(ys)]) if np.isfinite(ys).any() else 1.0)
    far = ((truths - x) / spread[0]) ** 2 + ((ys - y) / (spread[1] or 1.0)) ** 2
    return int(judged.examples[int(np.nanargmin(far))]) if np.isfinite(far).any() else None


def _nearest(
    judged: Judged, truths: NDArray[np.float64], outcomes: NDArray[np.float64], x: float
) -> Readout | None:
    if not len(truths):
        return None
    at = int(np.abs(truths - x).argmin())
    values = (
        Value("truth", number(float(truths[at]), 4)),
        Value("predicted", number(float(outcomes[at]), 4)),
        Value("residual", number(float(outcomes[at] - truths[at]), 4)),
    )
    return Readout(float(truths[at]), f"dev example {int(judged.examples[at]) + 1:,}", values)
