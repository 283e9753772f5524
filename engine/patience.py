"""Long work that says how far it is, to whoever listens; the listener may end it by raising `Left`."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar

Listener = Callable[[float], None]  # from 0 to 1


class Left(Exception):  # noqa: N818 - says what happened, as people do
    """Nobody waits for the work any more."""


def _deaf(_share: float) -> None:
    """For work to which nobody listens."""


_listener: ContextVar[Listener] = ContextVar("listener", default=_deaf)


def listener() -> Listener:
    """Whom to tell how far the work is, in the thread that began it; it may be told from any other."""
    return _listener.get()


@contextmanager
def heard_by(hear: Listener) -> Iterator[None]:
    """What is done in here tells `hear` how far it is."""
    token = _listener.set(hear)
    try:
        yield
    finally:
        _listener.reset(token)
