"""Building: what fits at the end of a wire, a layer typed, ports lit, the knife, several in line."""

from collections.abc import Iterator

from PySide6.QtCore import QEvent, QPointF, Qt
from PySide6.QtGui import QMouseEvent
from PySide6.QtWidgets import QApplication

from app import building
from app.canvas.ports import Side
from app.frame.window import Window
from app.portrait import Portrait, Sitting
from engine.graph import NodeId
from engine.layer import Weighted
from engine.layers import CATALOGUE

NONE, LEFT = Qt.MouseButton.NoButton, Qt.MouseButton.LeftButton


class Building(Sitting):
    """What fits at the end of a wire, a layer typed, ports lit, the knife, several in line."""

    order = 50

    def pictures(self) -> Iterator[Portrait]:
        window, studio, canvas = self.window, self.studio, self.window.view
        chosen = [n for n, node in studio.graph.nodes.items() if isinstance(node.layer, Weighted)]
        first, names = chosen[0], list(studio.graph.nodes)
        canvas.fit()
        with_wire = _place(window, first, "out")
        _drag(window, [with_wire, with_wire + QPointF(60, 150)])
        _mouse(window, QEvent.Type.MouseButtonRelease, with_wire + QPointF(60, 150), NONE)
        self.settle()
        yield Portrait("building-quick-menu", window.grab())
        canvas.bench.menu.close_up()
        studio.select([first])
        canvas.bench.add("conv 16 3 pad=same")
        self.settle()
        yield Portrait("building-quick-menu-typed", window.grab())
        canvas.bench.menu.close_up()
        lowest = canvas.scene.drawn().bottom() + 60
        for place, kind in enumerate(("Add", "Conv2d", "Dense")):
            building.add_layer(studio, CATALOGUE[kind](), (500.0 + 220 * place, lowest))
        canvas.fit()
        _drag(
            window,
            [_place(window, first, "out"), _place(window, list(studio.graph.nodes)[-1], "in")],
        )
        self.settle()
        yield Portrait("building-ports-lit", window.grab())
        canvas.view.escape()
        for _ in range(3):
            studio.document.undo_stack.undo()
        canvas.fit()
        lines = [wire.middle for wire in canvas.scene.wires.values()][:3]
        points = [canvas.view.viewportTransform().map(line) for line in lines]
        stroke = [at + QPointF(0, by) for at in points for by in (-30, 30)]
        _drag(window, stroke, Qt.KeyboardModifier.AltModifier)
        self.settle()
        yield Portrait("building-knife", window.grab())
        canvas.view.escape()
        studio.select(names[1:4])
        self.settle()
        yield Portrait("building-several-selected", window.grab())
        studio.select([first])


def _place(window: Window, name: NodeId, side: Side) -> QPointF:
    """Where the first port of one side of a node is on the screen."""
    item = window.view.scene.nodes[name]
    ports = item.face.layer.inputs if side == "in" else item.face.layer.outputs
    return window.view.view.viewportTransform().map(item.port_place(side, ports[0].name))


def _drag(
    window: Window,
    points: list[QPointF],
    held: Qt.KeyboardModifier = Qt.KeyboardModifier.NoModifier,
) -> None:
    """Press at the first point and move over the others."""
    _mouse(window, QEvent.Type.MouseButtonPress, points[0], LEFT, held)
    for point in points[1:]:
        _mouse(window, QEvent.Type.MouseMove, point, LEFT, held)


def _mouse(
    window: Window,
    kind: QEvent.Type,
    at: QPointF,
    pressed: Qt.MouseButton,
    held: Qt.KeyboardModifier = Qt.KeyboardModifier.NoModifier,
) -> None:
    port = window.view.view.viewport()
    button = NONE if kind == QEvent.Type.MouseMove else LEFT
    event = QMouseEvent(kind, at, port.mapToGlobal(at), button, pressed, held)
    QApplication.sendEvent(port, event)
