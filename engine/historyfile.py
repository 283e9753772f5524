"""What a run said, as plain records and arrays, and back: events by their fields, curves as steps and values."""

from collections.abc import Mapping
from dataclasses import asdict
from typing import Any, TypeVar

import numpy as np
from numpy.typing import NDArray
from pydantic import TypeAdapter

from engine.events import (
    Adjusted,
    Event,
    Failed,
    Finished,
    Judged,
    Reading,
    Remarked,
    Started,
    Validated,
)
from engine.film import Film
from engine.history import Curve, History

Arrays = dict[str, NDArray[Any]]
Said = TypeVar("Said", Started, Validated, Adjusted, Remarked, Finished, Failed)
ADAPTERS: Mapping[type[Event], TypeAdapter[Any]] = {
    kind: TypeAdapter(kind) for kind in (Started, Validated, Adjusted, Remarked, Finished, Failed)
}
"""Made once: making one takes longer than checking a hundred events with it."""
FRAMES = 64  # of each film of histograms that a file keeps: a run of a day would weigh 20 MB else
JUDGED = ("truths", "outcomes", "examples")  # the arrays of a Judged


def record_of_history(history: History) -> dict[str, Any]:
    """All but the curves, as what JSON can hold."""
    return {
        "step": history.step,
        "epoch": history.epoch,
        "seconds": history.seconds,
        "started": asdict(history.started) if history.started else None,
        "validated": [asdict(event) for event in history.validated],
        "adjusted": [asdict(event) for event in history.adjusted],
        "remarked": [asdict(event) for event in history.remarked],
        "judged": _judged(history.judged),
        "ended": _ended(history),
    }


def _judged(judged: Judged | None) -> dict[str, int] | None:
    if judged is None:
        return None
    return {name: getattr(judged, name) for name in ("step", "epoch", "classes")}


def _ended(history: History) -> dict[str, Any] | None:
    if history.ended is None:
        return None
    return {"event": type(history.ended).__name__.lower(), **asdict(history.ended)}


def arrays_of_history(history: History) -> Arrays:
    """The curves, the latest pictures, and what became of dev."""
    curves = {"losses": history.losses, "clock": history.clock, "rates": history.rates} | {
        f"{probe}/{node}": curve for (probe, node), curve in history.scalars.items()
    }
    if len(history.means) != len(history.losses):  # else they are the same
        curves["means"] = history.means
    arrays: Arrays = {}
    for name, curve in curves.items():
        arrays[f"{name}:steps"] = np.ascontiguousarray(curve.steps)
        arrays[f"{name}:values"] = np.ascontiguousarray(curve.values)
    pictures = {
        f"{probe}/{node}:latest": np.ascontiguousarray(reading.value)
        for (probe, node), reading in history.latest.items()
        if isinstance(reading.value, np.ndarray)
    }
    pictures |= {
        f"{probe}/{node}:first": np.ascontiguousarray(array)
        for (probe, node), array in history.begun.items()
    }
    pictures |= {
        f"{probe}/{node}:since": np.ascontiguousarray(array)
        for (probe, node), array in history.since.items()
    }
    for (probe, node), film in history.films.items():
        steps, frames = film.few(FRAMES)
        pictures[f"{probe}/{node}:filmed"] = steps
        pictures[f"{probe}/{node}:film"] = _small(frames)
    judged = history.judged
    outcomes = {f"judged:{name}": plain(getattr(judged, name)) for name in JUDGED if judged}
    return arrays | pictures | outcomes


def _small(counts: NDArray[Any]) -> NDArray[Any]:
    """Whole numbers in as few bytes as hold them all."""
    most = int(np.abs(counts).max(initial=0))
    kinds = (np.int16, np.int32, np.int64)
    return np.array(counts, next(k for k in kinds if most <= np.iinfo(k).max), order="C")


def plain(array: NDArray[Any]) -> NDArray[Any]:
    """The array in the order that files have; itself, if it is so already."""
    return np.asarray(
        array, order="C"
    )  # a single number too, which ascontiguousarray makes a row of one


def history_from(record: dict[str, Any], arrays: Arrays) -> History:
    """What a run said, given what is kept of it. Raises what a damaged record does."""
    history = History(
        step=int(record["step"]), epoch=float(record["epoch"]), seconds=float(record["seconds"])
    )
    history.started = _checked(Started, record["started"]) if record["started"] else None
    history.validated = [_checked(Validated, event) for event in record["validated"]]
    history.adjusted = [_checked(Adjusted, event) for event in record["adjusted"]]
    history.remarked = [_checked(Remarked, event) for event in record.get("remarked", ())]
    history.ended = _end(record["ended"]) if record["ended"] else None
    if record.get("judged") and "judged:truths" in arrays:
        history.judged = _judged_from(record["judged"], arrays)
    for key, array in arrays.items():
        name, _, what = key.rpartition(":")
        probe, _, node = name.partition("/")
        if what == "latest":
            history.latest[probe, node] = Reading(history.step, probe, node or None, array)
        elif what == "first":
            history.begun[probe, node] = array
        elif what == "since":
            history.since[probe, node] = _whole(array).astype(np.int64)
        elif what == "filmed":
            _restore_film(history, (probe, node), array, arrays[f"{name}:film"])
        elif what == "steps":
            _restore(history, probe, node, array, arrays[f"{name}:values"])
    if not len(history.means):
        history.means.extend(history.losses.steps, history.losses.values)
    if not len(history.clock):  # a file of before it was kept: epochs were said when they ended
        said = [(event.step, event.epoch, event.seconds) for event in history.validated]
        for step, epoch, seconds in (*said, (history.step, history.epoch, history.seconds)):
            if step > (history.clock.steps[-1] if len(history.clock) else 0):
                history.clock.append(step, epoch, seconds)
    return history


def _judged_from(record: dict[str, Any], arrays: Arrays) -> Judged:
    """What was made of dev. Raises ValueError if its parts are not of one length."""
    step, epoch, classes = (int(record[name]) for name in ("step", "epoch", "classes"))
    truths, outcomes, examples = (arrays[f"judged:{name}"] for name in JUDGED)
    if truths.shape != outcomes.shape or truths.shape[:1] != examples.shape:
        raise ValueError("There should be one outcome for each truth.")
    for classified in (truths, outcomes) if classes and len(truths) else ():
        if classified.dtype.kind != "i" or not 0 <= classified.min() <= classified.max() < classes:
            raise ValueError("An outcome is none of the classes.")
    return Judged(step, epoch, truths, outcomes, examples, classes)


def _end(record: dict[str, Any]) -> Finished | Failed:
    match record.pop("event"):
        case "finished":
            return _checked(Finished, record)
        case "failed":
            return _checked(Failed, record)
    raise ValueError("A run ends finished or failed.")


def _checked(kind: type[Said], record: object) -> Said:
    """An event of plain numbers and words, its types checked. Raises ValidationError."""
    event: Said = ADAPTERS[kind].validate_python(record)
    return event


def _whole(array: NDArray[Any]) -> NDArray[Any]:
    """Whole numbers, or ValueError."""
    if array.dtype.kind not in "iu":
        raise ValueError("Steps and counts are whole numbers.")
    return array


def _restore_film(
    history: History, key: tuple[str, str], steps: NDArray[Any], frames: NDArray[Any]
) -> None:
    """Put the frames of one film back, in their order. Raises ValueError if there is not one for each step."""
    if steps.ndim != 1 or frames.ndim != 2 or len(steps) != len(frames):
        raise ValueError("There should be one frame for each step of a film.")
    film = history.films.setdefault(key, Film())
    for step, frame in zip(_whole(steps).tolist(), _whole(frames), strict=True):
        film.append(step, frame.astype(np.int64))


def _restore(
    history: History, probe: str, node: str, steps: NDArray[Any], values: NDArray[Any]
) -> None:
    """Put one curve back where it was."""
    own = {
        "losses": history.losses,
        "means": history.means,
        "clock": history.clock,
        "rates": history.rates,
    }
    if not node and probe in own:
        own[probe].extend(steps, values)
        return
    curve = history.scalars.setdefault((probe, node), Curve())
    curve.extend(steps, values)
    if len(curve):
        history.first[probe, node] = float(curve.values[0])
        history.latest[probe, node] = Reading(
            int(steps[-1]), probe, node or None, float(curve.values[-1])
        )
