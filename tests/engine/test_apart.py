"""A run in a process of its own says what a thread says, obeys, and takes nobody along when it crashes."""

import multiprocessing
import os
import signal
import time
from dataclasses import replace

import numpy as np

from engine.control import Control, Pause, Resume, Stop, Watch
from engine.events import Checkpoint, Event, Failed, Finished, Paused, Reading, Started, Steps
from engine.job import Job, prepare
from engine.probes import PROBES
from engine.project import Project, fresh_run
from engine.run import record
from engine.runner import Apart
from engine.train import train


def job_of(project: Project) -> Job:
    job = prepare(project)
    assert isinstance(job, Job)
    return job


def events_until(runner: Apart, wanted: type[Event], limit_s: float = 60) -> list[Event]:
    found: list[Event] = []
    end = time.monotonic() + limit_s
    while not any(isinstance(event, wanted) for event in found):
        assert time.monotonic() < end, f"no {wanted.__name__} in {found}"
        runner.wait(0.1)
        found += runner.drain()
    return found


def losses(events: list[Event]) -> np.ndarray:
    return np.concatenate([event.losses for event in events if isinstance(event, Steps)])


def test_the_process_gives_the_numbers_of_the_bare_loop(noisy_digits: Project) -> None:
    """Gone on with in the middle, watched, with batch norm and dropout: losses and weights to the last bit."""
    run = fresh_run(noisy_digits)
    for event in train(
        job_of(replace(noisy_digits, settings=noisy_digits.settings.but(epochs=1))), Control()
    ):
        run = record(run, event)
    job = prepare(noisy_digits, run)
    assert isinstance(job, Job)
    bare = list(train(job, Control()))
    runner = Apart(job, Control(Watch(frozenset(PROBES))))
    runner.start()
    events = events_until(runner, Finished)
    assert runner.join(20)
    np.testing.assert_array_equal(losses(events), losses(bare))
    assert any(isinstance(event, Reading) for event in events)
    ours, theirs = ([e for e in of if isinstance(e, Checkpoint)][-1] for of in (events, bare))
    for name, weight in theirs.weights.items():
        np.testing.assert_array_equal(ours.weights[name], weight)
    assert not multiprocessing.active_children()


def test_it_obeys(moons: Project) -> None:
    long = replace(moons, settings=moons.settings.but(epochs=100_000))
    runner = Apart(job_of(long), Control(Pause()))
    runner.start()
    assert events_until(runner, Paused)[-1].step == 0
    time.sleep(0.1)
    assert not runner.drain()  # it stands still
    runner.control.send(Resume())
    events_until(runner, Steps)
    runner.control.send(Stop())
    ended = events_until(runner, Finished)[-1]
    assert isinstance(ended, Finished)
    assert ended.reason == "stopped"
    assert runner.join(20)


def test_its_crash_is_said(moons: Project) -> None:
    long = replace(moons, settings=moons.settings.but(epochs=100_000))
    runner = Apart(job_of(long), Control())
    runner.start()
    assert isinstance(events_until(runner, Steps)[0], Started)
    (process,) = multiprocessing.active_children()
    assert process.pid is not None
    os.kill(process.pid, signal.SIGSEGV)
    failed = events_until(runner, Failed)[-1]
    assert isinstance(failed, Failed)
    assert "ended unexpectedly" in failed.message
    assert failed.step > 0
    assert runner.join(20)
    assert not multiprocessing.active_children()
