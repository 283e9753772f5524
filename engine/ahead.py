"""Threads that read beside the training, one result at a time, and what they share. None of them outlives its owner."""

import threading
from collections.abc import Callable
from concurrent.futures import Future
from typing import Generic, TypeVar

Found = TypeVar("Found")
Guard = threading.Lock
"""Held by whoever touches what several threads read and keep."""


class Ahead(Generic[Found]):
    """One result on its way, computed in a thread of its own until somebody asks for it or closes this."""

    def __init__(self, work: Callable[[], Found]) -> None:
        self._found: Future[Found] = Future()
        self._thread = threading.Thread(
            target=self._run, args=(work,), name="reading ahead", daemon=False
        )
        self._thread.start()

    def result(self) -> Found:
        """What came of it; whatever went wrong is raised here."""
        self._thread.join()
        return self._found.result()

    def close(self) -> None:
        """Wait for its end; nothing comes of it."""
        self._thread.join()

    def _run(self, work: Callable[[], Found]) -> None:
        try:
            self._found.set_result(work())
        except BaseException as error:  # noqa: BLE001 (whoever asks for the result is told)
            self._found.set_exception(error)
