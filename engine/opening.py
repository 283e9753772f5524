"""An opening of the test set, as a project keeps it for good: when, of which run, why, and what came out."""

import json
from datetime import datetime
from typing import Literal

from pydantic import BaseModel, Field

from engine.dataset import DataError, Recipe, record_of
from engine.source import named_by, renamed

Measure = Literal["accuracy", "R²", "loss"]
Which = Literal["best", "last"]


class Opening(BaseModel, frozen=True, extra="ignore"):
    """One look at the test set. The first is unbiased; each later one is counted."""

    when: datetime
    run: str
    weights: Which
    step: int = Field(ge=0)
    why: str = ""
    examples: int = Field(ge=0)
    measure: Measure
    value: float
    low: float
    """Where the 95 % interval begins."""
    high: float
    loss: float
    dev: float | None = None
    """The same measure on dev, with the same weights."""
    right: int | None = None
    """Of how many answers the class was right; of all `asked`."""
    asked: int | None = None
    by_class: tuple[tuple[str, int, int], ...] = ()
    """Of each class its name, how many were right, and how many there are."""
    part: str
    """Which test set it was (`part_of`): another data set or another cut has a seal of its own."""


def part_of(recipe: Recipe) -> str:
    """Which test set a recipe cuts off, in words."""
    split = recipe.split.model_dump(mode="json")
    return json.dumps([record_of(recipe.dataset), split], sort_keys=True, ensure_ascii=False)


def earlier(openings: tuple[Opening, ...], recipe: Recipe) -> tuple[Opening, ...]:
    """The openings of the test set that this recipe cuts off."""
    ours = part_of(recipe)
    return tuple(opening for opening in openings if _as_now(opening.part) == ours)


def moved_part(part: str, old: str, new: str) -> str:
    """The words of a test set after the file that it was cut off from has moved; the same if it was another."""
    try:
        dataset, split = json.loads(part)
        recipe = Recipe.read({"dataset": dataset, "split": split})
    except (DataError, ValueError, TypeError, RecursionError):
        return part
    return part_of(renamed(recipe, {old: new})) if named_by(recipe.dataset) == old else part


def _as_now(part: str) -> str:
    """The words of a test set as this version says them: what was added to a declaration since has its usual value."""
    try:
        dataset, split = json.loads(part)
        return part_of(Recipe.read({"dataset": dataset, "split": split}))
    except (DataError, ValueError, TypeError, RecursionError):
        return part  # of a data set that is no longer known
