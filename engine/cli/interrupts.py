"""Requests to end a run from outside: Ctrl-C, the system that shuts down, a queue out of time, a closed terminal."""

import os
import signal
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from types import FrameType

from engine.cli.say import INTERRUPTED, SIGNALLED
from engine.control import Control, Stop

ENDS = ("SIGINT", "SIGTERM", "SIGHUP")  # by name: not every system has all of them


@dataclass(slots=True)
class Interrupts:
    """What has been asked for so far: the signal's number, 0 if none came."""

    heard: int = 0

    @property
    def code(self) -> int:
        """The exit code that shells give to it: 128 and the signal's number."""
        return SIGNALLED + self.heard if self.heard else INTERRUPTED


@contextmanager
def interrupts(control: Control) -> Iterator[Interrupts]:
    """Turn the first request into a wish to stop after the current step; a second Ctrl-C ends the program at once."""
    found = Interrupts()

    def press(number: int, frame: FrameType | None) -> None:
        if found.heard and number == signal.SIGINT:
            signal.default_int_handler(number, frame)
        found.heard = found.heard or number
        control.send(Stop())

    numbers = [getattr(signal, name) for name in ENDS if hasattr(signal, name)]
    before = {number: signal.getsignal(number) for number in numbers}
    for number in numbers:
        if before[number] is not signal.SIG_IGN or number == signal.SIGINT:  # nohup means it
            signal.signal(number, press)
    try:
        yield found
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


@contextmanager
def gently() -> Iterator[None]:
    """Let a Ctrl-C that comes while torch is being loaded end the program at once: thrown into it, it would abort."""

    def press(number: int, frame: FrameType | None) -> None:
        spec = getattr(sys.modules.get("torch"), "__spec__", None)
        if getattr(spec, "_initializing", False):
            os._exit(INTERRUPTED)
        signal.default_int_handler(number, frame)

    is_usual = signal.getsignal(signal.SIGINT) is signal.default_int_handler
    try:
        before = signal.signal(signal.SIGINT, press) if is_usual else None
    except ValueError:  # not the thread that hears signals
        before = None
    try:
        yield
    finally:
        if before is not None:
            signal.signal(signal.SIGINT, before)
