"""What belongs to the person, not to the project: theme, window, recent files, in the platform's own place."""

from pathlib import Path

from PySide6.QtCore import QByteArray, QSettings

from engine.control import INSTRUMENT_SHARE

MOST_RECENT = 8


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
