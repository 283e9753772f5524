"""Files written together: each beside its place first, then all put in place, so that none is ever half there."""

import os
import tempfile
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path

Writer = Callable[[Path], None]
"""Writes one file, under the path that it is given."""


def write_all(files: Mapping[Path, Writer]) -> None:
    """Write every file, or none: the last of them is put in place last. Raises OSError, and what the writers raise."""
    beside: dict[Path, Path] = {}
    try:
        for place, write in files.items():
            handle, name = tempfile.mkstemp(
                dir=place.parent, prefix=f".{place.name}.", suffix=place.suffix
            )
            os.close(handle)
            beside[place] = Path(name)
            write(beside[place])
            beside[place].chmod(_mode(place))
        for place, temporary in beside.items():
            temporary.replace(place)
    finally:
        for temporary in beside.values():
            temporary.unlink(missing_ok=True)


def there_already(paths: Iterable[Path]) -> list[Path]:
    """Those of the places where something is."""
    return [path for path in paths if os.path.lexists(path)]


def _mode(path: Path) -> int:
    """The permissions of the file that is replaced; those of any new file otherwise."""
    if path.exists():
        return path.stat().st_mode & 0o777
    mask = os.umask(0)
    os.umask(mask)
    return 0o666 & ~mask
