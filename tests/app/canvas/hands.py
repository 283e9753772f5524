"""A hand at the canvas: real mouse, wheel and drop events, and where things are on the screen."""

from PySide6.QtCore import QEvent, QMimeData, QPoint, QPointF, Qt
from PySide6.QtGui import (
    QDragEnterEvent,
    QDragMoveEvent,
    QDropEvent,
    QMouseEvent,
    QWheelEvent,
)
from PySide6.QtWidgets import QApplication

from app.canvas import Canvas
from app.canvas.node_item import NodeItem
from app.canvas.ports import Side
from app.mime import LAYER
from app.studio import Studio
from engine.graph import NodeId

LEFT, MIDDLE, NONE = Qt.MouseButton.LeftButton, Qt.MouseButton.MiddleButton, Qt.MouseButton.NoButton
Key, Modifier = Qt.Key, Qt.KeyboardModifier
PRESS, MOVE, RELEASE = (
    QEvent.Type.MouseButtonPress,
    QEvent.Type.MouseMove,
    QEvent.Type.MouseButtonRelease,
)


def mouse(
    canvas: Canvas,
    kind: QEvent.Type,
    point: QPointF,
    button: Qt.MouseButton = NONE,
    held: Qt.MouseButton = NONE,
    keys: Qt.KeyboardModifier = Modifier.NoModifier,
) -> None:
    port = canvas.view.viewport()
    event = QMouseEvent(kind, point, port.mapToGlobal(point), button, held, keys)
    QApplication.sendEvent(port, event)


def click(canvas: Canvas, point: QPointF, keys: Qt.KeyboardModifier = Modifier.NoModifier) -> None:
    mouse(canvas, PRESS, point, LEFT, LEFT, keys)
    mouse(canvas, RELEASE, point, LEFT, NONE, keys)


def drag(
    canvas: Canvas, *points: QPointF, button: Qt.MouseButton = LEFT, drops: bool = True
) -> None:
    """Press at the first point, move over the others, let go at the last unless told otherwise."""
    mouse(canvas, PRESS, points[0], button, button)
    for start, end in zip(points, points[1:], strict=False):
        mouse(canvas, MOVE, (start + end) / 2, NONE, button)
        mouse(canvas, MOVE, end, NONE, button)
    if drops:
        mouse(canvas, RELEASE, points[-1], button, NONE)


def wheel(canvas: Canvas, point: QPointF, turn: int, held: Qt.KeyboardModifier) -> None:
    port = canvas.view.viewport()
    event = QWheelEvent(
        point,
        port.mapToGlobal(point),
        QPoint(),
        QPoint(0, turn),
        NONE,
        held,
        Qt.ScrollPhase.NoScrollPhase,
        False,
    )
    QApplication.sendEvent(port, event)


def drop(canvas: Canvas, kind: str, point: QPointF) -> QDropEvent:
    """Carry a layer from the palette to a point of the view, as the system would tell of it."""
    port, mime = canvas.view.viewport(), QMimeData()
    mime.setData(LAYER, kind.encode())
    copy, keys = Qt.DropAction.CopyAction, Modifier.NoModifier
    at = point.toPoint()
    QApplication.sendEvent(port, QDragEnterEvent(at, copy, mime, LEFT, keys))
    QApplication.sendEvent(port, QDragMoveEvent(at, copy, mime, LEFT, keys))
    event = QDropEvent(point, copy, mime, LEFT, keys)
    QApplication.sendEvent(port, event)
    return event


def node(canvas: Canvas, name: str) -> NodeItem:
    return canvas.scene.nodes[NodeId(name)]


def on_screen(canvas: Canvas, place: QPointF) -> QPointF:
    return canvas.view.viewportTransform().map(place)


def header(canvas: Canvas, name: str) -> QPointF:
    frame = node(canvas, name).frame
    return on_screen(canvas, QPointF(frame.center().x(), frame.top() + 20))


def port(canvas: Canvas, name: str, side: Side, port_name: str = "") -> QPointF:
    item = node(canvas, name)
    return on_screen(canvas, item.port_place(side, port_name or side))


def empty(canvas: Canvas) -> QPointF:
    """A point of the view where nothing is."""
    return QPointF(canvas.view.viewport().width() / 2, 500.0)


def edges(studio: Studio) -> set[tuple[str, str]]:
    return {(edge.source, edge.target) for edge in studio.document.graph.edges}
