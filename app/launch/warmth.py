"""What is loaded in the background once the window stands, so that nobody waits for it later."""

from collections.abc import Iterator
from importlib import import_module

from engine.control import Control
from engine.events import Event
from engine.runner import Runner

LIBRARIES = ("sklearn.datasets",)  # a second or two, which the first choice of such data would wait


def warmed() -> Runner:
    """Begin to load them; whoever asks for it joins the runner."""
    runner = Runner(_load, Control())
    runner.start()
    return runner


def _load() -> Iterator[Event]:
    for name in LIBRARIES:
        import_module(name)
    yield from ()
