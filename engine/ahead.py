"""Threads that read beside the training, one result at a time, and what they share. None of them outlives its owner."""

import threading
from collections.abc import Callable, Iterable
from concurrent.futures import Future
from typing import Generic, TypeVar

Found = TypeVar("Found")
One = TypeVar("One")
WORTH = 1_000_000  # numbers that are worked on, below which a thread costs more than it saves
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


def abreast(work: Callable[[One], Found], on: Iterable[One], numbers: int) -> list[Found]:
    """What the work makes of each, in their order, by two threads at once: for what numpy does without Python's lock.

    `numbers` is how many there are in all of them together.
    """
    items = list(on)
    if numbers < WORTH or len(items) < 2:
        return [work(one) for one in items]
    found = dict[int, Found]()
    other = Ahead(lambda: [work(one) for one in items[1::2]])
    try:
        found.update(zip(range(0, len(items), 2), map(work, items[::2]), strict=False))
    finally:
        other.close()
    found.update(zip(range(1, len(items), 2), other.result(), strict=True))
    return [found[place] for place in range(len(items))]
