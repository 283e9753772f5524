"""The loop: a generator that trains and says what happens. It knows no thread, no file and no screen."""

import math
from collections.abc import Iterator

from pydantic import ValidationError

from engine.control import Adjust, Command, Control, Keep, Pause, Resume, Step, Stop, Watch
from engine.course import Course
from engine.events import Adjusted, Event, Failed, Paused, Reading, Resumed
from engine.instruments import Instruments
from engine.job import Job
from engine.network import build
from engine.settings import ADJUSTABLE
from engine.weights import copy_in


def train(job: Job, control: Control) -> Iterator[Event]:
    """Train a job from its beginning, or from where it was left, and say what happens.

    `control` is a mailbox of commands, obeyed between two steps. The last events are a Checkpoint and then Finished
    or Failed. The same job gives the same numbers, watched or not.
    """
    course: Course | None = None
    try:
        course = Course(job)
        yield from _loop(course, Instruments(job, feeds=course.network.feeds), control)
    except (RuntimeError, MemoryError, ValueError) as error:
        if course is not None:
            yield from course.block()
            yield course.last_good()
        yield _broken(error, course.step if course else 0)


def _loop(course: Course, instruments: Instruments, control: Control) -> Iterator[Event]:
    will = _Will()
    yield course.started()
    while course.epoch < course.job.last_epoch:
        yield from _obey(course, instruments, will, control)
        if will.stop:
            break
        yield from instruments.read_if_due(course)
        inputs, targets = course.next_batch()
        loss = course.network.loss(course.module(*inputs), targets)
        if not math.isfinite(value := loss.item()):
            yield from course.block()
            yield course.last_good()
            yield course.diverged(inputs, value)
            return
        course.keep_good()
        course.optimizer.zero_grad(set_to_none=True)
        loss.backward()
        instruments.before_update(course.network)
        course.optimizer.step()
        yield from instruments.after_update(course.network, course.step)
        epoch_over = course.stepped(value)
        yield from course.block(due=epoch_over or will.count_down())
        if epoch_over:
            validated = course.validated()
            if not math.isfinite(validated.train_loss + validated.dev_loss):
                yield course.last_good()
                yield course.diverged(inputs, validated.dev_loss)
                return
            yield validated
            yield from course.judged()
    yield from course.block()
    if (node := course.spoilt()) is not None:
        yield course.last_good()
        yield course.overshot(node)
        return
    yield from instruments.read(course.network, course.step)
    yield course.checkpoint()
    yield course.finished(stopped=will.stop)


def observe(job: Job, watch: Watch) -> Iterator[Reading]:
    """Measure once, with the weights that the job begins with, without training."""
    network = build(job.graph, job.shapes)
    if job.start:
        copy_in(network.module, job.start.weights)
    network.module.to(job.settings.device)
    yield from Instruments(job, watch, network.feeds).read(
        network, job.start.step if job.start else 0
    )


class _Will:
    """What the person wants at the moment: to go on, to stand still, or to do so many steps."""

    def __init__(self) -> None:
        self.stop = False
        self.paused = False
        self.steps_left: int | None = None  # None: as many as there are

    def count_down(self) -> bool:
        """Note a step; whether it was the last that was asked for."""
        if self.steps_left is None:
            return False
        self.steps_left -= 1
        return self.steps_left <= 0


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
            yield _resume(course, will, None)
        case Step(count):
            if will.paused:
                yield _resume(course, will, count)
            else:
                will.steps_left = count
        case Adjust(setting, value):
            yield from _adjust(course, setting, value)
        case Watch():
            instruments.watch(command)
            if will.paused:
                yield from instruments.read(course.network, course.step)
        case Keep():
            yield from course.block()
            yield course.checkpoint()


def _pause(course: Course, instruments: Instruments, will: _Will) -> Iterator[Event]:
    will.paused = True
    yield from course.block()
    yield from instruments.read(course.network, course.step)
    course.halt()
    yield Paused(course.step)


def _resume(course: Course, will: _Will, steps: int | None) -> Resumed:
    will.paused, will.steps_left = False, steps
    course.run_on()
    return Resumed(course.step)


def _adjust(course: Course, setting: str, value: float) -> Iterator[Adjusted]:
    """Change a setting that may change while a run is going; what may not, or is out of bounds, is left as it is."""
    if setting not in ADJUSTABLE:
        return
    before = getattr(course.settings, setting)
    try:
        course.adjust(course.settings.but(**{setting: value}))
    except ValidationError:
        return
    if (after := getattr(course.settings, setting)) != before:
        yield Adjusted(course.step, setting, float(before), float(after))


def _broken(error: Exception, step: int) -> Failed:
    """Say in words that the network could not be run; torch's own text is detail."""
    text = str(error)
    if isinstance(error, MemoryError) or "memory" in text:
        message = "There is not enough memory for this network. Use a smaller batch or fewer units."
    elif "more than 1 value per channel" in text:
        message = (
            "Batch norm needs at least two examples in a batch. Use a larger batch, or Layer norm."
        )
    else:
        message = "The network could not be run. Your project is untouched; look at the last layer you changed."
    return Failed(step, None, message, text)
