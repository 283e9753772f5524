"""Data of one's own inside a project's file: a copy of what it learns from, put in on request, taken out when needed.

A copy lies in `data/<digest>/`, stored as it is. It is taken out into the platform's place for what can be made again,
each file checked to stay there, and used only if it is what the project knows.
"""

import os
import shutil
import zipfile
from collections.abc import Iterator
from pathlib import Path, PurePosixPath

from platformdirs import user_cache_path

from engine.dataset import DataError
from engine.source import Source, files_in, is_same, name_of, place_of

BLOCK = 1 << 20


def put(archive: zipfile.ZipFile, path: str, source: Source, old: Path) -> None:
    """Write a copy of a file or folder; where it is gone, that of the project's `old` file. Raises DataError."""
    place, inside = place_of(path), f"data/{source.digest}/{name_of(path)}"
    if is_same(place, source):
        for file, name in _pieces(place, inside):
            archive.write(file, name, zipfile.ZIP_STORED)
    elif not _passed_on(archive, source, old):
        raise DataError(
            f"{name_of(path)}, of which the file is to hold a copy, is not there. Find the data, or keep no "
            "copy of them."
        )


def _pieces(place: Path, inside: str) -> Iterator[tuple[Path, str]]:
    if place.is_dir():
        yield from ((place / name, f"{inside}/{name}") for name, _ in sorted(files_in(place)))
    else:
        yield place, inside


def _passed_on(archive: zipfile.ZipFile, source: Source, old: Path) -> bool:
    """Copy what an earlier state of the file holds; whether there was anything."""
    if not zipfile.is_zipfile(old):
        return False
    with zipfile.ZipFile(old) as before:
        parts = _parts(before, source)
        for part in parts:
            with (
                before.open(part) as read,
                archive.open(part.filename, "w", force_zip64=True) as written,
            ):
                shutil.copyfileobj(read, written, BLOCK)
    return bool(parts)


def _parts(archive: zipfile.ZipFile, source: Source) -> list[zipfile.ZipInfo]:
    start = f"data/{source.digest}/"
    return [
        part for part in archive.infolist() if source.digest and part.filename.startswith(start)
    ]


def taken_out(archive: zipfile.ZipFile, path: str, source: Source) -> Path | None:
    """Where the copy in a project's file lies now, as a file or folder; None if it holds none that is whole."""
    home = user_cache_path("chainrule", appauthor=False) / "data" / Path(source.digest).name
    place = home / (name_of(path) or "data")
    if is_same(place, source):
        return place
    parts, room = _parts(archive, source), _size(archive)
    if not parts or sum(part.file_size for part in parts) > room:  # they are stored, not packed
        return None
    shutil.rmtree(home, ignore_errors=True)
    for part in parts:
        way = PurePosixPath(part.filename).parts[2:]
        if (
            part.compress_type != zipfile.ZIP_STORED
            or not way
            or any(not _is_plain(name) for name in way)
        ):
            return None
        target = home.joinpath(*way)
        target.parent.mkdir(parents=True, exist_ok=True)
        with archive.open(part) as read, target.open("wb") as written:
            shutil.copyfileobj(read, written, BLOCK)
    if is_same(place, source):
        return place
    shutil.rmtree(home, ignore_errors=True)  # spoilt, or made to harm
    return None


def _is_plain(name: str) -> bool:
    """Whether a name leads nowhere else."""
    return name not in ("", ".", "..") and not any(mark in name for mark in ("/", "\\", ":", "\0"))


def _size(archive: zipfile.ZipFile) -> int:
    return os.fstat(archive.fp.fileno()).st_size if archive.fp is not None else 0
