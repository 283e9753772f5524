"""A table's columns as the numbers that a network reads: gaps filled, categories as ones and zeros, dates as times.

What is filled in, which categories are common enough, the mean and deviation: all of it is found out from the train
part alone and is used as it is on every other row, also on those that a person asks about later.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from engine.ahead import abreast

Floats = NDArray[np.float32]
Use = Literal["number", "category", "date"]
Filling = Literal["median", "mean"]
BLOCK = 16_384  # rows at a time: what is worked on stays in the processor's cache
SAMPLE = 10_000  # rows, evenly spread
YEAR, WEEK, DAY = 365.2425, 7.0, 1.0  # days
FIRST_MONDAY = 4.0  # days from 1 January 1970, a Thursday


@dataclass(frozen=True, slots=True)
class Column:
    """A column as it is stored, one float32 a row, NaN where nothing stands.

    A number is kept less `origin`, so that large numbers keep their differences; a date is kept in days since 1970
    less `origin`; a category is the place of its name in `categories`.
    """

    name: str
    use: Use
    origin: float = 0.0
    categories: tuple[str, ...] = ()
    has_hours: bool = False


@dataclass(frozen=True, slots=True)
class Columns:
    """All columns of a table that a network may read, and how they are to be made into numbers."""

    columns: tuple[Column, ...]
    filling: Filling = "median"
    rare: int = 1  # a category with fewer rows in the train part is one of the others
    most: int = 100  # categories of a column that have a feature of their own, the most frequent

    def fitted(self, stored: NDArray[Any], train: NDArray[np.int64]) -> "Encoding":
        """What these rows (of all that are stored: rows, columns) say about how to encode the table."""
        ordered = np.sort(train)  # memory is read from one end to the other

        def fit(place: int) -> Fitted:
            return _fitted(self.columns[place], stored[:, place], ordered, self)

        made = abreast(fit, range(len(self.columns)), ordered.size * len(self.columns))
        return Encoding(tuple(made))


@dataclass(frozen=True, slots=True)
class Fitted:
    """A column and what the train part says about it."""

    column: Column
    fill: float = 0.0  # what stands for a gap
    gaps: bool = False  # whether the train part has gaps: then there is a feature that says so
    common: tuple[int, ...] = ()  # the categories that have a feature of their own
    others: bool = False  # whether there is one for those that are rare
    mean: float = 0.0
    deviation: float = 1.0

    @property
    def features(self) -> tuple[str, ...]:
        """The name of each number that is made of the column."""
        name = self.column.name
        if self.column.use == "category":
            made = [f"{name} = {self.column.categories[code]}" for code in self.common]
            if self.others:
                made.append(f"{name} = another")
        elif self.column.use == "date":
            made = [name, *(f"{name}: {part}" for part, _, _ in self._rounds())]
        else:
            made = [name]
        return (*made, f"{name} is missing") if self.gaps else tuple(made)

    def _rounds(self) -> Iterator[tuple[str, float, Any]]:
        """What goes round and round in a date: its name, how many days a round takes, and which wave shows it."""
        turns = [("year", YEAR), ("week", WEEK), *([("day", DAY)] if self.column.has_hours else [])]
        for name, length in turns:
            yield f"{name}, sine", length, np.sin
            yield f"{name}, cosine", length, np.cos

    def write(self, stored: Floats, out: Floats, *, scaled: bool) -> None:
        """Make features (rows, features) of stored values (rows,), into an array of zeros."""
        missing = np.isnan(stored)
        made = out[:, :-1] if self.gaps else out
        if self.gaps:
            out[:, -1] = missing
        if self.column.use == "category":
            self._mark(np.where(missing, len(self.column.categories) + 1, stored), made)
            return
        values = np.where(missing, np.float32(self.fill), stored) if missing.any() else stored
        made[:, 0] = (
            (values - np.float32(self.mean)) / np.float32(self.deviation) if scaled else values
        )
        if self.column.use == "date":
            days = values.astype(np.float64) + self.column.origin
            for place, (_, length, wave) in enumerate(self._rounds(), 1):
                made[:, place] = wave(2 * np.pi * (days - FIRST_MONDAY) / length)

    def _mark(self, codes: Floats, made: Floats) -> None:
        """A one in each row at the feature of its category; the last two codes are never seen, and missing."""
        count = len(self.column.categories)
        feature = np.full(count + 2, len(self.common) if self.others else -1)
        feature[list(self.common)] = np.arange(len(self.common))
        feature[-1] = -1
        found = feature[codes.astype(np.intp)]
        rows = np.flatnonzero(found >= 0)
        made[rows, found[rows]] = 1

    @property
    def scales(self) -> Iterator[tuple[float, float]]:
        """Mean and deviation by which each feature is standardised; ones and zeros, and waves, stay as they are."""
        first = 0 if self.column.use == "category" else 1
        if first:
            yield self.mean, self.deviation
        yield from [(0.0, 1.0)] * (len(self.features) - first)


def _fitted(column: Column, cells: Floats, chosen: NDArray[np.int64], how: Columns) -> Fitted:
    train = cells[chosen]
    missing = np.isnan(train)
    gaps = bool(missing.any())
    known = train[~missing] if gaps else train
    if column.use == "category":
        counts = np.bincount(known.astype(np.int64), minlength=len(column.categories))
        frequent = np.argsort(-counts, kind="stable")[: how.most]
        common = tuple(sorted(int(code) for code in frequent if counts[code] >= max(1, how.rare)))
        rare = int(np.count_nonzero(counts)) > len(common)
        return Fitted(column, gaps=gaps, common=common, others=rare)
    if not len(known):
        return Fitted(column, gaps=gaps)
    middle = _middle(known, how.filling, exact=gaps or bool(np.isnan(cells).any()))
    filled = np.where(missing, np.float32(middle), train) if gaps else train
    mean, deviation = filled.mean(dtype=np.float64), filled.std(dtype=np.float64)
    return Fitted(column, middle, gaps, mean=float(mean), deviation=float(deviation) or 1.0)


def _middle(known: Floats, filling: Filling, *, exact: bool) -> float:
    """What stands for a gap. Where no row has one, it serves rows asked about later: there a sample is exact enough."""
    if filling == "mean":
        return float(known.mean(dtype=np.float64))
    return float(np.median(known if exact else known[:: max(1, len(known) // SAMPLE)]))


@dataclass(frozen=True, slots=True)
class Encoding:
    """How rows of a table become rows of features; fitted to the train part."""

    columns: tuple[Fitted, ...]

    @property
    def features(self) -> tuple[str, ...]:
        """The name of each number that a network reads."""
        return tuple(name for column in self.columns for name in column.features)

    @property
    def moments(self) -> tuple[Floats, Floats]:
        """Mean and deviation of each feature over the train part (0 and 1 for what is not standardised)."""
        both = np.array([pair for column in self.columns for pair in column.scales], np.float32)
        return both[:, 0].copy(), both[:, 1].copy()

    def apply(
        self,
        stored: NDArray[Any],
        rows: NDArray[np.int64],
        *,
        scaled: bool = False,
    ) -> Floats:
        """Features (rows, features) of some rows of what is stored (all rows, columns).

        Scaled, its mean is taken away from each feature and the rest is divided by its deviation: see `moments`.
        """
        widths = np.cumsum([0, *(len(column.features) for column in self.columns)])
        found = np.zeros((len(rows), int(widths[-1])), np.float32)

        def fill(start: int) -> None:
            chosen = rows[start : start + BLOCK]
            part = found[start : start + BLOCK]
            for place, column in enumerate(self.columns):
                made = part[:, widths[place] : widths[place + 1]]
                column.write(stored[:, place][chosen], made, scaled=scaled)

        abreast(fill, range(0, len(rows), BLOCK), found.size)
        return found
