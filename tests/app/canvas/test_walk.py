"""The walk by keyboard, what it reads aloud, and wires that make way for others; by real events."""

from collections.abc import Iterator

import pytest
from hands import LEFT as BUTTON
from hands import MOVE, RELEASE, Key, Modifier, drag, drop, edges, empty, mouse, node, port
from PySide6.QtCore import QPointF
from PySide6.QtGui import QAccessible
from PySide6.QtTest import QTest

from app.canvas import Canvas
from app.canvas.speech import Listing
from app.studio import Studio
from engine.graph import Edge, Graph, NodeId

ALT, CONTROL, SHIFT = Modifier.AltModifier, Modifier.ControlModifier, Modifier.ShiftModifier
RELU, DENSE = NodeId("relu_1"), NodeId("dense_1")
Text = QAccessible.Text


@pytest.fixture
def branching(canvas: Canvas, studio: Studio) -> Graph:
    """The network with a way past its second Dense, so that relu_1 leads to two."""
    graph = studio.graph.add(studio.graph.nodes[RELU].layer, (800.0, 160.0), "gelu")
    graph = graph.connect(Edge(RELU, NodeId("gelu")))
    studio.edit("Branch", graph)
    canvas.focus_node(RELU)
    return studio.graph


def press(canvas: Canvas, key: Key, held: Modifier = Modifier.NoModifier) -> None:
    menu = canvas.bench.menu
    QTest.keyClick(menu.field if menu.isVisible() else canvas.view, key, held)


class TestWalk:
    def test_one_way_is_gone_at_once_and_back(self, canvas: Canvas, studio: Studio) -> None:
        canvas.focus_node(NodeId("flatten_1"))
        press(canvas, Key.Key_Right, ALT)
        assert studio.node == DENSE
        press(canvas, Key.Key_Left, ALT)
        assert studio.node == "flatten_1"

    @pytest.mark.parametrize(
        ("keys", "reached"),
        [
            ([(Key.Key_Return, None)], "dense_2"),
            ([(Key.Key_Right, ALT)], "dense_2"),
            ([(Key.Key_Down, None), (Key.Key_Return, None)], "gelu"),
            ([(Key.Key_G, None), (Key.Key_Return, None)], "gelu"),
            ([(Key.Key_Escape, None)], "relu_1"),
        ],
    )
    @pytest.mark.usefixtures("branching")
    def test_where_it_branches_the_ways_are_shown_to_choose(
        self, canvas: Canvas, studio: Studio, keys: list[tuple[Key, Modifier | None]], reached: str
    ) -> None:
        press(canvas, Key.Key_Right, ALT)
        menu = canvas.bench.menu
        assert menu.isVisible()
        assert [row.text for row in menu.rows.offers.rows] == ["dense_2", "gelu"]
        assert canvas.scene.wires[Edge(RELU, NodeId("dense_2"))].hovered
        for key, held in keys:
            press(canvas, key, held or Modifier.NoModifier)
        assert studio.node == reached
        assert canvas.view.hasFocus()
        assert not any(wire.hovered for wire in canvas.scene.wires.values())

    @pytest.mark.usefixtures("branching")
    def test_the_lit_wire_follows_the_list(self, canvas: Canvas) -> None:
        press(canvas, Key.Key_Right, ALT)
        press(canvas, Key.Key_Down)
        lit = [edge.target for edge, wire in canvas.scene.wires.items() if wire.hovered]
        assert lit == ["gelu"]

    def test_at_an_end_it_says_so(self, canvas: Canvas, studio: Studio) -> None:
        words: list[str] = []
        studio.said.connect(lambda text, *_: words.append(text))
        canvas.focus_node(NodeId("input_1"))
        press(canvas, Key.Key_Left, ALT)
        canvas.focus_node(NodeId("loss_1"))
        press(canvas, Key.Key_Right, ALT)
        assert words == ["Nothing leads to input_1.", "Nothing follows loss_1."]

    @pytest.mark.usefixtures("branching")
    def test_onto_a_wire_and_along_its_neighbours(self, canvas: Canvas, studio: Studio) -> None:
        canvas.focus_node(DENSE)
        press(canvas, Key.Key_Right, ALT | SHIFT)
        assert studio.wires == {Edge(DENSE, RELU)}
        assert canvas.view.accessibleDescription().startswith("Wire from dense_1 to relu_1")
        press(canvas, Key.Key_Right, ALT)
        assert studio.node == RELU
        press(canvas, Key.Key_Right, ALT | SHIFT)
        press(canvas, Key.Key_Return)
        assert studio.wires == {Edge(RELU, NodeId("dense_2"))}
        press(canvas, Key.Key_Down, ALT)
        assert studio.wires == {Edge(RELU, NodeId("gelu"))}
        press(canvas, Key.Key_Left, ALT)
        assert studio.node == RELU

    @pytest.mark.usefixtures("branching")
    def test_at_a_wire_keys_insert_cut_and_move_an_end(
        self, canvas: Canvas, studio: Studio
    ) -> None:
        wire = Edge(RELU, NodeId("dense_2"))
        canvas.view.walk.onto(wire)
        press(canvas, Key.Key_T)
        QTest.keyClicks(canvas.bench.menu.field, "anh")
        press(canvas, Key.Key_Return)
        assert {("relu_1", "tanh_1"), ("tanh_1", "dense_2")} <= edges(studio)
        press(canvas, Key.Key_Escape)
        canvas.view.walk.onto(Edge(NodeId("tanh_1"), NodeId("dense_2")))
        press(canvas, Key.Key_J, CONTROL)
        QTest.keyClicks(canvas.bench.menu.field, "gelu from")
        press(canvas, Key.Key_Return)
        assert ("gelu", "dense_2") in edges(studio)
        assert ("tanh_1", "dense_2") not in edges(studio)
        press(canvas, Key.Key_Delete)
        assert ("gelu", "dense_2") not in edges(studio)


class TestMakingWay:
    def test_a_wire_dropped_on_an_input_takes_the_place_of_the_one_there(
        self, canvas: Canvas, studio: Studio
    ) -> None:
        before, count = edges(studio), studio.document.undo_stack.count()
        old = canvas.scene.wires[Edge(RELU, NodeId("dense_2"))]
        drag(canvas, port(canvas, "flatten_1", "out"), port(canvas, "dense_2", "in"), drops=False)
        assert canvas.view.hand.bubble.words == "Takes the place of the wire from relu_1."
        assert not old.isVisible()
        mouse(canvas, RELEASE, port(canvas, "dense_2", "in"), BUTTON)
        assert edges(studio) == before - {("relu_1", "dense_2")} | {("flatten_1", "dense_2")}
        stack = studio.document.undo_stack
        assert stack.count() == count + 1
        assert stack.undoText() == "Join flatten_1 to dense_2 instead of relu_1"
        stack.undo()
        assert edges(studio) == before

    @pytest.mark.parametrize("key", [Key.Key_Escape, None])
    def test_moved_on_or_dropped_the_old_wire_is_back(
        self, canvas: Canvas, studio: Studio, key: Key | None
    ) -> None:
        before = studio.graph
        start = port(canvas, "flatten_1", "out")
        drag(canvas, start, port(canvas, "dense_2", "in"), drops=False)
        if key is None:
            mouse(canvas, MOVE, start + QPointF(30, 200), held=BUTTON)
        else:
            press(canvas, key)
        assert canvas.scene.wires[Edge(RELU, NodeId("dense_2"))].isVisible()
        assert studio.graph is before

    def test_an_end_that_is_moved_takes_the_place_of_another(
        self, canvas: Canvas, studio: Studio
    ) -> None:
        drag(canvas, port(canvas, "dense_2", "in"), port(canvas, "loss_1", "in"))
        assert ("relu_1", "loss_1") in edges(studio)
        assert not {("dense_2", "loss_1"), ("relu_1", "dense_2")} & edges(studio)

    def test_a_free_input_is_chosen_before_one_that_is_taken(
        self, canvas: Canvas, studio: Studio
    ) -> None:
        frame = canvas.view.mapFromScene(node(canvas, "loss_1").frame.center())
        drag(canvas, port(canvas, "relu_1", "out"), QPointF(frame))
        joined = {e.target_port: e.source for e in studio.graph.incoming[NodeId("loss_1")]}
        assert joined == {"prediction": "dense_2", "target": "relu_1"}

    def test_it_is_still_refused_where_it_would_make_a_circle(
        self, canvas: Canvas, studio: Studio
    ) -> None:
        before = studio.graph
        drag(canvas, port(canvas, "dense_2", "out"), port(canvas, "dense_1", "in"), drops=False)
        assert "circle" in canvas.view.hand.bubble.words
        mouse(canvas, RELEASE, port(canvas, "dense_1", "in"), BUTTON)
        assert studio.graph is before


@pytest.fixture
def heard(canvas: Canvas) -> Iterator[Canvas]:
    """The canvas with somebody who listens."""
    was = QAccessible.isActive()
    QAccessible.setActive(True)
    yield canvas
    QAccessible.setActive(was)


class TestSpeech:
    def test_each_node_and_wire_is_a_child_with_a_name_a_place_and_a_state(
        self, heard: Canvas, studio: Studio
    ) -> None:
        told = QAccessible.queryAccessibleInterface(heard.view)
        children = [told.child(place) for place in range(told.childCount())]
        names = [child.text(Text.Name) for child in children]
        first = {name.partition(",")[0]: place for place, name in enumerate(names)}
        order = [first[name] for name in studio.graph.order]
        assert order == sorted(order)
        assert sum(name.startswith("Wire from ") for name in names) == len(studio.graph.edges)
        dense = children[order[2]]
        assert dense.text(Text.Description) == "From flatten_1. To relu_1"
        assert told.indexOfChild(dense) == order[2]
        assert dense.parent().object() is heard.view
        centre = dense.rect().center()
        assert told.childAt(centre.x(), centre.y()).text(Text.Name) == names[order[2]]

    def test_it_follows_the_walk_and_forgets_what_is_gone(
        self, heard: Canvas, studio: Studio
    ) -> None:
        told = QAccessible.queryAccessibleInterface(heard.view)
        heard.focus_node(DENSE)
        assert told.focusChild().text(Text.Name).startswith("dense_1,")
        assert told.focusChild().state().focused
        press(heard, Key.Key_Right, ALT)
        assert told.focusChild().text(Text.Name).startswith("relu_1,")
        count = told.childCount()
        press(heard, Key.Key_Delete)
        assert told.childCount() == count - 3
        (listing,) = heard.view.findChildren(Listing)
        assert RELU not in listing.keys
        drop(heard, "Add", empty(heard))
        assert told.childCount() == count - 2
