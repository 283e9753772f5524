"""Folders in which each class has a folder of its own, as they are listed: the files are not opened.

`root/cat/1.png`, `root/dog/2.png`; or `root/train/cat/1.png`, `root/test/cat/9.png`, by which the test part (and the
dev part, if it has a folder) is fixed. Classes are in the order of their names, files in that of their paths, as
torchvision's `ImageFolder` has them.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from engine.places import entries
from engine.samples import DataError, Indices
from engine.waiting import told

PARTS: Mapping[str, str] = {
    "train": "train", "training": "train",
    "dev": "dev", "val": "dev", "valid": "dev", "validation": "dev",
    "test": "test", "testing": "test",
}  # fmt: skip
DEEPEST = 8  # folders below a class
MOST = 10_000_000  # files


@dataclass(frozen=True, slots=True, eq=False)
class Listed:
    """The files of a folder, each with its class; which of them are a fixed dev or test part."""

    root: Path
    files: tuple[str, ...]  # below the root
    labels: Indices
    classes: tuple[str, ...]
    dev: Indices | None
    test: Indices | None


def listed(root: Path, wanted: Callable[[str], bool], what: str) -> Listed:
    """All files below a folder whose names are `wanted`; `what` they are is said in complaints. Raises DataError."""
    folders = list(_class_folders(root))
    if not folders:
        raise DataError(
            f"The folder {root} holds no folders, but each class of {what} should have one there, such as "
            f"{root.name}/cat and {root.name}/dog."
        )
    classes = tuple(sorted({folder.name for _, folder in folders}))
    if len(classes) < 2:
        raise DataError(
            f"The folder {root} holds one class only, {classes[0]}; there is nothing to tell apart. "
            "Each class should have a folder of its own there."
        )
    number = {name: place for place, name in enumerate(classes)}
    files: list[str] = []
    labels: list[int] = []
    parts: list[str] = []
    for part, folder in folders:
        found = list(_below(folder, root, wanted, DEEPEST))
        if not found:
            raise DataError(
                f"The folder {folder} of a class holds no {what}. Put some there, or take the folder away."
            )
        files += found
        labels += [number[folder.name]] * len(found)
        parts += [part] * len(found)
        told(len(files), 0, f"{len(files):,} {what} found")
        if len(files) > MOST:
            raise DataError(
                f"The folder {root} holds more than {MOST:,} {what}, which is too many."
            )
    _check_train(root, parts, labels, classes)
    known = np.array(parts)
    places = {part: np.flatnonzero(known == part).astype(np.int64) for part in ("dev", "test")}
    fixed = {part: found if len(found) else None for part, found in places.items()}
    return Listed(root, tuple(files), np.array(labels, np.int64), classes, **fixed)


def _check_train(root: Path, parts: list[str], labels: list[int], classes: tuple[str, ...]) -> None:
    """A class that is in no train folder cannot be learnt."""
    learnt = {label for label, part in zip(labels, parts, strict=True) if part in ("", "train")}
    missing = [name for place, name in enumerate(classes) if place not in learnt]
    if missing:
        raise DataError(
            f"The train part of {root} has no folder for {', '.join(missing[:5])}, though another part has. "
            "Each class should be in the train part too."
        )


def is_filed(root: Path, wanted: Callable[[str], bool]) -> str | None:
    """The first file of the first class that has one, if classes are filed here and no deeper. Never raises."""
    try:
        for _, folder in _class_folders(root):
            if (first := next(_below(folder, root, wanted, 0), None)) is not None:
                return first
    except (DataError, OSError):
        return None
    return None


def _class_folders(root: Path) -> Iterator[tuple[str, Path]]:
    """Each class's folder, after the part that it is in ("" where parts have no folders)."""
    folders = [Path(entry.path) for entry in entries(root, root) if entry.is_dir()]
    by_part = {folder: PARTS.get(folder.name.lower(), "") for folder in folders}
    if "train" not in by_part.values() or not all(by_part.values()):
        yield from (("", folder) for folder in folders)
        return
    for part, folder in sorted((by_part[folder], folder) for folder in folders):
        for entry in entries(folder, root):
            if entry.is_dir():
                yield part, Path(entry.path)


def _below(folder: Path, root: Path, wanted: Callable[[str], bool], deep: int) -> Iterator[str]:
    """The wanted files in a folder and in those below it."""
    for entry in entries(folder, root):
        if entry.is_dir(follow_symlinks=False):
            if deep:
                yield from _below(Path(entry.path), root, wanted, deep - 1)
        elif wanted(entry.name):
            yield str(Path(entry.path).relative_to(root))
