"""Whose a project's file is: while a window has it open, another one is told so."""

from pathlib import Path

from PySide6.QtCore import QLockFile


class Holding:
    """Holds the file of one window by a small file beside it, which a crash leaves behind without harm."""

    def __init__(self) -> None:
        self._lock: QLockFile | None = None
        self._path: Path | None = None

    def take(self, path: Path) -> bool:
        """Hold this file from now on, and no other; False if a window that is alive holds it already.

        Where nothing can be written beside it, nobody can hold it, and it is free for all.
        """
        place = path.resolve()
        if place == self._path:
            return True
        lock = QLockFile(str(place.with_name(f".{place.name}.lock")))
        lock.setStaleLockTime(0)  # by age; whether its process lives is asked all the same
        if not lock.tryLock(0) and lock.error() == QLockFile.LockError.LockFailedError:
            return False
        self.release()
        self._lock, self._path = lock, place
        return True

    def release(self) -> None:
        """Hold nothing any more."""
        if self._lock is not None:
            self._lock.unlock()
        self._lock = self._path = None
