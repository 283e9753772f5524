"""Sentences and their translations as examples: what is read, what was written before, and what is to be written."""

from collections.abc import Callable, Sequence
from sys import intern

import numpy as np
from numpy.typing import NDArray

from engine.axes import StepLabels, Tokens
from engine.samples import PADDING, DataError, Indices, Piece, Samples
from engine.vocabulary import END, START, Vocabulary
from engine.waiting import told

BEFORE = "before"  # the part that is the target moved by one
FEWEST = 3  # pairs
EACH = 5_000  # so many are gone through, before it is asked whether anybody still waits

Split = Callable[[str], list[str]]
Pair = tuple[str, str]
Words = tuple[list[str], list[str]]


def words_in(pairs: Sequence[Pair]) -> list[Words]:
    """Both sides of each pair word by word; of a word that occurs twice there is one copy in memory."""
    rough, found = Vocabulary(()), []
    for place, pair in enumerate(pairs):
        if not place % EACH:
            told(place, len(pairs), "Taking sentences apart")
        source, target = ([intern(word) for word in rough.split(side)] for side in pair)
        found.append((source, target))
    return found


def samples_of(
    pairs: Sequence[Words],
    known: Sequence[int],
    *,
    titles: Sequence[str] | None = None,
    judged: Indices | None = None,
    held_out: Indices | None = None,
    most: int | None = None,
    longest: int = 60,
) -> Samples:
    """Of pairs word by word. Those pairs whose places are `known` decide which words have a number of their own.

    The target is the translation and ⟨end⟩; the part `before` is ⟨start⟩ and the translation. Raises DataError.
    """
    if len(pairs) < FEWEST:
        raise DataError(
            f"There should be at least {FEWEST} pairs of sentences; there are {len(pairs)}."
        )
    read = [source for source, _ in pairs]
    written = [target for _, target in pairs]
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
    for place, numbers in enumerate(rows):
        if not place % EACH:
            told(place, len(rows), "Words as numbers")
        filled[place, : len(numbers)] = numbers
    return filled, lengths
