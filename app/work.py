"""Work that takes longer than a frame: done in a thread of Qt's pool, its answer given back where the window lives."""

from collections.abc import Callable

from PySide6.QtCore import QObject, QRunnable, Qt, QThreadPool, Signal


class _Task(QRunnable):
    def __init__(self, function: Callable[[], object], answer: "_Answer") -> None:
        super().__init__()
        self._function, self._answer = function, answer

    def run(self) -> None:
        try:
            found: object = self._function()
        except Exception as error:  # noqa: BLE001 (it is told where the work was asked for)
            found = error
        self._answer.ready.emit(found)


class _Answer(QObject):
    ready = Signal(object)


class Work(QObject):
    """One piece of work at a time for one owner; an answer that nobody waits for any more is dropped."""

    def __init__(self, owner: QObject) -> None:
        super().__init__(owner)
        self._answer: _Answer | None = None

    @property
    def busy(self) -> bool:
        """Whether an answer is still to come."""
        return self._answer is not None

    def do(
        self,
        function: Callable[[], object],
        done: Callable[[object], None],
        failed: Callable[[Exception], None],
    ) -> None:
        """Run a function elsewhere; `done` gets what it gives, `failed` what it raises, in this thread."""
        answer = _Answer()
        self._answer = answer

        def take(found: object) -> None:
            if self._answer is answer:
                self._answer = None
                (failed(found) if isinstance(found, Exception) else done(found))

        answer.ready.connect(take, Qt.ConnectionType.QueuedConnection)
        QThreadPool.globalInstance().start(_Task(function, answer))

    def forget(self) -> None:
        """Wait for no answer any more."""
        self._answer = None
