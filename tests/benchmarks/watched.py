"""How late a window's event loop comes to what waits for it: a timer that looks at the clock each time it is woken."""

import time
from collections.abc import Callable

from PySide6.QtCore import QEventLoop, Qt, QTimer

TICK_MS = 2


class Watched:
    """Milliseconds that each tick of a timer comes later than it should, by the clock on the wall."""

    def __init__(self) -> None:
        self._late: list[float] = []
        self._due = 0.0
        self._ticker = QTimer()
        self._ticker.setTimerType(Qt.TimerType.PreciseTimer)
        self._ticker.setInterval(TICK_MS)
        self._ticker.timeout.connect(self._tick)

    def until(self, do: Callable[[], object], done: Callable[[], bool]) -> list[float]:
        """The delays from a call until something has become true."""
        loop = QEventLoop()

        def look() -> None:
            if done():
                loop.quit()

        def work() -> None:
            do()
            self._ticker.timeout.connect(look)
            loop.exec()
            self._ticker.timeout.disconnect(look)

        return self.during(work)

    def during(self, work: Callable[[], object]) -> list[float]:
        """The delays while something goes on that lets the window live."""
        self._late = []
        self._due = time.perf_counter() + TICK_MS / 1000
        self._ticker.start()
        work()
        self._ticker.stop()
        return self._late or [0.0]

    def _tick(self) -> None:
        now = time.perf_counter()
        self._late.append(1000 * max(0.0, now - self._due))
        self._due = now + TICK_MS / 1000
