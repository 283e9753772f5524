"""What belongs to the person, not to the project: theme, window, recent files, in the platform's own place."""

import json
from collections.abc import Hashable, Sequence
from pathlib import Path
from typing import TypeVar

from PySide6.QtCore import QByteArray, QSettings

from engine.control import INSTRUMENT_SHARE

MOST_RECENT = 8
MOST_COMPARED = 40  # files of which it is remembered which runs were compared

Choice = TypeVar("Choice", bound=Hashable)


class Preferences:
    """Named, typed access to one settings file."""

    def __init__(self, settings: QSettings) -> None:
        self._settings = settings

    @property
    def theme(self) -> str:
        """`dark`, `light`, or nothing to follow the system."""
        return str(self._settings.value("theme", ""))

    @theme.setter
    def theme(self, name: str) -> None:
        self._settings.setValue("theme", name)

    @property
    def instrument_share(self) -> float:
        """What measuring may take of the training time."""
        try:
            stored = float(str(self._settings.value("instruments", INSTRUMENT_SHARE)))
        except ValueError:
            return INSTRUMENT_SHARE
        return stored if 0 < stored <= 1 else INSTRUMENT_SHARE

    @instrument_share.setter
    def instrument_share(self, share: float) -> None:
        self._settings.setValue("instruments", share)

    @property
    def recent(self) -> list[Path]:
        """The files opened last, the latest first."""
        stored = self._settings.value("recent", [])
        names = stored if isinstance(stored, list) else [stored]
        return [Path(str(name)) for name in names if name]

    def remember(self, path: Path) -> None:
        """Put a file at the head of the recent ones."""
        others = [kept for kept in self.recent if kept != path]
        self._settings.setValue("recent", [str(kept) for kept in [path, *others][:MOST_RECENT]])

    def bytes(self, name: str) -> QByteArray:
        """A stored window or splitter layout; empty if there is none."""
        value = self._settings.value(name)
        return value if isinstance(value, QByteArray) else QByteArray()

    def keep_bytes(self, name: str, value: QByteArray) -> None:
        """Store a window or splitter layout."""
        self._settings.setValue(name, value)

    def flag(self, name: str, default: bool) -> bool:
        """A stored yes or no."""
        return str(self._settings.value(name, default)).lower() == "true"

    def keep_flag(self, name: str, value: bool) -> None:
        """Store a yes or no."""
        self._settings.setValue(name, value)

    def choice(self, name: str, offered: Sequence[Choice], default: Choice) -> Choice:
        """What was chosen of what is `offered`; the default where it is offered no more."""
        stored = str(self._settings.value(name, default))
        return next((value for value in offered if str(value) == stored), default)

    def keep_choice(self, name: str, value: Hashable) -> None:
        """Store one of several choices."""
        self._settings.setValue(name, str(value))

    def compared(self, path: Path) -> frozenset[str]:
        """The names of the runs that were laid over one another in a project's file."""
        names = self._compared().get(str(path), [])
        return frozenset(str(name) for name in names) if isinstance(names, list) else frozenset()

    def keep_compared(self, path: Path, names: Sequence[str]) -> None:
        """Store which runs of a project's file are laid over one another; files of long ago are forgotten."""
        others = {file: kept for file, kept in self._compared().items() if file != str(path)}
        kept = {str(path): list(names), **others} if names else others
        self._settings.setValue("compared", json.dumps(dict(list(kept.items())[:MOST_COMPARED])))

    def _compared(self) -> dict[str, object]:
        try:
            stored = json.loads(str(self._settings.value("compared", "{}")))
        except ValueError:  # a settings file that somebody else has written to
            return {}
        return stored if isinstance(stored, dict) else {}
