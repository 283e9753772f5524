"""Measurements over time, of which the next is to be foretold from those before it."""

import csv
from collections.abc import Sequence as Row
from typing import ClassVar, Literal

import numpy as np
from pydantic import Field

from engine.axes import Sequence, Values
from engine.dataset import Dataset
from engine.parameters import slider
from engine.samples import Samples
from engine.scale import Measure
from engine.spelling import read_lines
from resources import resource

Asked = Literal["the end", "every step"]


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
    asked: Asked = Field(
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
        measure = Measure("sunspots", unit=100)
        return windows_of(
            spots, years, "sunspots / 100", measure, self.window, self.ahead, self.asked
        )


def windows_of(
    values: Row[float],
    times: Row[object],
    name: str,
    measure: Measure,
    window: int,
    ahead: int,
    asked: Asked,
) -> Samples:
    """A sample for each place where a window fits, titled by the time of the last value that is to be foretold.

    The targets are the values `ahead` steps behind the window's last, or behind each of its values.
    """
    count = len(values) - window - ahead + 1
    series = np.array(values, np.float32)
    rows = np.arange(max(count, 0))[:, None] + np.arange(window)
    seen, then = series[rows], series[rows + ahead]
    last = tuple(str(time) for time in times[window + ahead - 1 :])
    at_end = asked == "the end"
    names = tuple(f"step {place}, {name}" for place in range(1, window + 1))
    return Samples(
        seen[:, :, None],
        np.ascontiguousarray(then[:, -1:]) if at_end else then,
        Sequence(window, 1),
        Values((name,) if at_end else names),
        titles=last[: max(count, 0)],
        gap=0 if at_end else window - 1,
        measure=measure,
    )
