"""Real sentences with their translations: files with a line a pair."""

from collections.abc import Sequence
from importlib.resources.abc import Traversable
from pathlib import Path
from typing import ClassVar

import numpy as np
from pydantic import Field

from engine.dataset import Dataset
from engine.datasets.pairs import Pair, samples_of
from engine.datasets.text import read_text
from engine.samples import DataError, Samples
from resources import resource

TENTH = 10


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
        return read_pairs(self.source())

    def load(self) -> Samples:
        from engine.vocabulary import words_of

        fits = range(1, self.longest + 1)
        pairs = self.pairs()
        kept = [p for p in pairs if len(words_of(p[0])) in fits and len(words_of(p[1])) in fits]
        if len(kept) < TENTH:
            raise DataError(
                f"Of the {len(pairs):,} pairs {len(kept)} have 1 to {self.longest} words on each side; at least "
                f"{TENTH} are needed. Bring more, or allow longer ones."
            )
        return _shared_out(kept, self.vocabulary)


def _shared_out(pairs: Sequence[Pair], most: int) -> Samples:
    """A tenth is dev, another the test part, at random; a sentence that occurs twice stays in one of them."""
    chance = np.random.default_rng(0)
    sources = list(dict.fromkeys(source for source, _ in pairs))
    order = dict(zip(sources, chance.permutation(len(sources)), strict=True))
    share = np.array([order[source] * TENTH // len(sources) for source, _ in pairs])
    judged, held_out = np.flatnonzero(share == 0), np.flatnonzero(share == 1)
    known = [int(place) for place in np.flatnonzero(share > 1)]
    return samples_of(pairs, known, judged=judged, held_out=held_out, most=most, longest=200)


def read_pairs(file: Traversable | Path) -> list[Pair]:
    """The last two columns of a file with tabs; a heading that says “en” is left out. Raises DataError."""
    found: list[Pair] = []
    for number, line in enumerate(read_text(file).splitlines(), 1):
        cells = line.split("\t")
        if not line.strip() or (number == 1 and "en" in cells):
            continue
        if len(cells) < 2:
            raise DataError(
                f"Line {number:,} of {file.name} is no pair: it has no tab. Each line should be a sentence, a tab "
                "and its translation."
            )
        found.append((cells[-2].strip(), cells[-1].strip()))
    return found


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

    As long as no file is named it is the phrases that come with the program.
    """

    file: str = Field(
        "",
        max_length=4096,
        title="File",
        description="Where the pairs are, such as /home/me/pairs.tsv.",
    )

    def source(self) -> Traversable | Path:
        named = self.file.strip().strip("\"'")
        return Path(named).expanduser() if named else resource("data", "phrases_en_fr.tsv")
