"""How well examples are judged, after each epoch, as figures: accuracy and F1 of classes, R² of measured values."""

from collections.abc import Callable
from dataclasses import dataclass

from app.chart.figure import Figure, Readout
from app.chart.scale import Scale
from app.figures import marks
from app.figures.comparison import DASHES, Comparison
from app.figures.losses import drawn
from app.progress import Extent, Sight, Style, nearest
from app.theme import Tokens
from app.wording import number, tick


@dataclass(frozen=True, slots=True)
class Measure:
    """Which figures of a validation are drawn together: each with its name, whether of dev, and how it is dashed."""

    figures: tuple[tuple[str, str], ...]
    floors: tuple[float, ...]  # where its axis may begin
    unit: str
    write: Callable[[float], str]
    tick: Callable[[float], str]


MEASURES = {
    "accuracy": Measure(
        (("train_accuracy", "train"), ("dev_accuracy", "dev"), ("dev_f1", "dev F1")),
        (0.95, 0.9, 0.8, 0.5, 0.0),
        "accuracy, %",
        marks.percent,
        marks.whole_percent,
    ),
    "r2": Measure(
        (("dev_r2", "dev"),),
        (0.9, 0.8, 0.5, 0.0, -1.0, -3.0),
        "R² of dev",
        lambda value: number(value, 3),
        tick,
    ),
}
STYLES = {"train": (2.0, ()), "dev": (2.0, DASHES), "dev F1": (1.25, (2.0, 2.0))}


def figure(
    compared: Comparison, sight: Sight, whole: Scale, extent: Extent, tokens: Tokens, name: str
) -> Figure:
    """One of the MEASURES of the run shown, with that of dev of the past ones."""
    measure, progress = MEASURES[name], sight.progress
    key = []
    for kind, title in measure.figures:
        pyramid = progress.validated[kind]
        seen = sight.whole(pyramid)
        extent.take(seen.lows, seen.highs)
        width, dashes = STYLES[title]
        style = Style(tokens.train if title == "train" else tokens.dev, width, 1.0, dashes)
        text = marks.label(title, pyramid.curve, measure.write) if width == 2 else ""
        key.append(sight.line(title, pyramid, style, text))
    dev = "dev_accuracy" if name == "accuracy" else "dev_r2"
    ghosts = compared.ghost_lines(sight, tokens, (dev,), (extent,))
    floor = next((floor for floor in measure.floors if floor <= extent.low), measure.floors[-1])
    return Figure(
        whole,
        Scale(floor, 1.0),
        marks.NAMES[progress.unit],
        measure.unit,
        measure.tick,
        lines=drawn(tuple(key)),
        key=tuple(key),
        moments=tuple(marks.moments(progress)),
        flags=marks.best(progress, dev, measure.write),
        second=marks.second(sight),
        read=_reader(compared, sight, tokens, (measure, dev)),
        ghosts=ghosts,
    )


def _reader(
    compared: Comparison, sight: Sight, tokens: Tokens, drawn_as: tuple[Measure, str]
) -> Callable[[float], Readout | None]:
    progress, (measure, dev) = compared.progress, drawn_as

    def read(x: float) -> Readout | None:
        step = float(progress.steps(x))
        found = [
            (title, nearest(progress.validated[kind].curve, step))
            for kind, title in measure.figures
        ]
        anchor = nearest(progress.validated[dev].curve, step)
        if anchor is None:
            return None
        colours = {"train": tokens.train}
        values = [
            marks.value(progress, title, point, colours.get(title, tokens.dev), measure.write)
            for title, point in sorted(found)
        ]
        ghosts = marks.ghost_values(compared, tokens, x, (dev,), measure.write)
        return marks.readout(progress, anchor, [*values, *ghosts, *marks.near(sight, x)])

    return read
