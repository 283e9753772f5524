"""What a run says of itself as a whole: that it begins, with which weights, and that it has ended well."""

from collections.abc import Iterator
from typing import Literal

from engine.course import Course
from engine.events import Finished, Remarked, Started
from engine.fingerprint import fingerprint

FIGURES = ("train_loss", "dev_loss", "train_accuracy", "dev_accuracy")


def started(course: Course) -> Started:
    """All that decides this run's numbers."""
    data, settings = course.job.data, course.settings
    parameters = sum(parameter.numel() for parameter in course.module.parameters())
    whole, rest = divmod(data.train.count, settings.batch_size)
    per_epoch = whole + (rest > 1 or (rest == 1 and not whole))  # one left over joins the last
    return Started(
        course.step, course.batches.epochs, course.job.last_epoch, per_epoch, data.train.count,
        data.dev.count, parameters, settings.seed, settings.threads, settings.device, fingerprint(data),
    )  # fmt: skip


def carried(course: Course) -> Iterator[Remarked]:
    """Which weights the run begins with that were carried over from another, if any were."""
    given = course.job.carried
    if not given:
        return
    state = course.module.state_dict()
    kept = given.keys() - set(course.strange)
    new = sorted({_owner(name) for name in state} - {_owner(name) for name in kept})
    said = f"{len(kept)} of {len(state)} arrays of weights come from the run before."
    yield Remarked(
        course.step, "weights carried over", said + (f" New: {', '.join(new)}." if new else "")
    )


def _owner(name: str) -> str:
    return name.rpartition(".")[0]


def finished(course: Course, reason: Literal["done", "stopped", "early"]) -> Finished:
    """The end, with the figures of the last validation."""
    last = course.standing.last
    found = {name: getattr(last, name) if last else None for name in FIGURES}
    return Finished(
        course.step, reason, course.batches.epoch, seconds=course.clock.seconds, **found
    )
