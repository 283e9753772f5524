"""Texts to be written on: at each step the next character, or the next word, is to be predicted."""

from importlib.resources.abc import Traversable
from pathlib import Path
from typing import ClassVar

import numpy as np
from numpy.typing import NDArray
from pydantic import Field

from engine.axes import StepLabels, Tokens
from engine.dataset import Dataset
from engine.parameters import labels
from engine.samples import DataError, Samples
from engine.vocabulary import Unit, Vocabulary

TENTH, TWENTIETH = (
    0.1,
    0.05,
)  # of the text: its end is dev, what stands before that is the test part
MOST = 20_000_000  # characters of a file that are read


class _Text(Dataset):
    content: ClassVar[str] = "text"
    unit: Unit = Field(
        "characters",
        title="Symbols",
        description="What is predicted at each step: the next character, or the next word.",
        json_schema_extra=labels(characters="Characters", words="Words"),
    )
    window: int = Field(
        64, ge=2, le=10_000, title="Window", description="How many symbols one example holds."
    )
    vocabulary: int = Field(
        5000,
        ge=2,
        le=200_000,
        title="Most symbols",
        description="The most frequent of the train part that have a number of their own; others are ⟨unk⟩.",
    )

    def source(self) -> Traversable | Path:
        """The file with the text."""
        raise NotImplementedError

    def load(self) -> Samples:
        return samples_of(read_text(self.source()), self.unit, self.window, self.vocabulary)


def samples_of(text: str, unit: Unit, window: int, most: int) -> Samples:
    """Windows that do not overlap, each with its symbols and those that follow them. Raises DataError.

    The last tenth of the text is dev, the twentieth before it the test part; symbols are known from the rest alone.
    """
    parts = _thirds(text)
    rough = Vocabulary((), unit)
    words = Vocabulary.of(rough.split(parts[0]), unit, most)
    windows = [_windows(words.encode(part), window) for part in parts]
    counts = [len(found) for found in windows]
    if not all(counts):
        held = f"{len(text):,} characters" if len(text) != 1 else "1 character"
        raise DataError(
            f"The text is too short: it has {held}, and a twentieth of it, which is the test part, should hold a "
            f"window of {window} {unit} and one more. Bring a longer text, or choose a shorter window."
        )
    both = np.concatenate(windows)  # (windows, window + 1)
    places = np.split(np.arange(len(both)), np.cumsum(counts)[:-1])
    return Samples(
        np.ascontiguousarray(both[:, :-1]),
        np.ascontiguousarray(both[:, 1:]),
        Tokens(window, len(words)),
        StepLabels(words.symbols),
        held_out=places[1],
        judged=places[2],
        symbols=words.symbols,
        written="",
        unit=unit,
    )


def _thirds(text: str) -> tuple[str, str, str]:
    """What is learnt from, the test part, and dev: in the order of the text."""
    dev = round(len(text) * (1 - TENTH))
    test = round(len(text) * (1 - TENTH - TWENTIETH))
    return text[:test], text[test:dev], text[dev:]


def _windows(numbers: NDArray[np.int64], window: int) -> NDArray[np.int64]:
    """(windows, window + 1), the last symbol of each being the first of the next."""
    count = max(0, (len(numbers) - 1) // window)
    starts = window * np.arange(count)[:, None]
    found: NDArray[np.int64] = numbers[starts + np.arange(window + 1)]
    return found


def endless(file: Traversable | Path) -> bool:
    """Whether it is a pipe, a terminal or another thing that may be waited for without end."""
    return isinstance(file, Path) and file.exists() and not (file.is_file() or file.is_dir())


def read_text(file: Traversable | Path, *, whole: bool = False) -> str:
    """A text file in UTF-8: its first 20,000,000 characters, or the `whole`, of which none may be left out.

    Raises DataError.
    """
    try:
        if endless(file):
            raise DataError(f"{file} is no file that ends, but a device. Choose another.")
        with file.open("rb") as stream:
            raw = stream.read(4 * MOST)
    except (OSError, ValueError) as error:  # a name with a zero in it is a ValueError
        said = error.strerror if isinstance(error, OSError) else "no file can have this name"
        raise DataError(
            f"The file {file.name} cannot be read: {said or type(error).__name__}. Choose another."
        ) from error
    try:
        text = raw.decode("utf-8-sig", errors="strict" if len(raw) < 4 * MOST else "ignore")
    except UnicodeDecodeError as error:
        line = raw[: error.start].count(b"\n") + 1
        raise DataError(
            f"The file {file.name} is no text in UTF-8: line {line} holds the byte {raw[error.start]:#04x}, which "
            "means nothing there. Save it as UTF-8 in an editor, and choose it again."
        ) from error
    if whole and len(raw) == 4 * MOST:
        raise DataError(
            f"The file {file.name} is larger than 80 MB, more than fits beside a network that learns from it. Choose a "
            "part of it, as a file of its own."
        )
    return (text if whole else text[:MOST]).replace("\r\n", "\n").replace("\r", "\n")
