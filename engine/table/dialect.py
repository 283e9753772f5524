"""How a table of text is written: found out from its first bytes, unless a person says otherwise."""

import codecs
import csv
import gzip
import re
import zlib
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from engine.samples import DataError

SAMPLE = 1 << 18  # bytes looked at
ROWS = 200
SEPARATORS = {"comma": ",", "semicolon": ";", "tab": "\t", "bar": "|"}
Separator = Literal["guess", "comma", "semicolon", "tab", "bar"]
Decimal = Literal["guess", "point", "comma"]
Header = Literal["guess", "yes", "no"]
MARKS = {  # bytes at the beginning that say the encoding
    codecs.BOM_UTF8: "utf-8-sig",
    codecs.BOM_UTF16_LE: "utf-16",
    codecs.BOM_UTF16_BE: "utf-16",
}
NUMBER = re.compile(r"[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?")
COMMA_NUMBER = re.compile(r"[+-]?\d+,\d+")


@dataclass(frozen=True, slots=True)
class Dialect:
    """How the cells are told apart. `skipped` lines stand before the first row of values."""

    encoding: str
    separator: str
    decimal: str
    names: tuple[str, ...]
    skipped: int
    notes: tuple[str, ...] = ()


def dialect_of(
    path: Path,
    separator: Separator = "guess",
    decimal: Decimal = "guess",
    header: Header = "guess",
) -> Dialect:
    """How the file is written. Raises DataError if it is no table of text."""
    raw = first_bytes(path)
    encoding = _encoding(raw, path)
    text = raw.decode(encoding, errors="ignore")
    if len(raw) == SAMPLE:  # the last line is cut off
        text = text[: text.rfind("\n") + 1] or text
    mark = SEPARATORS.get(separator) or _separator(text, path)
    rows, ends = _rows(text, mark)
    if not rows:
        raise DataError(f"{path.name} is empty: a table has a line with names, and rows below it.")
    width = Counter(map(len, rows[1:] or rows)).most_common(1)[0][0]
    above = _above(rows, width)
    before, rows, ends = ([0, *ends][above], rows[above:], ends[above:])
    named = header == "yes" or (header == "guess" and _is_header(rows))
    names, notes = _names(rows[0] if named else [], width)
    if above:
        said = "The first line was" if above == 1 else f"The first {above} lines were"
        notes = (f"{said} left out: they are no rows of the table.", *notes)
    if not named:
        notes = ("The first line holds values, so the columns are numbered.", *notes)
    sign = {"point": ".", "comma": ","}.get(decimal) or _decimal(rows[named:], mark)
    return Dialect(encoding, mark, sign, names, ends[0] if named else before, notes)


def _above(rows: Sequence[Sequence[str]], width: int) -> int:
    """How many rows stand above the table: a title, or remarks of the program that wrote it."""
    least = max(2, width - 1)
    return next((n for n, row in enumerate(rows) if len(row) >= least), 0) if width > 1 else 0


def first_bytes(path: Path) -> bytes:
    """The beginning of a file, unpacked if it is packed. Raises DataError."""
    try:
        with gzip.open(path) if path.suffix.lower() == ".gz" else path.open("rb") as stream:
            return stream.read(SAMPLE)
    except (OSError, EOFError, zlib.error) as error:
        said = getattr(error, "strerror", None) or "it is damaged"
        raise DataError(f"The file {path.name} cannot be read: {said}. Choose another.") from error


def _encoding(raw: bytes, path: Path) -> str:
    found = next((name for mark, name in MARKS.items() if raw.startswith(mark)), None)
    if found is None and b"\0" in raw:
        raise DataError(
            f"{path.name} is no table of text. Save it as CSV in the program it comes from, and choose that file."
        )
    if found is not None:
        return found
    try:
        codecs.getincrementaldecoder("utf-8")().decode(raw)  # the last character may be cut off
    except UnicodeDecodeError:
        return "cp1252"
    return "utf-8"


def _rows(text: str, separator: str) -> tuple[list[list[str]], list[int]]:
    """The first rows, and the number of the line at which each ends."""
    reader = csv.reader(text.splitlines(keepends=True), delimiter=separator)
    rows: list[list[str]] = []
    ends: list[int] = []
    try:
        for row in reader:
            if any(map(str.strip, row)):
                rows.append(row)
                ends.append(reader.line_num)
            if len(rows) == ROWS:
                break
    except csv.Error:  # a cell without end, or a byte that no text has: what was read so far counts
        pass
    return rows, ends


def _separator(text: str, path: Path) -> str:
    """The one that cuts most rows into as many cells as the first; of two, not the comma: it may stand in numbers."""

    def merit(mark: str) -> tuple[float, bool, int]:
        rows, _ = _rows(text, mark)
        if not rows:
            return (0.0, False, 0)
        width, often = Counter(map(len, rows)).most_common(1)[0]
        first = next((row for row in rows if len(row) > 1), [])
        fits = width > 1 and len(first) in (width, width - 1)
        return (round(often / len(rows), 1) if fits else 0.0, mark != ",", width)

    usual = "\t" if ".tsv" in path.suffixes or ".tab" in path.suffixes else ","
    merits = {mark: merit(mark) for mark in SEPARATORS.values()}
    best = max(merits, key=lambda mark: merits[mark])
    return best if merits[best][0] else usual


def _is_header(rows: Sequence[Sequence[str]]) -> bool:
    """Whether the first row names columns: words stand above numbers, or there are no numbers at all."""
    width = len(rows[0])
    columns = [[row[place] for row in rows[1:] if len(row) > place] for place in range(width)]
    numeric = [
        place for place, cells in enumerate(columns) if sum(map(is_number, cells)) > len(cells) / 2
    ]
    if not numeric:
        return not any(map(is_number, rows[0]))
    return any(not is_number(rows[0][place]) for place in numeric)


def is_number(cell: str) -> bool:
    """Whether it is a number, with a point or a comma."""
    bare = cell.strip()
    return bool(NUMBER.fullmatch(bare) or COMMA_NUMBER.fullmatch(bare))


def _names(given: Sequence[str], width: int) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """A name for each column, no two alike, and what had to be done for it."""
    cells = [name.strip() for name in given]
    if len(cells) == width - 1:  # as some programs write it that number the rows
        cells = ["row", *cells]
    return unlike([*cells, *[""] * (width - len(cells))][: max(width, len(cells))])


def unlike(given: Sequence[str]) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """The names with none empty and no two alike, and what was done in words."""
    names: dict[str, None] = {}
    taken, twice = set(given), []
    for place, name in enumerate(given, 1):
        whole, number = name or f"column {place}", 1
        while whole in names or (number > 1 and whole in taken):
            number += 1
            whole = f"{name or 'column'} ({number})"
        if number > 1 and name and name not in twice:
            twice.append(name)
        names[whole] = None
    more = f" and {len(twice) - 3} more" if len(twice) > 3 else ""
    said = f"Several columns are called {', '.join(twice[:3])}{more}; the later ones got a number."
    return tuple(names), (said,) if twice else ()


def _decimal(rows: Sequence[Sequence[str]], separator: str) -> str:
    """A comma, where numbers with commas stand in the cells and hardly any with points."""
    if separator == ",":
        return "."
    cells = [cell.strip() for row in rows for cell in row]
    commas = sum(bool(COMMA_NUMBER.fullmatch(cell)) for cell in cells)
    points = sum("." in cell and bool(NUMBER.fullmatch(cell)) for cell in cells)
    return "," if commas > points else "."
