"""The curves of a run as a table."""

import csv
from pathlib import Path

import numpy as np

from engine.report.kind import Report
from engine.report.subject import Told


class Csv(Report):
    """All curves as one table: a row for each step at which something was known, a column for each curve."""

    name = "csv"
    title = "Curves (CSV)"
    suffix = ".csv"

    def write(self, told: Told, out: Path) -> tuple[Path, ...]:
        moments = np.array([step for step, _ in told.moments], np.int64)
        steps = np.unique(np.concatenate([moments, *(series.steps for series in told.series)]))
        clock = told.clock
        columns = [
            [f"{value:.10g}" for value in values]
            for values in (steps, clock.epoch(steps), clock.examples(steps), clock.second(steps))
        ]
        names = ["step", "epoch", "examples", "seconds"]
        for series in told.series:
            column = [""] * len(steps)
            places = np.searchsorted(steps, series.steps).tolist()
            for place, value in zip(places, series.values.tolist(), strict=True):
                column[place] = repr(value)
            columns.append(column)
            names.append(series.name)
        said = [""] * len(steps)
        for step, text in told.moments:
            place = int(np.searchsorted(steps, step))
            said[place] = f"{said[place]}; {text}" if said[place] else text
        with out.open("w", encoding="utf-8", newline="") as file:
            writer = csv.writer(file)
            writer.writerow([*names, "event"])
            writer.writerows(zip(*columns, said, strict=True))
        return (out,)
