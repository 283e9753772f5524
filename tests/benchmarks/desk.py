"""The real window for the benchmark of the canvas: edits, camera and mouse, each timed until it has been drawn.

Times are those that the window's thread computes, which on a machine that is free are those on the clock: all of this
happens in that thread, and whatever else the machine does is left out.
"""

import gc
import statistics
import time
from collections.abc import Callable
from pathlib import Path
from tempfile import TemporaryDirectory

from PySide6.QtCore import QEvent, QObject, QPoint, QPointF, QRectF, QSettings, Qt, QTimer
from PySide6.QtGui import QMouseEvent
from PySide6.QtWidgets import QApplication

from app.document import Document
from app.frame.window import Window
from app.launch.application import dressed
from app.preferences import Preferences
from app.session import Session
from app.studio import Studio
from engine import trial
from engine.graph import NodeId
from engine.project import Project
from engine.storage import save
from engine.template import template

TICK_MS = 2
FRAME_MS = 8  # until a window that wants to be drawn is drawn
SIZE = (1280, 800)


class Paints(QObject):
    """Counts how often something is painted."""

    def __init__(self) -> None:
        super().__init__()
        self.count = 0

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        self.count += event.type() == QEvent.Type.Paint
        return super().eventFilter(watched, event)


class Desk:
    """A window with a project in it, by default the small example."""

    def __init__(self, project: Project | None = None) -> None:
        self._folder = TemporaryDirectory()
        stored = QSettings(f"{self._folder.name}/settings.ini", QSettings.Format.IniFormat)
        preferences = Preferences(stored)
        self.app, theme = dressed(preferences)
        document = Document(template("small-convnet"))
        self.studio = Studio(document, Session(document), theme, preferences)
        self.window = Window(self.studio)
        self.window.resize(*SIZE)
        self.window.show()
        self._late: list[float] = []
        self._last = 0.0
        self._ticker = QTimer()
        self._ticker.setTimerType(Qt.TimerType.PreciseTimer)
        self._ticker.setInterval(TICK_MS)
        self._ticker.timeout.connect(self._tick)
        self._paints = Paints()
        self.window.view.view.viewport().installEventFilter(self._paints)
        self.live(0.5)
        if project is not None:
            document.begin(project)
            self.settle()
        gc.collect()
        gc.freeze()

    # -- letting the window live ------------------------------------------------------------------

    def live(self, seconds: float) -> None:
        """Let the window live for a time."""
        until = time.perf_counter() + seconds
        while time.perf_counter() < until:
            self.app.processEvents()
            time.sleep(0.001)

    @property
    def is_settled(self) -> bool:
        """Whether all that follows from the last edit is known and shown."""
        return self.studio.document.meaning.is_whole and self.window.view.scene.backlog.is_empty

    def settle(self) -> None:
        """Let the window live until all is known and drawn."""
        while not self.is_settled:
            self.app.processEvents()
        self.live(0.3)

    def timed(self, do: Callable[[], object]) -> float:
        """Milliseconds from a call until what came of it is known and drawn."""
        self.live(0.02)
        self._paints.count = 0
        begun = time.thread_time()
        do()
        self.app.processEvents()
        while not self.is_settled:
            self.app.processEvents()
        self.app.processEvents()
        for _ in range(FRAME_MS):  # what is to be painted is so by a clock of Qt's
            if self._paints.count:
                break
            time.sleep(0.001)
            self.app.processEvents()
        return 1000 * (time.thread_time() - begun)

    def followed(self, do: Callable[[], object]) -> tuple[float, float, list[float]]:
        """Milliseconds until what is in view is right and drawn, and all; its computing each time."""
        self.live(0.1)
        self._watch()
        begun = time.thread_time()
        do()
        self.app.processEvents()
        while not self._view_is_right():
            self.app.processEvents()
        seen = time.thread_time() - begun
        while not self.is_settled:
            self.app.processEvents()
        known = time.thread_time() - begun
        self.live(0.05)
        return 1000 * seen, 1000 * known, self._watched()

    def _view_is_right(self) -> bool:
        """Whether every node in view says what the finished answer says of it."""
        sized = self.studio.document.meaning.shapes.sized
        scene, camera = self.window.view.scene, self.window.view.view.camera
        items = scene.nodes_in(camera.sees)
        return self.is_settled or all(
            item.name in sized and f"{sized[item.name].cost.parameters:,}" in ("0", item.face.right)
            for item in items
            if item.name not in ("input", "loss")
        )

    def _watch(self) -> None:
        self._late.clear()
        self._last = time.thread_time()
        self._ticker.start()

    def _watched(self) -> list[float]:
        self._ticker.stop()
        return self._late or [0.0]

    def _tick(self) -> None:
        now = time.thread_time()
        self._late.append(1000 * (now - self._last))
        self._last = now

    # -- what is measured -------------------------------------------------------------------------

    def open(self, project: Project) -> tuple[float, float, list[float]]:
        """Seconds until a project's file is on the screen, and until all shapes are; how long it computed each time."""
        path = Path(self._folder.name, "large.chainrule")
        save(project, path)
        trial.answer.cache_clear()
        self._watch()
        begun = time.thread_time()
        self.studio.document.open(path)
        self.app.processEvents()
        seen = time.thread_time() - begun
        if len(self.window.view.scene.nodes) != len(project.graph.nodes):
            raise ValueError("Not all nodes are drawn.")
        while not self.is_settled:
            self.app.processEvents()
        return seen, time.thread_time() - begun, self._watched()

    def look_at(self, name: str) -> None:
        """Select a node and bring it to the middle at 100 %, as a person does before an edit."""
        view = self.window.view.view
        self.studio.select([NodeId(name)])
        self.zoom_to(1.0)
        view.camera.centre_on(view.drawing.nodes[NodeId(name)].frame.center())
        self.live(0.03)

    def zoom_to(self, zoom: float) -> None:
        """Look at the middle of the drawing from this distance."""
        camera = self.window.view.view.camera
        camera.zoom_by(zoom / camera.zoom)
        camera.centre_on(self.window.view.scene.drawn().center())
        self.live(0.05)

    def drag(self, count: int, frames: int, zoom: float) -> tuple[list[float], float]:
        """Milliseconds a frame of dragging so many nodes with the mouse, and of the undo afterwards."""
        view = self.window.view.view
        names = list(self.studio.graph.nodes)[2 : 2 + count]
        self.studio.select(names)
        boxes = QRectF()
        for name in names:
            boxes = boxes.united(view.drawing.nodes[name].frame)
        if zoom:
            self.zoom_to(zoom)
            view.camera.centre_on(boxes.center())
        else:
            view.camera.fit(boxes)
        self.live(0.1)
        grabbed = min(
            (view.drawing.nodes[name].frame for name in names),
            key=lambda frame: (frame.center() - view.camera.middle).manhattanLength(),
        )
        at = view.mapFromScene(QPointF(grabbed.center().x(), grabbed.top() + 22))
        spent = self._dragged(at, frames)
        return spent, self.timed(self.studio.document.undo_stack.undo)

    def _dragged(self, at: QPoint, frames: int) -> list[float]:
        self._mouse(QMouseEvent.Type.MouseButtonPress, at)
        self._mouse(QMouseEvent.Type.MouseMove, at + QPoint(8, 8))
        self.app.processEvents()
        spent = []
        for frame in range(frames):
            to = at + QPoint(10 + 3 * frame, 10 + 2 * frame)
            spent.append(self.timed(lambda to=to: self._mouse(QMouseEvent.Type.MouseMove, to)))  # type: ignore[misc]
        self._mouse(QMouseEvent.Type.MouseButtonRelease, at + QPoint(10 + 3 * frames, 40))
        self.settle()
        return spent

    def _mouse(self, kind: QMouseEvent.Type, at: QPoint) -> None:
        view = self.window.view.view.viewport()
        is_move = kind == QMouseEvent.Type.MouseMove
        button = Qt.MouseButton.NoButton if is_move else Qt.MouseButton.LeftButton
        is_up = kind == QMouseEvent.Type.MouseButtonRelease
        held = Qt.MouseButton.NoButton if is_up else Qt.MouseButton.LeftButton
        where = view.mapToGlobal(at)
        event = QMouseEvent(
            kind, QPointF(at), QPointF(where), button, held, Qt.KeyboardModifier.NoModifier
        )
        QApplication.sendEvent(view, event)


def percentile(values: list[float], share: int) -> float:
    """The value that this many percent lie below."""
    return statistics.quantiles(values, n=100)[share - 1] if len(values) > 1 else values[0]
