"""Which curves of a run are drawn together, as SVG: losses, shares, gradients over time and by layer."""

from collections.abc import Iterable

import numpy as np

from engine.layer import Loss
from engine.report.charts import Line, bars, dots, lines
from engine.report.curves import Series
from engine.report.subject import Told
from engine.ticks import Scale

LOSSES = (
    ("loss/batch", "batch", False),
    ("loss/smoothed", "smoothed", False),
    ("loss/probe", "probe", True),
    ("loss/train", "train", True),
    ("loss/dev", "dev", True),
)
SHARES = (("accuracy/train", "train", True), ("accuracy/dev", "dev", True), ("f1/dev", "F1", True))
MOST_LAYERS = 24  # whose gradients are drawn over time


def losses(told: Told) -> str:
    """The loss on a logarithmic axis, if it has a logarithm."""
    found = {series.name: series for series in told.series}
    # The probe and the train figure are much the same: the finer one is drawn.
    skipped = "loss/train" if "loss/probe" in found else ""
    chosen = [entry for entry in LOSSES if entry[0] != skipped]
    curves = _lines(told, chosen)
    positive = all((line.ys[np.isfinite(line.ys)] > 0).any() for line in curves)
    unit = next(
        (n.layer.unit for n in told.run.graph.flat.of_kind(Loss) if isinstance(n.layer, Loss)), ""
    )
    return lines("Loss", f"loss ({unit})" if unit else "loss", curves, _moments(told), log=positive)


def shares(told: Told) -> str:
    """Accuracy and F1, or R²; nothing where neither is known."""
    curves = _lines(told, SHARES)
    if curves:
        lowest = min(float(np.nanmin(line.ys)) for line in curves)
        floor = next(floor for floor in (0.9, 0.5, 0.0) if floor <= lowest)
        return lines("Accuracy", "share", curves, _moments(told), y=Scale(floor, 1.0))
    curves = _lines(told, (("r2/dev", "dev", True),))
    if not curves:
        return ""
    lowest = float(
        np.nanmin(np.where(np.isfinite(curves[0].ys), curves[0].ys, np.nan), initial=0.0)
    )
    return lines("R²", "R²", curves, _moments(told), y=Scale(min(0.0, np.floor(lowest)), 1.0))


def signals(told: Told) -> str:
    """The error signal at each layer, relative to the last one."""
    found = list(told.signals.items())
    last = found[-1][1] if found else 0.0
    if not found or not np.isfinite(last) or last <= 0:
        return ""
    entries = [(name, value / last) for name, value in found]
    return bars("Error signal by layer", "‖∂L/∂h‖ relative to the last layer", entries)


def signals_over_time(told: Told) -> str:
    """How the error signal at each layer went, where it was watched."""
    wanted = [series for series in told.series if series.name.startswith("error signal/")]
    if not any(len(series.steps) > 1 for series in wanted):
        return ""
    curves = [
        Line(s.name.partition("/")[2], f"series{place % 6}", told.clock.epoch(s.steps), s.values)
        for place, s in enumerate(wanted[:MOST_LAYERS])
    ]
    return lines("Error signal over time", "‖∂L/∂h‖", curves, _moments(told), log=True)


def residuals(told: Told) -> str:
    """Truth and outcome of each dev example, for the first measured value; nothing for classes."""
    judged, target = told.judged, told.target
    if judged is None or judged.classes or not len(judged.truths):
        return ""
    truths, outcomes = (
        np.atleast_2d(array.T)[0].astype(np.float64) for array in (judged.truths, judged.outcomes)
    )
    name = target.names[0] if target else "value"
    return dots("Truth and outcome", f"truth: {name}", "predicted", truths, outcomes)


def _lines(told: Told, chosen: Iterable[tuple[str, str, bool]]) -> list[Line]:
    found: dict[str, Series] = {series.name: series for series in told.series}
    return [
        Line(title, title.lower(), told.clock.epoch(found[name].steps), found[name].values, named)
        for name, title, named in chosen
        if name in found
    ]


def _moments(told: Told) -> list[tuple[float, str]]:
    return [(float(told.clock.epoch(np.array([step]))[0]), text) for step, text in told.moments]
