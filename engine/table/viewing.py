"""The columns of a table as a person sees them before they are used: what each is taken for, and what it holds.

What a column holds is told of the train part alone: nothing here looks at a row of the others.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from engine.axes import Labels
from engine.encoding import Column
from engine.samples import Samples
from engine.table.guessing import Role
from engine.table.sampling import Known

SHOWN = 3  # categories that are named


@dataclass(frozen=True, slots=True)
class ColumnView:
    """A column: how it is used, how it would be used if nobody said otherwise, and what the train part holds of it."""

    name: str
    role: Role
    guessed: Role
    why: str
    holds: str = ""
    missing: int = 0
    is_target: bool = False
    is_group: bool = False


def views(
    table: Known, group: str, samples: Samples | None = None, train: NDArray[np.int64] | None = None
) -> tuple[ColumnView, ...]:
    """All columns in their order; without samples nothing is told of what they hold."""
    held = dict(_held(table, samples, train)) if samples is not None and train is not None else {}
    return tuple(
        ColumnView(
            name,
            table.roles[name],
            guess.role,
            guess.why,
            *held.get(name, ("", 0)),
            is_target=name == table.target,
            is_group=name == group,
        )
        for name, guess in table.guessed.items()
    )


def _held(
    table: Known, samples: Samples, train: NDArray[np.int64]
) -> Iterator[tuple[str, tuple[str, int]]]:
    inputs: NDArray[Any] = np.asarray(samples.inputs)
    for place, column in enumerate(samples.columns.columns if samples.columns else ()):
        cells = inputs[:, place][train]
        known = cells[~np.isnan(cells)]
        yield column.name, (_said(column, known), len(cells) - len(known))
    if isinstance(samples.target, Labels):
        yield table.target, (_counted(samples.targets[train], samples.target.names), 0)
    else:
        yield table.target, (_range(samples.targets[train, 0].astype(np.float64)), 0)


def _said(column: Column, known: NDArray[np.float32]) -> str:
    """What a column holds, gaps left out, in words."""
    if not len(known):
        return "nothing"
    if column.use == "category":
        return _counted(known.astype(np.int64), column.categories)
    if column.use == "number":
        return _range(known + column.origin)
    first, last = (np.float64(found) + column.origin for found in (known.min(), known.max()))
    return f"{_day(first)} to {_day(last)}"


def _day(days: float) -> str:
    return str(np.datetime64(int(np.floor(days)), "D"))


def _range(values: NDArray[Any]) -> str:
    least, most, mean = values.min(), values.max(), values.mean(dtype=np.float64)
    return f"{least:.5g} to {most:.5g}, mean {mean:.4g}"


def _counted(codes: NDArray[Any], names: tuple[str, ...]) -> str:
    counts = np.bincount(codes, minlength=len(names))
    there = int(np.count_nonzero(counts))
    order = np.argsort(-counts, kind="stable")[: min(SHOWN, there)]
    some = ", ".join(f"{names[code]} {counts[code]:,}" for code in order)
    return f"{there:,} different: {some}, …" if there > SHOWN else some
