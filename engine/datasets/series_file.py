"""A series of measurements of one's own."""

import csv
import math
from pathlib import Path
from typing import ClassVar

import numpy as np
from pydantic import Field

from engine.dataset import Dataset
from engine.datasets.lines import TABLES, TEXTS, glance, lines_of, named
from engine.datasets.series import Asked, Sunspots, windows_of
from engine.declare import did_you_mean
from engine.parameters import slider
from engine.samples import DataError, Samples
from engine.scale import Measure

MARKS = ("\t", ";", ",")  # what may stand between two cells; the first of them that occurs does
ROOM = 1 << 27  # numbers that all windows together may take
FEWEST = 10  # windows
Row = tuple[int, list[str]]  # the number of the line, its cells


class SeriesFile(Dataset, title="File with a series", rank=2):
    """Your own measurements over time: a CSV or TSV file, in UTF-8, a line each, the oldest first.

    One column is foretold from its own past; the first column, if it is another, holds the times. Windows of it are
    samples, and the parts follow one another in time. Values are moved and scaled by round numbers, chosen by the first
    half of the file and said with the name of what is foretold. As long as no file is named it is the sunspots.
    """

    content: ClassVar[str] = "series"
    file: str = Field(
        "",
        max_length=4096,
        title="File",
        description="Where the series is, such as /home/me/births.csv.",
    )
    column: str = Field(
        "",
        max_length=200,
        title="Column",
        description="Its name, or its number from 1 on; as long as it is empty the last one that holds numbers.",
    )
    window: int = Field(
        22,
        ge=2,
        le=1000,
        title="Window",
        description="How many values the network sees.",
        json_schema_extra=slider(2, 66),
    )
    asked: Asked = Field(
        "the end",
        title="Foretold at",
        description="After the last value of the window alone, or at each of its values the one after it.",
    )
    ahead: int = Field(
        1, ge=1, le=1000, title="Ahead", description="How many values later the foretold one is."
    )

    @classmethod
    def found_at(cls, path: Path) -> "SeriesFile | None":
        if path.suffix.lower() not in TEXTS or path.is_dir():
            return None
        lines = glance(path)
        if len(lines) < 2 or (path.suffix.lower() not in TABLES and not _numbers_alone(lines)):
            return None
        rows = _split(list(enumerate(lines, 1)))
        return cls(file=str(path)) if _numeric(rows[1:]) else None

    def load(self) -> Samples:
        path = named(self.file)
        if path is None:
            kept = {"window": min(self.window, 150), "ahead": min(self.ahead, 22)}
            return Sunspots(asked=self.asked, **kept).load()
        rows = _split(lines_of(path))
        if not rows:
            raise DataError(
                f"The file {path.name} is empty. Each line should hold a time and what was measured then."
            )
        return self._samples(rows, path.name)

    def _samples(self, rows: list[Row], where: str) -> Samples:
        heading = rows[0][1] if not any(_number(cell) is not None for cell in rows[0][1]) else None
        body = rows[1:] if heading else rows
        place = self._place(heading, body, where)
        values = _values(body, place, where)
        name = heading[place] if heading and place < len(heading) else f"column {place + 1}"
        times = [row[0] if place else str(at) for at, (_, row) in enumerate(body, 1)]
        if len(values) < self.window + self.ahead + FEWEST:
            raise DataError(
                f"The series in {where} has {len(values):,} value{'' if len(values) == 1 else 's'}; a window of "
                f"{self.window} and {self.ahead} ahead need {self.window + self.ahead + FEWEST} at least. Bring a "
                "longer series, or choose a shorter window."
            )
        if len(values) * self.window * (1 if self.asked == "the end" else 2) > ROOM:
            raise DataError(
                f"The {len(values):,} values of {where} in windows of {self.window} take more memory than there should "
                "be for them. Choose a shorter window, or bring a part of the series."
            )
        centre, unit = _measure(values[: (len(values) + 1) // 2])
        scaled = ((values - centre) / unit).tolist()
        return windows_of(
            scaled,
            times,
            _said(name, centre, unit),
            Measure(name, centre, unit),
            self.window,
            self.ahead,
            self.asked,
        )

    def _place(self, heading: list[str] | None, body: list[Row], where: str) -> int:
        """Which column is foretold. Raises DataError."""
        wanted = self.column.strip()
        numeric = _numeric(body[:FEWEST])
        if not wanted and numeric:
            return numeric[-1]
        if not wanted:
            raise DataError(
                f"No column of {where} holds numbers alone, so there is nothing to foretell. Choose another file, or "
                "name the column, and mend the lines that its complaint names."
            )
        if heading and wanted in heading:
            return heading.index(wanted)
        width = max((len(row) for _, row in body), default=0)
        if wanted.isdecimal() and 1 <= int(wanted) <= width:
            return int(wanted) - 1
        names = heading or [str(place + 1) for place in range(width)]
        guess = did_you_mean(wanted, names) or f" There are {', '.join(names[:12])}."
        raise DataError(f"There is no column “{wanted}” in {where}.{guess}")


def _split(lines: list[tuple[int, str]]) -> list[Row]:
    """Lines as cells, with the mark that the first lines know."""
    head = "".join(line for _, line in lines[:FEWEST])
    mark = next((mark for mark in MARKS if mark in head), ",")
    decimal = mark == ";" and not any("." in line for _, line in lines[:FEWEST])
    found: list[Row] = []
    for (
        number,
        line,
    ) in lines:  # each by itself: a quote that is never closed spoils no line but its own
        try:
            cells = [cell.strip() for cell in next(csv.reader((line,), delimiter=mark))]
        except csv.Error as error:
            raise DataError(
                f"Line {number:,} cannot be taken apart into cells: {error}. Mend it, and choose the file again."
            ) from error
        found.append((number, [cell.replace(",", ".") for cell in cells] if decimal else cells))
    return found


def _numbers_alone(lines: list[str]) -> bool:
    """Whether it is a list of numbers, one a line, perhaps below a name."""
    return all(_number(line) is not None for line in lines[1:])


def _number(cell: str) -> float | None:
    try:
        value = float(cell)
    except ValueError:
        return None
    return value if math.isfinite(value) else None


def _numeric(body: list[Row]) -> list[int]:
    """The columns that hold numbers in all of these lines."""
    width = min((len(row) for _, row in body), default=0)
    return [p for p in range(width) if all(_number(row[p]) is not None for _, row in body)]


def _values(
    body: list[Row], place: int, where: str
) -> "np.ndarray[tuple[int], np.dtype[np.float64]]":
    """A column as numbers. Raises DataError, which names the first line that has none."""
    read = [_number(row[place]) if place < len(row) else None for _, row in body]
    bad = [at for at, value in enumerate(read) if value is None]
    if bad:
        number, row = body[bad[0]]
        holds = f"“{row[place][:40]}” there" if place < len(row) and row[place] else "nothing there"
        count = "1 line has" if len(bad) == 1 else f"{len(bad):,} of {len(body):,} lines have"
        raise DataError(
            f"In column {place + 1} of {where} {count} no number: line {number:,} has {holds}. A series may have no "
            "gaps: fill them, or remove what stands before the last of them, and choose the file again."
        )
    return np.array(read, np.float64)


def _measure(values: "np.ndarray[tuple[int], np.dtype[np.float64]]") -> tuple[float, float]:
    """The middle and the spread of values, to two digits: what is taken away from them and what they are divided by."""
    spread = _round(float(values.std())) or 1.0
    centre = float(values.mean())
    return (0.0 if abs(centre) < spread else _round(centre)), spread


def _round(value: float) -> float:
    return float(f"{value:.1e}")


def _said(name: str, centre: float, unit: float) -> str:
    moved = f"{name} {'−' if centre > 0 else '+'} {abs(centre):g}" if centre else name
    moved = f"({moved})" if centre and unit != 1 else moved
    return moved if unit == 1 else f"{moved} / {unit:g}"
