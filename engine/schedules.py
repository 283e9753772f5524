"""How the learning rate changes while a run goes on: each schedule a pure function of the place in the run.

The place is measured in the data seen, not in steps, so that a batch size changed midway moves nothing.
"""

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import MappingProxyType

from engine.settings import ScheduleName, Settings

RISE = 0.3  # of a one-cycle run: the share in which the rate climbs, as torch's OneCycleLR has it
START, END = 1 / 25, 1e-4 / 25  # of its rate: where it begins and ends, likewise
BETTER = 1e-4  # by which share dev must improve to count, as for torch's ReduceLROnPlateau


@dataclass(frozen=True, slots=True)
class Place:
    """Where a run stands before a step."""

    step: int  # updates done
    epochs: float  # epochs done, with the fraction of the one begun
    last: float  # the epoch at which the run ends
    reduced: float = 1.0  # what falls on plateaus have made of the rate

    @property
    def share(self) -> float:
        """How much of the run is done, from 0 to 1."""
        return min(self.epochs / self.last, 1.0)


def _step(settings: Settings, place: Place) -> float:
    return float(settings.schedule_factor ** (place.epochs // settings.schedule_epochs))


def _cosine(_: Settings, place: Place) -> float:
    """½(1 + cos πt): Loshchilov & Hutter 2017, without restarts."""
    return (1 + math.cos(math.pi * place.share)) / 2


def _one_cycle(_: Settings, place: Place) -> float:
    """Up along a cosine from 1/25 to 1, then down to 1/250,000: Smith & Topin 2018 with torch's numbers."""
    if place.share < RISE:
        return _between(START, 1.0, place.share / RISE)
    return _between(1.0, END, (place.share - RISE) / (1 - RISE))


def _between(first: float, last: float, share: float) -> float:
    return last + (first - last) * (1 + math.cos(math.pi * share)) / 2


SCHEDULES: Mapping[ScheduleName, Callable[[Settings, Place], float]] = MappingProxyType(
    {
        "constant": lambda _settings, _place: 1.0,
        "step": _step,
        "cosine": _cosine,
        "one-cycle": _one_cycle,
        "plateau": lambda _settings, place: place.reduced,
    }
)


def factor(settings: Settings, place: Place) -> float:
    """What the rate of the settings is multiplied by for the next step; a warm-up climbs from 1/n to 1."""
    warm = min((place.step + 1) / settings.warm_up, 1.0) if settings.warm_up else 1.0
    return warm * SCHEDULES[settings.schedule](settings, place)


@dataclass(slots=True)
class Patience:
    """How long dev has not got better: what falls of the rate on a plateau and early stopping go by."""

    best: float = math.inf  # lowest dev loss
    lowest: float = math.inf  # lowest that was better by a share of BETTER, for the schedule
    waited: int = 0  # epochs since the best
    stalled: int = 0  # epochs since the last fall of the rate or the lowest
    reduced: float = 1.0

    def note(self, dev_loss: float) -> bool:
        """Take in a dev loss; whether it is the best so far."""
        better = dev_loss < self.best
        self.best, self.waited = (dev_loss, 0) if better else (self.best, self.waited + 1)
        if dev_loss < self.lowest * (1 - BETTER):
            self.lowest, self.stalled = dev_loss, 0
        else:
            self.stalled += 1
        return better

    def falls(self, settings: Settings) -> bool:
        """Whether the rate falls now, for there was no progress for longer than the settings bear."""
        if settings.schedule != "plateau" or self.stalled <= settings.schedule_epochs:
            return False
        self.reduced, self.stalled = self.reduced * settings.schedule_factor, 0
        return True

    def is_out(self, settings: Settings) -> bool:
        """Whether the run ends now."""
        return 0 < settings.patience <= self.waited

    def marks(self) -> dict[str, float]:
        """All of it as plain numbers, for a checkpoint."""
        return {name: float(getattr(self, name)) for name in self.__slots__}

    @classmethod
    def of(cls, marks: Mapping[str, float]) -> "Patience":
        """What `marks` gave."""
        made = cls()
        for name, value in marks.items():
            if name in cls.__slots__:
                setattr(made, name, type(getattr(made, name))(value))
        return made
