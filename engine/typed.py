"""What a person typed as a sample: a name, a sentence, symbols, or rows of numbers.

How it is read follows from what the data say of their own samples: their axes, the symbols that their tokens stand for
and the unit of these. Sequences of unequal length are filled up to the longest of the data, as theirs are, and bring
their own length; a longer one is taken as it is.
"""

import re
import unicodedata
from collections.abc import Iterator, Sequence
from itertools import groupby

import numpy as np
from numpy.typing import NDArray

from engine import axes as seen
from engine.axes import Axes
from engine.control import Own
from engine.dataset import Data
from engine.vocabulary import UNKNOWN, vocabulary

LONGEST = 5000  # steps that are read in one go, at most
SAID = 60  # letters of a text that its title has
MOST = float(np.finfo(np.float32).max)
NAMED = 5  # unknown symbols that are named
Numbers = NDArray[np.generic]


class CannotBring(Exception):  # noqa: N818 - says what happened, as people do
    """Something that cannot become a sample; the message is a sentence for people."""


def asked(data: Data) -> str:
    """What may be typed, such as “a text” or “a row of 4 numbers”; empty where a sample cannot be typed."""
    if data.others or data.written is not None:  # those that are written have rooms of their own
        return ""
    axes, steps = data.axes, _steps(data.axes)
    some = "" if steps is None else f"{steps:,} "
    match axes:
        case seen.Tokens() if _symbols(data):
            if steps is not None:
                return f"a text of {steps:,} {data.unit}"
            return "a text" if data.unit == "characters" else "a sentence"
        case seen.Tokens(vocabulary=count):
            return f"{some}whole numbers from 0 to {count - 1:,}"
        case seen.Sequence(features=1) | seen.Signal(channels=1):
            return (
                f"{some}values of {data.measure.name}"
                if data.measure
                else f"{some}numbers, one a step"
            )
        case seen.Sequence(features=count) | seen.Signal(channels=count):
            return f"{some}steps of {count:,} numbers, with ; between steps"
        case seen.Row(features=count):
            return f"{count:,} number{'' if count == 1 else 's'}"
    return ""


def is_rows(data: Data) -> bool:
    """Whether a sample has several rows of numbers, so that lines of a file are its steps."""
    return isinstance(data.axes, seen.Sequence | seen.Signal) and _features(data.axes) > 1


def typed(text: str, data: Data) -> tuple[Own, str]:
    """A text as a sample for networks on these data, and what is to be said of it. Raises CannotBring."""
    wants = asked(data)
    if not wants:
        raise CannotBring(
            f"This network reads {data.axes.kind} ({data.axes.text}), which cannot be typed."
        )
    bare = unicodedata.normalize("NFC", text).strip()
    if not bare:
        raise CannotBring(f"There is nothing to read yet. Type {wants}.")
    note = ""
    if _symbols(data):
        values, note = _spelt(bare, data)
    else:
        values = _measured(bare, data, wants)
    return _own(" ".join(bare.split()), values, data), note


def samples_in(lines: Sequence[str], where: str, data: Data) -> Iterator[tuple[str, Own]]:
    """The samples that lines of a file hold, each with its place: one a line, or one a block where lines are steps.

    Raises CannotBring, which says where.
    """
    blocks: Iterator[tuple[int, str]] = (
        (number, line) for number, line in enumerate(lines, 1) if line.strip()
    )
    if is_rows(data):
        kept = groupby(enumerate(lines, 1), key=lambda pair: bool(pair[1].strip()))
        whole = (list(block) for holds, block in kept if holds)
        blocks = ((block[0][0], "\n".join(line for _, line in block)) for block in whole)
    for number, text in blocks:
        try:
            yield f"{where}:{number}", typed(text, data)[0]
        except CannotBring as error:
            raise CannotBring(f"{where}, line {number:,}: {error}") from error


def fits(own: Own, data: Data) -> bool:
    """Whether a sample that was brought is one of these data: of their sizes, and of symbols that they know."""
    return bool(own.arrays) and all(
        part in data.parts and _fits(values, data.parts[part], own.lengths.get(part), data, part)
        for part, values in own.arrays.items()
    )


def _fits(values: Numbers, axes: Axes, length: int | None, data: Data, part: str) -> bool:
    room = data.train.array(part).shape[1:]
    if values.ndim != len(room) or (length is None) != (not axes.free):
        return False
    sizes = zip(axes.sizes, values.shape, strict=True)
    if any(isinstance(size, int) and size != have for size, have in sizes):
        return False
    whole = np.issubdtype(values.dtype, np.integer)
    if whole != axes.whole or not values.size:
        return False
    most = axes.vocabulary if isinstance(axes, seen.Tokens) else None
    return most is None or bool(values.max() < most)


# -- text and numbers ---------------------------------------------------------------------------------


def _symbols(data: Data) -> tuple[str, ...]:
    return data.symbols.get("", ())


def _spelt(text: str, data: Data) -> tuple[Numbers, str]:
    """Text as the numbers of its symbols, (steps,), and which of them are not known."""
    words = vocabulary(_symbols(data), data.unit)
    units = words.typed(text)
    _check_count(len(units), data, data.unit)
    strange = list(dict.fromkeys(unit for unit in units if words.place(unit) is None))
    if not strange:
        return words.numbers(units), ""
    named = ", ".join(f"“{unit}”" for unit in strange[:NAMED])
    named += f" and {len(strange) - NAMED:,} more" if len(strange) > NAMED else ""
    one = len(strange) == 1
    if words.place(UNKNOWN) is None:
        raise CannotBring(
            f"{named} {'does' if one else 'do'} not occur in the data, so the network knows nothing of "
            f"{'it' if one else 'them'}. Leave {'it' if one else 'them'} out, or write something else."
        )
    return words.numbers(units), f"Not known, and read as {UNKNOWN}: {named}."


def _measured(text: str, data: Data, wants: str) -> Numbers:
    """Numbers as (steps,), (steps, features), (channels, steps) or (features,), scaled as the data are."""
    features, axes = _features(data.axes), data.axes
    lines = [part.replace(",", " ").split() for part in re.split(r"[;\n]", text) if part.strip()]
    if features == 1 or len(lines) == 1 or isinstance(axes, seen.Row):
        lines = [[word for line in lines for word in line]]
    if not any(lines):
        raise CannotBring(f"There is nothing to read yet. Type {wants}.")
    if axes.whole:
        return _whole(lines[0], data, wants)
    uneven = [place for place, line in enumerate(lines, 1) if len(line) != features]
    if len(lines) > 1 and uneven:
        raise CannotBring(
            f"Each step has {features} numbers, but step {uneven[0]:,} has {len(lines[uneven[0] - 1]):,}."
        )
    words = [_number(word, wants) for line in lines for word in line]
    if len(words) % features or (isinstance(axes, seen.Row) and len(words) != features):
        raise CannotBring(
            f"This network reads {wants}, but there {'is 1 number' if len(words) == 1 else f'are {len(words):,}'}."
        )
    _check_count(len(words) // features, data, "steps")
    values = np.array(words, np.float32).reshape(-1, features)
    if data.measure is not None:
        values = data.measure.stored(np.array(words).reshape(-1, features))
    if isinstance(axes, seen.Row):
        values = values[0]
    if isinstance(axes, seen.Signal):
        values = np.ascontiguousarray(values.T)
    return data.scale.apply(values[None])[0] if data.scale else values


def _whole(words: list[str], data: Data, wants: str) -> Numbers:
    most = data.axes.vocabulary if isinstance(data.axes, seen.Tokens) else 0
    bad = [w for w in words if not (w.isascii() and w.isdecimal()) or int(w[:9]) >= most]
    if bad:
        raise CannotBring(f"This network reads {wants}, but “{bad[0][:20]}” is none of them.")
    _check_count(len(words), data, "steps")
    return np.array([int(word) for word in words], np.int64)


def _number(word: str, wants: str) -> float:
    try:
        value = float(word)
    except ValueError:
        value = float("nan")
    if not abs(value) <= MOST:
        raise CannotBring(f"This network reads {wants}, but “{word[:20]}” is no number.")
    return value


def _check_count(count: int, data: Data, what: str) -> None:
    """How many steps there may be. Raises CannotBring."""
    steps = _steps(data.axes)
    if steps is not None and not isinstance(data.axes, seen.Row) and count != steps:
        raise CannotBring(
            f"This network reads {steps:,} {what} at a time, no more and no fewer, but there are {count:,}."
        )
    if count > LONGEST:
        raise CannotBring(
            f"There are {count:,} {what}; at most {LONGEST:,} are read in one go. Bring a part of them."
        )


def _features(axes: Axes) -> int:
    match axes:
        case seen.Sequence(features=count) | seen.Row(features=count):
            return count
        case seen.Signal(channels=count):
            return count
    return 1


def _steps(axes: Axes) -> int | None:
    """How many steps each sample has; None where they differ."""
    place = 1 if isinstance(axes, seen.Signal) else 0
    size = axes.sizes[place] if len(axes.sizes) > place else None
    return size if isinstance(size, int) else None


# -- as a sample ------------------------------------------------------------------------------------


def _own(title: str, values: Numbers, data: Data) -> Own:
    """With room as the longest of the data have it, and how long it really is."""
    short = title if len(title) <= SAID else f"{title[: SAID - 1]}…"
    if not data.axes.free:
        return Own(short, {"": values})
    place = data.axes.sizes.index(data.axes.free[0])
    count, room = values.shape[place], data.train.inputs.shape[1 + place]
    wider = [(0, max(0, room - count)) if axis == place else (0, 0) for axis in range(values.ndim)]
    return Own(short, {"": np.pad(values, wider)}, {"": count})
