"""How a run stands on dev: the best weights so far, and what follows if there is no progress."""

import math
import time
from collections.abc import Callable, Iterator

from torch import Tensor

from engine.batches import Batches
from engine.evaluation import evaluated
from engine.events import Best, Event, Judged, Remarked, Validated
from engine.feeding import decimals, on_device, sources
from engine.job import Job
from engine.judging import Findings
from engine.network import Network
from engine.rewind import state_of
from engine.schedules import Patience
from engine.settings import Settings
from engine.weights import named

FEWEST = 128  # train examples that are looked at, where dev has fewer
BEST_SECONDS = (
    2.0  # how often the best weights are handed out, at most, while they go on getting better
)


class Standing:
    """Makes each validation of a run, and draws the conclusions."""

    def __init__(self, network: Network, job: Job) -> None:
        self._network, self._job = network, job
        self._found: Findings | None = None
        self.patience = Patience()
        self.last: Validated | None = None
        self.best: tuple[Validated, tuple[Tensor, ...]] | None = None
        self._handed: Validated | None = None  # the last of the best whose weights were handed out
        self._handed_at = -math.inf

    def validate(self, batches: Batches, step: int, seconds: float) -> Validated:
        """The whole dev part, and as many train examples (`FEWEST` at least), in inference mode."""
        data, settings = self._job.data, self._job.settings
        device, dtype = settings.device, decimals(settings)
        sample = min(max(data.dev.count, FEWEST), batches.count)
        given = tuple([values.narrow(0, 0, sample) for values in batches.inputs])
        train, seen = evaluated(self._network, given, batches.targets[:sample], data.target)
        inputs = sources(data.dev, self._network.feeds, device, dtype=dtype)
        truths = on_device(data.dev.targets, device, dtype)
        dev, self._found = evaluated(self._network, inputs, truths, data.target)
        right, scores = (seen.accuracy(), self._found.accuracy()), self._found.scores()
        self.last = Validated(step, batches.epoch, train, dev, *right, seconds, *scores)
        return self.last

    def found(self) -> Iterator[Judged]:
        """What the last validation made of each example of dev, where that can be said."""
        if self._found is not None and self.last is not None:
            yield from self._found.said(self.last.step, self.last.epoch)

    def take(
        self, validated: Validated, settings: Settings, fell: Callable[[float, float], None]
    ) -> Iterator[Event]:
        """Keep the weights if they are the best; on a plateau the rate falls, of which `fell` is told."""
        if self.patience.note(validated.dev_loss):
            self.best = (validated, state_of(self._network.module))
        before = self.patience.reduced
        if self.patience.falls(settings):
            fell(before, self.patience.reduced)
            waited = settings.schedule_epochs
            yield Remarked(
                validated.step,
                f"rate × {settings.schedule_factor:g}",
                f"Dev got no better for more than {waited} epochs: the rate falls.",
            )
        if time.perf_counter() - self._handed_at >= BEST_SECONDS:
            yield from self.hand_out()

    def hand_out(self) -> Iterator[Best]:
        """The weights with the lowest dev loss, if they have not been handed out yet."""
        if self.best is None or self.best[0] is self._handed:
            return
        self._handed_at, (of, weights) = time.perf_counter(), self.best
        self._handed = of
        yield Best(of.step, of.epoch, of.dev_loss, named(self._network.module, weights))
