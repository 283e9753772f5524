"""A thousand runs, begun and stopped: what they leave behind is counted, and must be nothing."""

import gc
import threading

import pytest
import torch

from engine.control import Control, Stop, Watch
from engine.job import Job, prepare
from engine.probes import PROBES
from engine.project import Project
from engine.runner import Runner
from engine.train import train

TIMES = 1000


def tensors() -> int:
    """Tensors that somebody holds."""
    gc.collect()
    return sum(issubclass(type(thing), torch.Tensor) for thing in gc.get_objects())


def once(job: Job, *, watched: bool) -> None:
    """Begin a run in its thread, and stop it as soon as it says anything."""
    control = Control(Watch(frozenset(PROBES))) if watched else Control()
    runner = Runner(lambda: train(job, control), control)
    runner.start()
    runner.wait()
    control.send(Stop())
    runner.join()
    assert not runner.alive
    assert runner.drain()


@pytest.mark.parametrize("watched", [False, True])
def test_a_thousand_starts_and_stops_leave_nothing_behind(moons: Project, watched: bool) -> None:
    job = prepare(moons)
    assert isinstance(job, Job)
    times = TIMES if not watched else TIMES // 10  # each reads every probe once more at its end
    for _ in range(3):
        once(job, watched=watched)  # what is made once and kept is made here
    threads, held = threading.active_count(), tensors()
    for _ in range(times):
        once(job, watched=watched)
    assert threading.active_count() == threads
    assert tensors() <= held
