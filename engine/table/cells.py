"""The cells of a column as numbers, as days, or as places in a list of categories; NaN where nothing stands."""

import re
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from engine.encoding import Column, Use

if TYPE_CHECKING:
    import pyarrow

Doubles = NDArray[np.float64]
LARGE = 1e5  # from here on a float32 would not tell neighbours apart that people do
PLAIN = re.compile(r"[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?")
POINTS = re.compile(r"[+-]?\d{1,3}(,\d{3})+(\.\d+)?")  # 1,234.5
COMMAS = re.compile(r"[+-]?(\d{1,3}(\.\d{3})+|\d+)(,\d+)?")  # 1.234,5
UNITS = re.compile(r"[$€£¥%\s\u00a0\u202f'’]")
DATES = ("%Y-%m-%d", "%Y/%m/%d", "%d.%m.%Y", "%m/%d/%Y", "%d/%m/%Y", "%d-%m-%Y", "%m/%d/%y")
EUROPEAN = ("%Y-%m-%d", "%Y/%m/%d", "%d.%m.%Y", "%d/%m/%Y", "%m/%d/%Y", "%d-%m-%Y", "%d/%m/%y")
HOURS = (" %H:%M:%S", " %H:%M", "T%H:%M:%S")
SECONDS_A_DAY = 86_400


def shape_of(column: "pyarrow.ChunkedArray") -> str:
    """What pyarrow found in a column: "numbers", "flags", "dates", "words", "nothing" or "other"."""
    import pyarrow as pa

    kind = column.type
    if pa.types.is_dictionary(kind):
        kind = kind.value_type
    if pa.types.is_null(kind) or column.null_count == len(column):
        return "nothing"
    if pa.types.is_boolean(kind):
        return "flags"
    if pa.types.is_integer(kind) or pa.types.is_floating(kind) or pa.types.is_decimal(kind):
        return "numbers"
    if pa.types.is_date(kind) or pa.types.is_timestamp(kind):
        return "dates"
    return "words" if pa.types.is_string(kind) or pa.types.is_large_string(kind) else "other"


def is_whole(column: "pyarrow.ChunkedArray") -> bool:
    """Whether it holds whole numbers, as they are written."""
    import pyarrow as pa

    return bool(pa.types.is_integer(column.type))


def listed(column: "pyarrow.ChunkedArray") -> tuple[NDArray[np.int64], "pyarrow.Array"]:
    """The place of each cell in the list of those that differ (−1 for a gap), and that list."""
    import pyarrow as pa

    if not pa.types.is_dictionary(column.type):
        column = column.dictionary_encode()
    whole = column.unify_dictionaries().combine_chunks()
    if isinstance(
        whole, pa.ChunkedArray
    ):  # which it is where there are no rows, or in old versions
        whole = whole.chunk(0)
    places = whole.indices.fill_null(-1).to_numpy(zero_copy_only=False).astype(np.int64)
    return places, whole.dictionary


def numbers(column: "pyarrow.ChunkedArray", decimal: str = ".") -> Doubles:
    """The numbers of a column; what is none becomes a gap."""
    import pyarrow as pa

    shape = shape_of(column)
    if shape == "words":
        places, distinct = listed(column)
        found = np.array([*map(_number(decimal), distinct.to_pylist()), np.nan], np.float64)
        return found[places]
    if shape in ("nothing", "other"):
        return np.full(len(column), np.nan)
    if shape == "dates":
        return dates(column, decimal)[0]
    if pa.types.is_dictionary(column.type):
        column = column.cast(column.type.value_type)
    if shape == "flags":
        column = column.cast(pa.int8())
    elif pa.types.is_decimal(column.type):
        column = column.cast(pa.float64())
    values: Doubles = column.to_numpy().astype(np.float64, copy=False)
    if np.isinf(values).any():
        values = np.where(np.isinf(values), np.nan, values)
    return values


def _number(decimal: str) -> Any:
    """What reads one cell: without units and signs between thousands."""
    grouped = COMMAS if decimal == "," else POINTS

    def read(cell: str | None) -> float:
        bare = UNITS.sub("", cell or "")
        if grouped.fullmatch(bare):
            bare = bare.replace("." if decimal == "," else ",", "").replace(",", ".")
        return float(bare) if PLAIN.fullmatch(bare) else np.nan

    return read


def dates(column: "pyarrow.ChunkedArray", decimal: str = ".") -> tuple[Doubles, bool]:
    """Days since 1970, and whether they tell the time of day."""
    import pyarrow as pa

    if shape_of(column) == "words":
        places, distinct = listed(column)
        days = np.append(_days(distinct, decimal), np.nan)[places]
    elif shape_of(column) == "dates":
        if pa.types.is_dictionary(column.type):
            column = column.cast(column.type.value_type)
        moments = column.to_numpy().astype("datetime64[s]")
        seconds = moments.astype(np.int64).astype(np.float64)
        days = np.where(np.isnat(moments), np.nan, seconds / SECONDS_A_DAY)
    else:
        days = np.full(len(column), np.nan)
    known = days[~np.isnan(days)]
    return days, bool((known != np.floor(known)).any())


def _days(distinct: "pyarrow.Array", decimal: str) -> Doubles:
    """Days since 1970, in the way of writing that fits most."""
    import pyarrow as pa
    import pyarrow.compute as pc

    words = pc.utf8_trim_whitespace(distinct.cast(pa.string()))
    formats = EUROPEAN if decimal == "," else DATES
    best = np.full(len(words), np.nan)
    for written in [*formats, *(day + hour for day in formats for hour in HOURS)]:
        if np.isnan(best).any():
            read = pc.strptime(words, format=written, unit="s", error_is_null=True)
            seconds = read.cast(pa.int64()).cast(pa.float64()).to_numpy(zero_copy_only=False)
            if np.isnan(seconds).sum() < np.isnan(best).sum():
                best = seconds / SECONDS_A_DAY
    return best


def categories(column: "pyarrow.ChunkedArray") -> tuple[Doubles, tuple[str, ...]]:
    """The place of each cell in the sorted names (numbers by their size), and the names."""
    if shape_of(column) == "numbers":
        values = numbers(column)
        known = np.unique(values[~np.isnan(values)])
        order_of = np.searchsorted(known, values).astype(np.float64)
        return np.where(np.isnan(values), np.nan, order_of), tuple(f"{v:.12g}" for v in known)
    if shape_of(column) == "nothing":
        return np.full(len(column), np.nan), ()
    import pyarrow as pa

    if shape_of(column) in ("flags", "dates"):
        column = column.cast(pa.string())
    places, distinct = listed(column)
    words = [str(word).strip() for word in distinct.to_pylist()]
    names = sorted(set(words) - {""}, key=_natural)
    order = {"": np.nan} | {name: float(place) for place, name in enumerate(names)}
    codes = np.array([*(order[word] for word in words), np.nan])
    return codes[places], tuple(names)


def _natural(word: str) -> tuple[tuple[int, float, str], ...]:
    """An order in which “grade 9” stands before “grade 10”."""
    parts = re.split(r"(\d+)", word)
    return tuple((0, float(p), "") if p.isdigit() and p.isascii() else (1, 0.0, p) for p in parts)


def stored(
    name: str, use: Use, column: "pyarrow.ChunkedArray", decimal: str
) -> tuple[Column, Doubles]:
    """A column as the encoding takes it, and its cells, less its origin."""
    if use == "category":
        codes, names = categories(column)
        return Column(name, use, categories=names), codes
    values, has_hours = (
        dates(column, decimal) if use == "date" else (numbers(column, decimal), False)
    )
    known = values[~np.isnan(values)][:1]
    large = use == "date" or (len(known) and abs(known[0]) > LARGE)
    origin = float(np.floor(known[0])) if len(known) and large else 0.0
    return Column(name, use, origin, has_hours=has_hours), values - origin if origin else values
