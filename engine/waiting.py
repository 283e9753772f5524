"""Work that somebody may be waiting for: it says now and then how far it is, and ends when nobody waits any more.

Whoever waits puts `heard_by(listener)` around the work, in the thread that does it; the work calls `told` about ten
times a second or more often, wherever it stands at a place that it can be left at. Nobody has to listen.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar

Listener = Callable[[float, str], bool]
"""Given the share that is done (0 to 1; below 0 where nobody knows) and what is being done; whether to go on."""

_listener: ContextVar[Listener | None] = ContextVar("listener", default=None)


class GivenUp(Exception):  # noqa: N818 - says what happened, as people do
    """Nobody waits for this work any more; nothing came of it."""


@contextmanager
def heard_by(listener: Listener) -> Iterator[None]:
    """Where a listener hears how far the work of this thread is. The work raises `GivenUp` if it says no."""
    before = _listener.set(listener)
    try:
        yield
    finally:
        _listener.reset(before)


def told(done: int, of: int, what: str) -> None:
    """Say that so much of the work is done; `of` is 0 where that is not known. Raises GivenUp."""
    listener = _listener.get()
    if listener is not None and not listener(done / of if of > 0 else -1.0, what):
        raise GivenUp(what)
