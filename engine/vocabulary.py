"""The symbols of a text, characters or words: text to whole numbers and back. It knows no file and no network."""

import re
import unicodedata
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from functools import cached_property, lru_cache
from typing import Literal

import numpy as np
from numpy.typing import NDArray

Unit = Literal["characters", "words"]
UNKNOWN, START, END = "⟨unk⟩", "⟨start⟩", "⟨end⟩"
SPECIAL = (UNKNOWN, START, END)

# An elided word and its apostrophe (l’, d’, qu’), a word with what is joined to it, a line's end, or a single mark.
_WORD = re.compile(r"\b(?:qu|[cdjlmnst])['’](?=\w)|\w+(?:['’-]\w+)*|\n|[^\w\s]", re.IGNORECASE)
_CLOSING = frozenset(".,;:!?)]}…%\n")
_OPENING = frozenset("([{\n")


def words_of(text: str) -> list[str]:
    """The words and marks of a text, line ends among them. Elided words keep their apostrophe: “l’”, “école”."""
    return _WORD.findall(unicodedata.normalize("NFC", text))


def joined(words: Iterable[str]) -> str:
    """Words as a text, with spaces where people put them."""
    text = ""
    for word in words:
        glued = not text or text[-1] in _OPENING or word in _CLOSING or _is_elided(text)
        text += word if glued else f" {word}"
    return text


def _is_elided(text: str) -> bool:
    return text[-1] in "'’" and len(text) > 1 and text[-2].isalpha()


@dataclass(frozen=True)
class Vocabulary:
    """Symbols in a fixed order. The first is ⟨unk⟩, which stands for all that are not among them."""

    symbols: tuple[str, ...]
    unit: Unit = "words"
    _places: dict[str, int] = field(default_factory=dict, repr=False, compare=False)

    def __post_init__(self) -> None:
        self._places.update({symbol: place for place, symbol in enumerate(self.symbols)})

    def __len__(self) -> int:
        return len(self.symbols)

    @classmethod
    def of(
        cls, units: Iterable[str], unit: Unit, most: int | None = None, more: Sequence[str] = ()
    ) -> "Vocabulary":
        """The symbols that occur, sorted; of very many the `most` frequent. `more` come after ⟨unk⟩."""
        counts = Counter(units)
        kept = sorted(counts, key=lambda symbol: (-counts[symbol], symbol))[:most]
        return cls((UNKNOWN, *more, *sorted(set(kept) - {UNKNOWN, *more})), unit)

    def split(self, text: str) -> list[str]:
        """A text as symbols, known or not."""
        return list(text) if self.unit == "characters" else words_of(text)

    def numbers(self, units: Iterable[str]) -> NDArray[np.int64]:
        """The number of each symbol, 0 for one that is not known; (symbols,)."""
        places = self._places
        return np.array([places.get(symbol, 0) for symbol in units], np.int64)

    def encode(self, text: str) -> NDArray[np.int64]:
        """A text as numbers, (symbols,)."""
        if self.unit == "words":
            return self.numbers(words_of(text))
        codes = np.frombuffer(text.encode("utf-32-le", "surrogatepass"), np.uint32)
        codes = np.minimum(codes, len(self._table) - 1)  # the last place of the table is no symbol
        return self._table[codes]

    def decode(self, numbers: Iterable[int]) -> str:
        """Numbers as a text; what begins and ends a sentence is not written."""
        symbols = [self.symbols[number] for number in numbers]
        if self.unit == "characters":
            return "".join("\N{REPLACEMENT CHARACTER}" if s == UNKNOWN else s for s in symbols)
        return joined(symbol for symbol in symbols if symbol not in (START, END))

    def unknown(self, text: str) -> list[str]:
        """The symbols of a text that are not known, each once, in their order."""
        return list(dict.fromkeys(s for s in self.split(text) if s not in self._places))

    def typed(self, text: str) -> list[str]:
        """What a person typed as symbols: those that are known as they are, or in small letters, where that helps.

        A mark at the end of a sentence that is not known is left out.
        """
        units = self.split(unicodedata.normalize("NFC", text))
        if self.unit == "characters":
            return units
        while units and units[-1] in _CLOSING and units[-1] not in self._places:
            units.pop()
        return [self._nearest(unit) for unit in units]

    def strange(self, text: str) -> list[str]:
        """What a person typed and is not known, each once, in their order."""
        return list(dict.fromkeys(unit for unit in self.typed(text) if unit not in self._places))

    def _nearest(self, unit: str) -> str:
        forms = (unit, unit.lower(), unit.capitalize(), unit.replace("'", "’"))
        return next((form for form in forms if form in self._places), unit)

    def place(self, symbol: str) -> int | None:
        """The number of a symbol; None if it is not known."""
        return self._places.get(symbol)

    @cached_property
    def _table(self) -> NDArray[np.int64]:
        """The number of each character by its code point."""
        single = {ord(s): place for s, place in self._places.items() if len(s) == 1}
        table = np.zeros(max(single, default=0) + 2, np.int64)
        for code, place in single.items():
            table[code] = place
        return table


@lru_cache(maxsize=16)
def vocabulary(symbols: tuple[str, ...], unit: Unit) -> Vocabulary:
    """The same vocabulary, made once."""
    return Vocabulary(symbols, unit)
