"""What a frame of the loss plot costs, and whether it grows with the run: medians, measured side by side in one run.

`python tests/benchmarks/plots.py [--json] [--case whole|zoomed|growing|runs|memory]`: a table, or one object a line
with `case`, `metric`, `value`, `unit`, `bar`, `met`. A row without a bar informs. One per cent of the long run still
fills every pixel of the plot, one per cent of the short one is a hundred points: so what is seen of the long one is
held against the short one whole.
"""

import os
import statistics
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
sys.path.insert(0, str(Path(__file__).parents[2]))

import numpy as np
from PySide6.QtCore import QSettings
from PySide6.QtWidgets import QApplication
from table import Measured, options, row, say

from app.chart.scale import Scale
from app.document import Document
from app.launch.application import dressed
from app.plots.loss import Loss
from app.preferences import Preferences
from app.session import Session
from app.studio import Studio
from engine.events import Event, Reading, Started, Steps, Validated
from engine.run import Run
from engine.template import template

SHORT, LONG = 10**4, 10**7
FRAMES = 80
GROWTH, MEMORY = 1.2, 200.0  # × and MB: the bars
PAST = 100  # runs laid over one another
Rival = tuple[Loss, Run]


def tale(count: int) -> Iterator[Event]:
    """A run of so many steps, with a reading every 100 and a validation every 1,000 of them."""
    chance = np.random.default_rng(0)
    yield Started(0, 0.0, count // 100, 1000, 64_000, 1, 1, 0, 1, "cpu")
    for last in range(1000, count + 1, 1000):
        curve = 2.5 * np.exp(-5 * np.arange(last - 999, last + 1) / count)
        yield Steps(last, last / 1000, curve * chance.lognormal(0, 0.3, 1000), last / 20_000)
        for step in range(last - 900, last + 1, 100):
            yield Reading(step, "ProbeLoss", None, float(curve[step - last + 999]))
        value = float(curve[-1])
        yield Validated(last, last // 1000, value, value + 0.1, 0.9, 0.8, last / 20_000, 0.8)


def told(studio: Studio, count: int, name: str = "run 1") -> Run:
    """A run that has said all that, shown."""
    project = studio.document.project
    run = Run(name, project.graph, project.recipe, project.settings)
    for event in tale(count):
        run.history.add(event)
    studio.session.run = run
    studio.session.run_changed.emit()
    return run


def rivals(app: QApplication, studio: Studio) -> tuple[Rival, Rival]:
    """A plot of a short run and one of a long run."""
    made = []
    for count in (SHORT, LONG):
        plot = Loss(studio)
        plot.resize(480, 340)
        plot.show()
        run = told(studio, count)
        plot.redraw()
        made.append((plot, run))
        studio.session.run_changed.disconnect(plot._on_run_changed)  # it keeps its run
    app.processEvents()
    return made[0], made[1]


def frame(studio: Studio, rival: Rival, fresh: int = 0) -> float:
    """Milliseconds that one redraw and repaint take of the processor, after so many new steps."""
    plot, run = rival
    studio.session.run = run
    history = run.history
    if fresh:
        epoch, seconds = history.epoch + fresh / 1000, history.seconds + fresh / 20_000
        history.add(Steps(history.step + fresh, epoch, np.full(fresh, 0.02), seconds))
    begun = time.thread_time()
    plot.redraw()
    plot.chart.repaint()
    return 1000 * (time.thread_time() - begun)


def compared(
    studio: Studio, both: tuple[Rival, Rival], case: str, bar: float | None, fresh: int = 0
) -> list[Measured]:
    """A frame of the short and of the long run, alternating."""
    costs: tuple[list[float], list[float]] = ([], [])
    for _ in range(FRAMES):
        for rival, found in zip(both, costs, strict=True):
            found.append(frame(studio, rival, fresh))
    short, long = (statistics.median(found) for found in costs)
    return [
        row(case, f"{SHORT:,} steps", short, "ms"),
        row(case, f"{LONG:,} steps", long, "ms"),
        row(case, "long / short", long / short, "×", bar),
    ]


def whole(app: QApplication, studio: Studio) -> list[Measured]:
    """The whole run in view."""
    return compared(studio, rivals(app, studio), "whole", GROWTH)


def zoomed(app: QApplication, studio: Studio) -> list[Measured]:
    """One per cent of it in view."""
    short, long = rivals(app, studio)
    _zoom(long)
    rows = compared(studio, (short, long), "zoomed", GROWTH)
    _zoom(short)
    *_, ratio = compared(studio, (short, long), "zoomed", None)
    return [*rows, row("zoomed", "both zoomed", float(str(ratio["value"])), "×")]


def _zoom(rival: Rival) -> None:
    plot, run = rival
    plot.chart.window_ = Scale(0.5 * run.history.epoch, 0.51 * run.history.epoch)


def growing(app: QApplication, studio: Studio) -> list[Measured]:
    """The whole run in view while it goes on at 6,000 steps a second."""
    return compared(studio, rivals(app, studio), "growing", None, fresh=600)


def many(app: QApplication, studio: Studio) -> list[Measured]:
    """A run with many past ones laid over it, beside one alone."""
    plot = Loss(studio)
    plot.resize(480, 340)
    plot.show()
    for number in range(PAST):
        studio.document.record(told(studio, SHORT, f"run {number}"))
    now = told(studio, SHORT, "now")
    costs: dict[int, list[float]] = {0: [], PAST: []}
    for _ in range(3):
        for count, found in costs.items():
            studio.overlay(studio.document.project.runs[:count])
            app.processEvents()
            frame(studio, (plot, now))
            found += [frame(studio, (plot, now), 60) for _ in range(FRAMES // 4)]
    alone, all_of_them = (statistics.median(found) for found in costs.values())
    return [
        row("runs", "1 run", alone, "ms"),
        row("runs", f"{PAST} more laid over", all_of_them, "ms"),
    ]


def resident() -> float:
    """Megabytes that the process holds."""
    pages = int(Path("/proc/self/statm").read_text("ascii").split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE") / 1e6


def memory(app: QApplication, studio: Studio) -> list[Measured]:
    """What the process grows by while a long run is told and drawn."""
    plot = Loss(studio)
    plot.resize(480, 340)
    plot.show()
    run = told(studio, SHORT)
    frame(studio, (plot, run))
    app.processEvents()
    before = resident()
    run = told(studio, LONG)
    frame(studio, (plot, run))
    return [row("memory", f"{LONG:,} steps", resident() - before, "MB", MEMORY)]


CASES = {"memory": memory, "whole": whole, "zoomed": zoomed, "growing": growing, "runs": many}


def main() -> int:
    """Measure what was asked for and print it."""
    asked = options(__doc__, CASES).parse_args()
    with TemporaryDirectory() as folder:
        settings = QSettings(f"{folder}/settings.ini", QSettings.Format.IniFormat)
        app, theme = dressed(Preferences(settings))
        for name in asked.case or CASES:
            document = Document(template("one-hidden-layer"))
            studio = Studio(document, Session(document), theme, Preferences(settings))
            say(CASES[name](app, studio), asked)
    return 0


if __name__ == "__main__":
    sys.exit(main())
