"""What a node shows of a run: a live picture, the trend of its error signal, its health. Read, never kept.

A node that is no longer what the run trained shows nothing of it.
"""

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from app.canvas.pictures import Bars, Figures, Maps, Photo, Picture
from app.controls.mark import State
from app.health import health_of, last_before_loss
from app.wording import number
from engine.axes import Image, Labels, Target
from engine.dataset import Data
from engine.graph import Node
from engine.history import History
from engine.layer import Loss, Weighted
from engine.layers.data import Input
from engine.run import Run

PROBES = frozenset({"Activations", "ErrorSignal", "Prediction", "Silent"})
TREND = 100  # readings in a sparkline


@dataclass(frozen=True, slots=True, eq=False)
class Vital:
    """What is known of one node from a run; all empty before there is one."""

    picture: Picture | None = None
    trend: NDArray[np.float64] | None = None
    health: State | None = None
    note: str = ""


def trained_as_drawn(run: Run | None, node: Node) -> bool:
    """Whether the run trained this very node."""
    trained = run.graph.flat.nodes.get(node.id) if run else None
    return trained is not None and trained.layer == node.layer


def vital_of(node: Node, run: Run | None, data: Data, example: tuple[str, int]) -> Vital:
    """What a node, under its whole name, shows of a run."""
    if isinstance(node.layer, Input) and "." not in node.id:
        return Vital(picture=example_picture(data, example))
    if run is None or not trained_as_drawn(run, node):
        return Vital()
    history = run.history
    health = health_of(node, run)
    if isinstance(node.layer, Loss):
        shown = Vital(_loss_figures(history), _dev_trend(history))
        bad = health.state == "bad"  # it has failed: there is no error signal to judge a loss by
        return replace(shown, health="bad", note=health.sentence) if bad else shown
    picture = _picture(
        node, run, data, example, is_last=node.id == last_before_loss(run.graph.flat)
    )
    if health.state == "none":
        return Vital(picture, _signal_trend(history, node.id))
    note = "" if health.state == "ok" else health.sentence
    return Vital(picture, _signal_trend(history, node.id), health.state, note)


def example_picture(data: Data, example: tuple[str, int]) -> Picture | None:
    """The chosen example: an image as it is in the data; a row as it is scaled, or one column would hide all others."""
    part = getattr(data, example[0])
    values = part.inputs[example[1] % part.count]
    if isinstance(data.axes, Image):
        shown = data.scale.undo(values[None])[0] if data.scale is not None else values
        return Photo(shown) if len(shown) in (1, 3) else Maps(shown)
    return None if data.axes.whole else drawn(np.asarray(values, np.float32))


def drawn(values: NDArray[np.float32]) -> Picture:
    """Numbers as they are best seen: maps of images, a sequence as one map that lies, bars of a row."""
    if values.ndim == 2:
        values = (values if values.shape[1] > values.shape[0] else values.T)[None]
    return Maps(values) if values.ndim == 3 else Bars(np.ravel(values))


def _picture(
    node: Node, run: Run, data: Data, example: tuple[str, int], *, is_last: bool
) -> Picture | None:
    """The picture of a node with weights; the others pass on what stands in their neighbours."""
    reading = run.history.latest.get(("Activations", node.id))
    if not isinstance(node.layer, Weighted) or reading is None or not np.size(reading.value):
        return None
    values = np.asarray(reading.value, np.float32)
    if is_last and (said := _prediction(run, data, example)):
        return said
    return drawn(values)


def _prediction(run: Run, data: Data, example: tuple[str, int]) -> Picture | None:
    """The probabilities of the classes, the true one lit, the predicted one named; or one value beside the truth."""
    loss = next(iter(run.graph.of_kind(Loss)), None)
    reading = run.history.latest.get(("Prediction", loss.id)) if loss else None
    if reading is None:
        return None
    part = getattr(data, example[0])
    given = part.targets[example[1] % part.count]
    if not isinstance(data.target, Labels):
        return _one_value(np.ravel(np.asarray(reading.value)), np.ravel(given))
    if np.ndim(given):  # a class at each step
        return None
    truth = int(given)
    chances = np.asarray(reading.value, np.float64)
    return Bars(chances, truth, prediction_words(chances, truth, data.target))


def _one_value(said: NDArray[np.floating], given: NDArray[np.floating]) -> Picture | None:
    """What is predicted and what is true, where that is one number; more are bars as in any layer."""
    if not len(said) == len(given) == 1:
        return None
    return Figures((("predicted", number(float(said[0]))), ("truth", number(float(given[0])))))


def prediction_words(chances: NDArray[np.float64], truth: int, target: Target) -> str:
    """What is predicted and how surely: “animal .87”; where it is wrong, the truth too."""
    best = int(chances.argmax())
    sure = f"{chances[best]:.2f}".removeprefix("0")
    said, true = (_quoted(target.names[place]) for place in (best, truth))
    return f"{said} {sure}" if best == truth else f"{said} {sure}, not {true}"


def _quoted(name: str) -> str:
    """A class as it is said beside a figure: digits are set apart from it."""
    return f"“{name}”" if name.isdigit() else name


def _loss_figures(history: History) -> Picture | None:
    if not history.validated:
        return None
    last = history.validated[-1]
    rows = [("train", figure(last.train_loss)), ("dev", figure(last.dev_loss))]
    if last.dev_accuracy is not None:
        rows.append(("accuracy", f"{100 * last.dev_accuracy:.1f} %"))
    return Figures(tuple(rows))


def figure(value: float) -> str:
    """A loss in three figures."""
    if not np.isfinite(value):
        return "NaN" if np.isnan(value) else "∞" if value > 0 else "−∞"
    if value and not 1e-3 <= abs(value) < 1e6:
        return f"{value:.1e}"  # as short as it can be: it has 60 pixels
    return (
        f"{value:.3f}"
        if abs(value) < 1
        else f"{value:.2f}"
        if abs(value) < 100
        else f"{value:,.0f}"
    )


def _signal_trend(history: History, node: str) -> NDArray[np.float64] | None:
    curve = history.scalars.get(("ErrorSignal", node))
    if curve is None or len(curve) < 2:
        return None
    return _log(curve.values[-TREND:])


def _dev_trend(history: History) -> NDArray[np.float64] | None:
    losses = [event.dev_loss for event in history.validated[-TREND:]]
    return _log(np.array(losses)) if len(losses) > 1 else None


def _log(values: NDArray[np.float64]) -> NDArray[np.float64]:
    kept = np.log10(np.maximum(values, 1e-30))
    return kept[np.isfinite(kept)]


def sources_of(
    node: Node, run: Run | None, data: Data, example: tuple[str, int]
) -> tuple[object, ...]:
    """The very objects that a node's vital is made from: it need not be made again while they are the same."""
    if isinstance(node.layer, Input) and "." not in node.id:
        return (data, *example)
    if run is None or not trained_as_drawn(run, node):
        return ()
    history = run.history
    if isinstance(node.layer, Loss):
        return (run, history.validated[-1] if history.validated else None, history.ended)
    last = last_before_loss(run.graph.flat) or ""
    keys = [(probe, node.id) for probe in sorted(PROBES)] + [("ErrorSignal", last)]
    loss = next(iter(run.graph.of_kind(Loss)), None)
    keys.append(("Prediction", loss.id if loss and node.id == last else ""))
    return (data, history.ended, *(history.latest.get(key) for key in keys))
