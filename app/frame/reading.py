"""Reads a project's file beside the window, and the data it names, so that the window finds them at hand.

What was asked for last is what comes; the window goes on with what is open until then.
"""

import contextlib
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from PySide6.QtCore import QEventLoop, QObject, QTimer, Signal

from app.errand import Errand, Errands
from app.studio import Studio
from engine.dataset import DataError
from engine.project import Project
from engine.source import changed, is_missing, named_by
from engine.storage import load

LONG_MS = 500  # a file that takes longer to read says so, and can be left
Stamp = tuple[int, int, int]


@dataclass(frozen=True, slots=True)
class Found:
    """What a file held, and the mark of the state in which it was read."""

    project: Project
    mark: Stamp
    missing: str = ""
    """The file or folder that it learns from, if that is not there."""
    changed: str = ""
    """A sentence, if it is no longer what it was."""


def found_in(path: Path, *, understood: bool) -> Found:
    """Read a file, and the data that it names, so that they are at hand."""
    mark, project = stamp(path), load(path)
    data = named_by(project.recipe.dataset)
    if data and is_missing(data):
        return Found(project, mark, missing=data)
    if understood:  # else they are read where torch is loaded
        with contextlib.suppress(DataError):  # which the window says of what is open
            project.recipe.prepare()
    return Found(project, mark, changed=changed(data, project.sources))


class Reading(QObject):
    """The files that one window reads."""

    rested = Signal()  # nothing is being read any more

    def __init__(self, studio: Studio, errands: Errands, parent: QObject) -> None:
        super().__init__(parent)
        self._studio, self._errands = studio, errands
        self._errand: Errand | None = None
        self._name = ""
        self._notice = QTimer(self)
        self._notice.setSingleShot(True)
        self._notice.setInterval(LONG_MS)
        self._notice.timeout.connect(self._tell)

    def read(
        self,
        path: Path,
        done: Callable[[Found], None],
        failed: Callable[[Exception], None],
    ) -> None:
        """Read a file and hand over what it holds."""
        self.leave()
        self._name = path.name
        understood = self._studio.document.meaning.known

        def found(content: object) -> None:
            if isinstance(content, Found):
                self._end(lambda: done(content))

        self._errand = self._errands.begin(
            lambda: found_in(path, understood=understood),
            found,
            lambda error: self._end(lambda: failed(error)),
        )
        self._notice.start()

    @property
    def busy(self) -> bool:
        """Whether a file is being read."""
        return self._errand is not None

    def leave(self) -> None:
        """Open nothing after all."""
        if self._errand is not None:
            self._errand.leave()
            self._end(_nothing)

    def wait(self, at_most_ms: int) -> None:
        """Let the window live until nothing is being read any more, or so long."""
        if self.busy:
            loop = QEventLoop(self)
            self.rested.connect(loop.quit)
            QTimer.singleShot(at_most_ms, loop, loop.quit)
            loop.exec()

    def _end(self, then: Callable[[], None]) -> None:
        self._errand = None
        self._notice.stop()
        then()
        self.rested.emit()

    def _tell(self) -> None:
        self._studio.say(f"Opening {self._name}…", "Cancel", self.leave)


def _nothing() -> None:
    """Whoever asked hears no more of it."""


def stamp(path: Path) -> Stamp:
    """What changes whenever a file does; zeros if it is not there."""
    try:
        found = path.stat()
    except (OSError, ValueError):
        return 0, 0, 0
    return found.st_ino, found.st_mtime_ns, found.st_size
