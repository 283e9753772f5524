"""The loop: a generator that trains and says what happens. It knows no thread, no file and no screen."""

import math
from collections.abc import Iterator
from typing import Literal

from pydantic import ValidationError

from engine.control import (
    Adjust,
    Command,
    Control,
    Epoch,
    Keep,
    Pause,
    Resume,
    Step,
    Stop,
    Tune,
    Watch,
)
from engine.course import Course
from engine.events import Adjusted, Event, Paused, Reading, Resumed
from engine.failure import broken, diverged, overshot, spoilt
from engine.fast.lane import Lane, Leap
from engine.feeding import decimals
from engine.instruments import Instruments
from engine.job import Job
from engine.network import build
from engine.settings import ADJUSTABLE
from engine.telling import carried, finished, started
from engine.weights import copy_in


def train(job: Job, control: Control, *, exact: bool = True) -> Iterator[Event]:
    """Train a job from its beginning, or from where it was left, and say what happens.

    `control` is a mailbox of commands, obeyed between two steps. The last events are a Checkpoint and then Finished
    or Failed. The same job gives the same numbers, watched or not. If they need not be `exact`, a run that takes long
    goes on with compiled steps as soon as there are some, which it says: they differ in the last digits.
    """
    course: Course | None = None
    lane: Lane | None = None
    try:
        course = Course(job)
        lane = None if exact or job.settings.exact else Lane(course)
        instruments = Instruments(job, feeds=course.network.feeds, called=lambda: control.calls)
        yield from _loop(course, instruments, control, lane)
    except Exception as error:  # noqa: BLE001 (a layer, and what a person wrote in one, may raise anything)
        relived = course.relive() if course else None
        if course and relived:
            yield from course.block()
            yield course.checkpoint_of(relived.good)
        yield broken(error, course, relived)
    finally:
        if lane is not None:
            lane.close()
        if course is not None:
            course.batches.close_streams()


def _loop(
    course: Course, instruments: Instruments, control: Control, lane: Lane | None
) -> Iterator[Event]:
    will = _Will()
    yield started(course)
    yield from carried(course)
    while course.batches.epoch < course.job.last_epoch and not will.early:
        if control.calls or will.steps_left == 0:
            yield from _obey(course, instruments, will, control)
            if will.stop:
                break
        if instruments.is_due:
            yield from instruments.read_if_due(course)
        looks = instruments.wants_update
        leap = lane.go(will.steps_left) if lane and not looks else None
        if leap is None:
            inputs, targets = course.next_batch()
            loss = course.loss(inputs, targets)
            if looks and course.updates_now:
                instruments.before_update(course.network)
            course.learn(loss)
            if looks:
                yield from instruments.after_update(course.network, course.step)
            leap = Leap(1, course.stepped(loss))
        epoch_over = leap.epoch_over
        if will.count_down(leap.steps, epoch_over) or epoch_over or course.block_due:
            if not course.is_sound:
                yield from _diverged(course)
                return
            yield from course.block()
            yield from lane.said() if lane else ()
        if epoch_over:
            validated = course.validated()
            if not math.isfinite(validated.train_loss + validated.dev_loss):
                yield from _diverged(course, validated.dev_loss)
                return
            yield validated
            yield from course.standing.found()
            yield from course.followed(validated)
            will.early = course.is_out_of_patience
    yield from _end(course, instruments, will)


def _end(course: Course, instruments: Instruments, will: "_Will") -> Iterator[Event]:
    """The last words of a run that ends well, unless its very last update spoilt it."""
    yield from course.block()
    if (node := spoilt(course)) is not None:
        relived = course.relive()
        yield course.checkpoint_of(relived.good)
        yield overshot(course, relived, node)
        return
    if will.early:
        yield from course.back_to_best()
    yield from instruments.read(course.network, course.step)
    yield from course.standing.hand_out()
    yield course.checkpoint()
    yield finished(course, will.reason)


def _diverged(course: Course, dev_loss: float | None = None) -> Iterator[Event]:
    """The last words of a run that broke off: the steps that were good, their weights, and what happened."""
    relived = course.relive()
    yield from course.block()
    yield from course.standing.hand_out()
    yield course.checkpoint_of(relived.good)
    yield diverged(course, relived, dev_loss)


def observe(job: Job, watch: Watch, control: Control | None = None) -> Iterator[Reading]:
    """Measure once, with the weights that the job begins with, without training.

    A command that comes meanwhile cuts short what takes long.
    """
    network = build(job.graph, job.shapes)
    if job.start:
        copy_in(network.module, job.start.weights)
    network.to(job.settings.device, decimals(job.settings))
    called = (lambda: control.calls) if control is not None else (lambda: False)
    yield from Instruments(job, watch, network.feeds, called).read(
        network, job.start.step if job.start else 0
    )


def untrained(job: Job, watch: Watch) -> Iterator[Reading]:
    """Measure once what a run of this job would begin with, without training."""
    course = Course(job)
    yield from Instruments(job, watch, course.network.feeds).read(course.network, 0)


class _Will:
    """What the person wants at the moment: to go on, to stand still, or to do so many steps."""

    def __init__(self) -> None:
        self.stop = False
        self.early = False  # the run has run out of patience
        self.paused = False
        self.steps_left: int | None = None  # None: as many as there are
        self.to_epoch_end = False

    def count_down(self, steps: int, epoch_over: bool) -> bool:
        """Note so many steps; whether they were the last that were asked for."""
        if self.to_epoch_end and epoch_over:
            self.steps_left, self.to_epoch_end = 0, False
            return True
        if self.steps_left is None:
            return False
        self.steps_left -= steps
        return self.steps_left <= 0

    @property
    def reason(self) -> Literal["done", "stopped", "early"]:
        """Why the run ends."""
        return "stopped" if self.stop else "early" if self.early else "done"


def _obey(
    course: Course, instruments: Instruments, will: _Will, control: Control
) -> Iterator[Event]:
    """Do what the mailbox says; while paused, wait for it to say more."""
    if will.steps_left == 0 and not will.paused:
        yield from _pause(course, instruments, will)
    while not will.stop:
        command = control.wait() if will.paused else control.take()
        if command is None:
            return
        yield from _do(command, course, instruments, will)


def _do(command: Command, course: Course, instruments: Instruments, will: _Will) -> Iterator[Event]:
    match command:
        case Stop():
            will.stop = True
        case Pause() if not will.paused:
            yield from _pause(course, instruments, will)
        case Resume() if will.paused:
            yield from _go_on(course, will, None)
        case Step(count):
            yield from _go_on(course, will, count)
        case Epoch():
            yield from _go_on(course, will, None)
            will.to_epoch_end = True
        case Adjust(setting, value):
            yield from _adjust(course, setting, value)
        case Tune(node, parameter, value):
            yield from _tune(course, node, parameter, value)
        case Watch():
            instruments.watch(command)
            if will.paused:
                yield from instruments.read(course.network, course.step)
        case Keep():
            yield from course.block()
            yield from course.standing.hand_out()
            yield course.checkpoint()


def _pause(course: Course, instruments: Instruments, will: _Will) -> Iterator[Event]:
    will.paused, will.steps_left, will.to_epoch_end = True, None, False
    yield from course.block()
    yield from instruments.read(course.network, course.step)
    course.clock.halt()
    yield Paused(course.step)


def _go_on(course: Course, will: _Will, steps: int | None) -> Iterator[Resumed]:
    """Train so many steps, or as many as there are; say so if it stood still."""
    will.steps_left, will.to_epoch_end = steps, False
    if will.paused:
        will.paused = False
        course.clock.run_on()
        yield Resumed(course.step)


def _adjust(course: Course, setting: str, value: float | str) -> Iterator[Event]:
    """Change a setting that may change while a run is going; what may not, or is out of bounds, is left as it is."""
    if setting not in ADJUSTABLE:
        return
    before = getattr(course.settings, setting)
    try:
        settings = course.settings.but(**{setting: value})
    except ValidationError:
        return
    after = getattr(settings, setting)
    if after != before:
        yield from course.block()
        course.adjust(settings)
        yield Adjusted(course.step, setting, before, after)


def _tune(course: Course, node: str, parameter: str, value: float) -> Iterator[Event]:
    """Change a parameter of a node that it reads anew at each step; what cannot be is left as it is."""
    try:
        yield from course.block()
        before = course.tune(node, parameter, value)
    except ValidationError:
        return
    if before is not None and before != value:
        yield Adjusted(course.step, f"{node}.{parameter}", before, value)
