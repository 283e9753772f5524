"""The state of one run: the network, how it is updated, the place in the data, and what is kept for bad days.

The loop in `engine.train` reads it aloud; here is what each of its words does.
"""

import math
import time
from collections.abc import Callable, Iterator
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from engine.batches import Batches
from engine.clock import Clock
from engine.events import Checkpoint, Event, Remarked, Steps, Validated
from engine.feeding import decimals, on_device, sources
from engine.generate.forcing import Forcing
from engine.graph import NodeId
from engine.job import Job
from engine.network import build
from engine.rewind import Changes, Mark, Pace, Relived, go_back, mark, put_state
from engine.schedules import Patience, Place, factor
from engine.settings import Settings
from engine.standing import Standing
from engine.strides import Strides
from engine.tuning import tuned
from engine.updating import Updates
from engine.varied import varying
from engine.weights import copy_in, copy_out, named, optimizer_in, optimizer_out

BLOCK_SECONDS = 1 / 30  # how often a block of steps is said, at most: once a frame


class Course:
    """A run under way. Its numbers depend on the job alone: seed, threads and device are in its settings."""

    def __init__(self, job: Job) -> None:
        self.job, self.settings, self.graph = job, job.settings, job.graph
        torch.set_num_threads(self.settings.threads)
        torch.manual_seed(self.settings.seed)
        device, dtype = self.settings.device, decimals(self.settings)
        self.network = build(job.graph, job.shapes)
        self.module = self.network.to(device, dtype)
        self.strange = copy_in(self.module, job.carried) if job.carried else []
        self.updates = Updates(self.network, job.graph, self.settings)
        inputs = sources(job.data.train, self.network.feeds, device, dtype=dtype)
        targets = on_device(job.data.train.targets, device, dtype)
        self._strides = Strides(self.network, self.settings)
        order = self._strides.order(job.data.train, device)
        seed = self.settings.seed
        varied = varying(job.data, self.network.feeds, seed)
        self.batches = Batches(inputs, targets, seed, order, varied)
        self.standing = Standing(self.network, job)
        self._forcing = Forcing(self.network, job.graph, job.data, device)
        self.step = 0
        if job.start:
            self._go_on_from(job.start)
        self._block: list[Tensor] = []
        self._mark, self._pace = self._marked(), Pace()
        self._changes = Changes()  # since then
        self.clock = Clock(job.start.seconds if job.start else 0.0)
        self._said = time.perf_counter()

    def _go_on_from(self, start: Checkpoint) -> None:
        copy_in(self.module, start.weights)
        if start.optimizer:
            optimizer_in(self.updates.optimizer, start.optimizer, self.updates.named)
        torch.set_rng_state(torch.tensor(start.chance))
        self._strides.read(start.optimizer, self.settings.device)
        self.step = start.step
        self.batches.go_to(start.epoch, start.offset)
        self.standing.patience = Patience.of(start.schedule)
        self.standing.patience.waited = 0  # whoever goes on wants to go on

    # -- the steps -----------------------------------------------------------------------------------

    def next_batch(self) -> tuple[tuple[Tensor, ...], Tensor]:
        """The next minibatch: what the network takes, and the targets."""
        inputs, targets = self.batches.next(self.settings.batch_size)
        share, chance = self.settings.teacher_forcing, (self.settings.seed, self.step)
        return (inputs if share == 1 else self._forcing.fed(inputs, share, chance)), targets

    def loss(self, inputs: tuple[Tensor, ...], targets: Tensor) -> Tensor:
        """The loss of a minibatch: a single number, with the way back to the weights.

        Now and then, if it is a number, the place before it is kept for bad days.
        """
        return self._keeping(lambda: self._loss(inputs, targets))

    def leap(self, count: int, steps: Callable[[], Tensor]) -> bool:
        """Do whole minibatches in another way, which changes weights and memories in place; whether an epoch is over.

        `steps` gives their losses, (count,).
        """
        self._block.append(self._keeping(steps))
        self.step += count
        return self.batches.skip(count * self.settings.batch_size)

    def _keeping(self, loss: Callable[[], Tensor]) -> Tensor:
        if self.updates.waits or not self._pace.due():
            return loss()
        begun = time.perf_counter()
        before = self._marked()
        spent = time.perf_counter() - begun
        found = loss()
        if bool(torch.isfinite(found).all()) and self.is_sound:
            self._mark, self._changes = before, Changes()
            self._pace.took(spent)
        return found

    def _loss(self, inputs: tuple[Tensor, ...], targets: Tensor) -> Tensor:
        if self._strides.acts:
            with self._strides.within(fresh=self.batches.began == 0):
                return self._forward(self.module, inputs, targets)
        return self._forward(self.network.results, inputs, targets)

    def _forward(
        self, run: Callable[..., Any], inputs: tuple[Tensor, ...], targets: Tensor
    ) -> Tensor:
        if self.settings.precision == "mixed":
            with self.updates.mixed():
                return self.network.loss(run(*inputs), targets)
        return self.network.loss(run(*inputs), targets)

    @property
    def updates_now(self) -> bool:
        """Whether the minibatch of the moment brings an update."""
        return self.updates.updates_with(last=self.batches.is_last)

    def learn(self, loss: Tensor) -> None:
        """Go back from a minibatch's loss and update the weights, at the rate that the schedule has for now."""
        if self.settings.schedule != "constant" or self.settings.warm_up:
            self.updates.go_at(self.rate)
        batches = self.batches
        self.updates.learn(loss, batches.offset - batches.began, last=batches.is_last)

    @property
    def rate(self) -> float:
        """The learning rate of the next update."""
        return self.rate_after(0)

    def rate_after(self, steps: int) -> float:
        """The learning rate of the update after so many more whole minibatches of this epoch."""
        batches, settings = self.batches, self.settings
        place = Place(
            (self.step + steps) // settings.accumulate,
            batches.epoch + (batches.began + steps * settings.batch_size) / batches.count,
            self.job.last_epoch,
            self.standing.patience.reduced,
        )
        return settings.learning_rate * factor(settings, place)

    def stepped(self, loss: Tensor) -> bool:
        """Note a step; whether an epoch is over."""
        self._block.append(loss.detach())
        self.step += 1
        return self.batches.close()

    @property
    def is_sound(self) -> bool:
        """Whether all losses since the last block were numbers."""
        return not self._block or bool(torch.isfinite(torch.hstack(self._block)).all())

    @property
    def block_due(self) -> bool:
        """Whether it is time for the next block: once a frame."""
        return time.perf_counter() - self._said >= BLOCK_SECONDS

    def block(self) -> Iterator[Steps]:
        """The steps since the last time as one record."""
        self._said = time.perf_counter()
        if self._block:
            losses = torch.hstack(self._block).double().cpu().numpy()
            self._block = []
            yield Steps(self.step, self.batches.epochs, losses, self.clock.seconds, self.rate)

    # -- good weights, for bad days ------------------------------------------------------------------

    def _marked(self) -> Mark:
        place = (self.step, self.batches.epoch, self.batches.began)
        return mark(place, self.module, self.updates.optimizer, self._strides.states)

    def relive(self) -> Relived:
        """Go back to the last copy and do its steps again, until one of which the loss is no number.

        The course then stands before that step; or where it stood, if all went well until there.
        """
        block, end, good = self._block, self.step, self._mark
        first, value = end - len(block), math.nan
        inputs: tuple[Tensor, ...] = ()
        self._return_to(self._mark)
        self._changes.undo()
        while True:
            self._changes.redo(self.step)
            before = good if self.updates.waits else self._marked()
            place = (self.step, self.batches.epoch, self.batches.offset)
            try:  # what is streamed is read again
                inputs, targets = self.next_batch()
                loss = self._loss(inputs, targets)
                value = loss.item()
                if self.step == end or not math.isfinite(value):
                    break
                good = before
                self.learn(loss)
            except Exception:  # noqa: BLE001 (whatever a layer or a file raises)
                break
            self.stepped(loss)
        self.step = place[0]
        self.batches.go_to(*place[1:])
        self._block = block[: max(0, self.step - first)]
        return Relived(good, inputs, value)

    def _return_to(self, mark: Mark) -> None:
        self.updates.forget()
        go_back(mark, self.module, self.updates.optimizer)
        self._strides.put(mark.states)
        self.step = mark.step
        self.batches.go_to(mark.epoch, mark.offset)

    def checkpoint(self) -> Checkpoint:
        """All that is needed to go on from here."""
        memory = optimizer_out(self.updates.optimizer, self.updates.named)
        memory |= self._strides.copied()
        place, marks = (self.batches.epoch, self.batches.offset), self.standing.patience.marks()
        weights, seconds = copy_out(self.module), self.clock.seconds
        return Checkpoint(self.step, *place, weights, memory, _chance(), seconds, marks)

    def checkpoint_of(self, good: Mark) -> Checkpoint:
        """A place of before. The optimiser's memory may lead astray again and is left out."""
        place, chance = (good.step, good.epoch, good.offset), good.chance.numpy().copy()
        weights = named(self.module, good.weights)
        return Checkpoint(*place, weights, {}, chance, self.clock.seconds)

    # -- after an epoch ------------------------------------------------------------------------------

    def validated(self) -> Validated:
        """The whole dev part, and as many train examples, in inference mode."""
        return self.standing.validate(self.batches, self.step, self.clock.seconds)

    def followed(self, validated: Validated) -> Iterator[Event]:
        """What follows from the dev loss."""
        yield from self.standing.take(validated, self.settings, self._fell)

    def _fell(self, before: float, after: float) -> None:
        """Note that the rate fell, for whoever lives these steps again."""
        patience = self.standing.patience
        self._changes.note(self.step, lambda to: setattr(patience, "reduced", to), before, after)

    @property
    def is_out_of_patience(self) -> bool:
        """Whether the run ends early, for dev has got no better for so long."""
        return self.standing.patience.is_out(self.settings)

    def back_to_best(self) -> Iterator[Remarked]:
        """Put the best weights back, at the place where they were."""
        if self.standing.best is None:
            return
        waited, (best, weights) = self.standing.patience.waited, self.standing.best
        said = f"Dev got no better for {waited} epochs: the weights of epoch {best.epoch}, the best, are back."
        yield Remarked(self.step, "stopped early", said)
        put_state(self.module, weights)
        self.updates.optimizer.state.clear()
        self.step, self.standing.last = best.step, best
        self.batches.go_to(best.epoch, 0)

    # -- changes while it runs -----------------------------------------------------------------------

    def adjust(self, settings: Settings) -> None:
        """Take over other settings from the next step on."""
        self._changes.note(self.step, self._set, self.settings, settings)
        self._set(settings)

    def _set(self, settings: Settings) -> None:
        self.settings = settings
        self.updates.adjust(settings)
        self._strides.adjust(settings)
        self.updates.go_at(self.rate)

    def tune(self, node: str, parameter: str, value: float) -> float | None:
        """Change what a node reads anew at each step; what it was, or None if it does not stand in the network."""
        before = self._tune(node, parameter, value)
        if before is not None:
            self._changes.note(self.step, lambda to: self._tune(node, parameter, to), before, value)
        return before

    def _tune(self, node: str, parameter: str, value: float) -> float | None:
        before = tuned(self.network, self.graph, NodeId(node), parameter, value)
        if before is not None:
            changed = self.graph.nodes[NodeId(node)].layer.but(**{parameter: value})
            self.graph = self.graph.put(NodeId(node), changed)
        return before


def _chance() -> NDArray[np.uint8]:
    state: NDArray[np.uint8] = torch.get_rng_state().numpy().copy()
    return state
