"""Files of a person's own with a line for each example: which kind they are, and their lines in columns."""

import os
from importlib.resources.abc import Traversable
from pathlib import Path

from engine.datasets.text import endless, read_text
from engine.samples import DataError
from engine.waiting import told

GLANCE = 1 << 16  # bytes of a file that are looked at to tell its kind
EACH = 20_000  # lines are read before it is asked whether anybody still waits
TEXTS = frozenset((".txt", ".text", ".tsv", ".tab", ".csv", ""))  # endings of files with lines
TABLES = frozenset((".tsv", ".tab", ".csv"))
Rows = list[list[str]]


def named(file: str) -> Path | None:
    """The file or folder that a person named, perhaps in quotes; None if nothing was named."""
    bare = file.strip().strip("\"'")
    return Path(os.path.expanduser(bare)) if bare else None  # of nobody it stays as it is


def glance(path: Path) -> list[str]:
    """The first whole lines of a text file that are not empty; none if it is no text. It never raises."""
    try:
        if endless(path):
            return []
        with path.open("rb") as stream:
            raw = stream.read(GLANCE)
    except (OSError, ValueError):
        return []
    if b"\0" in raw:
        return []
    whole = raw if len(raw) < GLANCE else raw[: raw.rfind(b"\n") + 1]
    try:
        text = whole.decode("utf-8-sig")
    except UnicodeDecodeError:
        return []
    return [line for line in _even(text).split("\n") if line.strip()]


def _even(text: str) -> str:
    return text.replace("\r\n", "\n").replace("\r", "\n")


def lines_of(file: Traversable | Path) -> list[tuple[int, str]]:
    """The lines of a text file that are not empty, each with its number; only line ends part them. Raises DataError."""
    lines = read_text(file, whole=True).split("\n")
    return [(number, line) for number, line in enumerate(lines, 1) if line.strip()]


def columns(file: Traversable | Path, needed: int, kind: str, *, or_commas: bool = False) -> Rows:
    """The cells of each line, which tabs part; or, if there is no tab at all, perhaps commas. Raises DataError.

    `needed` is how many each line should have at least, `kind` what a line should be, in words.
    """
    lines = lines_of(file)
    if not lines:
        raise DataError(f"The file {file.name} is empty. Each line should be {kind}.")
    mark = "," if or_commas and not any("\t" in line for _, line in lines) else "\t"
    rows = []
    for place, (_, line) in enumerate(lines):
        if not place % EACH:
            told(place, len(lines), "Reading lines")
        rows.append([cell.strip() for cell in line.split(mark)])
    short = [
        number
        for (number, _), row in zip(lines, rows, strict=True)
        if len(row) < needed or not all(row[:needed])
    ]
    if short:
        count = "1 line is" if len(short) == 1 else f"{len(short):,} of {len(lines):,} lines are"
        raise DataError(
            f"In {file.name} {count} not {kind}; the first of them is line {short[0]:,}. Mend or remove "
            f"{'it' if len(short) == 1 else 'them'}, and choose the file again."
        )
    return rows
