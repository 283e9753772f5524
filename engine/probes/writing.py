"""What a network writes and how it reads while it learns: a text gone on with, a sentence translated, dev marked.

All is done with generators of its own: the run's chance is not touched.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import ClassVar
from weakref import WeakKeyDictionary

import numpy as np
from numpy.typing import NDArray

from engine.events import Reading
from engine.generate.author import Author, CannotWrite, Manner
from engine.generate.marking import COLUMNS, marked
from engine.generate.reading import Perusal, alignment, cells, connectivity, peruse
from engine.generate.searching import cooled_row
from engine.graph import NodeId
from engine.probe import Moment, Pass, Probe

Floats = NDArray[np.float64]
LIKELIEST = 10  # symbols that are said of what could come next
CHUNK = 32  # dev sentences translated in one go
MOST: Mapping[str, int] = MappingProxyType({"dev": 512, "train": 128})
TRAIN_EVERY = 5  # how often train is looked at rather than dev


def author_of(moment: Moment) -> Author | None:
    """The network as one that writes; None if it cannot."""
    if moment.data is None:
        return None
    try:
        device = str(moment.on_example.inputs[0].device)
        return Author(moment.network, moment.graph, moment.data, device)
    except CannotWrite:
        return None


@dataclass(frozen=True, slots=True, eq=False)
class _Page:
    """A typed text and what the network went on with, read as a whole."""

    author: Author
    numbers: list[int]  # what stands before the text, the text, what was written
    typed: int
    read: Perusal


_PAGES: WeakKeyDictionary[Moment, _Page | None] = WeakKeyDictionary()
"""Several probes of one moment share what was written."""


def _page(moment: Moment) -> _Page | None:
    if moment not in _PAGES:
        _PAGES[moment] = _written(moment)
    return _PAGES[moment]


def _written(moment: Moment) -> _Page | None:
    author = author_of(moment)
    if author is None or author.translates:
        return None
    typed = moment.typed
    numbers = author.opening(typed.text)
    manner = Manner(
        typed.temperature,
        typed.top_k or None,
        typed.width,
        typed.steps,
        (moment.step + 7919 * typed.seed) % 2**31,
    )
    try:
        written = author.go_on(typed.text, manner).symbols if typed.steps else ()
        whole = [*numbers, *written]
        return _Page(author, whole, len(numbers) - 1, peruse(author, whole))
    except CannotWrite:  # a text is never a reason to end a run
        return None


class Writing(Probe):
    """(symbols, 5): of a typed text and what is written after it, each symbol's number, its log p in nats, the value of
    a chosen cell (NaN if none is), how much the chosen symbol hangs on it (NaN if none is chosen), and whether it was
    typed.
    """

    needs: ClassVar[Pass] = "writing"

    def read(self, moment: Moment) -> Iterator[Reading]:
        page = _page(moment)
        if page is None:
            return
        found = np.full((len(page.read.symbols), 5), np.nan)
        found[:, 0], found[:, 1] = page.read.symbols, page.read.logs
        found[:, 4] = np.arange(len(found)) < page.typed
        typed = moment.typed
        if typed.node:
            values = cells(page.author, page.numbers, NodeId(typed.node))
            if values.size and typed.unit < values.shape[1]:
                found[:, 2] = values[:, typed.unit]
        if 0 <= typed.place < len(found):
            found[:, 3] = connectivity(page.author, page.numbers, typed.place)
        yield self.say(moment, None, found)


class Nexts(Probe):
    """(10, 3): what is likeliest at the chosen place of the text, or behind it: symbol, p, and p at the temperature."""

    needs: ClassVar[Pass] = "writing"

    def read(self, moment: Moment) -> Iterator[Reading]:
        page = _page(moment)
        if page is None:
            return
        typed = moment.typed
        logs = page.read.nexts[min(typed.place, len(page.read.symbols))]
        best = np.argsort(-logs, kind="stable")[:LIKELIEST]
        cool = cooled_row(logs, typed.temperature, typed.top_k or None)
        yield self.say(moment, None, np.stack([best, np.exp(logs[best]), cool[best]], 1))


class Translated(Probe):
    """(words + 1, 3 + source): a translation word by word, its end last: number, log p, 1 where it ended, attention.

    What is translated is the typed sentence, or the chosen example of dev as long as nothing is typed. Without
    attention there are three columns. The node is the sentence: the numbers of its words, with spaces.
    """

    needs: ClassVar[Pass] = "writing"

    def read(self, moment: Moment) -> Iterator[Reading]:
        author = author_of(moment)
        if author is None or not author.translates:
            return
        source = _source(author, moment)
        if source is None:
            return
        try:
            text = author.translate_numbers(source, max(1, moment.typed.width))[0]
        except CannotWrite:  # a sentence is never a reason to end a run
            return
        symbols = [*text.symbols, *([author.end] if text.ended and author.end is not None else [])]
        looks = alignment(author, source, [author.first, *text.symbols])[: len(symbols)]
        found = np.zeros((len(symbols), 3 + looks.shape[1] if looks.size else 3))
        found[:, 0], found[:, 1], found[:, 2] = symbols, text.logs[: len(symbols)], text.ended
        if looks.size:
            found[:, 3:] = looks
        yield self.say(moment, None, found)
        yield Reading(
            moment.step, "Translated", NodeId("source"), source.astype(np.float64)[:, None]
        )


def _source(author: Author, moment: Moment) -> NDArray[np.int64] | None:
    if moment.typed.text.strip():
        try:
            return author.read_in(moment.typed.text)
        except CannotWrite:
            return None
    place = next(
        (i for i, f in enumerate(author.network.feeds) if f.part == "" and not f.lengths), None
    )
    if place is None:
        return None
    row = moment.on_example.inputs[place][0].cpu().numpy()
    feeds = author.network.feeds
    count = next((i for i, f in enumerate(feeds) if f.part == "" and f.lengths), None)
    return row if count is None else row[: int(moment.on_example.inputs[count][0])]


class Marks(Probe):
    """(examples, 13): of each translation what `engine.generate.marking` says of it, and at which step; NaN is what has
    not been looked at yet. The first 512 examples of dev, and under the node `train` 128 of train: what is known by
    heart is right there alone.
    """

    needs: ClassVar[Pass] = "writing"

    def __init__(self) -> None:
        self._found: dict[str, Floats] = {}
        self._next: dict[str, int] = {}
        self._turn = 0

    def read(self, moment: Moment) -> Iterator[Reading]:
        self._turn += 1
        part = "train" if self._turn % TRAIN_EVERY == 0 else "dev"
        if self._look(moment, part, CHUNK):
            yield self._said(moment, part)

    def finish(self, moment: Moment) -> Iterator[Reading]:
        """Translate all of them anew, for the weights stand still."""
        for part in MOST:
            self._next[part] = 0
            while self._look(moment, part, 8 * CHUNK) and self._next[part]:
                if moment.cancelled():
                    break
            if part in self._found:
                yield self._said(moment, part)

    def _said(self, moment: Moment, part: str) -> Reading:
        return self.say(moment, None if part == "dev" else NodeId(part), self._found[part].copy())

    def _look(self, moment: Moment, name: str, many: int) -> bool:
        author = author_of(moment)
        if author is None or not author.translates or moment.data is None:
            return False
        part = moment.data.dev if name == "dev" else moment.data.train
        count = min(part.count, MOST[name])
        if name not in self._found:
            self._found[name] = np.full((count, COLUMNS + 1), np.nan)
        start = self._next.get(name, 0)
        end = min(start + many, count)
        rows = self._found[name][start:end]
        rows[:, :COLUMNS] = marked(author, part, list(range(start, end)))
        rows[:, COLUMNS] = moment.step
        self._next[name] = end % count
        return True
