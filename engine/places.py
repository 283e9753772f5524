"""Files and folders that a person named as data: found, and not left by links."""

import os
from collections.abc import Iterator
from pathlib import Path

from engine.samples import DataError


def place(named: str) -> Path:
    """A path as a person wrote it: quoted perhaps, or beginning with ~."""
    return Path(os.path.expanduser(named.strip().strip("\"'")))  # of nobody it stays as it is


def folder(named: str) -> Path:
    """The folder of this path. Raises DataError if it is none."""
    path = place(named)
    if not path.is_dir():
        what = "is a file, not a folder" if path.is_file() else "is not there"
        raise DataError(f"The folder {path} {what}. Choose another, or put it back.")
    return path


def entries(path: Path, root: Path) -> Iterator[os.DirEntry[str]]:
    """What lies in a folder, in the order of the names, without what systems hide there. Raises DataError.

    A link is followed if it leads to a file below `root`; any other is refused, for nobody knows where it ends.
    """
    try:
        with os.scandir(path) as found:
            listed = sorted(found, key=lambda entry: entry.name)
    except OSError as error:
        raise DataError(
            f"The folder {path} cannot be read: {error.strerror or type(error).__name__}."
        ) from error
    for entry in listed:
        if entry.name.startswith((".", "__")):
            continue  # .DS_Store, .git, __MACOSX
        if entry.is_symlink():
            _check_link(Path(entry.path), root)
        yield entry


def _check_link(link: Path, root: Path) -> None:
    try:
        end = link.resolve(strict=True)
    except (OSError, RuntimeError) as error:  # RuntimeError: links in a circle, before Python 3.13
        raise DataError(f"{link} is a link that leads nowhere. Take it away.") from error
    if not end.is_file() or not end.is_relative_to(root.resolve()):
        raise DataError(
            f"{link} is a link that leads out of the folder, to {end}. Put the file itself there, or take it away."
        )


def size_of(path: Path) -> int:
    """How many bytes a file has. Raises DataError."""
    try:
        return path.stat().st_size
    except OSError as error:
        said = error.strerror or type(error).__name__
        raise DataError(f"The file {path} cannot be read: {said}. Choose another.") from error
