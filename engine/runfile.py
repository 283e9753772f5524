"""Runs inside a project file: for each a readable record, its curves and its weights, in a folder of its own."""

import json
import os
import time
import zipfile
import zlib
from collections.abc import Iterator
from typing import Any

from pydantic import ValidationError
from safetensors import SafetensorError
from safetensors.numpy import load as read_arrays

from engine.dataset import DataError, Recipe
from engine.events import Best, Checkpoint
from engine.historyfile import Arrays, arrays_of_history, history_from, record_of_history
from engine.records import RecordError, graph_from, record_of_graph
from engine.run import Run
from engine.settings import Settings
from engine.tensorfile import pieces

BROKEN_ZIP = (
    zipfile.BadZipFile,
    zlib.error,
    EOFError,
    NotImplementedError,  # a packing that is not known
    RuntimeError,  # a password
    ValueError,  # a name in no known letters, a place before the beginning
)
"""What reading a damaged zip raises."""

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
        for name, content in parts_of(run):
            part = zipfile.ZipInfo(f"runs/{number}/{name}", time.localtime()[:6])
            if name.endswith(".json"):
                part.compress_type = zipfile.ZIP_DEFLATED
            part.file_size = sum(piece.nbytes for piece in content)
            with archive.open(part, "w") as written:
                for piece in content:
                    written.write(piece)


def parts_of(run: Run) -> Iterator[tuple[str, list[memoryview]]]:
    """The files that a run is kept in, each with its content in pieces."""
    text = json.dumps(_record(run), indent=1, sort_keys=True, ensure_ascii=False) + "\n"
    yield "run.json", [memoryview(text.encode())]
    yield "curves.safetensors", pieces(arrays_of_history(run.history))
    if run.checkpoint:
        yield "weights.safetensors", pieces(run.checkpoint.weights)
        yield "state.safetensors", pieces(_state(run.checkpoint))
    if run.best:
        yield "best.safetensors", pieces(run.best.weights)


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
    is_packed = part.compress_type != zipfile.ZIP_STORED
    if part.file_size > LARGEST_TEXT and is_packed:
        raise RecordError(f"{name} is larger than in any project: it was made to harm.")
    if part.compress_size > _size(archive) or (
        not is_packed and part.file_size > part.compress_size
    ):
        raise zipfile.BadZipFile(f"{name} says that it is larger than the whole file.")
    return archive.read(part)


def _size(archive: zipfile.ZipFile) -> int:
    """How many bytes the archive has: room for what a part claims to be is made before it is read."""
    if archive.fp is None:
        return 0
    place = archive.fp.tell()
    size = archive.fp.seek(0, os.SEEK_END)
    archive.fp.seek(place)
    return size


def parsed(content: bytes, *, allow_nan: bool = False) -> Any:
    """What JSON holds. Raises ValueError or RecursionError if it is none, or could not be written again.

    That is half a character, a number that JSON lacks, or a nesting without end.
    """
    record = json.loads(content)
    json.dumps(record, indent=1, ensure_ascii=False, allow_nan=allow_nan).encode()
    return record


def _record(run: Run) -> dict[str, Any]:
    return {
        "name": run.name,
        "graph": record_of_graph(run.graph),
        "data": run.recipe.model_dump(mode="json"),
        "settings": run.settings.model_dump(mode="json"),
        **record_of_history(run.history),
        "checkpoint": _mark(run.checkpoint) if run.checkpoint else None,
        "best": _mark_of_best(run.best) if run.best else None,
    }


def _mark_of_best(best: Best) -> dict[str, float]:
    return {"step": best.step, "epoch": best.epoch, "dev_loss": best.dev_loss}


def _mark(checkpoint: Checkpoint) -> dict[str, Any]:
    marks = {name: getattr(checkpoint, name) for name in ("step", "epoch", "offset", "seconds")}
    return {**marks, "schedule": dict(checkpoint.schedule)}


def _state(checkpoint: Checkpoint) -> Arrays:
    memory = {f"optimizer/{name}": array for name, array in checkpoint.optimizer.items()}
    return {**memory, "chance": checkpoint.chance}


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
        history=history_from(record, curves),
        checkpoint=_checkpoint(archive, place, record["checkpoint"]),
        best=_best(archive, place, record.get("best")),
    )


def _best(archive: zipfile.ZipFile, place: str, mark: dict[str, Any] | None) -> Best | None:
    if mark is None:
        return None
    weights = read_arrays(read_part(archive, f"{place}/best.safetensors"))
    return Best(int(mark["step"]), int(mark["epoch"]), float(mark["dev_loss"]), weights)


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
