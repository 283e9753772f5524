"""Training in the background: one thread around one generator. The only room that knows threads.

The thread is not a daemon: one that is inside torch when the process ends aborts it. Whoever starts a runner joins it.
"""

import threading
from collections import deque
from collections.abc import Callable, Iterator

from engine.control import Control, Stop
from engine.events import Event, Failed


class Runner:
    """Runs a generator of events in a thread; the events wait until they are drained."""

    def __init__(self, events: Callable[[], Iterator[Event]], control: Control) -> None:
        self.control = control
        self._events = events
        self._waiting: deque[Event] = deque()
        self._came = threading.Event()
        self._thread = threading.Thread(target=self._run, name="training", daemon=False)

    def start(self) -> None:
        """Begin."""
        self._thread.start()

    @property
    def alive(self) -> bool:
        """Whether there may still be events to come."""
        return self._thread.is_alive()

    def drain(self) -> list[Event]:
        """All events since the last time, in their order."""
        self._came.clear()
        events: list[Event] = []
        while self._waiting:
            events.append(self._waiting.popleft())
        return events

    def wait(self, timeout: float = 1.0) -> None:
        """Wait until there is something to drain, `timeout` seconds at most."""
        self._came.wait(timeout)

    def join(self, timeout: float | None = None) -> bool:
        """Ask for a stop and wait for it, `timeout` seconds at most; whether the thread has ended."""
        self.control.send(Stop())
        if self._thread.ident is not None:
            self._thread.join(timeout)
        return not self._thread.is_alive()

    def _run(self) -> None:
        try:
            for event in self._events():
                self._say(event)
        except Exception as error:  # noqa: BLE001 (a thread has no caller: whatever happens must be said)
            message = (
                "Training stopped because of a fault in the program. Your project is untouched."
            )
            self._say(Failed(0, None, message, f"{type(error).__name__}: {error}"))
        finally:
            self._came.set()

    def _say(self, event: Event) -> None:
        self._waiting.append(event)
        self._came.set()
