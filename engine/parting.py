"""How the examples of a data set are shared out among a train, a dev and a test part."""

from typing import Self

import numpy as np
from pydantic import BaseModel, Field, model_validator

from engine.axes import Labels
from engine.samples import DataError, Indices, Samples
from engine.sharing import fair_order, shares


class Split(BaseModel, frozen=True, extra="forbid"):
    """How the examples are shared out among the parts: at random, each class in proportion."""

    train: float = Field(0.7, gt=0, lt=1, title="Train", description="Share that is learnt from.")
    dev: float = Field(
        0.15, gt=0, lt=1, title="Dev", description="Share that settings are judged by."
    )
    test: float = Field(
        0.15, gt=0, lt=1, title="Test", description="Share that stays sealed until the end."
    )
    seed: int = Field(
        0, ge=0, lt=2**32, title="Seed", description="The same seed gives the same parts."
    )

    @model_validator(mode="after")
    def _adds_up(self) -> Self:
        total = self.train + self.dev + self.test
        if abs(total - 1) > 1e-6:
            raise ValueError(
                f"The shares of train, dev and test should add up to 1, not {total:g}."
            )
        return self


def cut(samples: Samples, split: Split) -> tuple[Indices, Indices, Indices]:
    """Which examples are in train, dev and test. Raises DataError if there are too few."""
    if samples.gap is not None:
        return _cut_in_time(len(samples.inputs), samples.gap, split)
    chance = np.random.default_rng(split.seed)
    free = np.arange(len(samples.inputs))
    fixed = {"dev": samples.judged, "test": samples.held_out}
    for part in fixed.values():
        free = free if part is None else np.setdiff1d(free, part)
    names = ["train", *(name for name, part in fixed.items() if part is None)]
    single = isinstance(samples.target, Labels) and samples.targets.ndim == 1
    labels = samples.targets[free] if single else None
    order = fair_order(free, labels, chance)
    sizes = shares(len(free), tuple(getattr(split, name) for name in names))
    drawn = dict(zip(names, np.split(order, np.cumsum(sizes)[:-1]), strict=True))
    others = [drawn[name] if part is None else part for name, part in fixed.items()]
    parts = (drawn["train"], *others)
    _check_parts(parts, len(samples.inputs))
    train, dev, test = map(chance.permutation, parts)
    return train, dev, test


def _cut_in_time(count: int, gap: int, split: Split) -> tuple[Indices, Indices, Indices]:
    """Parts that follow one another, with so many examples between them in none."""
    numbers = shares(max(count - 2 * gap, 0), (split.train, split.dev, split.test))
    starts = np.cumsum([0, numbers[0] + gap, numbers[1] + gap])
    train, dev, test = (
        np.arange(start, start + number) for start, number in zip(starts, numbers, strict=True)
    )
    _check_parts((train, dev, test), count)
    return train, dev, test


def _check_parts(parts: tuple[Indices, ...], count: int) -> None:
    if not all(map(len, parts)):
        raise DataError(
            f"{count} examples are too few to share out: a part would have none. "
            "Use more examples or larger shares."
        )
