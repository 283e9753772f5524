"""How the examples of a data set are shared out among a train, a dev and a test part."""

from typing import Literal, Self

import numpy as np
from pydantic import BaseModel, Field, model_validator

from engine.axes import Labels
from engine.samples import DataError, Indices, Samples
from engine.sharing import fair_order, shares, whole_groups

By = Literal["classes", "groups", "time"]


class Split(BaseModel, frozen=True, extra="forbid"):
    """How the examples are shared out among the parts: by chance, in whole groups, or one part after the other."""

    by: By = Field(
        "classes",
        title="Share out",
        description="By chance: each class in proportion. Whole groups: what belongs together, such as the pictures of "
        "one person, is in one part. In time: first train, then dev, then test.",
        json_schema_extra={
            "labels": {"classes": "By chance", "groups": "Whole groups", "time": "In time"}
        },
    )

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
    if samples.gap is not None or split.by == "time":
        return _cut_in_time(samples, split)
    chance = np.random.default_rng(split.seed)
    free = np.arange(len(samples.inputs))
    fixed = {"dev": samples.judged, "test": samples.held_out}
    for part in fixed.values():
        free = free if part is None else np.setdiff1d(free, part)
    names = ["train", *(name for name, part in fixed.items() if part is None)]
    weights = tuple(getattr(split, name) for name in names)
    share = _in_groups if split.by == "groups" else _by_class
    drawn = dict(zip(names, share(samples, free, weights, chance), strict=True))
    others = [drawn[name] if part is None else part for name, part in fixed.items()]
    parts = (drawn["train"], *others)
    _check_parts(parts, len(samples.inputs))
    train, dev, test = map(chance.permutation, parts)
    return train, dev, test


def _by_class(
    samples: Samples, free: Indices, weights: tuple[float, ...], chance: np.random.Generator
) -> list[Indices]:
    """The free examples in parts of exact sizes, each class in proportion."""
    single = isinstance(samples.target, Labels) and samples.targets.ndim == 1
    order = fair_order(free, samples.targets[free] if single else None, chance)
    return list(np.split(order, np.cumsum(shares(len(free), weights))[:-1]))


def _in_groups(
    samples: Samples, free: Indices, weights: tuple[float, ...], chance: np.random.Generator
) -> list[Indices]:
    """The free examples in parts of about the right sizes, of which no two share a group."""
    if samples.groups is None:
        raise DataError(
            "These data do not say which examples belong together. Share them out by chance, or name what groups them."
        )
    groups = samples.groups[free]
    if (count := len(np.unique(groups))) < len(weights):
        raise DataError(
            f"{count} groups are too few for {len(weights)} parts: each needs one of its own."
        )
    part = whole_groups(groups, weights, chance)
    return [free[part == number] for number in range(len(weights))]


def _cut_in_time(samples: Samples, split: Split) -> tuple[Indices, Indices, Indices]:
    """Parts that follow one another, with so many examples between them in none.

    They are in the order of their times; without any, in that in which the data hold them.
    """
    count, gap = len(samples.inputs), samples.gap or 0
    order = np.arange(count)
    if samples.times is not None:
        order = np.argsort(samples.times, kind="stable")
    numbers = shares(max(count - 2 * gap, 0), (split.train, split.dev, split.test))
    starts = np.cumsum([0, numbers[0] + gap, numbers[1] + gap])
    train, dev, test = (
        order[start : start + number] for start, number in zip(starts, numbers, strict=True)
    )
    _check_parts((train, dev, test), count)
    return train, dev, test


def _check_parts(parts: tuple[Indices, ...], count: int) -> None:
    if not all(map(len, parts)):
        raise DataError(
            f"{count} examples are too few to share out: a part would have none. "
            "Use more examples or larger shares."
        )
