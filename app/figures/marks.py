"""What is written beside curves: changes of settings, best values, labels, and what lies under the pointer."""

from collections.abc import Callable, Iterator

import numpy as np

from app.chart.figure import Flag, Moment, Readout, Second, Value
from app.chart.scale import Scale
from app.figures.comparison import LABELLED, Comparison, curve_of
from app.progress import Point, Progress, Sight, nearest
from app.theme import Tokens
from app.wording import number, plain
from engine.events import Adjusted, Failed
from engine.history import Curve
from engine.settings import Settings

MOST_MOMENTS = 200  # changes of settings that are marked, the last ones
MOST_NEAR = 3  # of them that the readout says
REACH = 60  # the share of the width within which something is near to the pointer
Write = Callable[[float], str]
NAMES = {"epochs": "epoch", "steps": "step", "examples": "examples seen", "seconds": "seconds"}


def percent(share: float) -> str:
    """A share in per cent: 96.4 %."""
    return f"{100 * share:.1f} %"


def whole_percent(share: float) -> str:
    """A share in per cent beside an axis that says so: 80."""
    return f"{100 * share:.3g}"


def steps_in_words(step: float) -> str:
    """A number of steps in little room: 400, 505k, 1.25M."""
    if step < 10_000:
        return f"{step:,.0f}"
    return f"{step / 1e3:g}k" if step < 1e6 else f"{step / 1e6:g}M"


def four(value: float) -> str:
    """A number with four digits."""
    return number(value, 4)


def label(name: str, curve: Curve, write: Write) -> str:
    """A line's name with its last value."""
    return f"{name} {write(float(curve.values[-1]))}" if len(curve) else ""


def best(progress: Progress, name: str, write: Write) -> tuple[Flag, ...]:
    """A flag at the best value of a figure, once it is behind us."""
    point, curve = progress.best.get(name), progress.validated[name].curve
    if point is None or point.step == curve.steps[-1]:
        return ()
    return (Flag(float(progress.at(point.step)), point.value, f"best dev {write(point.value)}"),)


def moments(progress: Progress) -> Iterator[Moment]:
    """Changes of settings, what else was remarked, and where the run broke off."""
    history = progress.history
    for step, words in happened(progress)[-MOST_MOMENTS:]:
        yield Moment(float(progress.at(step)), words)
    if isinstance(history.ended, Failed):
        yield Moment(float(progress.at(history.ended.step)), "failed")


def happened(progress: Progress) -> list[tuple[int, str]]:
    """What was changed or remarked while it ran, by step."""
    history = progress.history
    said = [(event.step, change(event)) for event in history.adjusted]
    return sorted(said + [(event.step, event.words) for event in history.remarked])


def near(sight: Sight, x: float) -> list[Value]:
    """What happened near to a place of the x axis: where words would overlap, they stand nowhere else."""
    progress, reach = sight.progress, (sight.shown.high - sight.shown.low) / REACH
    found = [
        (step, words) for step, words in happened(progress) if abs(progress.at(step) - x) <= reach
    ]
    return [Value(words, f"step {step:,}") for step, words in found[-MOST_NEAR:]]


def change(event: Adjusted) -> str:
    """A change of a setting in words: rate .1 → .01; of a parameter of a layer: dropout_1.p .5 → .2."""
    field = Settings.model_fields.get(event.setting)
    name = field.title.lower() if field and field.title else event.setting
    return f"{name} {_said(event.before)} → {_said(event.after)}"


def _said(value: float | str) -> str:
    return value if isinstance(value, str) else plain(value)


def second(sight: Sight) -> Second | None:
    """Round numbers of steps, where they lie among the epochs."""
    progress = sight.progress
    if progress.unit != "epochs":
        return None
    first, last = progress.steps(np.array([sight.shown.low, sight.shown.high]))
    if last <= first:
        return Second("step", ())
    ticks = np.array(Scale(float(first), float(last)).ticks(sight.columns // 70))
    ticks = ticks[(ticks == np.round(ticks)) & (ticks > 0) & (ticks <= progress.history.step)]
    places = progress.at(ticks)
    return Second(
        "step", tuple((float(x), steps_in_words(v)) for x, v in zip(places, ticks, strict=True))
    )


# -- under the pointer ----------------------------------------------------------------------


def value(
    progress: Progress,
    name: str,
    point: Point | None,
    colour: str,
    write: Write = four,
    ring: bool = True,
) -> Value:
    """A row of the readout."""
    if point is None:
        return Value(name, "–", colour)
    place = (float(progress.at(point.step)), point.value) if ring else None
    return Value(name, write(point.value), colour, place)


def ghost_values(
    compared: Comparison, tokens: Tokens, x: float, names: tuple[str, ...], write: Write
) -> list[Value]:
    """What each past run had at this place of the x axis; runs that ended before are left out."""
    found = []
    for ghost in compared.ghosts[:LABELLED]:
        progress = ghost.progress
        curves = (curve_of(progress, name).curve for name in names)
        curve = next((curve for curve in curves if len(curve)), None)
        if curve is not None and x <= progress.end * (1 + 1e-9):
            point = nearest(curve, float(progress.steps(x)))
            found.append(value(progress, ghost.name, point, ghost.colour(tokens), write))
    return found


def readout(progress: Progress, anchor: Point, values: list[Value]) -> Readout:
    """All that is known of the step that was measured."""
    x = float(progress.at(anchor.step))
    said = {
        "epochs": f"epoch {x:.1f} · step {anchor.step:,}",
        "steps": f"step {anchor.step:,}",
        "examples": f"{x:,.0f} examples · step {anchor.step:,}",
        "seconds": f"{x:,.2f} s · step {anchor.step:,}",
    }
    return Readout(x, said[progress.unit], tuple(values))
