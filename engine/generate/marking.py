"""How good translations are: exact match and BLEU, example by example."""

from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from engine.bleu import SIZE, counts
from engine.dataset import Part
from engine.vocabulary import UNKNOWN

if TYPE_CHECKING:  # torch comes with them, and whoever only counts need not wait for it
    from engine.generate.author import Author
    from engine.generate.searching import Text

RIGHT, LENGTH, COUNTS = 0, 1, slice(2, 2 + SIZE)
COLUMNS = 2 + SIZE


def marked(author: "Author", part: Part, places: "list[int]") -> NDArray[np.float64]:
    """(examples, 12): whether the greedy translation is right to the last word, words of the source, BLEU's counts.

    A translation that should hold a word without a number of its own is never right: that word is not known to match.
    """
    texts = author.translations(part, places)
    found = [_mark(author, part, place, text) for place, text in zip(places, texts, strict=True)]
    return np.array(found, np.float64).reshape(-1, COLUMNS)


def _mark(author: "Author", part: Part, place: int, text: "Text") -> list[float]:
    truth = wanted(author, part, place)
    names = author.words.symbols
    right = text.ended and list(text.symbols) == truth and author.words.place(UNKNOWN) not in truth
    said = [names[symbol] for symbol in text.symbols]
    length = int(part.array("", lengths=True)[place])
    return [
        float(right),
        float(length),
        *counts(said, [names[symbol] for symbol in truth]).tolist(),
    ]


def wanted(author: "Author", part: Part, place: int) -> list[int]:
    """The symbols of the true translation, without its end."""
    row = part.targets[place]
    return [int(symbol) for symbol in row if symbol >= 0 and symbol != author.end]
