"""Writes the project to its file beside the window, one save after the other; what it writes does not change meanwhile.

A save begins with the weights of a run that is going on, takes a still of the project, and ends with the project marked
as saved, or as it was. Closing waits for it.
"""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

from PySide6.QtCore import QEventLoop, QObject, QTimer, Signal

from app.errand import Errands
from app.studio import Studio
from engine.control import Keep
from engine.events import Checkpoint, Event
from engine.history import History
from engine.recovery import still
from engine.storage import ProjectError, save

LONG_MS = 500  # a save that takes longer says so


class Saving(QObject):
    """The saves of one window."""

    saved = Signal(Path)
    failed = Signal(str)  # a sentence; the project is as it was, and not saved
    rested = Signal()  # nothing is being written any more

    def __init__(self, studio: Studio, parent: QObject) -> None:
        super().__init__(parent)
        self._studio = studio
        self.draw: Callable[[], bytes] = (
            bytes  # a small picture of the drawing, to be kept in the file
        )
        self._errands = Errands(self, one_by_one=True)
        self._path: Path | None = None  # what is being written
        self._next: Path | None = None  # asked for meanwhile
        self._copied: History | None = None  # of what is written, the run of which there is a copy
        self._is_well = True
        self._notice = QTimer(self)
        self._notice.setSingleShot(True)
        self._notice.setInterval(LONG_MS)
        self._notice.timeout.connect(self._tell)
        studio.document.leave_alone = self._leave_alone

    @property
    def busy(self) -> bool:
        """Whether a save is under way."""
        return self._path is not None

    def write(self, path: Path) -> None:
        """Write what is open now; while a save is under way, once more after it."""
        if self.busy:
            self._next = path
            return
        self._path = path
        self._notice.start()
        session = self._studio.session
        if session.state == "idle":
            self._begin()
        else:  # the weights of a run belong to the project
            session.advanced.connect(self._look)
            session.rested.connect(self._learnt)
            session.send(Keep())

    def finish(self) -> bool:
        """Wait until nothing is being written any more; whether the last save went well."""
        if self.busy:
            loop = QEventLoop(self)
            self.rested.connect(loop.quit)
            loop.exec(QEventLoop.ProcessEventsFlag.ExcludeUserInputEvents)
        return self._is_well

    def _look(self, events: list[Event]) -> None:
        if any(isinstance(event, Checkpoint) for event in events):
            self._learnt()

    def _learnt(self) -> None:
        """What the run has learnt so far is in the project."""
        self._studio.session.advanced.disconnect(self._look)
        self._studio.session.rested.disconnect(self._learnt)
        self._begin()

    def _begin(self) -> None:
        path, session, document = self._path, self._studio.session, self._studio.document
        if path is None:
            return
        self._copied = session.run.history if session.run else None
        project = still(document.project, self._copied)
        project = replace(project, thumbnail=self.draw() or project.thumbnail)
        was_unsaved = document.begin_writing()
        self._errands.begin(
            lambda: save(project, path),
            lambda _: self._done(path),
            lambda error: self._gone_wrong(error, was_unsaved),
        )

    def _done(self, path: Path) -> None:
        self._is_well = True
        self._studio.document.end_writing(path)
        self.saved.emit(path)
        self._rest()

    def _gone_wrong(self, error: Exception, was_unsaved: bool) -> None:  # noqa: FBT001
        self._is_well, self._next = False, None
        self._studio.document.fail_writing(unsaved=was_unsaved)
        self._rest()
        if not isinstance(error, ProjectError):
            raise error
        self.failed.emit(str(error))

    def _rest(self) -> None:
        self._path, self._copied, again = None, None, self._next
        self._next = None
        self._notice.stop()
        if again is not None:
            self.write(again)
        else:
            self.rested.emit()

    def _leave_alone(self, history: History) -> None:
        """Return once nobody reads this history beside the window: a run is about to add to it."""
        if self.busy and history is not self._copied:
            self.finish()

    def _tell(self) -> None:
        if self._path is not None:
            self._studio.say(f"Saving {self._path.name}…")
