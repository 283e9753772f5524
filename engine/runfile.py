"""Runs inside a project file: for each a readable record, its curves and its weights, in a folder of its own."""

import json
import zipfile
import zlib
from collections.abc import Mapping
from dataclasses import asdict
from typing import Any, TypeVar

import numpy as np
from numpy.typing import NDArray
from pydantic import TypeAdapter, ValidationError
from safetensors import SafetensorError
from safetensors.numpy import load as read_arrays
from safetensors.numpy import save as write_arrays

from engine.dataset import DataError, Recipe
from engine.events import (
    Adjusted,
    Checkpoint,
    Event,
    Failed,
    Finished,
    Reading,
    Remarked,
    Started,
    Validated,
)
from engine.history import Curve, History
from engine.records import RecordError, graph_from, record_of_graph
from engine.run import Run
from engine.settings import Settings

BROKEN_ZIP = (
    zipfile.BadZipFile,
    zlib.error,
    EOFError,
    NotImplementedError,  # a packing that is not known
    RuntimeError,  # a password
    ValueError,  # a name in no known letters, a place before the beginning
)
"""What reading a damaged zip raises."""

Arrays = dict[str, NDArray[Any]]
Said = TypeVar("Said", Started, Validated, Adjusted, Remarked, Finished, Failed)
ADAPTERS: Mapping[type[Event], TypeAdapter[Any]] = {
    kind: TypeAdapter(kind) for kind in (Started, Validated, Adjusted, Remarked, Finished, Failed)
}
"""Made once: making one takes longer than checking a hundred events with it."""
LARGEST_TEXT = 64 << 20  # bytes of packed text that are read; no honest one comes near
FAULTS = (
    SafetensorError,
    OverflowError,
    TypeError,
    AttributeError,
    IndexError,
    RecursionError,
    DataError,
    *BROKEN_ZIP,
)
"""What reading a damaged run raises."""


def write_runs(archive: zipfile.ZipFile, runs: tuple[Run, ...]) -> None:
    """Write each run into `runs/<number>/`."""
    for number, run in enumerate(runs, 1):
        place = f"runs/{number}"
        text = json.dumps(_record(run), indent=1, sort_keys=True, ensure_ascii=False) + "\n"
        archive.writestr(f"{place}/run.json", text, zipfile.ZIP_DEFLATED)
        archive.writestr(f"{place}/curves.safetensors", write_arrays(_curves(run.history)))
        if run.checkpoint:
            archive.writestr(
                f"{place}/weights.safetensors", write_arrays(_plain(run.checkpoint.weights))
            )
            archive.writestr(f"{place}/state.safetensors", write_arrays(_state(run.checkpoint)))


def read_runs(archive: zipfile.ZipFile, names: object) -> tuple[Run, ...]:
    """The runs that a file holds. Raises RecordError."""
    if not isinstance(names, list):
        raise RecordError("the runs are not given as a list.")
    runs = []
    for number in range(1, len(names) + 1):
        try:
            runs.append(_run(archive, f"runs/{number}"))
        except KeyError as error:
            raise RecordError(f"a part of run {number} is missing: {error.args[0]}.") from error
        except FAULTS as error:
            raise RecordError(f"run {number} cannot be read. Open a backup of it.") from error
    return tuple(runs)


def read_part(archive: zipfile.ZipFile, name: str) -> bytes:
    """One file of the archive. Raises RecordError if it claims to unpack to more than any honest one.

    Raises KeyError if there is none, and one of BROKEN_ZIP if it is damaged.
    """
    part = archive.getinfo(name)
    if part.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
        raise NotImplementedError("Project files are stored or deflated, never packed otherwise.")
    if part.file_size > LARGEST_TEXT and part.compress_type != zipfile.ZIP_STORED:
        raise RecordError(f"{name} is larger than in any project: it was made to harm.")
    return archive.read(part)


def parsed(content: bytes, *, allow_nan: bool = False) -> Any:
    """What JSON holds. Raises ValueError or RecursionError if it is none, or could not be written again.

    That is half a character, a number that JSON lacks, or a nesting without end.
    """
    record = json.loads(content)
    json.dumps(record, indent=1, ensure_ascii=False, allow_nan=allow_nan).encode()
    return record


def _record(run: Run) -> dict[str, Any]:
    history = run.history
    return {
        "name": run.name,
        "graph": record_of_graph(run.graph),
        "data": run.recipe.model_dump(mode="json"),
        "settings": run.settings.model_dump(mode="json"),
        "step": history.step,
        "epoch": history.epoch,
        "seconds": history.seconds,
        "started": asdict(history.started) if history.started else None,
        "validated": [asdict(event) for event in history.validated],
        "adjusted": [asdict(event) for event in history.adjusted],
        "remarked": [asdict(event) for event in history.remarked],
        "ended": _ended(history),
        "checkpoint": _mark(run.checkpoint) if run.checkpoint else None,
    }


def _ended(history: History) -> dict[str, Any] | None:
    if history.ended is None:
        return None
    return {"event": type(history.ended).__name__.lower(), **asdict(history.ended)}


def _mark(checkpoint: Checkpoint) -> dict[str, Any]:
    marks = {name: getattr(checkpoint, name) for name in ("step", "epoch", "offset", "seconds")}
    return {**marks, "schedule": dict(checkpoint.schedule)}


def _curves(history: History) -> Arrays:
    curves = {"losses": history.losses} | {
        f"{probe}/{node}": curve for (probe, node), curve in history.scalars.items()
    }
    arrays: Arrays = {}
    for name, curve in curves.items():
        arrays[f"{name}:steps"] = np.ascontiguousarray(curve.steps)
        arrays[f"{name}:values"] = np.ascontiguousarray(curve.values)
    pictures = {
        f"{probe}/{node}:latest": np.ascontiguousarray(reading.value)
        for (probe, node), reading in history.latest.items()
        if isinstance(reading.value, np.ndarray)
    }
    return arrays | pictures


def _state(checkpoint: Checkpoint) -> Arrays:
    memory = {f"optimizer/{name}": array for name, array in _plain(checkpoint.optimizer).items()}
    return {**memory, "chance": np.ascontiguousarray(checkpoint.chance)}


def _plain(arrays: Mapping[str, NDArray[Any]]) -> Arrays:
    return {
        name: np.array(array, order="C") for name, array in arrays.items()
    }  # a single number too


def _run(archive: zipfile.ZipFile, place: str) -> Run:
    record = parsed(read_part(archive, f"{place}/run.json"), allow_nan=True)  # losses may be NaN
    try:
        recipe, settings = (
            Recipe.model_validate(record["data"]),
            Settings.model_validate(record["settings"]),
        )
    except ValidationError as error:
        raise RecordError(
            f"the settings of {place} do not hold together ({error.error_count()} faults)."
        ) from error
    curves = read_arrays(read_part(archive, f"{place}/curves.safetensors"))
    return Run(
        name=str(record["name"]),
        graph=graph_from(record["graph"]),
        recipe=recipe,
        settings=settings,
        history=_history(record, curves),
        checkpoint=_checkpoint(archive, place, record["checkpoint"]),
    )


def _history(record: dict[str, Any], arrays: Arrays) -> History:
    history = History(
        step=int(record["step"]), epoch=float(record["epoch"]), seconds=float(record["seconds"])
    )
    history.started = _checked(Started, record["started"]) if record["started"] else None
    history.validated = [_checked(Validated, event) for event in record["validated"]]
    history.adjusted = [_checked(Adjusted, event) for event in record["adjusted"]]
    history.remarked = [_checked(Remarked, event) for event in record.get("remarked", ())]
    history.ended = _end(record["ended"]) if record["ended"] else None
    for key, array in arrays.items():
        name, _, what = key.rpartition(":")
        probe, _, node = name.partition("/")
        if what == "latest":
            history.latest[probe, node] = Reading(history.step, probe, node or None, array)
        elif what == "steps":
            _restore(history, probe, node, array, arrays[f"{name}:values"])
    return history


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


def _restore(
    history: History, probe: str, node: str, steps: NDArray[Any], values: NDArray[Any]
) -> None:
    """Put one curve back where it was."""
    if probe == "losses" and not node:
        history.losses.extend(steps, values)
        return
    curve = history.scalars.setdefault((probe, node), Curve())
    curve.extend(steps, values)
    if len(curve):
        history.first[probe, node] = float(curve.values[0])
        history.latest[probe, node] = Reading(
            int(steps[-1]), probe, node or None, float(curve.values[-1])
        )


def _checkpoint(
    archive: zipfile.ZipFile, place: str, mark: dict[str, Any] | None
) -> Checkpoint | None:
    if mark is None:
        return None
    weights = read_arrays(read_part(archive, f"{place}/weights.safetensors"))
    state = read_arrays(read_part(archive, f"{place}/state.safetensors"))
    prefix = "optimizer/"
    memory = {
        name.removeprefix(prefix): array for name, array in state.items() if name.startswith(prefix)
    }
    step, epoch, offset = (int(mark[name]) for name in ("step", "epoch", "offset"))
    seconds = float(mark.get("seconds", 0.0))
    schedule = {str(name): float(value) for name, value in mark.get("schedule", {}).items()}
    return Checkpoint(step, epoch, offset, weights, memory, state["chance"], seconds, schedule)
