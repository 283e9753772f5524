"""Files and folders of a person's own that a project learns from: known by their path, and by what is in them.

A data set names what it reads in a field called `file` or `folder`; everything here follows from that alone. A project
keeps of each the way to it from the project's own file and a digest of its content, so that it is found again after
both were moved, and is not taken for another that lies under its name.
"""

import os
import stat
from collections.abc import Iterable, Iterator, Mapping
from functools import lru_cache
from hashlib import blake2b
from pathlib import Path

from pydantic import BaseModel, Field

from engine.dataset import Dataset, Recipe

FIELDS = ("file", "folder")  # of a data set: what it reads
BLOCK = 1 << 20
MOST_FILES = 200_000  # of a folder


class Source(BaseModel, frozen=True, extra="ignore"):
    """What a project knows of a file or folder that it learns from, besides its path."""

    relative: str = Field("", max_length=4096)
    """The way to it from the folder of the project's file."""
    digest: str = Field("", max_length=64, pattern="^[0-9a-f]*$")  # a name of a folder, too
    """BLAKE2b of a file's content; of a folder, of the names and sizes of all that lies in it."""
    size: int = Field(0, ge=0)
    """Bytes of a file; 0 of a folder. What has another size need not be read to be known as another."""
    held: bool = False
    """Whether the project's file holds a copy of it."""


def named_by(dataset: Dataset) -> str:
    """The path that a data set names; empty if it reads nothing of a person's own."""
    found = (getattr(dataset, name, "") for name in FIELDS)
    return next((path for path in found if isinstance(path, str) and path.strip()), "")


def naming(dataset: Dataset, path: str) -> Dataset:
    """The same data set, read from another place."""
    name = next(name for name in FIELDS if name in type(dataset).model_fields)
    return dataset.model_copy(update={name: path})


def renamed(recipe: Recipe, moved: Mapping[str, str]) -> Recipe:
    """The recipe with the paths that have moved; itself if it names none of them."""
    path = named_by(recipe.dataset)
    if path not in moved:
        return recipe
    return recipe.model_copy(update={"dataset": naming(recipe.dataset, moved[path])})


def place_of(path: str) -> Path:
    """Where a path that a person wrote leads: perhaps it is quoted, or begins with ~."""
    return Path(os.path.expanduser(path.strip().strip("\"'")))


def digest_of(path: Path) -> str:
    """What stands for the content of a file or folder; empty if it cannot be read, or is a device."""
    try:
        found = path.stat()
        if stat.S_ISDIR(found.st_mode):
            return _of_folder(path)
        if not stat.S_ISREG(found.st_mode):
            return ""
        return _of_file(path, found.st_mtime_ns, found.st_size)
    except (OSError, ValueError):
        return ""


def size_of(path: Path) -> int:
    """Bytes of a file; 0 of a folder, or of what is not there."""
    try:
        return path.stat().st_size if path.is_file() else 0
    except (OSError, ValueError):
        return 0


def is_same(path: Path, source: Source) -> bool:
    """Whether what lies at a place is what the project knows."""
    return bool(source.digest) and size_of(path) == source.size and digest_of(path) == source.digest


@lru_cache(maxsize=64)
def _of_file(path: Path, _changed: int, _size: int) -> str:
    """The digest of a file, read once as long as it is not written to."""
    known = blake2b(digest_size=16)
    with path.open("rb") as file:
        while block := file.read(BLOCK):
            known.update(block)
    return known.hexdigest()


def _of_folder(path: Path) -> str:
    known = blake2b(digest_size=16)
    for name, size in sorted(files_in(path)):
        known.update(f"{name}\0{size}\0".encode(errors="surrogateescape"))
    return known.hexdigest()


def files_in(root: Path) -> Iterator[tuple[str, int]]:
    """The names of all files in a folder, by the way to them from there, with their sizes."""
    count = 0
    for folder, folders, files in os.walk(root):
        folders[:] = [name for name in folders if not name.startswith((".", "__"))]
        for name in files:
            if not name.startswith("."):
                file, count = Path(folder, name), count + 1
                if count > MOST_FILES:
                    return
                yield file.relative_to(root).as_posix(), file.lstat().st_size


def known_from(recipes: Iterable[Recipe], project_file: Path) -> dict[str, Source]:
    """What there is to know of each path that the recipes name, where that is there to be read."""
    found: dict[str, Source] = {}
    for path in {named_by(recipe.dataset) for recipe in recipes} - {""}:
        place = place_of(path)
        if digest := digest_of(place):
            way = os.path.relpath(place.absolute(), project_file.absolute().parent)
            found[path] = Source(relative=Path(way).as_posix(), digest=digest, size=size_of(place))
    return found


def found_again(path: str, source: Source, project_file: Path) -> Path | None:
    """Where a file or folder that is no longer at its path lies now: beside the project, or the old way from there.

    Only what has the same content is it.
    """
    home = project_file.absolute().parent
    tries = [home / name_of(path), *([home / source.relative] if source.relative else [])]
    same = (place for place in tries if is_same(place, source))
    return next((Path(os.path.normpath(place)) for place in same), None)


def name_of(path: str) -> str:
    """What a file or folder is called, on whatever system its path was written."""
    return path.strip().strip("\"'").replace("\\", "/").rstrip("/").rpartition("/")[2]


def is_missing(path: str) -> bool:
    """Whether nothing lies at a path that a person wrote."""
    try:
        return not place_of(path).exists()
    except (OSError, ValueError):
        return True


def changed(path: str, sources: Mapping[str, Source]) -> str:
    """A sentence if what lies at a path is no longer what the project knew; nothing else is said."""
    source = sources.get(path)
    if source is None or is_missing(path) or is_same(place_of(path), source):
        return ""
    return (
        f"{name_of(path)} is not what it was when this project was saved: runs so far learnt from something else. "
        "Put the old one back, or train anew."
    )
