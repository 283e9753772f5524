"""Text as rows of symbols: read from a file, spelt out as numbers, and back."""

from collections.abc import Iterable, Sequence
from importlib.resources.abc import Traversable

import numpy as np
from numpy.typing import NDArray

from engine.samples import DataError

Numbers = NDArray[np.int64]


def read_lines(file: Traversable) -> list[str]:
    """The lines of a text file that are not empty, whatever ends them. Raises DataError if it is no UTF-8 text."""
    try:
        text = file.read_bytes().decode("utf-8-sig")
    except OSError as error:
        raise DataError(
            f"The file {file.name} cannot be read: it is missing or closed to you. Put it back, or choose another."
        ) from error
    except UnicodeDecodeError as error:
        raise DataError(
            f"The file {file.name} is no UTF-8 text: its byte {error.start + 1:,} belongs to no character. Save it as "
            "UTF-8, or choose another."
        ) from error
    return [line for line in text.splitlines() if line.strip()]


def spelt(texts: Sequence[str]) -> tuple[tuple[str, ...], Numbers, Numbers]:
    """All characters that occur, in order; each text as their numbers, (texts, longest), filled up with 0; lengths.

    Raises DataError if a text is empty.
    """
    lengths = np.array([len(text) for text in texts], np.int64)
    if not len(lengths) or lengths.min() < 1:
        raise DataError("There should be at least one character in each text, but one is empty.")
    codes = np.frombuffer("".join(texts).encode("utf-32-le", "surrogatepass"), np.uint32)
    found, numbers = np.unique(codes, return_inverse=True)
    rows = np.zeros((len(texts), int(lengths.max())), np.int64)
    rows[np.arange(rows.shape[1]) < lengths[:, None]] = numbers
    return tuple(map(chr, found.tolist())), rows, lengths


def numbered(text: Iterable[str], symbols: Sequence[str]) -> Numbers:
    """Symbols as their numbers, (1, steps). Raises DataError, which names the first that is not known."""
    numbers = {symbol: number for number, symbol in enumerate(symbols)}
    found = list(text)
    if not found:
        raise DataError("There is nothing to read: at least one character is needed.")
    for place, symbol in enumerate(found):
        if symbol not in numbers:
            raise DataError(
                f"“{symbol}”, at place {place + 1}, does not occur in the data, so the network knows nothing of it. "
                "Leave it out, or write something else."
            )
    return np.array([[numbers[symbol] for symbol in found]], np.int64)
