"""How well translations are, by the length of what is translated: curves, and the sentence that sums them up."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from app.chart.figure import Figure, Line, Readout, Value
from app.chart.scale import Scale
from app.wording import tick
from engine.bleu import bleu
from engine.control import Own
from engine.dataset import Data
from engine.generate.marking import COUNTS, LENGTH, RIGHT
from engine.graph import Graph

Floats = NDArray[np.float64]
FEWEST = 3  # sentences of a length of which a share is drawn
BY_HEART = (0.5, 0.25)  # exact match: at least on train, at most on dev, of what is known by heart


@dataclass(frozen=True, slots=True, eq=False)
class Marked:
    """What was marked of one part by one run; rows of NaN have not been looked at."""

    name: str
    marks: Floats
    colour: str
    dashes: tuple[float, ...] = ()

    @property
    def known(self) -> Floats:
        """The rows that have been looked at."""
        return self.marks[np.isfinite(self.marks[:, RIGHT])]

    @property
    def exact(self) -> float:
        """The share that is right to the last word."""
        known = self.known
        return float(known[:, RIGHT].mean()) if len(known) else float("nan")

    @property
    def bleu(self) -> float:
        """BLEU of all."""
        return bleu(self.known[:, COUNTS].sum(0).astype(np.int64))

    def by_length(self) -> tuple[Floats, Floats, Floats]:
        """Lengths, the share in per cent that is right of each, and how many there are."""
        known = self.known
        lengths, places = np.unique(known[:, LENGTH], return_inverse=True)
        counts = np.bincount(places, minlength=len(lengths)).astype(np.float64)
        right = np.bincount(places, known[:, RIGHT], minlength=len(lengths))
        enough = counts >= FEWEST
        return lengths[enough], (100 * right / np.maximum(counts, 1))[enough], counts[enough]


def figure(parts: Sequence[Marked]) -> Figure:
    """Exact match against words in the source."""
    lines, found = [], {}
    for part in parts:
        xs, ys, counts = part.by_length()
        found[part.name] = (part, xs, ys, counts)
        if len(xs):
            label = f"{part.name} {100 * part.exact:.0f}"
            lines.append(Line(part.name, xs, ys, part.colour, dashes=part.dashes, label=label))
    ends = [line.xs for line in lines]
    low = min((float(xs[0]) for xs in ends), default=1.0)
    high = max((float(xs[-1]) for xs in ends), default=10.0)

    def read(x: float) -> Readout | None:
        at = round(x)
        values = []
        for part, xs, ys, counts in found.values():
            where = np.flatnonzero(xs == at)
            if len(where):
                place = int(where[0])
                text = f"{ys[place]:.0f} % of {counts[place]:,.0f}"
                values.append(Value(part.name, text, part.colour, (at, float(ys[place]))))
        return Readout(at, f"{at} words", tuple(values)) if values else None

    return Figure(
        Scale(low, max(high, low + 1)),
        Scale(0, 100),
        "words in the source",
        "exact match, %",
        tick,
        tuple(lines),
        empty="Train to see how many sentences of each length are right",
        read=read,
    )


def remark(text: str, data: Data, graph: Graph) -> str:
    """What is to be said of a typed sentence: it has no words, some are unknown, it is longer than any that is learnt.

    Empty if there is nothing to be said.
    """
    words = data.words[""]
    units = words.typed(text)
    if not units:
        return "There are no words in it to be translated. Type a sentence."
    numbers = words.numbers(units)
    room = data.train.inputs.shape[1]
    if len(units) > room:
        from engine.lengths import too_many  # and torch, which the window does not wait for

        own = Own(text, {"": numbers}, {"": len(units)})
        if why := too_many(own, graph, data):
            return why
    said = []
    unknown = words.strange(text)
    if unknown:
        named = ", ".join(f"“{unit}”" for unit in unknown[:5])
        more = f" and {len(unknown) - 5:,} more" if len(unknown) > 5 else ""
        said.append(f"Not known, and read as ⟨unk⟩: {named}{more}.")
    longest = int(np.asarray(data.train.array("", lengths=True)).max())
    if len(units) > longest:
        said.append(
            f"It has {len(units):,} words; the longest that the network learns from has {longest:,}, so expect little."
        )
    return " ".join(said)


def summed_up(dev: Marked | None, train: Marked | None, new: Floats | None) -> str:
    """Exact match and BLEU in words; `new` says of each dev example whether it holds a pair of words never seen."""
    if dev is None or not len(dev.known):
        return ""
    said = f"dev: {100 * dev.exact:.1f} % exact, BLEU {dev.bleu:.1f}"
    if new is not None:
        seen = np.isfinite(dev.marks[:, RIGHT])
        pairs = dev.marks[seen & (new > 0), RIGHT]
        rest = dev.marks[seen & (new == 0), RIGHT]
        if len(pairs) and len(rest):
            said = (
                f"dev: {100 * rest.mean():.1f} % of new sentences, {100 * pairs.mean():.1f} % of new pairs of words; "
                f"BLEU {dev.bleu:.1f}"
            )
    if train is None or not len(train.known):
        return said
    said += f" · train {100 * train.exact:.1f} %"
    if train.exact >= BY_HEART[0] and dev.exact <= BY_HEART[1]:
        said += ": known by heart, not learnt"
    return said
