"""Sentences and their translations as examples: what is read, what was written before, and what is to be written."""

from collections.abc import Callable, Sequence

import numpy as np
from numpy.typing import NDArray

from engine.axes import StepLabels, Tokens
from engine.samples import PADDING, DataError, Indices, Piece, Samples
from engine.vocabulary import END, START, Vocabulary

BEFORE = "before"  # the part that is the target moved by one
FEWEST = 3  # pairs

Split = Callable[[str], list[str]]
Pair = tuple[str, str]


def samples_of(
    pairs: Sequence[Pair],
    known: Sequence[int],
    *,
    titles: Sequence[str] | None = None,
    judged: Indices | None = None,
    held_out: Indices | None = None,
    most: int | None = None,
    longest: int = 60,
) -> Samples:
    """Word by word. Those pairs whose places are `known` decide which words have a number of their own.

    The target is the translation and ⟨end⟩; the part `before` is ⟨start⟩ and the translation. Raises DataError.
    """
    if len(pairs) < FEWEST:
        raise DataError(
            f"There should be at least {FEWEST} pairs of sentences; there are {len(pairs)}."
        )
    rough = Vocabulary(())
    read = [rough.split(source) for source, _ in pairs]
    written = [rough.split(target) for _, target in pairs]
    _check(read, written, longest)
    source = Vocabulary.of((word for i in known for word in read[i]), "words", most)
    target = Vocabulary.of((w for i in known for w in written[i]), "words", most, (START, END))
    inputs, lengths = _rows([source.numbers(words) for words in read], 0)
    begin, end = target.numbers([START]), target.numbers([END])
    numbers = [target.numbers(words) for words in written]
    before, steps = _rows([np.append(begin, row) for row in numbers], 0)
    truth, _ = _rows([np.append(row, end) for row in numbers], PADDING[StepLabels])
    return Samples(
        inputs,
        truth,
        Tokens("source", len(source)),
        StepLabels(target.symbols),
        titles=tuple(titles) if titles is not None else None,
        held_out=held_out,
        judged=judged,
        lengths=lengths,
        others={BEFORE: Piece(before, Tokens("target", len(target)), steps, target.symbols)},
        symbols=source.symbols,
        written=BEFORE,
        unit="words",
    )


def _check(read: list[list[str]], written: list[list[str]], longest: int) -> None:
    for place, (source, target) in enumerate(zip(read, written, strict=True), 1):
        for side, words in (("sentence", source), ("translation", target)):
            if not 1 <= len(words) <= longest:
                raise DataError(
                    f"Pair {place:,} has a {side} of {len(words)} words; it should have 1 to {longest}."
                )


def _rows(rows: Sequence[NDArray[np.int64]], padding: int) -> tuple[NDArray[np.int64], Indices]:
    """(rows, longest), filled up, and how long each really is."""
    lengths = np.array([len(row) for row in rows], np.int64)
    filled = np.full((len(rows), int(lengths.max())), padding, np.int64)
    for row, numbers in zip(filled, rows, strict=True):
        row[: len(numbers)] = numbers
    return filled, lengths
