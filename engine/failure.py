"""Why a run could not go on, in words: where it began, what was kept, and settings with which it may go well."""

import math

import torch
from torch import Tensor

from engine.course import Course
from engine.events import Failed
from engine.graph import NodeId
from engine.memory import free, needed, spoken
from engine.rewind import Relived
from engine.samples import DataError


def diverged(course: Course, relived: Relived, loss: float | None = None) -> Failed:
    """The loss stopped being a number; `loss` is given where it was not that of a minibatch."""
    value = relived.loss if loss is None else loss
    node = _first_bad(course, relived.inputs)
    what = "infinite" if value in (float("inf"), float("-inf")) else "not a number"
    message = f"The loss is {what} at step {course.step + 1}; it began in {node}. {_kept(course, relived)}"
    return Failed(course.step, node, message, f"loss = {value}", _slower(course))


def overshot(course: Course, relived: Relived, node: NodeId) -> Failed:
    """The very last update went so far that weights are no numbers."""
    message = f"Step {course.step} made weights of {node} infinite. {_kept(course, relived)}"
    return Failed(course.step, node, message, "weights = inf or nan", _slower(course))


def spoilt(course: Course) -> NodeId | None:
    """The first node of which a weight is no number any more, though no loss has told of it yet."""
    for name, weight in course.module.state_dict().items():
        if not bool(torch.isfinite(weight).all()):
            return NodeId(name.rpartition(".")[0])
    return None


def broken(error: Exception, course: Course | None, relived: Relived | None) -> Failed:
    """The network could not be run, or its data not be read: who is at fault is named; torch's own text is detail."""
    if isinstance(error, DataError):
        return Failed(course.step if course else 0, None, str(error), type(error).__name__)
    node = _where(course, relived.inputs) if course and relived and relived.inputs else None
    step, text, advice = course.step if course else 0, str(error), dict[str, float]()
    if _ran_out(error):
        message, advice = _no_room(course)
    elif "more than 1 value per channel" in text:
        message = (
            "Batch norm needs at least two examples in a batch. Use a larger batch, or Layer norm."
        )
    elif node is not None:
        message = f"{node} could not be run: look at its parameters and at what comes in. Your project is untouched."
    else:
        message = "The network could not be run. Your project is untouched; look at the last layer you changed."
    return Failed(step, node, message, f"{type(error).__name__}: {text}", advice)


# How torch says it on a CPU and on Apple's GPU, where the error has no type of its own.
_ALLOCATORS = ("can't allocate memory", "not enough memory", "out of memory")


def _ran_out(error: Exception) -> bool:
    """Whether memory ran out; an error that merely speaks of memory is not meant, nor what was made of it later."""
    while isinstance(error.__cause__, Exception):
        error = error.__cause__
    if isinstance(error, MemoryError | torch.OutOfMemoryError):
        return True
    return isinstance(error, RuntimeError) and any(said in str(error) for said in _ALLOCATORS)


def _no_room(course: Course | None) -> tuple[str, dict[str, float]]:
    """What to say where memory ran out, with the largest batch (a power of two) that should fit."""
    message = "There is not enough memory for this network. "
    if course is None:
        return message + "Use fewer units.", {}
    settings, room = course.settings, free(course.settings.device)
    total = course.job.shapes.total
    least = needed(total, 1, settings.optimizer)
    if room is None or least > room:
        more = f" It takes {spoken(least)} even for one example." if room is not None else ""
        return message + "Use fewer units, or a smaller batch." + more, {}
    each = max(1, needed(total, 2, settings.optimizer) - least)
    fits = min(1 + (room - least) // each, max(1, settings.batch_size // 2))
    size = 2 ** int(math.log2(fits))
    what = f"A batch of {size} should fit into the {spoken(room)} that are free"
    return f"{message}{what}; {settings.batch_size} did not.", {"batch_size": float(size)}


def _kept(course: Course, relived: Relived) -> str:
    rate = f"{course.settings.learning_rate / 10:g}"
    return f"The weights of step {relived.good.step} are kept. Restart with a lower rate, such as {rate}."


def _slower(course: Course) -> dict[str, float]:
    return {"learning_rate": course.settings.learning_rate / 10}


@torch.no_grad()
def _first_bad(course: Course, inputs: tuple[Tensor, ...]) -> NodeId:
    if inputs:
        for name, value in course.network.trace(*inputs).values.items():
            if not bool(torch.isfinite(value).all()):
                return name
    return next(iter(course.network.losses))


@torch.no_grad()
def _where(course: Course, inputs: tuple[Tensor, ...]) -> NodeId | None:
    """The node that cannot be run with a minibatch."""
    return course.network.breaks_at(*inputs)
