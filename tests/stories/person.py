"""A person at the window: sees it by its accessible names, acts on it by real mouse, key and drop events alone."""

from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import QEvent, QMimeData, QPoint, QPointF, Qt, QUrl
from PySide6.QtGui import QDragEnterEvent, QDragMoveEvent, QDropEvent, QMouseEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLineEdit, QWidget
from pytestqt.qtbot import QtBot

from app.canvas.ports import Side
from app.frame.window import Window
from app.lull import AFTER_MS
from app.panels import Palette
from app.panels.layer_list import LayerList
from engine.graph import NodeId

LIMIT_MS = 60_000
LEFT, NONE = Qt.MouseButton.LeftButton, Qt.MouseButton.NoButton
PLAIN = Qt.KeyboardModifier.NoModifier


class Person:
    """Does what a person does. It may look at the document, but changes it only through events."""

    def __init__(self, qtbot: QtBot, window: Window) -> None:
        self.qtbot, self.window, self.studio = qtbot, window, window.studio

    # -- looking ----------------------------------------------------------------------------

    def see(self, name: str, kind: type[QWidget] = QWidget) -> QWidget:
        """The visible widget with this accessible name; what an edit brings is there a moment later."""
        found = self._visible(name, kind)
        if not found:
            self.qtbot.wait(2 * AFTER_MS)
            found = self._visible(name, kind)
        assert found, f"nothing on the screen is called {name}: {self.names()}"
        return found[0]

    def _visible(self, name: str, kind: type[QWidget]) -> list[QWidget]:
        widgets = (w for w in QApplication.allWidgets() if isinstance(w, kind) and w.isVisible())
        return [w for w in widgets if w.accessibleName() == name]

    def names(self) -> list[str]:
        """All that can be seen by name."""
        return sorted(
            {w.accessibleName() for w in QApplication.allWidgets() if w.isVisible()} - {""}
        )

    def wait(self, until: Callable[[], bool]) -> None:
        """Wait for something to become true."""
        self.qtbot.waitUntil(until, timeout=LIMIT_MS)

    # -- keys and buttons -------------------------------------------------------------------

    def press(self, name: str) -> None:
        """Click a button; a head that has just become wide enough shows its buttons a moment later."""
        self.qtbot.waitUntil(lambda: name in self.names(), timeout=5_000)
        widget = self.see(name)
        self.wait(widget.isEnabled)
        QTest.mouseClick(widget, LEFT, PLAIN, widget.rect().center())

    def key(self, keys: str) -> None:
        """Press a key or a chord wherever the keyboard is."""
        QTest.keySequence(QApplication.focusWidget() or self.window, keys)

    def fill_in(self, name: str, text: str) -> None:
        """Click into a field, replace what it says, and press Enter."""
        field = self.see(name, QLineEdit)
        QTest.mouseClick(field, LEFT, PLAIN, QPoint(8, field.height() // 2))
        QTest.keySequence(field, "Ctrl+A")
        QTest.keyClicks(field, text)
        QTest.keyClick(field, Qt.Key.Key_Return)

    # -- the canvas -------------------------------------------------------------------------

    def drag_from_palette(self, label: str, to: QPointF) -> None:
        """Drag a layer out of the palette and drop it at a point of the drawing."""
        rows = self.window.findChild(LayerList)
        assert rows is not None
        model = rows.model()
        found = [
            index
            for index in (model.index(place, 0) for place in range(model.rowCount()))
            if model.data(index) == label
        ]
        assert found, f"the palette shows no {label}"
        rows.scrollTo(found[0])
        mime = model.mimeData([found[0]])
        self._drop(mime, to)

    def _drop(self, mime: QMimeData, to: QPointF) -> None:
        view, copy = self.window.view.view, Qt.DropAction.CopyAction
        port, point = view.viewport(), view.viewportTransform().map(to)
        at = point.toPoint()
        QApplication.sendEvent(port, QDragEnterEvent(at, copy, mime, LEFT, PLAIN))
        QApplication.sendEvent(port, QDragMoveEvent(at, copy, mime, LEFT, PLAIN))
        QApplication.sendEvent(port, QDropEvent(point, copy, mime, LEFT, PLAIN))

    def drag_found(self, text: str, to: QPointF) -> None:
        """Search for a layer, and drag the first that is found to a point of the drawing."""
        self.press("Find a layer")
        self.wait(lambda: isinstance(QApplication.focusWidget(), QLineEdit))
        QTest.keyClicks(QApplication.focusWidget(), text)
        palette = self.window.findChild(Palette)
        assert palette is not None
        flyout = palette.flyout
        rows = flyout.findChild(LayerList) if flyout else None
        assert rows is not None
        model = rows.model()
        self._drop(model.mimeData([model.index(0, 0)]), to)
        QTest.keyClick(palette.search, Qt.Key.Key_Escape)
        if flyout is not None:
            flyout.close_up()

    def drop_file(self, path: Path) -> None:
        """Drop a file on the canvas."""
        mime, port = QMimeData(), self.window.view.view.viewport()
        mime.setUrls([QUrl.fromLocalFile(str(path))])
        at, copy = QPoint(200, 200), Qt.DropAction.CopyAction
        QApplication.sendEvent(port, QDragEnterEvent(at, copy, mime, LEFT, PLAIN))
        QApplication.sendEvent(port, QDropEvent(QPointF(at), copy, mime, LEFT, PLAIN))

    def wire(self, source: str, target: str, port: str = "in", out: str = "out") -> None:
        """Draw a wire from a layer's output to another's input."""
        self._drag(self._port(source, "out", out), self._port(target, "in", port))

    def wire_to_node(self, source: str, target: str, port: str = "out") -> None:
        """Draw a wire from a layer's output and drop it on the middle of another layer."""
        self._drag(self._port(source, "out", port), self._header(target))

    def click_node(self, name: str, held: Qt.KeyboardModifier = PLAIN) -> None:
        """Select a layer by its header; with Ctrl held, beside what is selected."""
        place = self._header(name)
        self._mouse(QEvent.Type.MouseButtonPress, place, LEFT, LEFT, held)
        self._mouse(QEvent.Type.MouseButtonRelease, place, LEFT, NONE, held)

    def double_click_node(self, name: str) -> None:
        """Press a layer's header twice."""
        self.click_node(name)
        place = self._header(name)
        self._mouse(QEvent.Type.MouseButtonDblClick, place, LEFT, LEFT)
        self._mouse(QEvent.Type.MouseButtonRelease, place, LEFT, NONE)

    def _header(self, name: str) -> QPointF:
        frame = self.window.view.scene.nodes[NodeId(name)].frame
        return self._on_screen(QPointF(frame.center().x(), frame.top() + 20))

    def click_place(self, place: QPointF) -> None:
        """Click a point of the drawing."""
        at = self._on_screen(place)
        self._mouse(QEvent.Type.MouseButtonPress, at, LEFT, LEFT)
        self._mouse(QEvent.Type.MouseButtonRelease, at, LEFT, NONE)

    def beside(self, name: str, right: float, down: float = 0.0) -> QPointF:
        """A point of the drawing so far from a layer's header."""
        frame = self.window.view.scene.nodes[NodeId(name)].frame
        return QPointF(frame.left() + right, frame.top() + down)

    def _port(self, name: str, side: Side, port: str) -> QPointF:
        return self._on_screen(self.window.view.scene.nodes[NodeId(name)].port_place(side, port))

    def _on_screen(self, place: QPointF) -> QPointF:
        return self.window.view.view.viewportTransform().map(place)

    def _drag(self, start: QPointF, end: QPointF) -> None:
        self._mouse(QEvent.Type.MouseButtonPress, start, LEFT, LEFT)
        for share in (0.2, 0.6, 1.0):
            self._mouse(QEvent.Type.MouseMove, start + (end - start) * share, NONE, LEFT)
        self._mouse(QEvent.Type.MouseButtonRelease, end, LEFT, NONE)

    def _mouse(
        self,
        kind: QEvent.Type,
        at: QPointF,
        button: Qt.MouseButton,
        pressed: Qt.MouseButton,
        held: Qt.KeyboardModifier = PLAIN,
    ) -> None:
        port = self.window.view.view.viewport()
        QApplication.sendEvent(
            port, QMouseEvent(kind, at, port.mapToGlobal(at), button, pressed, held)
        )

    # -- the run ----------------------------------------------------------------------------

    @property
    def step(self) -> int:
        """The step that the run has reached."""
        run = self.studio.session.run
        return run.history.step if run else 0

    def state(self, wanted: str) -> None:
        """Wait for the run to be idle, training or paused."""
        self.wait(lambda: self.studio.session.state == wanted)
