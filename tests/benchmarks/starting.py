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
from PySide6.QtWidgets import QApplication

from app.launch import application
from app.launch.splash import Splash

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
    if "app.frame.window" not in sys.modules or "app.plot" not in sys.modules:
        return  # not to load here what the program has yet to load
    from app.frame.window import Window
    from app.plot import Plot

    window = next((w for w in QApplication.topLevelWidgets() if isinstance(w, Window)), None)
    if window is None or not window.isVisible():
        return
    note("window")
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


appear = Splash.appear


def appeared(splash: Splash) -> None:
    """Note when the splash is on the screen."""
    appear(splash)
    note("splash")


Splash.appear = appeared  # type: ignore[method-assign]
application.QApplication(sys.argv[:1])
looking = QTimer()
looking.setInterval(1)
looking.timeout.connect(press_train)
looking.start()
application.run(None)
