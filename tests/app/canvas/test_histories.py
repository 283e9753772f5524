"""Random histories of every gesture: the drawing stays sound, the scene true, undo and redo whole, nothing is left."""

import gc
import re
from collections import Counter
from collections.abc import Callable
from itertools import pairwise

from hands import LEFT, MOVE, NONE, PRESS, RELEASE, Key, Modifier, drag, drop, mouse, on_screen
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from PySide6.QtCore import QEvent, QObject, QPointF
from PySide6.QtGui import QGuiApplication
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QMenu

from app import bridging, building, marking
from app.canvas import Canvas
from app.canvas.node_item import NodeItem
from app.canvas.ports import SIDES, ports_of
from app.canvas.scene import CanvasScene
from app.canvas.wire_item import WireItem
from app.studio import Studio
from engine.graph import Edge, Graph, Group, NodeId, grouped
from engine.layers import CATALOGUE
from engine.project import Project
from engine.records import graph_from, record_of_graph

KINDS = (
    "Input",
    "Flatten",
    "Dense",
    "Conv2d",
    "ReLU",
    "Add",
    "Concat",
    "LSTM",
    "MSELoss",
    "BatchNorm2d",
)
FOREIGN = (
    "",
    "hello",
    "[1, 2]",
    '{"nodes": 3}',
    '{"nodes": [{"id": "a"}]}',
    '{"graph": {"nodes": []}}',
)
STEPS = st.lists(
    st.tuples(st.integers(0, 25), st.integers(0, 999), st.integers(0, 999)), max_size=22
)


def small_network() -> Graph:
    """Input, Flatten, Dense, ReLU on one line, and an Add beside them."""
    graph = Graph()
    for place, kind in enumerate(("Input", "Flatten", "Dense", "ReLU", "Add")):
        graph = graph.add(CATALOGUE[kind](), (200.0 * place, 100.0))
    names = list(graph.nodes)[:4]
    return graph.connect(*(Edge(a, b) for a, b in pairwise(names)))


def with_frames() -> Graph:
    """The same, and a chain of three in a group in a group, both open in place."""
    graph, kinds = small_network(), ("Dense", "ReLU", "Dense")
    names = []
    for place, kind in enumerate(kinds):
        graph = graph.add(CATALOGUE[kind](), (200.0 * place, 340.0))
        names.append(list(graph.nodes)[-1])
    graph = graph.connect(*(Edge(a, b) for a, b in pairwise((NodeId("relu_1"), *names))))
    graph = grouped(graph, names, "block")
    block = graph.nodes[NodeId("block")].layer
    assert isinstance(block, Group)
    inside = grouped(block.graph, names[1:], "inner").change(NodeId("inner"), open=True)
    graph = graph.put(NodeId("block"), block.but(graph=inside))
    return graph.change(NodeId("block"), open=True).move({NodeId("block"): (0.0, 340.0)})


class Hands:
    """Does the gesture of a number with whatever is there; what cannot be done is refused and changes nothing."""

    def __init__(self, canvas: Canvas) -> None:
        self.canvas, self.studio = canvas, canvas.studio

    def do(self, step: tuple[int, int, int]) -> None:
        action, a, b = step
        gestures: tuple[Callable[[int, int], None], ...] = (
            self.drop, self.drop, self.wire, self.wire, self.wire, self.pull, self.box, self.carry,
            self.knife, self.type, self.type, self.hang, self.delete, self.bridge, self.copy, self.paste,
            self.foreign, self.duplicate, self.order, self.nudge, self.group, self.room, self.mark, self.back,
            self.fold, self.fold,
        )  # fmt: skip
        gestures[action](a, b)
        if self.canvas.bench.menu.isVisible():
            QTest.keyClick(self.canvas.bench.menu.field, Key.Key_Escape)
        assert self.canvas.view.hand.gesture is None

    def some(self, a: int) -> NodeId | None:
        names = list(self.studio.graph.nodes)
        return names[a % len(names)] if names else None

    def choose(self, a: int, b: int) -> None:
        names = list(self.studio.graph.nodes)
        self.studio.select(names[a % len(names) :][: 1 + b % 4] if names else ())

    def port(self, a: int) -> QPointF | None:
        name = self.some(a)
        if name is None:
            return None
        item = self.canvas.scene.nodes[name]
        ports = [(side, p.name) for side in SIDES for p in ports_of(item.face.layer, side)]
        if not ports:  # a group of what nothing is joined to
            return None
        side, port = ports[a // 7 % len(ports)]
        return on_screen(self.canvas, item.port_place(side, port))

    def place(self, a: int, b: int) -> QPointF:
        return QPointF(20 + a * 1.2, 10 + b * 0.6)

    def drop(self, a: int, b: int) -> None:
        drop(self.canvas, KINDS[(a + b) % len(KINDS)], self.place(a, b))

    def wire(self, a: int, b: int) -> None:
        start, end = self.port(a), self.port(b)
        if start is not None and end is not None:
            drag(self.canvas, start, end)

    def pull(self, a: int, b: int) -> None:
        wires = list(self.canvas.scene.wires.values())
        end = self.port(b)
        if wires and end is not None:
            line = wires[a % len(wires)].line
            drag(self.canvas, on_screen(self.canvas, line.pointAtPercent(0.3 + a % 2 * 0.4)), end)

    def box(self, a: int, b: int) -> None:
        drag(self.canvas, self.place(a, b), self.place(b, a))

    def carry(self, a: int, b: int) -> None:
        name = self.some(a)
        if name is not None:
            held = on_screen(self.canvas, self.canvas.scene.nodes[name].frame.center())
            drag(self.canvas, held, held + QPointF(b % 300 - 150, a % 200 - 100), drops=b % 5 > 0)
            QTest.keyClick(self.canvas.view, Key.Key_Escape)
            mouse(self.canvas, RELEASE, held, LEFT, NONE)

    def knife(self, a: int, b: int) -> None:
        start, end = self.place(a, b), self.place(b, a)
        mouse(self.canvas, PRESS, start, LEFT, LEFT, Modifier.AltModifier)
        mouse(self.canvas, MOVE, end, NONE, LEFT, Modifier.AltModifier)
        mouse(self.canvas, RELEASE, end, LEFT, NONE)

    def type(self, a: int, b: int) -> None:
        self.choose(a, 0)
        words = ("conv 4 3", "dense 5", "relu", "flat", "add", "lstm 3", "7 3", "0", "soft 9 9 9")[
            b % 9
        ]
        self.canvas.bench.add(words)
        QTest.keyClick(self.canvas.bench.menu.field, Key.Key_Return)

    def hang(self, a: int, b: int) -> None:
        start = self.port(a)
        if start is not None:
            drag(self.canvas, start, QPointF(30 + a % 1000, 590 - b % 60))
            if self.canvas.bench.menu.isVisible():
                QTest.keyClick(self.canvas.bench.menu.field, Key.Key_Return)

    def delete(self, a: int, b: int) -> None:
        self.choose(a, b)
        building.delete_selection(self.studio)

    def bridge(self, a: int, b: int) -> None:
        self.choose(a, b)
        bridging.delete_and_join(self.studio)

    def copy(self, a: int, b: int) -> None:
        self.choose(a, b)
        (self.canvas.cut if b % 3 == 0 else self.canvas.copy)()

    def paste(self, a: int, b: int) -> None:  # noqa: ARG002
        self.canvas.paste()

    def foreign(self, a: int, b: int) -> None:
        before = self.studio.document.graph
        QGuiApplication.clipboard().setText(FOREIGN[(a + b) % len(FOREIGN)])
        self.canvas.paste()
        assert self.studio.document.graph is before

    def duplicate(self, a: int, b: int) -> None:
        self.choose(a, b)
        building.duplicate(self.studio)

    def order(self, a: int, b: int) -> None:
        self.choose(a, b)
        self.canvas.arrange(
            ("left", "centre", "right", "top", "middle", "bottom", "across", "down")[b % 8]
        )  # type: ignore[arg-type]

    def nudge(self, a: int, b: int) -> None:
        self.choose(a, b)
        self.canvas.view.setFocus()
        QTest.keyClick(self.canvas.view, (Key.Key_Left, Key.Key_Down)[b % 2])

    def group(self, a: int, b: int) -> None:
        self.choose(a, b)
        (marking.group if b % 3 else marking.ungroup)(self.studio)

    def room(self, a: int, b: int) -> None:
        name = self.some(a)
        if self.studio.path and b % 2:
            self.studio.leave()
        elif name is not None and isinstance(self.studio.graph.nodes[name].layer, Group):
            self.studio.enter(name)

    def fold(self, a: int, b: int) -> None:
        groups = [n for n, node in self.studio.graph.nodes.items() if isinstance(node.layer, Group)]
        marking.fold(self.studio, groups[a % 3 : 1 + a % 3 + b % 2])

    def mark(self, a: int, b: int) -> None:
        self.choose(a, b)
        match b % 4:
            case 0:
                marking.freeze(self.studio, frozen=bool(a % 2))
            case 1:
                marking.switch(self.studio, enabled=bool(a % 2))
            case 2 if (name := self.some(a)) is not None:
                marking.comment(self.studio, name, f"note {b}")
            case 3 if self.studio.node is not None:
                self.canvas.rename_selected()
                self.canvas.field.setText(f"name_{b}")
                QTest.keyClick(self.canvas.field, Key.Key_Return)
                QTest.keyClick(self.canvas.field, Key.Key_Escape)

    def back(self, a: int, b: int) -> None:
        stack = self.studio.document.undo_stack
        for _ in range(1 + b % 3):
            (stack.undo if a % 3 else stack.redo)()


def check(canvas: Canvas) -> None:
    """The drawing is one that a file could hold; the scene is as one made from nothing, and holds nothing else."""
    studio, graph = canvas.studio, canvas.studio.document.graph
    assert graph_from(record_of_graph(graph)) == graph
    fresh = CanvasScene(studio)
    for name, item in canvas.scene.nodes.items():
        fresh.show_vital(name, item.vital)  # readings come from the data, not from the drawing
    assert canvas.scene.describe() == fresh.describe()
    shown = canvas.scene
    assert set(shown.nodes) == set(studio.graph.nodes)
    assert set(shown.wires) == set(studio.graph.edges)
    assert len(shown.items()) == len(shown.nodes) + len(shown.wires)
    assert studio.nodes <= studio.graph.nodes.keys()
    assert studio.wires <= set(studio.graph.edges)
    assert not any(item.mood.offers or item.mood.pressed for item in shown.nodes.values())
    assert all(wire.isVisible() for wire in shown.wires.values())
    fresh.deleteLater()
    QApplication.sendPostedEvents(fresh, QEvent.Type.DeferredDelete)


def alive(canvas: Canvas) -> int:
    """Nodes and wires made for this canvas that are still held by anyone."""
    gc.collect()
    items = (thing for thing in gc.get_objects() if isinstance(thing, NodeItem | WireItem))
    return sum(item.theme is canvas.studio.theme for item in items)


def kin(canvas: Canvas) -> Counter[str]:
    """What of ours hangs on the canvas, by kind, and the menus; Qt makes helpers of its own as they are needed."""
    kinds = (type(child) for child in canvas.findChildren(QObject))
    return Counter(k.__name__ for k in kinds if k.__module__.startswith("app.") or k is QMenu)


def listeners(studio: Studio) -> list[int]:
    return [
        source.receivers(signal)
        for source, signal in (
            (studio, "2selection_changed()"),
            (studio, "2room_changed()"),
            (studio.theme, "2changed()"),
            (studio.document, "2changed(PyObject,PyObject)"),
        )
    ]


@settings(
    max_examples=40,
    deadline=None,
    phases=(Phase.generate,),
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(steps=STEPS, drawn=st.sampled_from((small_network, with_frames)))
def test_after_any_history_all_is_sound_and_nothing_is_left(
    canvas: Canvas, steps: list[tuple[int, int, int]], drawn: Callable[[], Graph]
) -> None:
    studio, hands = canvas.studio, Hands(canvas)
    start = Project("test", drawn(), studio.document.project.recipe)
    studio.document.begin(start)
    canvas.fit()
    children, heard = kin(canvas), listeners(studio)
    for step in steps:
        hands.do(step)
        assert len(canvas.scene.nodes) == len(studio.graph.nodes)
    check(canvas)
    stack, end = studio.document.undo_stack, studio.document.graph
    at = stack.index()
    told = [stack.text(place) for place in range(stack.count())]
    assert all(re.fullmatch(r"[A-Z][^_.]*( .*)?[^.]", words) for words in told), told
    while stack.canUndo():
        stack.undo()
    assert studio.document.graph == start.graph
    check(canvas)
    while stack.index() < at:
        stack.redo()
    assert studio.document.graph == end
    check(canvas)
    studio.leave()
    QApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
    assert alive(canvas) == len(canvas.scene.nodes) + len(canvas.scene.wires)
    assert kin(canvas) == children
    assert listeners(studio) == heard
