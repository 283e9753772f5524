"""A start of the program, timed from within: `python tests/benchmarks/starting.py BEGUN` prints seconds as JSON.

BEGUN is the time (`time.time()`) at which the process was asked for. The training benchmark's case `start` runs it.
"""

import json
import os
import sys
import time
from pathlib import Path
from tempfile import mkdtemp

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
os.environ["XDG_CONFIG_HOME"] = os.environ["XDG_STATE_HOME"] = mkdtemp(prefix="chainrule-start-")
sys.path.insert(0, str(Path(__file__).parents[2]))

from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QApplication, QWidget

from app.frame.window import Window
from app.launch import application
from app.plot import Plot

BEGUN = float(sys.argv[1])
FOUND: dict[str, float] = {}


def note(what: str) -> None:
    """Keep the first time that something happened."""
    FOUND.setdefault(what, time.time() - BEGUN)


def end() -> None:
    """Print what was found and leave without questions."""
    sys.stdout.write(json.dumps(FOUND) + "\n")
    sys.stdout.flush()
    os._exit(0)


def press_train() -> None:
    """Train what is in the window as soon as it answers; the first picture is the first redraw of a plot after it."""
    window = next((w for w in QApplication.topLevelWidgets() if isinstance(w, Window)), None)
    if window is None or "window" not in FOUND or not window.studio.document.meaning.known:
        return
    QApplication.processEvents()
    note("ready")
    looking.stop()
    for plot in window.findChildren(Plot):
        redraw = plot.redraw

        def drawn(redraw=redraw) -> None:  # noqa: ANN001
            redraw()
            run = window.studio.session.run
            if run is not None and run.history.step:
                note("picture")
                QTimer.singleShot(0, end)

        plot.redraw = drawn  # type: ignore[method-assign]
    note("pressed")
    window.studio.session.train()


appear = application.appear


def appeared(window: QWidget) -> None:
    """Note when the window is on the screen and has been painted."""
    appear(window)
    note("window")


application.appear = appeared
application.QApplication(sys.argv[:1])
looking = QTimer()
looking.setInterval(1)
looking.timeout.connect(press_train)
looking.start()
application.run(None)
