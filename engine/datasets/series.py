"""Measurements over time, of which the next is to be foretold from those before it."""

import csv
from typing import ClassVar, Literal

import numpy as np
from pydantic import Field

from engine.axes import Sequence, Values
from engine.dataset import Dataset
from engine.parameters import slider
from engine.samples import Inputs, Samples
from engine.spelling import read_lines
from resources import resource


class Sunspots(Dataset, title="Sunspots"):
    """How many spots the sun had, each year from 1700 to 2008, in hundreds: how many will there be next?

    They wax and wane in about eleven years. A sample is a window of years. The parts follow one another in time: dev is
    later than all of train, test later still. Saying “as many as last year” is wrong by 0.33 over the last 60 years,
    the best line through the last eleven by 0.19 (root of the mean square). Royal Observatory of
    Belgium; public domain.
    """

    content: ClassVar[str] = "series"
    window: int = Field(
        22,
        ge=2,
        le=150,
        title="Window",
        description="How many years the network sees.",
        json_schema_extra=slider(2, 66),
    )
    asked: Literal["the end", "every step"] = Field(
        "the end",
        title="Foretold at",
        description="After the last year of the window alone, or at each of its years the one after it.",
    )
    ahead: int = Field(
        1, ge=1, le=22, title="Ahead", description="How many years later the foretold year is."
    )

    def load(self) -> Samples:
        rows = csv.reader(read_lines(resource("data", "sunspots.csv"))[1:])
        years, spots = zip(*((int(year), float(count) / 100) for year, count in rows), strict=True)
        first = range(len(spots) - self.window - self.ahead + 1)
        seen = np.array([spots[at : at + self.window] for at in first], np.float32)
        then = np.array(
            [spots[at + self.ahead : at + self.window + self.ahead] for at in first], np.float32
        )
        last = [years[at + self.window + self.ahead - 1] for at in first]
        if self.asked == "the end":
            return self._samples(seen, then[:, -1:], ("sunspots / 100",), last, 0)
        names = tuple(f"step {place}, sunspots / 100" for place in range(1, self.window + 1))
        return self._samples(seen, then, names, last, self.window - 1)

    def _samples(
        self,
        seen: "np.ndarray[tuple[int, ...], np.dtype[np.float32]]",
        then: "np.ndarray[tuple[int, ...], np.dtype[np.float32]]",
        names: tuple[str, ...],
        last: list[int],
        gap: int,
    ) -> Samples:
        inputs: Inputs = seen[:, :, None]
        axes, titles = Sequence(self.window, 1), tuple(map(str, last))
        return Samples(inputs, then, axes, Values(names), titles=titles, gap=gap)
