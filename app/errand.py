"""Work that takes a while, done beside the window: its result comes back on the window's thread, or is left aside."""

from collections.abc import Callable

from PySide6.QtCore import QObject, QThread, QThreadPool, QTimer

LOOK_MS = 30
# Pools outlive whoever began work in them: a pool's end waits for its threads, and a thread may just then want
# Python's lock from the thread that waits.
_POOLS: list[QThreadPool] = []
_TAKEN: set[int] = set()
PATIENCE_MS = 5000  # how long closing waits for work that was left aside


class _Task:
    """What a thread of Qt's does; it is looked at from the window, and never speaks by itself."""

    def __init__(self, work: Callable[[], object]) -> None:
        self._work = work
        self.result: object = None
        self.error: Exception | None = None
        self.has_ended = False

    def run(self) -> None:
        try:
            self.result = self._work()
        except Exception as error:  # noqa: BLE001 (a thread has no caller: whatever happens must be said)
            self.error = error
        self.has_ended = True


class Errand(QObject):
    """One piece of work. What it returns goes to `done`, what it raises to `failed`.

    A thread cannot be ended from outside: after `leave` it runs to its end, and nobody hears of it.
    """

    def __init__(
        self,
        parent: QObject,
        pool: QThreadPool,
        work: Callable[[], object],
        done: Callable[[object], None],
        failed: Callable[[Exception], None],
    ) -> None:
        super().__init__(parent)
        self._task, self._done, self._failed = _Task(work), done, failed
        self._heard = True
        self._look = QTimer(self)
        self._look.setInterval(LOOK_MS)
        self._look.timeout.connect(self._see)
        pool.start(self._task.run)
        self._look.start()

    @property
    def alive(self) -> bool:
        """Whether it still works."""
        return not self._task.has_ended

    @property
    def left(self) -> bool:
        """Whether nobody waits for it any more."""
        return not self._heard

    def leave(self) -> None:
        """Hear nothing of it any more."""
        self._heard = False
        self._look.stop()

    def _see(self) -> None:
        if self.alive:
            return
        self._look.stop()
        if self._heard and self._task.error is not None:
            self._failed(self._task.error)
        elif self._heard:
            self._done(self._task.result)


class Errands(QObject):
    """Those that are under way, so that closing can wait for them."""

    def __init__(self, parent: QObject, *, one_by_one: bool = False) -> None:
        super().__init__(parent)
        self._pool, place = _free_pool()
        self._pool.setMaxThreadCount(1 if one_by_one else QThread.idealThreadCount())
        self.destroyed.connect(lambda: _TAKEN.discard(place))
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
        errand = Errand(self, self._pool, work, done, failed)
        self._all.append(errand)
        return errand

    def end(self) -> None:
        """Leave all that are under way, and wait for them for a while."""
        for errand in self._all:
            errand.leave()
        self._pool.waitForDone(PATIENCE_MS)


def _free_pool() -> tuple[QThreadPool, int]:
    """A pool that nobody uses and in which nothing runs, and its place among all."""
    for place, pool in enumerate(_POOLS):
        if place not in _TAKEN and not pool.activeThreadCount():
            break
    else:
        place, pool = len(_POOLS), QThreadPool()
        _POOLS.append(pool)
    _TAKEN.add(place)
    return pool, place
