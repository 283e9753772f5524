"""How a run stands on dev: the best weights so far, and what follows if there is no progress."""

import math
import time
from collections.abc import Callable, Iterator

from torch import Tensor, nn

from engine.events import Best, Event, Remarked, Validated
from engine.rewind import state_of
from engine.schedules import Patience
from engine.settings import Settings
from engine.weights import named

BEST_SECONDS = (
    2.0  # how often the best weights are handed out, at most, while they go on getting better
)


class Standing:
    """Takes in each validation of a run."""

    def __init__(self, module: nn.Module) -> None:
        self.patience = Patience()
        self.last: Validated | None = None
        self.best: tuple[Validated, tuple[Tensor, ...]] | None = None
        self._module = module
        self._handed: Validated | None = None  # the last of the best whose weights were handed out
        self._handed_at = -math.inf

    def take(
        self, validated: Validated, settings: Settings, fell: Callable[[float, float], None]
    ) -> Iterator[Event]:
        """Keep the weights if they are the best; on a plateau the rate falls, of which `fell` is told."""
        if self.patience.note(validated.dev_loss):
            self.best = (validated, state_of(self._module))
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
        yield Best(of.step, of.epoch, of.dev_loss, named(self._module, weights))
