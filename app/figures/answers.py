"""What the network answers, as bars for one example and as dots for many: how sure it is, and what that costs."""

import math

import numpy as np
from numpy.typing import NDArray

from app.chart.class_bars import ClassBar, ClassBars
from app.chart.figure import Dots, Figure, Line, Readout, Value
from app.chart.scale import Scale, even_range
from app.figures.exhibit import Exhibit
from app.theme import Tokens
from app.wording import number, tick
from engine.axes import Labels, Target

Floats = NDArray[np.float64]
LOWEST = 1e-30  # a logarithm needs something above 0
MOST_NATS = 12.0  # beyond this, dots lie at the upper edge


def bars(
    said: Floats, slopes: Floats | None, target: Target, shown: Exhibit, room: int
) -> ClassBars:
    """A bar for each class, or the most probable ones with the truth where room is short; or for each value."""
    if said.ndim != 1 or len(said) != target.count:
        return ClassBars((), (), "This network answers at each step: see Activations and Layer")
    if slopes is not None and slopes.shape != said.shape:
        slopes = None  # a single score for two classes
    if isinstance(target, Labels):
        return _classes(said, slopes, target, shown, room)
    return _values(said, slopes, target, shown, room)


def _classes(
    said: Floats, slopes: Floats | None, target: Labels, shown: Exhibit, room: int
) -> ClassBars:
    true = shown.label
    chosen = list(range(len(said)))
    if len(said) > room:
        order = np.argsort(-np.nan_to_num(said), kind="stable").tolist()
        chosen = order[:room]
        if true is not None and true not in chosen:
            chosen = [*chosen[:-1], true]
    made = tuple(
        ClassBar(target.names[i], _share(said[i]), _figures(said, slopes, i), i == true)
        for i in chosen
    )
    words = ""
    if true is not None:
        words = f"−log p of the truth = {number(surprise(float(said[true])))} nats"
        if slopes is not None:
            words += f" · Σ ∂L/∂z = {_rounded(float(slopes.sum()))}"
    hidden = f"{len(said) - len(made)} more" if len(made) < len(said) else ""
    columns = ("p", "∂L/∂z") if slopes is not None else ("p",)
    return ClassBars(made, columns, words, hidden)


def _values(
    said: Floats, slopes: Floats | None, target: Target, shown: Exhibit, room: int
) -> ClassBars:
    truths = None if shown.part is None else np.ravel(shown.part.targets[shown.place])
    if truths is not None and len(truths) != len(said):
        truths = None
    most = max(np.abs(np.nan_to_num(said)).max(), 0 if truths is None else np.abs(truths).max())
    names = target.names if len(target.names) > 1 else ("output",)
    made = []
    for i in range(min(len(said), room)):
        figures = [number(float(said[i]))]
        if truths is not None:
            figures += [number(float(truths[i])), number(float(said[i] - truths[i]))]
        if slopes is not None:
            figures.append(number(float(slopes[i])))
        made.append(ClassBar(names[i], _share(abs(said[i]) / (most or 1.0)), tuple(figures)))
    columns = ("said", *(("truth", "off by") if truths is not None else ()))
    columns += ("∂L/∂z",) if slopes is not None else ()
    hidden = f"{len(said) - len(made)} more" if len(made) < len(said) else ""
    return ClassBars(tuple(made), columns, hidden=hidden)


def _figures(said: Floats, slopes: Floats | None, place: int) -> tuple[str, ...]:
    share = f"{said[place]:.3f}".removeprefix("0") if said[place] < 0.9995 else "1.0"
    if not math.isfinite(said[place]):
        share = "–"
    return (share,) if slopes is None else (share, _rounded(float(slopes[place])))


def _rounded(value: float) -> str:
    """Three decimals, with a true minus; 0 for what rounds to it."""
    text = f"{value:+.3f}"
    return "0" if float(text) == 0 else text.replace("-", "−").replace("0.", ".", 1)


def _share(value: float) -> float:
    return float(np.nan_to_num(value))


def surprise(share: float) -> float:
    """−log p, in nats."""
    return -math.log(max(share, LOWEST))


def costs(
    said: Floats, truths: NDArray[np.int64], one: tuple[float, str] | None, tokens: Tokens
) -> Figure:
    """−log p over p, with a dot for each probe example where its truth lies, and a ring for the one that is shown."""
    shares = said[np.arange(len(truths)), truths].astype(np.float64)
    lost = -np.log(np.maximum(shares, LOWEST))
    highest = float(np.percentile(lost[np.isfinite(lost)], 99)) if np.isfinite(lost).any() else 1.0
    top = even_range(0, min(max(5.0, highest), MOST_NATS)).high
    lines = _curve(top, said.shape[1], tokens)
    dots = [Dots(shares, np.minimum(lost, top), tokens.train, 5.0, 0.55)]
    if one is not None:
        at = np.array([one[0]])
        dots.append(Dots(at, np.minimum(-np.log(np.maximum(at, LOWEST)), top), tokens.t1, 9.0, 1.0))

    def read(x: float) -> Readout:
        values = [Value("−log p", f"{number(surprise(x))} nats")]
        if one is not None:
            values.append(Value(one[1], number(one[0])))
        return Readout(x, f"p = {number(x)}", tuple(values))

    mean = float(lost.mean()) if len(lost) else 0.0
    return Figure(
        Scale(0.0, 1.0),
        Scale(0.0, top),
        "p of the truth",
        f"−log p (nats) · mean {number(mean)}",
        tick,
        lines=lines,
        dots=tuple(dots),
        key=lines[1:],
        read=read,
    )


def _curve(top: float, classes: int, tokens: Tokens) -> tuple[Line, Line]:
    """−log p over p, and what guessing costs."""
    xs = np.geomspace(math.exp(-top), 1.0, 200)
    nothing = math.log(classes)
    name = f"knows nothing: ln {classes} = {nothing:.2f}"
    level = np.array([nothing, nothing])
    return (
        Line("−log p", xs, -np.log(xs), tokens.t2, 1.5),
        Line(name, np.array([0.0, 1.0]), level, tokens.baseline, 1.0, dashes=(5, 4)),
    )


def misses(
    said: Floats, truths: Floats, one: tuple[float, float] | None, name: str, tokens: Tokens
) -> Figure:
    """What is said of each probe example over what is true, with the one that is shown."""
    both = np.concatenate([said, truths])
    both = both[np.isfinite(both)]
    low, high = (float(both.min()), float(both.max())) if len(both) else (0.0, 1.0)
    room = (high - low or 1.0) * 0.05
    scale = Scale(low - room, high + room)
    ends = np.array([scale.low, scale.high])
    dots = [Dots(truths, said, tokens.train, 5.0, 0.55)]
    if one is not None:
        dots.append(Dots(np.array([one[0]]), np.array([one[1]]), tokens.t1, 9.0, 1.0))
    missed = float(np.sqrt(np.mean((said - truths) ** 2)))
    return Figure(
        scale,
        scale,
        f"truth: {name}",
        f"predicted · off by {number(missed)} (RMSE)",
        tick,
        lines=(Line("as it should be", ends, ends, tokens.line3),),
        dots=tuple(dots),
    )
