"""A file of a person's own as samples that a network can take: a picture, rows of numbers, or texts and sequences.

A picture becomes pixels as `engine.pictures` says. Values go from 0 to 1, and are then scaled as the data are.
"""

from dataclasses import replace
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from engine.axes import Axes, Image, Row
from engine.control import Own
from engine.dataset import Data, DataError
from engine.pictures import picture_of, pixels_of
from engine.table.asking import asked_rows
from engine.typed import CannotBring as CannotBring
from engine.typed import asked, samples_in

MOST_TEXT = 1 << 20  # bytes of a file of numbers that are read
TEXTS = (".txt", ".csv", ".tsv")
Floats = NDArray[np.float32]


def bring(path: Path, data: Data, *, inverted: bool = False) -> tuple[Own, str]:
    """A file as a sample for a network on these data, and what was done to it in words. Raises CannotBring."""
    if data.encoding is not None:
        rows, notes = _of_table(path, data)
        more = f" The first of {len(rows):,} rows." if len(rows) > 1 else ""
        return rows[0], " ".join([f"{path.name}:{more or ' one row.'}", *notes])
    if path.suffix.lower() in TEXTS and _has_steps(data):
        return _sequences(path, data)[0], f"{path.name}: {asked(data)}."
    if path.suffix.lower() in TEXTS:
        return _numbers(path, data)
    part, axes = next(
        ((name, axes) for name, axes in data.parts.items() if isinstance(axes, Image)), ("", None)
    )
    if axes is None:
        raise CannotBring(_wants(path, data))
    try:
        values = pixels_of(picture_of(path), axes)
    except (DataError, ValueError, OSError, MemoryError) as error:
        raise CannotBring(str(error)) from error
    if inverted:
        values = inverted_of(values)
    scaled = data.scale.apply(values[None])[0] if data.scale and not part else values
    kind = {1: "grey", 3: "colour", 4: "colour and opacity"}.get(axes.channels, "lightness")
    done = f"{path.name}: its middle, resized to {axes.height}×{axes.width}, as {kind}"
    return Own(path.name, {part: scaled}), f"{done}{', inverted' if inverted else ''}."


def _wants(path: Path, data: Data) -> str:
    if isinstance(data.axes, Row):
        return (
            f"This network reads {data.axes.features} numbers, not pictures, so {path.name} cannot go through it. "
            f"Drop a text file with {data.axes.features} numbers instead."
        )
    return f"This network reads {data.axes.kind} ({data.axes.text}), so {path.name} cannot go through it."


def inverted_of(values: Floats) -> Floats:
    """Dark for light; opacity stays."""
    found = 1 - values
    if len(values) == 4:
        found[3] = values[3]
    return found


def _numbers(path: Path, data: Data) -> tuple[Own, str]:
    """A text file as a row of numbers."""
    words = _words(path, data)
    (values,) = _rows([words], path, data)
    return Own(path.name, {"": values}), f"{path.name}: {len(values)} numbers."


def _of_table(path: Path, data: Data) -> tuple[list[Own], tuple[str, ...]]:
    """The rows of a table whose columns are found by their names, and what is to be said about them."""
    if data.encoding is None:
        raise CannotBring(_wants(path, data))
    try:
        stored, notes = asked_rows(path, data.encoding.columns)
    except DataError as error:
        raise CannotBring(str(error)) from error
    rows = data.encoding.apply(stored, np.arange(len(stored)), scaled=data.scale is not None)
    return [Own(f"{path.name}:{n}", {"": row}) for n, row in enumerate(rows, 1)], notes


def brought(path: Path, data: Data, *, inverted: bool = False) -> tuple[list[Own], tuple[str, ...]]:
    """All samples that a file holds, and what is to be said of them: a picture is one, a table one a line.

    Columns of a table are found by their names if the network has learnt from a table. Otherwise a first line without
    numbers names columns, and columns beyond those that the network reads are refused, not guessed. Raises CannotBring.
    """
    if not path.exists():
        raise CannotBring(f"There is no file {path}. Check its name and place.")
    if data.encoding is not None:
        return _of_table(path, data)
    if path.suffix.lower() not in TEXTS:
        return [bring(path, data, inverted=inverted)[0]], ()
    if _has_steps(data):
        return _sequences(path, data), ()
    lines = [line for line in _text(path, data).splitlines() if line.strip()]
    split = [_split(line) for line in lines]
    if split and not any(map(_is_number, split[0])):
        split = split[1:]
    if not split:
        raise CannotBring(f"{path.name} holds no numbers.")
    rows = _rows(split, path, data)
    return [Own(f"{path.name}:{number}", {"": values}) for number, values in enumerate(rows, 1)], ()


def _has_steps(data: Data) -> bool:
    return bool(asked(data)) and not isinstance(data.axes, Row)


def _sequences(path: Path, data: Data) -> list[Own]:
    """The texts or sequences that a file holds: one a line, or blocks of lines where each line is a step."""
    try:
        lines = path.read_bytes().decode("utf-8-sig").replace("\r\n", "\n").split("\n")
    except (OSError, ValueError) as error:
        raise CannotBring(
            f"{path.name} cannot be read as text in UTF-8. It should hold {asked(data)}."
        ) from error
    found = [replace(own, title=place) for place, own in samples_in(lines, path.name, data)]
    if not found:
        raise CannotBring(f"{path.name} is empty. It should hold {asked(data)}.")
    return found


def _text(path: Path, data: Data) -> str:
    axes: Axes = data.axes
    if not isinstance(axes, Row):
        raise CannotBring(
            f"This network reads {axes.kind} ({axes.text}); {path.name} is text, which it cannot take."
        )
    try:
        return path.read_bytes().decode("utf-8-sig")
    except (OSError, ValueError) as error:
        raise CannotBring(f"{path.name} is not a list of numbers.") from error


def _words(path: Path, data: Data) -> list[str]:
    return _split(_text(path, data)[:MOST_TEXT])


def _split(line: str) -> list[str]:
    return line.replace(",", " ").replace(";", " ").split()


def _is_number(word: str) -> bool:
    try:
        float(word)
    except ValueError:
        return False
    return True


def _rows(split: list[list[str]], path: Path, data: Data) -> Floats:
    """Rows of numbers, scaled as the data are."""
    features = data.axes.features if isinstance(data.axes, Row) else 0
    for number, words in enumerate(split, 1):
        where = f"row {number} of {path.name}" if len(split) > 1 else path.name
        if not all(map(_is_number, words)):
            raise CannotBring(f"{path.name} is not a list of numbers: {where} holds other words.")
        values = np.array([float(word) for word in words])
        if len(words) != features or not np.isfinite(values).all():
            raise CannotBring(
                f"This network reads {features} numbers, but {where} holds {len(words)}"
                f"{'' if np.isfinite(values).all() else ', some of them not finite'}."
            )
    rows = np.array([[float(word) for word in words] for words in split], np.float32)
    return data.scale.apply(rows) if data.scale else rows
