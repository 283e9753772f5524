"""Flies pre-flights in a process of its own that stays warm: nothing it draws, notes or breaks is felt elsewhere.

It gives way to whatever else runs on the machine. A wish is a project file; once that is gone, it is not wished any
more. What comes back is a `Flight`.
"""

import contextlib
import multiprocessing
import os
import time
import warnings
from collections.abc import Callable
from dataclasses import replace
from multiprocessing.connection import Connection
from multiprocessing.process import BaseProcess
from pathlib import Path
from tempfile import TemporaryDirectory

from engine.dataset import DataError
from engine.events import Flight
from engine.project import Project
from engine.storage import ProjectError, load, save
from engine.trust import trusted

LOOK = 0.03  # seconds between two looks at whether it is still wanted
PATIENCE = 20.0  # seconds that a flight may take
START = 60.0  # seconds that the first one may take, with the start of the process
NICE = 15  # of 19: training and window go first


class Pilot:
    """One flight at a time. `fly` waits for it, so it is for a thread beside the window, and for one alone."""

    def __init__(self) -> None:
        self._process: BaseProcess | None = None
        self._pipe: Connection | None = None
        self._owed = 0  # answers to come, those to wishes that were given up among them

    def fly(self, project: Project, wanted: Callable[[], bool] = lambda: True) -> Flight | None:
        """What a project's network says of a batch; None if it is not `wanted` any more.

        Its code is run: it must be trusted.
        """
        with TemporaryDirectory(prefix="chainrule-flight-") as folder:
            if not wanted():
                return None
            place = Path(folder, "wish.chainrule")
            try:
                save(replace(project, runs=()), place)
                return self._flown(place, wanted)
            except (OSError, EOFError, ProjectError) as error:
                code = self._process.exitcode if self._process else None
                self._end()
                why = f" (exit code {code})" if code is not None else f": {error}"
                return Flight(refusal=f"its process ended unexpectedly{why}")

    def _flown(self, place: Path, wanted: Callable[[], bool]) -> Flight | None:
        late = time.monotonic() + (PATIENCE if self._pipe else START)
        pipe = self._pipe or self._start()
        pipe.send(str(place))
        self._owed += 1
        while time.monotonic() < late:
            if pipe.poll(LOOK):
                found = pipe.recv()
                self._owed -= 1
                if self._owed == 0:
                    return found if isinstance(found, Flight) and wanted() else None
            elif not wanted():
                return None
        self._end()
        return Flight(refusal=f"it took longer than {PATIENCE:.0f} s")

    def _start(self) -> Connection:
        """Start the process; it says when it is warm. Raises OSError."""
        context = multiprocessing.get_context("spawn")
        near, far = context.Pipe()
        self._process = context.Process(target=_serve, args=(far,), name="pre-flight", daemon=True)
        self._process.start()
        far.close()  # so that the end of the process is the end of the pipe
        self._pipe, self._owed = near, 1
        return near

    def close(self) -> None:
        """End the process; it is started again if it is needed again."""
        self._end()

    def _end(self) -> None:
        if self._pipe is not None:
            self._pipe.close()
        if self._process is not None:
            self._process.kill()
            self._process.join()
            self._process.close()
        self._process = self._pipe = None
        self._owed = 0


def _serve(pipe: Connection) -> None:
    """In the process of its own: fly what is wished, the latest wish alone, until nobody is there any more."""
    import torch

    if hasattr(os, "nice"):
        os.nice(NICE)
    warnings.simplefilter("ignore")
    torch.set_num_threads(1)
    with contextlib.suppress(EOFError, OSError):
        pipe.send(None)
        while True:
            pipe.send(_answer(Path(pipe.recv())))


def _answer(place: Path) -> Flight | None:
    from engine.job import Job, prepare  # torch: in this process alone
    from engine.preflight import fly

    try:
        if not place.exists():
            return None
        project = load(place)
        # Whoever wishes has seen to it that no code waits for trust.
        job = prepare(replace(project, graph=trusted(project.graph)))
        return fly(job, place.exists) if isinstance(job, Job) else Flight(refusal=job[0].message)
    except (DataError, ProjectError) as error:
        return Flight(refusal=str(error)) if place.exists() else None
    except Exception as error:  # noqa: BLE001 (this process has no caller: whatever happens must be said)
        return Flight(refusal=f"{type(error).__name__}: {error}")
