"""Projects in files: one zip with a readable `project.json` and, for each run, its record, curves and weights.

Nothing in a file is ever run: arrays are safetensors, the rest is JSON. A file is written beside its place, synced
and renamed: the old or the new one is always whole. Whatever is wrong with a file is a ProjectError with a sentence.
"""

import contextlib
import json
import os
import reprlib
import tempfile
import zipfile
from collections.abc import Callable, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

from pydantic import BaseModel, ValidationError

from engine.backups import keep_version
from engine.dataset import DataError, Recipe
from engine.declare import complaints
from engine.graph import GraphError
from engine.held import put, taken_out
from engine.opening import Opening
from engine.project import Project, relocated
from engine.records import RecordError, graph_from, record_of_graph
from engine.runfile import BROKEN_ZIP, parsed, read_part, read_runs, write_runs
from engine.settings import Settings
from engine.source import Source, found_again, is_missing, known_from, named_by

FORMAT = 3
THUMBNAIL, LARGEST_THUMBNAIL, PNG = "thumbnail.png", 1 << 20, b"\x89PNG\r\n\x1a\n"
UPGRADES: Mapping[int, Callable[[dict[str, Any]], dict[str, Any]]] = {
    1: dict,  # 2 has groups, marks of nodes and more parameters, whose defaults are what 1 meant
    2: dict,  # 3 keeps more of runs: when each step was, what became of dev, the best weights
}
"""From format n to n + 1, for files of past versions."""


class ProjectError(Exception):
    """A file that cannot be read or written; its text says why and what to do."""


def save(project: Project, path: Path) -> None:
    """Write the project so that a crash at any moment leaves the old file or the new one. Raises ProjectError."""
    place = Path(os.path.realpath(path))  # a link goes on pointing at its file
    try:
        with tempfile.NamedTemporaryFile(
            dir=place.parent, prefix=f".{place.name}.", delete=False
        ) as beside:
            temporary = Path(beside.name)
        try:
            _write(replace(project, sources=_sources(project, place)), temporary, place)
            temporary.chmod(_mode(place))
            with contextlib.suppress(OSError):  # saving comes first
                keep_version(place)
            temporary.replace(place)
        except BaseException:
            temporary.unlink(missing_ok=True)
            raise
        _sync_folder(place.parent)
    except DataError as error:
        raise ProjectError(f"{path.name} could not be saved: {error}") from error
    except OSError as error:
        reason = error.strerror or str(error)
        raise ProjectError(
            f"{path.name} could not be saved: {reason}. Choose another place."
        ) from error


def load(path: Path) -> Project:
    """Read a project file, or the JSON of one alone. Raises ProjectError."""
    try:
        if path.exists() and not (path.is_file() or path.is_dir()):  # a pipe would never end
            raise ProjectError(f"{path} is not a file. Open one that ends in .chainrule.")
        content = path.read_bytes() if path.suffix == ".json" else None
        if content is not None:
            return _at_home(project_from(_parsed(content, path.name), path.name), path)
        with zipfile.ZipFile(path) as archive:
            record = _parsed(_read_text(archive, path.name), path.name)
            project = project_from(record, path.name)
            runs = read_runs(archive, record.get("runs", []))
            found = replace(project, runs=runs, thumbnail=_thumbnail(archive))
            return _at_home(found, path, archive)
    except FileNotFoundError as error:
        raise ProjectError(f"There is no file {path}. Check its name and place.") from error
    except IsADirectoryError as error:
        raise ProjectError(f"{path} is a folder, not a project file.") from error
    except OSError as error:
        raise ProjectError(f"{path.name} could not be read: {error.strerror or error}.") from error
    except RecordError as error:
        raise ProjectError(f"{path.name} is damaged: {error}") from error
    except BROKEN_ZIP as error:
        message = f"{path.name} is not a Chainrule project, or it is cut short. Open a file that ends in .chainrule."
        raise ProjectError(message) from error


def project_from(record: dict[str, Any], name: str) -> Project:
    """The project that a parsed `project.json` describes, without its runs. Raises ProjectError."""
    record = _upgraded(record, name)
    try:
        return Project(
            title=str(record.get("title", "Untitled")),
            graph=graph_from(record.get("graph", {})),
            recipe=Recipe.model_validate(record.get("data", {})),
            settings=Settings.model_validate(record.get("settings", {})),
            notes=str(record.get("notes", "")),
            openings=_openings(record.get("openings", [])),
            sources=_sources_from(record.get("sources", {})),
            unknown={key: value for key, value in record.items() if key not in KNOWN},
        )
    except ValidationError as error:
        kinds: dict[str, type[BaseModel]] = {
            "Settings": Settings,
            "Opening": Opening,
            "Source": Source,
        }
        kind = kinds.get(error.title, Recipe)
        raise ProjectError(f"{name} cannot be used: {' '.join(complaints(error, kind))}") from error
    except (RecordError, GraphError, DataError) as error:
        raise ProjectError(f"{name} cannot be used: {error}") from error


def _openings(said: object) -> tuple[Opening, ...]:
    if not isinstance(said, list):
        raise RecordError("the openings of the test set are not given as a list.")
    return tuple(map(Opening.model_validate, said))


def _sources_from(said: object) -> dict[str, Source]:
    if not isinstance(said, dict):
        raise RecordError("the files that it learns from are not given by their paths.")
    return {path: Source.model_validate(source) for path, source in said.items()}


def _sources(project: Project, file: Path) -> dict[str, Source]:
    """What is known of all that the project learns from; of what is not there now, what was known before."""
    found = known_from(project.recipes, file)
    paths = {named_by(recipe.dataset) for recipe in project.recipes}
    before = {path: known for path, known in project.sources.items() if path in paths}
    held = {path for path, known in before.items() if known.held}
    return before | {
        path: known.model_copy(update={"held": path in held}) for path, known in found.items()
    }


def _at_home(project: Project, file: Path, archive: zipfile.ZipFile | None = None) -> Project:
    """The project with the files that it learns from where they are now, if they have moved with it."""
    paths = {named_by(recipe.dataset) for recipe in project.recipes}
    moved = {}
    for path in (path for path in project.sources if path in paths and is_missing(path)):
        source = project.sources[path]
        place = found_again(path, source, file)
        if place is None and archive is not None and source.held:
            place = taken_out(archive, path, source)
        if place is not None:
            moved[path] = str(place)
    return relocated(project, moved) if moved else project


KNOWN = frozenset(
    {"format", "title", "graph", "data", "settings", "notes", "runs", "openings", "sources"}
)


def record_of(project: Project) -> dict[str, Any]:
    """The project, without the arrays of its runs, as what JSON can hold; sorted keys make it diffable."""
    said = [opening.model_dump(mode="json") for opening in project.openings]
    more: dict[str, Any] = {"openings": said} if said else {}
    sources = {path: source.model_dump() for path, source in project.sources.items()}
    more |= {"sources": sources} if sources else {}
    return {
        **project.unknown,
        "format": FORMAT,
        "title": project.title,
        "graph": record_of_graph(project.graph),
        "data": project.recipe.model_dump(mode="json"),
        "settings": project.settings.model_dump(mode="json"),
        "notes": project.notes,
        "runs": [run.name for run in project.runs],
    } | more


def text_of(project: Project) -> str:
    """`project.json` as it is written."""
    return json.dumps(record_of(project), indent=1, sort_keys=True, ensure_ascii=False) + "\n"


def _write(project: Project, path: Path, old: Path) -> None:
    with path.open("wb") as file:
        with zipfile.ZipFile(file, "w", zipfile.ZIP_STORED) as archive:
            archive.writestr("project.json", text_of(project), zipfile.ZIP_DEFLATED)
            if project.thumbnail:
                archive.writestr(THUMBNAIL, project.thumbnail)
            write_runs(archive, project.runs)
            for name, source in project.sources.items():
                if source.held:
                    put(archive, name, source, old)
        file.flush()
        os.fsync(file.fileno())


def _thumbnail(archive: zipfile.ZipFile) -> bytes:
    """The picture that a window has put into a file; nothing if there is none, or what is there is none."""
    try:
        if archive.getinfo(THUMBNAIL).file_size > LARGEST_THUMBNAIL:
            return b""
        found = read_part(archive, THUMBNAIL)
    except (KeyError, RecordError, OSError, *BROKEN_ZIP):  # it is of no matter
        return b""
    return found if found.startswith(PNG) else b""


def _mode(path: Path) -> int:
    """The permissions of the file that is replaced; those of any new file otherwise."""
    if path.exists():
        return path.stat().st_mode & 0o777
    mask = os.umask(0)
    os.umask(mask)
    return 0o666 & ~mask


def _sync_folder(folder: Path) -> None:
    """Make the renaming itself durable, where the system can (Windows cannot open folders)."""
    if os.name == "posix":
        handle = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)


def _read_text(archive: zipfile.ZipFile, name: str) -> bytes:
    try:
        return read_part(archive, "project.json")
    except KeyError as error:
        message = f"{name} is a zip file, but not a Chainrule project: it holds no project.json."
        raise ProjectError(message) from error


def _parsed(content: bytes, name: str) -> dict[str, Any]:
    try:
        record = parsed(content)
    except (ValueError, RecursionError) as error:
        raise ProjectError(
            f"{name} is damaged: its text cannot be read. Open a backup of it."
        ) from error
    if not isinstance(record, dict) or "graph" not in record:
        raise ProjectError(f"{name} is not a Chainrule project: it holds no graph.")
    return record


def _upgraded(record: dict[str, Any], name: str) -> dict[str, Any]:
    found = record.get("format", FORMAT)
    if not isinstance(found, int) or found < 1:
        raise ProjectError(
            f"{name} is damaged: its format should be a whole number, but it is {reprlib.repr(found)}."
        )
    if found > FORMAT:
        message = (
            f"{name} was written by a newer Chainrule (format {found}; this one knows {FORMAT}). "
            "Update Chainrule to open it."
        )
        raise ProjectError(message)
    for step in range(found, FORMAT):
        record = UPGRADES[step](record)
    return record
