"""Rows that a person asks about: their columns are found by name, and made into numbers as those of the train part."""

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from engine.declare import did_you_mean
from engine.encoding import Column, Fitted
from engine.samples import DataError
from engine.table.cells import categories, dates, numbers
from engine.table.reading import Asked, Read, read

if TYPE_CHECKING:
    import pyarrow

Doubles = NDArray[np.float64]


def asked_rows(path: Path, fitted: Sequence[Fitted]) -> tuple[NDArray[np.float32], tuple[str, ...]]:
    """The cells (rows, columns) of a table as an encoding takes them, and what is to be said. Raises DataError.

    A column that is missing is refused; one more is passed over; a category that was never seen, or a gap, is said.
    """
    found = read(Asked(path))
    if not _has_names(found, fitted):  # a header of numbers, or none at all
        found = read(Asked(path, header="yes"))
    known = {name.strip().lower(): place for place, name in enumerate(found.table.column_names)}
    columns = [one.column for one in fitted]
    missing = [column.name for column in columns if column.name.strip().lower() not in known]
    if missing:
        raise DataError(_lacking(path, missing, found.table.column_names))
    places = [known[column.name.strip().lower()] for column in columns]
    notes = _more(found, places)
    made = []
    for one, place in zip(fitted, places, strict=True):
        cells, said = _cells(one, found.table.column(place), found.decimal)
        made.append(cells.astype(np.float32))
        notes += said
    return np.stack(made, 1), tuple(notes)


def _has_names(found: Read, fitted: Sequence[Fitted]) -> bool:
    there = {name.strip().lower() for name in found.table.column_names}
    return any(one.column.name.strip().lower() in there for one in fitted)


def _lacking(path: Path, missing: Sequence[str], there: Sequence[str]) -> str:
    named = ", ".join(missing[:5]) + (f" and {len(missing) - 5} more" if len(missing) > 5 else "")
    columns = "column" if len(missing) == 1 else "columns"
    guess = did_you_mean(missing[0], there)
    return f"{path.name} lacks the {columns} {named}, which this network reads.{guess} Add it under that name."


def _more(found: Read, places: Sequence[int]) -> list[str]:
    read_from = set(places)
    others = [name for place, name in enumerate(found.table.column_names) if place not in read_from]
    if not others:
        return []
    more = f" and {len(others) - 5} more" if len(others) > 5 else ""
    return [f"Passed over, for the network does not read it: {', '.join(others[:5])}{more}."]


def _cells(
    fitted: Fitted, cells: "pyarrow.ChunkedArray", decimal: str
) -> tuple[Doubles, list[str]]:
    column = fitted.column
    if column.use == "category":
        return _places(column, fitted, cells)
    values = dates(cells, decimal)[0] if column.use == "date" else numbers(cells, decimal)
    wrong = int(np.isnan(values).sum()) - cells.null_count
    kind = "date" if column.use == "date" else "number"
    notes = []
    if wrong > 0:
        raise DataError(f"{column.name} should be a {kind}, but {_cell_count(wrong)} not.")
    if cells.null_count:
        notes.append(f"{column.name}: {_filled(cells.null_count)} with {_middle(fitted)}.")
    return values - column.origin, notes


def _cell_count(count: int) -> str:
    return "1 cell is" if count == 1 else f"{count:,} cells are"


def _filled(count: int) -> str:
    return "1 gap was filled" if count == 1 else f"{count:,} gaps were filled"


def _middle(fitted: Fitted) -> str:
    if fitted.column.use == "date":
        return str(np.datetime64(int(fitted.fill + fitted.column.origin), "D"))
    return f"{fitted.fill + fitted.column.origin:.6g}"


def _places(
    column: Column, fitted: Fitted, cells: "pyarrow.ChunkedArray"
) -> tuple[Doubles, list[str]]:
    codes, names = categories(cells)
    known = {name: float(place) for place, name in enumerate(column.categories)}
    unknown = [name for name in names if name not in known]
    never = float(len(column.categories))  # a place that no category has
    there = np.array([*(known.get(name, never) for name in names), np.nan])
    found = there[np.where(np.isnan(codes), len(names), codes).astype(np.int64)]
    notes = []
    if unknown:
        some = ", ".join(unknown[:5]) + (
            f" and {len(unknown) - 5} more" if len(unknown) > 5 else ""
        )
        taken = "another" if fitted.others else "none of those that were learnt"
        notes.append(f"{column.name}: never seen in training, taken for {taken}: {some}.")
    gaps = int(np.isnan(codes).sum())
    if gaps and not fitted.gaps:
        notes.append(f"{column.name}: {gaps:,} missing, which never happened in training.")
    return found, notes
