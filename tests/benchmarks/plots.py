"""What a frame of the loss plot costs, and whether it grows with the run: medians, measured side by side in one run.

`python tests/benchmarks/plots.py [--json] [--case frame]`: a table, or one object a line. A row without a bar informs.
"""

import argparse
import json
import os
import statistics
import sys
import time
from pathlib import Path
from tempfile import TemporaryDirectory

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
sys.path.insert(0, str(Path(__file__).parents[2]))

import numpy as np
from PySide6.QtCore import QSettings
from PySide6.QtWidgets import QApplication

from app.document import Document
from app.launch.application import dressed
from app.plots.loss import Loss
from app.preferences import Preferences
from app.session import Session
from app.studio import Studio
from engine.events import Reading, Started, Steps, Validated
from engine.run import Run
from engine.template import template

SHORT, LONG = 10**4, 10**6
FRAMES = 60
Row = dict[str, object]


def told(studio: Studio, count: int) -> None:
    """Show a run of so many steps, with a reading every 100 and a validation every 1,000 of them."""
    project = studio.document.project
    run = Run("run 1", project.graph, project.recipe, project.settings)
    run.history.add(Started(0, 0.0, count // 1000, 1000, 1, 1, 1, 0, 1, "cpu"))
    curve = 2.5 * np.exp(-5 * np.arange(1, count + 1) / count)
    noise = np.exp(0.3 * np.random.default_rng(0).normal(size=count))
    for last in range(1000, count + 1, 1000):
        part = slice(last - 1000, last)
        run.history.add(Steps(last, last / 1000, curve[part] * noise[part], 1.0))
        for step in range(last - 900, last + 1, 100):
            run.history.add(Reading(step, "ProbeLoss", None, float(curve[step - 1])))
        value = float(curve[last - 1])
        run.history.add(Validated(last, last // 1000, value, value + 0.1, None, None, 1.0))
    studio.session.run = run
    studio.session.run_changed.emit()


def frame(plot: Loss) -> float:
    """Milliseconds of one redraw and repaint."""
    begun = time.perf_counter()
    plot.redraw()
    plot.chart.repaint()
    return 1000 * (time.perf_counter() - begun)


def frames(app: QApplication, studio: Studio) -> list[Row]:
    """A frame of a short and of a long run, alternating."""
    plots = []
    for count in (SHORT, LONG):
        plot = Loss(studio)
        plot.resize(480, 340)
        plot.show()
        told(studio, count)
        plot.redraw()
        plots.append((plot, studio.session.run))
    app.processEvents()
    costs: tuple[list[float], list[float]] = ([], [])
    for _ in range(FRAMES):
        for (plot, run), found in zip(plots, costs, strict=True):
            studio.session.run = run
            found.append(frame(plot))
    short, long = (statistics.median(found) for found in costs)
    return [
        {"case": "frame", "metric": f"{SHORT:,} steps", "value": short, "unit": "ms", "bar": None},
        {"case": "frame", "metric": f"{LONG:,} steps", "value": long, "unit": "ms", "bar": None},
        {
            "case": "frame",
            "metric": "long / short",
            "value": long / short,
            "unit": "×",
            "bar": None,
        },
    ]


CASES = {"frame": frames}


def main() -> int:
    """Measure what was asked for and print it."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--json", action="store_true")
    parser.add_argument("--case", choices=CASES, action="append")
    asked = parser.parse_args()
    with TemporaryDirectory() as folder:
        settings = QSettings(f"{folder}/settings.ini", QSettings.Format.IniFormat)
        app, theme = dressed(Preferences(settings))
        document = Document(template("one-hidden-layer"))
        studio = Studio(document, Session(document), theme, Preferences(settings))
        for name in asked.case or CASES:
            for row in CASES[name](app, studio):
                row["met"] = None
                said = (
                    json.dumps(row)
                    if asked.json
                    else "{case:8}{metric:20}{value:8.2f} {unit}".format(**row)
                )
                sys.stdout.write(f"{said}\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
