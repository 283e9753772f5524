"""Numbers in words."""

from functools import lru_cache
from typing import ClassVar

import numpy as np
from pydantic import Field

from engine.dataset import Dataset
from engine.datasets.pairs import Pair, samples_of, words_in
from engine.samples import Samples


class NumberWords(Dataset, title="Number words"):
    """Numbers in English words and in French ones: “ninety-seven” is “quatre-vingt-dix-sept”.

    Made by the library num2words. The numbers are drawn at random from all below the largest; a tenth of them is dev,
    another the test part.
    """

    content: ClassVar[str] = "pairs"
    largest: int = Field(
        1_000_000, ge=100, le=1_000_000_000, title="Below", description="Numbers are below this."
    )
    count: int = Field(
        6_000,
        ge=30,
        le=100_000,
        title="Numbers",
        description="How many are drawn, or all there are.",
    )
    seed: int = Field(
        0, ge=0, lt=2**32, title="Seed", description="The same seed gives the same numbers."
    )

    def load(self) -> Samples:
        chance = np.random.default_rng(self.seed)
        count = min(self.count, self.largest)
        # As many of each length: most numbers below a million have six digits.
        digits = chance.uniform(0, np.log10(self.largest), 8 * count)
        drawn = np.minimum((10**digits).astype(np.int64), self.largest - 1)
        if count == self.largest:
            drawn = np.arange(self.largest)
        numbers = chance.permutation(np.unique(drawn))[:count]
        pairs = [_pair(int(number)) for number in numbers]
        tenth = max(1, len(pairs) // 10)
        places = np.arange(len(pairs))
        return samples_of(
            words_in(pairs),
            range(2 * tenth, len(pairs)),
            judged=places[:tenth],
            held_out=places[tenth : 2 * tenth],
        )


@lru_cache(maxsize=100_000)  # the library takes a tenth of a millisecond for each
def _pair(number: int) -> Pair:
    from num2words import num2words

    return _spaced(num2words(number, lang="en")), _spaced(num2words(number, lang="fr"))


def _spaced(words: str) -> str:
    """Each word by itself: no hyphens, no commas."""
    return words.replace("-", " ").replace(",", "")
