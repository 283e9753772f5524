"""The state of one run: the network, its optimiser, the place in the data, and what is kept for bad days.

The loop in `engine.train` reads it aloud; here is what each of its words does.
"""

import time
from collections.abc import Iterator

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from engine.events import Checkpoint, Failed, Finished, Judged, Started, Steps, Validated
from engine.feeding import tensors
from engine.graph import NodeId
from engine.job import Job
from engine.judging import Findings
from engine.network import build
from engine.optimizers import make_optimizer
from engine.settings import Settings
from engine.weights import copy_in, copy_out, optimizer_in, optimizer_out

BLOCK_SECONDS = 1 / 30  # how often a block of steps is said, at most: once a frame
EVALUATION_BATCH = 512
CAREFUL_STEPS = (
    100  # for so long good weights are kept at every step: runs that diverge do it early
)
KEEP_EVERY = 10  # afterwards


class Course:
    """A run under way. Its numbers depend on the job alone: seed, threads and device are in its settings."""

    def __init__(self, job: Job) -> None:
        self.job, self.settings = job, job.settings
        torch.set_num_threads(self.settings.threads)
        torch.manual_seed(self.settings.seed)
        device = self.settings.device
        self.network = build(job.graph, job.shapes)
        self.module = self.network.module.to(device)
        self.optimizer = self._make_optimizer()
        self.inputs = tensors(job.data.train, self.network.feeds, device)
        self.targets = torch.tensor(job.data.train.targets, device=device)
        self.step, self.epoch, self.offset = 0, 0, 0
        if job.start:
            self._go_on_from(job.start)
        self._order = self._shuffled()
        self._block: list[float] = []
        self._last: Validated | None = None
        self._found = Findings(self.network, job.data.target)
        self._kept = [tensor.detach().clone() for tensor in self._state()]
        self._kept_at = (self.step, self.epoch, self.offset)
        self.seconds = job.start.seconds if job.start else 0.0  # up to the last halt
        self._running_since: float | None = time.perf_counter()  # None while the clock is stopped
        self._said = time.perf_counter()

    def _make_optimizer(self) -> torch.optim.Optimizer:
        settings = self.settings
        return make_optimizer(
            settings.optimizer,
            [p for p in self.module.parameters() if p.requires_grad],
            settings.learning_rate,
            settings.momentum,
            settings.weight_decay,
        )

    def _go_on_from(self, start: Checkpoint) -> None:
        copy_in(self.module, start.weights)
        if start.optimizer:
            optimizer_in(self.optimizer, start.optimizer)
        torch.set_rng_state(torch.tensor(start.chance))
        self.step, self.epoch, self.offset = start.step, start.epoch, start.offset

    # -- the place in the data -----------------------------------------------------------------------

    def _shuffled(self) -> Tensor:
        """The order of this epoch: it follows from the seed and the epoch alone, so that a run can go on anywhere."""
        chance = np.random.default_rng([self.settings.seed, self.epoch])
        return torch.from_numpy(chance.permutation(len(self.targets))).to(self.targets.device)

    def next_batch(self) -> tuple[tuple[Tensor, ...], Tensor]:
        """The next minibatch. The last of an epoch may be smaller; a single example left over joins it."""
        count, size = len(self.targets), self.settings.batch_size
        end = min(self.offset + size, count)
        if end == count - 1 and size > 1:
            end = count
        chosen = self._order[self.offset : end]
        self.offset = end
        return tuple(given[chosen] for given in self.inputs), self.targets[chosen]

    @property
    def epochs(self) -> float:
        """Epochs done, with the fraction of the one begun."""
        return self.epoch + self.offset / len(self.targets)

    # -- the steps -----------------------------------------------------------------------

    def stepped(self, loss: float) -> bool:
        """Note a step; whether an epoch is over."""
        self._block.append(loss)
        self.step += 1
        if self.offset < len(self.targets):
            return False
        self.epoch, self.offset = self.epoch + 1, 0
        self._order = self._shuffled()
        return True

    def block(self, *, due: bool = True) -> Iterator[Steps]:
        """The steps since the last time as one record; if it need not be now (`due`), only once a frame."""
        now = time.perf_counter()
        if not self._block or (not due and now - self._said < BLOCK_SECONDS):
            return
        self._said = now
        losses, self._block = np.array(self._block), []
        yield Steps(self.step, self.epochs, losses, self.elapsed)

    @property
    def elapsed(self) -> float:
        """Seconds spent so far, pauses left out."""
        if self._running_since is None:
            return self.seconds
        return self.seconds + time.perf_counter() - self._running_since

    def halt(self) -> None:
        """Stop the clock."""
        self.seconds, self._running_since = self.elapsed, None

    def run_on(self) -> None:
        """Start the clock again."""
        self._running_since = time.perf_counter()

    # -- good weights, for bad days -----------------------------------------------------------------------

    def _state(self) -> list[Tensor]:
        return list(self.module.state_dict().values())

    def keep_good(self) -> None:
        """Keep the weights that have just given a finite loss, every few steps."""
        if self.step < CAREFUL_STEPS or self.step % KEEP_EVERY == 0:
            for kept, tensor in zip(self._kept, self._state(), strict=True):
                kept.copy_(tensor)
            self._kept_at = (self.step, self.epoch, self.offset)

    def checkpoint(self) -> Checkpoint:
        """All that is needed to go on from here."""
        memory = optimizer_out(self.optimizer)
        return Checkpoint(
            self.step,
            self.epoch,
            self.offset,
            copy_out(self.module),
            memory,
            _chance(),
            self.elapsed,
        )

    def last_good(self) -> Checkpoint:
        """The last weights whose loss was finite. The optimiser's memory may be spoilt and is left out."""
        names = self.module.state_dict()
        weights = {n: kept.cpu().numpy().copy() for n, kept in zip(names, self._kept, strict=True)}
        return Checkpoint(*self._kept_at, weights, {}, _chance(), self.elapsed)

    # -- what is said -----------------------------------------------------------------------

    def started(self) -> Started:
        """All that decides this run's numbers."""
        data, settings = self.job.data, self.settings
        parameters = sum(parameter.numel() for parameter in self.module.parameters())
        whole, rest = divmod(data.train.count, settings.batch_size)
        per_epoch = whole + (rest > 1 or (rest == 1 and not whole))  # one left over joins the last
        return Started(
            self.step, self.epochs, self.job.last_epoch, per_epoch, data.train.count, data.dev.count,
            parameters, settings.seed, settings.threads, settings.device,
        )  # fmt: skip

    def validated(self) -> Validated:
        """The whole dev part, and as many train examples, in inference mode."""
        data = self.job.data
        sample = slice(0, max(data.dev.count, 256))
        train = self._evaluate(tuple(given[sample] for given in self.inputs), self.targets[sample])
        device = self.settings.device
        dev = self._evaluate(
            tensors(data.dev, self.network.feeds, device),
            torch.tensor(data.dev.targets, device=device),
        )
        f1, r2 = self._found.scores()
        self._last = Validated(
            self.step, self.epoch, train[0], dev[0], train[1], dev[1], self.elapsed, f1, r2
        )
        return self._last

    def judged(self) -> Iterator[Judged]:
        """What that validation made of each example of dev, where that can be said."""
        yield from self._found.said(self.step, self.epoch)

    @torch.no_grad()
    def _evaluate(self, inputs: tuple[Tensor, ...], targets: Tensor) -> tuple[float, float | None]:
        """Mean loss and accuracy (None where it has no meaning)."""
        self.network.train(False)
        self._found = Findings(self.network, self.job.data.target)
        loss, count = 0.0, len(targets)
        for place in range(0, count, EVALUATION_BATCH):
            chosen = slice(place, place + EVALUATION_BATCH)
            y = targets[chosen]
            results = self.module(*(given[chosen] for given in inputs))
            loss += float(self.network.loss(results, y)) * len(y)
            self._found.take(results, y)
        self.network.train()
        return loss / count, self._found.accuracy()

    def finished(self, *, stopped: bool) -> Finished:
        """The end, with the figures of the last validation."""
        last = self._last
        return Finished(
            step=self.step,
            reason="stopped" if stopped else "done",
            epoch=self.epoch,
            train_loss=last.train_loss if last else None,
            dev_loss=last.dev_loss if last else None,
            train_accuracy=last.train_accuracy if last else None,
            dev_accuracy=last.dev_accuracy if last else None,
            seconds=self.elapsed,
        )

    def diverged(self, inputs: tuple[Tensor, ...], loss: float) -> Failed:
        """Say where the loss stopped being a number."""
        node = self._first_bad(inputs)
        what = "infinite" if loss in (float("inf"), float("-inf")) else "not a number"
        message = f"The loss is {what} at step {self.step + 1}; it began in {node}. {self._advice}"
        return Failed(self.step, node, message, f"loss = {loss}")

    def spoilt(self) -> NodeId | None:
        """The first node of which a weight is no number any more, though no loss has told of it yet."""
        for name, weight in self.module.state_dict().items():
            if not bool(torch.isfinite(weight).all()):
                return NodeId(name.rpartition(".")[0])
        return None

    def overshot(self, node: NodeId) -> Failed:
        """Say that the very last update went so far that weights are no numbers."""
        message = f"Step {self.step} made weights of {node} infinite. {self._advice}"
        return Failed(self.step, node, message, "weights = inf or nan")

    @property
    def _advice(self) -> str:
        rate = f"{self.settings.learning_rate / 10:g}"
        return f"The weights of step {self._kept_at[0]} are kept. Restart with a lower rate, such as {rate}."

    @torch.no_grad()
    def _first_bad(self, inputs: tuple[Tensor, ...]) -> NodeId:
        for name, value in self.network.trace(*inputs).values.items():
            if not bool(torch.isfinite(value).all()):
                return name
        return next(iter(self.network.losses))

    # -- changes while it runs -----------------------------------------------------------------------

    def adjust(self, settings: Settings) -> None:
        """Take over other settings from the next step on."""
        self.settings = settings
        for group in self.optimizer.param_groups:
            group["lr"], group["weight_decay"] = settings.learning_rate, settings.weight_decay
            if settings.optimizer == "Momentum":
                group["momentum"] = settings.momentum


def _chance() -> NDArray[np.uint8]:
    state: NDArray[np.uint8] = torch.get_rng_state().numpy().copy()
    return state
