"""What each column of a table is likely to be, and why; a person may say otherwise."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

import numpy as np

from engine.encoding import Use
from engine.table.cells import dates, is_whole, listed, numbers, shape_of
from engine.table.reading import DISTINCT, Read

if TYPE_CHECKING:
    import pyarrow

Role = Literal["number", "category", "date", "ignored"]
SAMPLE = 10_000  # rows that are looked at where looking at all takes long
SURE = 0.95  # of what differs must be numbers or dates
FEW = 30  # categories that are never too many
ID = re.compile(r"(^|[_\s])(id|ids|uuid|guid|key|index|row|rownames|unnamed.*)$", re.IGNORECASE)
TARGETS = ("target", "label", "class", "y", "species", "survived", "outcome", "diagnosis")


@dataclass(frozen=True, slots=True)
class Guess:
    """How a column would be used, and why, in a few words."""

    role: Role
    why: str


def guesses(read: Read) -> Mapping[str, Guess]:
    """A guess for each column, in their order."""
    table = read.table
    columns = zip(table.column_names, table.columns, strict=True)
    return {name: guess(name, column, read.decimal) for name, column in columns}


def guess(name: str, column: "pyarrow.ChunkedArray", decimal: str) -> Guess:
    """What a column is likely to be."""
    shape = shape_of(column)
    if shape == "nothing":
        return Guess("ignored", "empty")
    if shape == "other":
        return Guess("ignored", f"holds {column.type}")
    if shape == "words":
        return _of_words(column, decimal)
    if shape == "dates":
        days, _ = dates(column.slice(0, SAMPLE), decimal)
        return Guess("date", "dates") if _varies(days) else Guess("ignored", "always the same")
    return _of_numbers(name, column)


def _varies(values: "np.ndarray[tuple[int], np.dtype[np.float64]]") -> bool:
    known = values[~np.isnan(values)]
    return bool(len(known) and (known != known[0]).any())


def _of_numbers(name: str, column: "pyarrow.ChunkedArray") -> Guess:
    values = numbers(column.slice(0, SAMPLE))
    if not _varies(values) and not _varies(numbers(column)):
        return Guess("ignored", "always the same")
    if shape_of(column) == "flags":
        return Guess("number", "yes or no")
    if is_whole(column) and len(values) >= 10 and not np.isnan(values).any():
        counts = bool((np.diff(values) == 1).all()) and values[0] in (0, 1)
        if counts or (ID.search(name) and len(np.unique(values)) == len(values)):
            return Guess("ignored", "numbers the rows")
    return Guess("number", "whole numbers" if is_whole(column) else "numbers")


def _of_words(column: "pyarrow.ChunkedArray", decimal: str) -> Guess:
    import pyarrow as pa

    many = not pa.types.is_dictionary(column.type)
    looked = column.slice(0, SAMPLE) if many else column
    _, distinct = listed(looked)
    count = len(distinct)
    if count == 1:
        return Guess("ignored", "always the same")
    cells = looked.dictionary_encode() if many else looked
    each = pa.chunked_array([distinct])
    if np.mean(~np.isnan(numbers(each, decimal))) >= SURE:
        return Guess("number", "numbers with signs of their own")
    if np.mean(~np.isnan(dates(each, decimal)[0])) >= SURE:
        return Guess("date", "dates")
    filled = len(cells) - cells.null_count
    if many and count > DISTINCT // 2:
        return Guess("ignored", f"text, more than {DISTINCT:,} different")
    if count > FEW and count > filled / 2:
        return Guess("ignored", f"text, {count:,} different")
    return Guess("category", f"{count:,} different")


def likely_target(guessed: Mapping[str, Guess]) -> str:
    """The column that is probably to be predicted: one with such a name, else the last that is of use."""
    of_use: Sequence[str] = [name for name, found in guessed.items() if found.role != "ignored"]
    named = (name for known in TARGETS for name in of_use if name.strip().lower() == known)
    last = [*guessed][-1] if not of_use else of_use[-1]
    return next(named, last)


def use_of(role: Role) -> Use:
    """How an ignored column would be used if a person insists: as categories."""
    return "category" if role == "ignored" else role
