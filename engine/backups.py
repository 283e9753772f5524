"""The last few versions of a project's file, beside it under names that end in `~`, as editors keep them.

A version is the old file itself under another name, so that keeping it costs nothing.
"""

import os
from pathlib import Path

COUNT = 3


def name_of(path: Path, age: int) -> Path:
    """Where the version is that lies so many saves back, 1 being the last before this one."""
    return path.with_name(f"{path.name}~{age if age > 1 else ''}")


def versions(path: Path) -> tuple[Path, ...]:
    """The versions that there are, the latest first."""
    return tuple(file for age in range(1, COUNT + 1) if (file := name_of(path, age)).is_file())


def keep_version(path: Path) -> None:
    """Let the file that is about to be replaced stay under the first of these names; the others move on by one.

    What cannot be kept (a disk without links, a folder that lets nothing be renamed) is not: saving comes first.
    """
    if not path.is_file():
        return
    for age in range(COUNT - 1, 0, -1):
        if (younger := name_of(path, age)).is_file():
            younger.replace(name_of(path, age + 1))
    os.link(path, name_of(path, 1))
