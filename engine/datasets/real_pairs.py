"""Real sentences with their translations: files with a line a pair."""

from collections.abc import Sequence
from importlib.resources.abc import Traversable
from pathlib import Path
from typing import ClassVar

import numpy as np
from pydantic import Field

from engine.dataset import Dataset
from engine.datasets.lines import TEXTS, columns, glance, named
from engine.datasets.pairs import Pair, Words, samples_of, words_in
from engine.samples import DataError, Samples
from resources import resource

TENTH = 10
HEADINGS = frozenset(
    "source target sentence translation input output from to en fr de es it pt nl ar he zh ja ru english french german "
    "spanish italian portuguese dutch arabic hebrew chinese japanese russian".split()
)
"""What the first line may say of its columns."""


class _Pairs(Dataset):
    content: ClassVar[str] = "pairs"
    longest: int = Field(
        15, ge=1, le=200, title="Longest", description="Pairs with more words a side are left out."
    )
    vocabulary: int = Field(
        8000,
        ge=3,
        le=200_000,
        title="Most words",
        description="The most frequent of each language that have a number of their own; others are ⟨unk⟩.",
    )

    def source(self) -> Traversable | Path:
        """The file with the pairs."""
        raise NotImplementedError

    def pairs(self) -> list[Pair]:
        """All of them. Raises DataError."""
        return read_pairs(self.source(), 2, 3)

    def load(self) -> Samples:
        fits = range(1, self.longest + 1)
        pairs = self.pairs()
        words = words_in(pairs)
        kept = [p for p, (a, b) in enumerate(words) if len(a) in fits and len(b) in fits]
        if len(kept) < TENTH:
            raise DataError(
                f"Of the {len(pairs):,} pairs {len(kept)} have 1 to {self.longest} words on each side; at least "
                f"{TENTH} are needed. Bring more, or allow longer ones."
            )
        return _shared_out([pairs[p][0] for p in kept], [words[p] for p in kept], self.vocabulary)


def _shared_out(texts: Sequence[str], pairs: Sequence[Words], most: int) -> Samples:
    """A tenth is dev, another the test part, at random; a sentence that occurs twice stays in one of them."""
    chance = np.random.default_rng(0)
    sources = list(dict.fromkeys(texts))
    order = dict(zip(sources, chance.permutation(len(sources)), strict=True))
    share = np.array([order[source] * TENTH // len(sources) for source in texts])
    judged, held_out = np.flatnonzero(share == 0), np.flatnonzero(share == 1)
    known = [int(place) for place in np.flatnonzero(share > 1)]
    return samples_of(pairs, known, judged=judged, held_out=held_out, most=most, longest=200)


def read_pairs(file: Traversable | Path, read: int = 1, written: int = 2) -> list[Pair]:
    """Two columns of a file with tabs, counted from 1; a heading that names languages is left out. Raises DataError."""
    kind = "a sentence, a tab and its translation"
    if max(read, written) > 2:
        kind = f"{max(read, written)} cells with tabs between them"
    rows = columns(file, max(read, written), kind)
    found = [(row[read - 1], row[written - 1]) for row in rows]
    is_heading = {cell.lower() for cell in found[0]} <= HEADINGS
    return found[1:] if is_heading else found


class Phrases(_Pairs, title="Real phrases, English to French"):
    """5,790 short phrases of programs and of Unicode, English and French.

    Too few and too unlike one another to be learnt by rule: a network knows those of train by heart and fails on dev.
    From JupyterLab's and Django's translations (BSD) and Unicode's CLDR.
    """

    def source(self) -> Traversable:
        return resource("data", "phrases_en_fr.tsv")


class Verses(_Pairs, title="Real verses, English to Spanish"):
    """4,983 short verses, from the World English Bible and the Reina-Valera of 1909.

    As with the phrases: a network knows those of train by heart and fails on dev. Both texts are in the public domain.
    """

    def source(self) -> Traversable:
        return resource("data", "verses_en_es.tsv")


class PairsFile(_Pairs, title="File of sentence pairs"):
    """Your own sentences with their translations: a text file in UTF-8, in each line a sentence, a tab and another.

    More columns, such as where a sentence is from, are not read. As long as no file is named it is the phrases that
    come with the program.
    """

    file: str = Field(
        "",
        max_length=4096,
        title="File",
        description="Where the pairs are, such as /home/me/pairs.tsv.",
    )
    read: int = Field(
        1, ge=1, le=100, title="Read", description="The column of the sentences that are read."
    )
    written: int = Field(
        2, ge=1, le=100, title="Written", description="The column of their translations."
    )

    @classmethod
    def found_at(cls, path: Path) -> "PairsFile | None":
        """Lines of texts with tabs between them, most of them unlike all others."""
        if path.suffix.lower() not in TEXTS or path.is_dir():
            return None
        rows = [line.split("\t") for line in glance(path)]
        if not rows or any(len(row) < 2 for row in rows):
            return None
        others = {row[1] for row in rows}
        if 2 * len(others) <= len(rows) or not any(letter.isalpha() for letter in rows[-1][1]):
            return None
        return cls(file=str(path))

    def pairs(self) -> list[Pair]:
        path = named(self.file)
        if path is None:
            return super().pairs()
        return read_pairs(path, self.read, self.written)

    def source(self) -> Traversable:
        return resource("data", "phrases_en_fr.tsv")
