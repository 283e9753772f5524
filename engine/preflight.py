"""The pre-flight: one batch forward and backward through a network that is about to be trained, on weights of its own.

What is measured is what the first step of training would meet: training mode, dropout and all, on the weights that the
seed gives. It draws from torch's generator and may run a person's code, so it is flown in another process
(`engine.pilot`).
"""

from collections.abc import Callable
from functools import cached_property

import torch

from engine.events import Flight
from engine.feeding import decimals
from engine.job import Job
from engine.look import Batch, Look
from engine.memory import BYTES, free, spoken
from engine.network import Network, build
from engine.probe import Moment
from engine.probes import PROBES
from engine.sizing import Cost

MOST_EXAMPLES, FEWEST = 64, 2  # a norm over one example would have nothing to go by
WORK = 3e10  # multiply-adds, there and back: some seconds of one core
BACK = 3  # so many times the work of the way there is that of both ways
MEMORY = 1 << 30  # bytes at most, and at most half of what is free
COPIES = 2  # of each weight: itself and its gradient; of each number brought forth: the same
READ = frozenset({"ErrorSignal", "WireSignal"})


def fly(job: Job, wanted: Callable[[], bool] = lambda: True) -> Flight | None:
    """Send a batch of at most 64 train examples through a network of its own; None once it is not `wanted` any more.

    Seeds torch's generator as a run does, and leaves it elsewhere than it was.
    """
    count, refusal = affordable(job.shapes.total, job.data.train.count)
    if refusal:
        return Flight(refusal=refusal)
    torch.manual_seed(job.settings.seed)
    network = build(job.graph, job.shapes)
    network.to("cpu", decimals(job.settings))
    network.train()
    if not wanted():
        return None
    batch = Batch(job.data.train, slice(0, count), "cpu", network.feeds, decimals(job.settings))
    moment = _InTraining(network, job.graph, job.data.target, 0, batch, batch, shapes=job.shapes)
    try:
        _ = moment.in_training.loss
        if not wanted():
            return None
        readings = [said for name in sorted(READ) for said in PROBES[name]().read(moment)]
    except Exception as error:  # noqa: BLE001 (a layer, and what a person wrote in one, may raise anything)
        return Flight(refusal=_broken(network, batch, error))
    return Flight(tuple(readings), count)


class _InTraining(Moment):
    """A moment in training mode through and through."""

    @cached_property
    def in_training(self) -> Look:
        return Look(self.network, self._probe, whole=True, by_wire=True, as_it_is=True)


def affordable(total: Cost, examples: int) -> tuple[int, str]:
    """How many examples fit into time and memory; and, if too few do, why there is no pre-flight."""
    room = min(MEMORY, (free("cpu") or 2 * MEMORY) // 2)
    weights = COPIES * BYTES * total.parameters
    each = COPIES * BYTES * max(1, total.held, total.activations)
    by_time = int(WORK // (BACK * max(1, total.multiply_adds)))
    by_memory = (room - weights) // each
    count = min(MOST_EXAMPLES, examples, by_time, by_memory)
    least = min(FEWEST, examples)
    if count >= least:
        return count, ""
    if by_memory < least:
        need = spoken(weights + least * each)
        return 0, f"it would take about {need} of memory, and {spoken(room)} are allowed"
    limit = WORK / BACK / FEWEST / 1e9
    return 0, (
        f"an example takes {total.multiply_adds / 1e9:,.0f} billion multiply-adds, "
        f"and at most {limit:.0f} are waited for"
    )


def _broken(network: Network, batch: Batch, error: Exception) -> str:
    """Where and why a batch did not get through."""
    at = network.breaks_at(*batch.inputs)
    said = str(error).strip().splitlines() or [type(error).__name__]
    return f"{at} cannot run: {said[0]}" if at else f"the loss cannot be found: {said[0]}"
