"""Work that takes a while, done beside the window: its result comes back on the window's thread, or is left aside."""

import threading
from collections.abc import Callable

from PySide6.QtCore import QObject, QTimer

LOOK_MS = 30
PATIENCE_S = 5.0  # how long closing waits for work that was left aside


class Errand(QObject):
    """One piece of work in a thread of its own. What it returns goes to `done`, what it raises to `failed`.

    A thread cannot be ended from outside: after `leave` it runs to its end, and nobody hears of it.
    """

    def __init__(
        self,
        work: Callable[[], object],
        done: Callable[[object], None],
        failed: Callable[[Exception], None],
        parent: QObject,
    ) -> None:
        super().__init__(parent)
        self._work, self._done, self._failed = work, done, failed
        self._result: object = None
        self._error: Exception | None = None
        self._heard = True
        self._thread = threading.Thread(target=self._run, name="errand", daemon=False)
        self._look = QTimer(self)
        self._look.setInterval(LOOK_MS)
        self._look.timeout.connect(self._see)
        self._thread.start()
        self._look.start()

    @property
    def alive(self) -> bool:
        """Whether it still works."""
        return self._thread.is_alive()

    def leave(self) -> None:
        """Hear nothing of it any more."""
        self._heard = False

    def join(self) -> None:
        """Leave it, and wait for its end for a while."""
        self.leave()
        self._look.stop()
        self._thread.join(PATIENCE_S)

    def _run(self) -> None:
        try:
            self._result = self._work()
        except Exception as error:  # noqa: BLE001 (a thread has no caller: whatever happens must be said)
            self._error = error

    def _see(self) -> None:
        if self._thread.is_alive():
            return
        self._look.stop()
        self._thread.join()
        if self._heard and self._error is not None:
            self._failed(self._error)
        elif self._heard:
            self._done(self._result)


class Errands(QObject):
    """Those that are under way, so that closing can wait for them."""

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self._all: list[Errand] = []

    def begin(
        self,
        work: Callable[[], object],
        done: Callable[[object], None],
        failed: Callable[[Exception], None],
    ) -> Errand:
        """Start a piece of work."""
        for old in (errand for errand in self._all if not errand.alive):
            old.deleteLater()
        self._all = [errand for errand in self._all if errand.alive]
        errand = Errand(work, done, failed, self)
        self._all.append(errand)
        return errand

    def end(self) -> None:
        """Leave all that are under way, and wait for them."""
        for errand in self._all:
            if errand.alive:
                errand.join()
        self._all.clear()
