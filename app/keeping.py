"""Keeps what is open safe from crashes: every few seconds, in the background, in a folder of its own.

A folder whose program has ended without saying so holds what was lost; `abandoned` finds it at the next start.
"""

import contextlib
import time
from collections.abc import Iterator
from pathlib import Path
from uuid import uuid4

from platformdirs import user_state_path
from PySide6.QtCore import QLockFile, QObject, QTimer, Signal

from app.document import Document
from app.session import Session
from engine.control import Control, Keep
from engine.events import Event, Failed
from engine.project import Project
from engine.recovery import About, Keeper, about, still
from engine.runner import Runner

BEAT_MS = 1000
EVERY = 5.0  # seconds between two times; what is lost is what was done since
SHARE = 0.02  # of the time that keeping may take: with a large network it is done less often


def shelf() -> Path:
    """Where open projects are kept, each in a folder of its own."""
    return user_state_path("chainrule", appauthor=False) / "open"


class Keeping(QObject):
    """Keeps one document, as long as there is something to lose."""

    troubled = Signal(str)  # a sentence: it cannot be kept

    def __init__(self, document: Document, session: Session, place: Path | None = None) -> None:
        super().__init__(session)
        self._document, self._session = document, session
        self._folder = (place or shelf()) / uuid4().hex
        self._keeper = Keeper(self._folder)
        self._lock: QLockFile | None = None
        self._runner: Runner | None = None
        self._kept: tuple[Project, Path | None, int] | None = None  # what was kept last
        self._adopted: list[Path] = []  # folders whose content is open here now
        self._is_troubled = self._asked = False
        self._due = 0.0
        self._spent = 0.0  # seconds that the last time took
        self._timer = QTimer(self)
        self._timer.setInterval(BEAT_MS)
        self._timer.timeout.connect(self.beat)
        document.filed.connect(self._saved)

    def begin(self) -> None:
        """Keep from now on."""
        self._timer.start()

    def beat(self) -> None:
        """Keep what has changed, if it is time."""
        if self._busy or time.monotonic() < self._due:
            return
        if not self._document.unsaved and self._session.state == "idle":
            return
        if self._session.state == "training" and not self._asked:
            self._session.send(Keep())  # its weights come with a later frame
        self._asked = not self._asked
        if not self._is_kept:
            self._keep()

    def adopt(self, folder: Path) -> None:
        """What this folder holds is open now: it goes once that is kept here."""
        self._adopted.append(folder)
        self._due = 0.0

    def end(self) -> None:
        """Keep no more, and nothing of what was kept: the window closes in good order."""
        self._timer.stop()
        self._join()
        self._forget()

    @property
    def cost(self) -> float:
        """Seconds that keeping took the last time, in the background."""
        return self._spent

    @property
    def _now(self) -> tuple[Project, Path | None, int]:
        run = self._session.run
        step = run.checkpoint.step if run and run.checkpoint else 0
        return self._document.project, self._document.path, step

    @property
    def _is_kept(self) -> bool:
        kept, now = self._kept, self._now
        return kept is not None and kept[0] is now[0] and kept[1:] == now[1:]

    def _keep(self) -> None:
        document, run = self._document, self._session.run
        project = still(document.project, run.history if run else None)
        path, adopted = document.path, tuple(self._adopted)
        self._kept = self._now
        self._adopted.clear()

        def work() -> Iterator[Event]:
            begun = time.thread_time()
            self._keeper.keep(project, path)
            self._spent = time.thread_time() - begun
            for folder in adopted:
                Keeper(folder).forget()
            yield from ()

        self._own()
        self._runner = Runner(work, Control())
        self._runner.start()
        self._due = time.monotonic() + max(EVERY, self._spent / SHARE)

    @property
    def _busy(self) -> bool:
        if self._runner is None:
            return False
        for event in self._runner.drain():
            if isinstance(event, Failed):
                self._complain(event.detail)
        return self._runner.alive

    def _complain(self, reason: str) -> None:
        """Say once that it cannot be kept; it is tried again all the same."""
        self._kept = None
        if not self._is_troubled:
            self._is_troubled = True
            self.troubled.emit(
                f"Nothing can be kept for the case of a crash ({reason}). Save often, or make room on the disk."
            )

    def _own(self) -> None:
        """Say that this folder belongs to a program that is alive."""
        if self._lock is None:
            with contextlib.suppress(OSError):  # which the keeper then meets, and says
                self._folder.mkdir(parents=True, exist_ok=True)
            self._lock = QLockFile(str(self._folder / "lock"))
            self._lock.setStaleLockTime(0)
            self._lock.tryLock(0)

    def _saved(self) -> None:
        """What is in its file now need not be kept."""
        if not self._document.unsaved and self._session.state == "idle":
            self._join()
            self._forget()

    def _join(self) -> None:
        if self._runner is not None:
            self._runner.join()
            self._runner = None

    def _forget(self) -> None:
        if self._lock is not None:
            self._lock.unlock()
            self._lock = None
        self._keeper.forget()
        self._kept = None


def abandoned(place: Path | None = None) -> list[tuple[Path, About]]:
    """What programs that have ended without saying so have left behind, the latest first."""
    found: list[tuple[Path, About]] = []
    folders = (place or shelf()).glob("*/")
    for folder in folders:
        said = about(folder)
        if said is not None and not _alive(folder):
            found.append((folder, said))
    return sorted(found, key=lambda pair: pair[1].kept, reverse=True)


def _alive(folder: Path) -> bool:
    lock = QLockFile(str(folder / "lock"))
    lock.setStaleLockTime(0)
    if lock.tryLock(0):
        lock.unlock()
        return False
    return lock.error() == QLockFile.LockError.LockFailedError
