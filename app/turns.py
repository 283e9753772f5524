"""Who draws when: one after another, each no more often than it likes, and a pause after each for all else.

What falls due together would keep the window busy for as long as all of it takes; so it is never drawn together.
"""

from collections.abc import Callable
from math import ceil
from time import perf_counter

from PySide6.QtCore import QObject, Qt, QTimer
from shiboken6 import isValid

PAUSE = (
    0.008  # seconds from the end of one picture to the next: what was pressed meanwhile comes first
)
EARLY = 0.96  # of the time between two pictures: waiting for others takes the rest


class Turn(QObject):
    """What one of them draws, `seconds` apart at least; it lives as long as its owner."""

    def __init__(
        self, turns: "Turns", owner: QObject, draw: Callable[[], object], seconds: float
    ) -> None:
        super().__init__(owner)
        self.draw, self.due = draw, 0.0  # the moment before which it is not drawn again
        self._turns, self._seconds = turns, EARLY * seconds

    @property
    def waits(self) -> bool:
        """Whether it will be drawn."""
        return self._turns.has(self)

    def ask(self) -> None:
        """There is something new: draw it as soon as it is time."""
        self._turns.wait(self)

    def drop(self) -> None:
        """There is nothing to draw any more."""
        self._turns.leave(self)

    def drawn(self) -> None:
        """It has just been drawn, out of turn."""
        self.drop()
        self.due = perf_counter() + self._seconds

    def take(self) -> None:
        """Draw, and be due again at the same pace, as far as that can be held."""
        self.due = max(self.due + self._seconds, perf_counter() + self._seconds / 2)
        self.draw()


class Turns(QObject):
    """Serves those who wait, whoever has waited longest first."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._waiting: list[Turn] = []
        self._free = 0.0  # the moment before which nobody draws
        self._clock = QTimer(self)
        self._clock.setTimerType(Qt.TimerType.PreciseTimer)  # others are put off until they meet
        self._clock.setSingleShot(True)
        self._clock.timeout.connect(self._serve)

    def turn(self, owner: QObject, draw: Callable[[], object], seconds: float) -> Turn:
        """A place for what `owner` draws, at most once in so many seconds."""
        return Turn(self, owner, draw, seconds)

    def wait(self, turn: Turn) -> None:
        """Let one draw when it is due."""
        if turn not in self._waiting:
            self._waiting.append(turn)
            self._wind()

    def leave(self, turn: Turn) -> None:
        """Let one wait no more."""
        if turn in self._waiting:
            self._waiting.remove(turn)
            self._wind()

    def has(self, turn: Turn) -> bool:
        """Whether this one waits."""
        return turn in self._waiting

    def _wind(self) -> None:
        """Set the clock to the moment at which the next one can draw."""
        self._waiting = [turn for turn in self._waiting if isValid(turn)]
        if not self._waiting:
            self._clock.stop()
            return
        soonest = max(self._free, min(turn.due for turn in self._waiting))
        self._clock.start(max(0, ceil(1000 * (soonest - perf_counter()))))

    def _serve(self) -> None:
        now = perf_counter()
        due = [turn for turn in self._waiting if isValid(turn) and turn.due <= now]
        if due:
            first = min(due, key=lambda turn: turn.due)
            self._waiting.remove(first)
            first.take()
            self._free = perf_counter() + PAUSE
        self._wind()
