"""Training in the background: one thread around one generator, here or in a process of its own. It alone knows threads.

No thread is a daemon: one that is inside torch when the process ends aborts it. Whoever starts a runner joins it. In a
process of its own a run takes nothing from the window's time, and cannot take the window along if it crashes.
"""

import contextlib
import multiprocessing
import sys
import threading
import time
from collections import deque
from collections.abc import Callable, Iterator
from multiprocessing.connection import Connection
from pathlib import Path
from tempfile import TemporaryDirectory

from engine.apart import pack, unpack
from engine.control import Command, Control, Stop
from engine.events import Event, Failed, Finished
from engine.job import Job

SWITCH = 0.001
"""Seconds after which a thread that computes in Python is asked to let another one on; Python's own is five times that.

Drawing is such a thread: with the longer time, each step beside it waited for as long as ten steps take."""
SHORT = 0.002  # seconds: shorter steps give way
LONGEST = 0.05  # seconds that a run waits for the window at most
PATIENCE = 5.0  # seconds that a process has to end after its last event


class Courtesy:
    """Lets whoever shares Python's lock with a run finish first: the window, while it draws.

    Two threads that both need the lock for many short calls hand it over at each of them, which costs both more than
    waiting would. So between two short steps the run waits until the other is done; long steps are outside of Python
    most of the time and need not.
    """

    def __init__(self) -> None:
        self.busy = False
        self._free = threading.Event()
        self._before = 0.0

    def begin(self) -> None:
        """The other has something to do."""
        self.busy = True
        self._free.clear()

    def end(self) -> None:
        """The other is done."""
        self.busy = False
        self._free.set()

    def give_way(self) -> None:
        """Wait while the other is busy, if the steps are short; called by the run between two of them."""
        now = time.perf_counter()
        if self.busy and now - self._before < SHORT:
            self._free.wait(LONGEST)
            now = time.perf_counter()
        self._before = now


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
        sys.setswitchinterval(SWITCH)
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


class Apart(Runner):
    """Trains a job in a process of its own; whoever drains it sees no difference."""

    def __init__(self, job: Job, control: Control, *, exact: bool = True) -> None:
        """`control` may hold commands already; those that are sent later go on to the process."""
        self._post = _Post(control)
        super().__init__(self._events_from_afar, self._post)
        self._job, self._exact = job, exact

    def _events_from_afar(self) -> Iterator[Event]:
        context = multiprocessing.get_context("spawn")
        near, far = context.Pipe()
        with TemporaryDirectory(prefix="chainrule-run-") as folder, near:
            pack(self._job, Path(folder))
            process = context.Process(
                target=_serve, args=(far, folder, self._exact), name="training"
            )
            process.start()
            far.close()  # so that the end of the process is the end of the pipe
            self._post.through(near)
            step, ended = 0, False
            with contextlib.suppress(EOFError, OSError):
                while (event := near.recv()) is not None:
                    step, ended = event.step, isinstance(event, Failed | Finished)
                    yield event
            self._post.send(None)
            process.join(PATIENCE if ended else None)
            if process.is_alive():
                process.kill()
                process.join()
            if not ended:
                yield _crashed(step, process.exitcode)
            process.close()


def _crashed(step: int, code: int | None) -> Failed:
    message = (
        "The process that trained has ended unexpectedly. Your project is untouched, and what was last kept of the "
        "run is still there: press Train to go on from it."
    )
    return Failed(step, None, message, f"exit code {code}")


class _Post(Control):
    """A mailbox that hands on what it is sent, once it is known through what."""

    def __init__(self, before: Control) -> None:
        super().__init__()
        self._lock = threading.Lock()
        self._pipe: Connection | None = None
        while (command := before.take()) is not None:
            super().send(command)

    def send(self, command: Command | None) -> None:
        """Send a command; None says that there will be no more."""
        with self._lock:
            if self._pipe is None and command is not None:
                super().send(command)
            elif self._pipe is not None:
                with contextlib.suppress(OSError):  # it has ended; nobody is left to obey
                    self._pipe.send(command)

    def through(self, pipe: Connection) -> None:
        """From now on send through this pipe, what waits first."""
        with self._lock:
            while (command := self.take()) is not None:
                pipe.send(command)
            self._pipe = pipe


def _serve(pipe: Connection, folder: str, exact: bool) -> None:
    """In the process of its own: train what the folder holds, send the events, obey the commands."""
    control = Control()
    ear = threading.Thread(target=_listen, args=(pipe, control), name="commands", daemon=False)
    ear.start()
    try:
        from engine.train import train  # and torch: not in the process that only waits

        job = unpack(Path(folder))
        for event in train(job, control, exact=exact):
            pipe.send(event)
    except OSError:  # nobody listens any more
        return
    except Exception as error:  # noqa: BLE001 (this process has no caller: whatever happens must be said)
        pipe.send(Failed(0, None, str(error), type(error).__name__))
    finally:
        with contextlib.suppress(OSError):
            pipe.send(None)


def _listen(pipe: Connection, control: Control) -> None:
    """Hear commands until the other side is done."""
    with contextlib.suppress(EOFError, OSError):
        while (command := pipe.recv()) is not None:
            control.send(command)
    control.send(Stop())
