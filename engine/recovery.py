"""What is open, kept beside it in a folder, so that a crash loses next to nothing.

A project is kept in parts, each written once: `project.json`, and for each run what `engine.runfile` makes of it. Only
what has changed since the last time is written; then a new `manifest.json` takes the place of the old one in a single
step, and parts that no manifest names are deleted. So the folder is whole at any moment, and keeping a project with
many runs costs what the run that goes on costs.
"""

import json
import os
import shutil
import zipfile
from collections.abc import Iterable
from copy import deepcopy
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory

from pydantic import BaseModel, ConfigDict, ValidationError

from engine.history import History
from engine.project import Project
from engine.run import Run
from engine.runfile import parts_of
from engine.storage import ProjectError, load, text_of

MANIFEST = "manifest.json"


class About(BaseModel):
    """What is said of a kept project: what it is, where its file is, when it was kept; and which parts it has."""

    model_config = ConfigDict(frozen=True)

    title: str
    path: str | None = None
    """Its file; None if it has none yet."""
    kept: datetime
    parts: dict[str, str]
    """The file of the folder that holds each part, by the part's name in a project file."""


@dataclass(frozen=True, slots=True, eq=False)
class _Shelf:
    """A run as it was written last: so it need not be written again while it is the same."""

    run: Run
    step: int
    parts: dict[str, str]

    def holds(self, run: Run) -> bool:
        ours = self.run
        parts = ("history", "checkpoint", "best", "graph", "recipe", "settings")
        is_same = all(getattr(ours, part) is getattr(run, part) for part in parts)
        return is_same and (ours.name, self.step) == (run.name, run.history.step)


class Keeper:
    """Keeps what is open in a folder of its own. One thread at a time."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._count = 0
        self._shelves: dict[int, _Shelf] = {}

    def keep(self, project: Project, path: Path | None) -> None:
        """Write what has changed. The histories must not change meanwhile (`still`). Raises OSError."""
        self.folder.mkdir(parents=True, exist_ok=True)
        parts = {"project.json": self._write("project.json", _piece(text_of(project)))}
        shelves: dict[int, _Shelf] = {}
        for number, run in enumerate(project.runs, 1):
            shelf = self._shelves.get(number)
            if shelf is None or not shelf.holds(run):
                names = {name: self._write(name, content) for name, content in parts_of(run)}
                shelf = _Shelf(run, run.history.step, names)
            shelves[number] = shelf
            parts |= {f"runs/{number}/{name}": file for name, file in shelf.parts.items()}
        about = About(
            title=project.title,
            path=str(path) if path else None,
            kept=datetime.now(UTC),
            parts=parts,
        )
        written = self._write(MANIFEST, _piece(about.model_dump_json(indent=1)))
        (self.folder / written).replace(self.folder / MANIFEST)
        self._shelves = shelves
        self._sweep(parts.values())

    def forget(self) -> None:
        """Delete what was kept: it is saved, or not wanted."""
        self._shelves.clear()
        shutil.rmtree(self.folder, ignore_errors=True)

    def _write(self, name: str, content: Iterable[memoryview]) -> str:
        self._count += 1
        file = f"{self._count}-{name}"
        with (self.folder / file).open("wb") as opened:
            opened.writelines(content)
            opened.flush()
            os.fsync(opened.fileno())
        return file

    def _sweep(self, wanted: Iterable[str]) -> None:
        keep = {*wanted, MANIFEST}
        for file in self.folder.iterdir():
            if file.suffix in (".json", ".safetensors") and file.name not in keep:
                file.unlink(missing_ok=True)


def _piece(text: str) -> list[memoryview]:
    return [memoryview(text.encode())]


def still(project: Project, live: History | None) -> Project:
    """The project with a copy of the history that still grows, to be kept from another thread."""
    runs = tuple(
        replace(run, history=deepcopy(run.history)) if run.history is live else run
        for run in project.runs
    )
    return replace(project, runs=runs)


def about(folder: Path) -> About | None:
    """What a folder keeps; None if nothing that can be read."""
    try:
        said = About.model_validate(json.loads((folder / MANIFEST).read_bytes()))
    except (OSError, ValueError, ValidationError, RecursionError):
        return None
    plain = all(Path(file).name == file for file in said.parts.values())
    return said if plain else None


def recovered(folder: Path) -> Project:
    """The project that a folder keeps. Raises ProjectError."""
    said = about(folder)
    if said is None:
        raise ProjectError("What was kept of this project cannot be read.")
    with TemporaryDirectory(prefix="chainrule-recover-") as place:
        file = Path(place) / "recovered.chainrule"
        try:
            with zipfile.ZipFile(file, "w", zipfile.ZIP_STORED) as archive:
                for name, part in said.parts.items():
                    archive.write(folder / part, name)
        except OSError as error:
            reason = error.strerror or str(error)
            raise ProjectError(
                f"What was kept of {said.title} cannot be read: {reason}."
            ) from error
        return load(file)
