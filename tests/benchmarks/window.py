"""D of the training benchmark: the real window at 1280×800 without a screen, docks open, taking turns with B."""

import statistics
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from tempfile import TemporaryDirectory

from PySide6.QtCore import QEventLoop, QSettings, Qt, QTimer

from app.document import Document
from app.frame.window import Window
from app.launch.application import dressed
from app.plot import Plot
from app.preferences import Preferences
from app.session import Session
from app.studio import Studio
from engine.events import Event, Reading, Remarked, Steps
from engine.project import Project

DOCKS = ("Loss", "Gradients", "Activations", "Histograms")
TICK_MS = 5


@dataclass
class Seen:
    """What one stretch of training in the window has shown."""

    speed: float = 0.0  # steps a second
    frames: Counter[str] = field(default_factory=Counter)  # by dock
    readings: dict[str, set[int]] = field(
        default_factory=dict
    )  # by probe, the steps at which it was read
    seconds: float = 0.0
    busy: float = 0.0  # seconds of them that the window's thread computed
    late: list[float] = field(default_factory=list)  # ms, of each tick


class Bench:
    """A window with a project in it, whose docks are counted."""

    def __init__(
        self, project: Project, *, apart: bool = False, docks: tuple[str, ...] = DOCKS
    ) -> None:
        self._folder = TemporaryDirectory()
        stored = QSettings(f"{self._folder.name}/settings.ini", QSettings.Format.IniFormat)
        preferences = Preferences(stored)
        self.app, theme = dressed(preferences)
        document = Document(project)
        self.session = Session(document)
        studio = Studio(document, self.session, theme, preferences)
        studio.train_apart(apart)
        self.window = Window(studio)
        self.window.resize(1280, 800)
        self.window.show()
        self.wait(0.3)
        self.open = self._open_docks(docks)
        self.seen = Seen()
        self.remarks: list[Remarked] = []
        for plot in self.open.values():
            self._count(plot)
        self.session.advanced.connect(self._note)
        self._ticker = QTimer()
        self._ticker.setTimerType(Qt.TimerType.PreciseTimer)
        self._ticker.setInterval(TICK_MS)
        self._ticker.timeout.connect(self._tick)
        self._last_tick = 0.0

    def _open_docks(self, titles: tuple[str, ...]) -> dict[str, Plot]:
        """Each dock that is wanted in a place of its own, none behind another."""
        docks = self.window.arrangement.plots
        wanted = {name: dock for name, dock in docks.items() if name in titles}
        for dock in docks.values():
            self.window.removeDockWidget(dock)
        before = None
        for dock in wanted.values():
            self.window.addDockWidget(Qt.DockWidgetArea.BottomDockWidgetArea, dock)
            if before is not None:
                self.window.splitDockWidget(before, dock, Qt.Orientation.Horizontal)
            dock.show()
            before = dock
        shown = list(wanted.values())
        self.window.resizeDocks(shown, [300] * len(shown), Qt.Orientation.Horizontal)
        self.wait(0.3)
        return {name: dock.plot for name, dock in wanted.items()}

    def _count(self, plot: Plot) -> None:
        redraw = plot.redraw

        def counted() -> None:
            self.seen.frames[plot.title] += 1
            redraw()

        plot.redraw = counted  # type: ignore[method-assign]

    def _note(self, events: list[Event]) -> None:
        for event in events:
            if isinstance(event, Steps):
                self._steps.append((event.step, event.seconds))
            elif isinstance(event, Reading):
                self.seen.readings.setdefault(event.probe, set()).add(event.step)
            elif isinstance(event, Remarked):
                self.remarks.append(event)

    def _tick(self) -> None:
        now = time.perf_counter()
        self.seen.late.append(max(0.0, 1000 * (now - self._last_tick) - TICK_MS))
        self._last_tick = now

    def stretch(self, seconds: float) -> Seen:
        """Let the run go on for a while; what was seen."""
        self._steps: list[tuple[int, float]] = []
        self.seen = Seen()
        self.session.train()
        self.wait(60, lambda: bool(self._steps))
        self.wait(0.2)
        self._steps.clear()
        self.seen = seen = Seen()
        begun, busy = time.perf_counter(), time.thread_time()
        self._last_tick = begun
        self._ticker.start()
        self.wait(seconds)
        self._ticker.stop()
        seen.seconds, seen.busy = time.perf_counter() - begun, time.thread_time() - busy
        (first, since), (last, until) = self._steps[0], self._steps[-1]
        seen.speed = (last - first) / (until - since)
        self.session.pause()
        self.wait(30, lambda: self.session.state != "training")
        return seen

    def wait(self, seconds: float, until: Callable[[], bool] = lambda: False) -> None:
        """Let the window live for a time, or until something is so."""
        loop, look = QEventLoop(), QTimer()
        look.setInterval(100)
        look.timeout.connect(lambda: loop.quit() if until() else None)
        look.start()
        QTimer.singleShot(round(1000 * seconds), loop, loop.quit)
        loop.exec()
        look.stop()

    def close(self) -> None:
        """Stop the run and take the window away."""
        self.window.close_at_once()
        self.app.processEvents()
        self._folder.cleanup()


def percentile(values: list[float], share: int) -> float:
    """The value that this many percent lie below."""
    return statistics.quantiles(values, n=100)[share - 1] if len(values) > 1 else 0.0
