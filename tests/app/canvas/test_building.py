"""Building on the canvas: the quick menu, the knife, moved ends, the clipboard, order; by real events."""

import json
from collections.abc import Callable

import pytest
from hands import (
    LEFT,
    MOVE,
    NONE,
    PRESS,
    RELEASE,
    Key,
    Modifier,
    drag,
    drop,
    edges,
    empty,
    header,
    mouse,
    node,
    on_screen,
    port,
)
from PySide6.QtCore import QEvent, QPointF, Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from app import building, pasting, room
from app.canvas import Canvas, walk
from app.canvas.quick_menu import QuickMenu
from app.studio import Studio
from engine.graph import Edge, Graph, Group, NodeId
from engine.layers import CATALOGUE
from engine.layers.data import Input
from engine.sizing import Misfit
from engine.template import template
from engine.trial import answer

CONTROL, SHIFT, ALT = Modifier.ControlModifier, Modifier.ShiftModifier, Modifier.AltModifier


def menu(canvas: Canvas) -> QuickMenu:
    return canvas.bench.menu


def offered(canvas: Canvas) -> list[str]:
    return [offer.text for offer in menu(canvas).rows.offers.rows]


def type_into(canvas: Canvas, text: str) -> None:
    """Press keys wherever the keyboard is, one by one."""
    for letter in text:
        to = QApplication.focusWidget()
        assert to is canvas.view or canvas.isAncestorOf(to)
        QTest.keyClick(to, Key.Key_Return) if letter == "\n" else QTest.keyClicks(to, letter)


@pytest.fixture
def said(studio: Studio) -> list[str]:
    words: list[str] = []
    studio.said.connect(lambda text, *_: words.append(text))
    return words


class TestQuickMenu:
    @pytest.mark.parametrize("name", ["number-words", "surnames"])  # tokens, and others beside them
    def test_after_what_brings_tokens_in_a_layer_is_added_by_typing(
        self, canvas: Canvas, studio: Studio, name: str
    ) -> None:
        studio.document.begin(template(name))
        first = studio.graph.of_kind(Input)[0].id
        studio.select([first])
        type_into(canvas, "dropout")
        assert menu(canvas).isVisible()
        type_into(canvas, "\n")
        assert studio.node is not None
        assert (first, studio.node) in edges(studio)

    def test_a_wire_let_go_in_space_offers_just_the_layers_that_fit(
        self, canvas: Canvas, studio: Studio
    ) -> None:
        came = studio.shapes.sized[NodeId("flatten_1")].outputs["out"]
        start = port(canvas, "flatten_1", "out")
        drag(canvas, start, start + QPointF(60, 220))
        assert menu(canvas).isVisible()
        wanted = {
            kind.label
            for kind in CATALOGUE.values()
            if len([p for p in kind().inputs if not p.optional]) == 1
            and kind.group != "Loss"
            and not isinstance(answer(kind(), (came,), None), Misfit)
        }
        assert {"Dense", "ReLU", "Batch norm", "Add"} <= set(offered(canvas))
        assert not {"Conv 2d", "Max pool", "Input", "Embedding", "LSTM"} & set(offered(canvas))
        assert wanted <= set(offered(canvas))
        type_into(canvas, "dense 32\n")
        assert not menu(canvas).isVisible()
        assert studio.node == "dense_3"
        assert ("flatten_1", "dense_3") in edges(studio)
        assert studio.graph.nodes[NodeId("dense_3")].layer.out_features == 32  # type: ignore[attr-defined]
        end = node(canvas, "dense_3").port_place("in", "in")
        assert (
            on_screen(canvas, end) - start - QPointF(60, 220)
        ).manhattanLength() < 25  # the snap
        assert studio.document.undo_stack.count() == 1

    def test_backwards_it_offers_what_the_input_could_take(
        self, canvas: Canvas, studio: Studio
    ) -> None:
        studio.document.edit("Cut", studio.graph.disconnect(*studio.graph.edges[1:2]))
        start = port(canvas, "dense_1", "in")
        drag(canvas, start, start + QPointF(-60, 220))
        assert {"Flatten", "Dense", "ReLU", "Global average"} <= set(offered(canvas))
        assert not {"Conv 2d", "Max pool", "Cross-entropy"} & set(offered(canvas))
        type_into(canvas, "flat\n")
        assert ("flatten_2", "dense_1") in edges(studio)

    def test_what_does_not_fit_is_said(self, canvas: Canvas) -> None:
        start = port(canvas, "flatten_1", "out")
        drag(canvas, start, start + QPointF(60, 220))
        type_into(canvas, "max pool")
        assert "Max pool" not in offered(canvas)
        assert "Max pool wants an image" in menu(canvas).words.text()

    def test_escape_leaves_everything_as_it_was(self, canvas: Canvas, studio: Studio) -> None:
        before, start = studio.graph, port(canvas, "flatten_1", "out")
        drag(canvas, start, start + QPointF(60, 220))
        QTest.keyClick(QApplication.focusWidget(), Key.Key_Escape)
        assert not menu(canvas).isVisible()
        assert studio.graph is before
        assert canvas.view.hasFocus()

    def test_typing_anywhere_adds_after_the_selection_and_goes_on(
        self, canvas: Canvas, studio: Studio
    ) -> None:
        canvas.focus_node(NodeId("flatten_1"))
        type_into(canvas, "drop\n")
        assert menu(canvas).isVisible()
        assert menu(canvas).field.text() == ""
        assert {("flatten_1", "drop_1"), ("drop_1", "dense_1")} <= edges(studio)
        type_into(canvas, ".25\n")
        assert studio.graph.nodes[NodeId("drop_1")].layer.p == 0.25  # type: ignore[attr-defined]
        assert studio.document.undo_stack.undoText() == "Set Rate 0.25 of drop_1"
        type_into(canvas, "dense 20\n\n")
        assert not menu(canvas).isVisible()
        assert ("drop_1", "dense_3") in edges(studio)
        assert canvas.view.hasFocus()

    def test_digits_fill_the_fields_of_the_selected_layer_and_tab_goes_to_the_next(
        self, canvas: Canvas, studio: Studio
    ) -> None:
        drop(canvas, "Conv2d", empty(canvas))
        type_into(canvas, "12")
        QTest.keyClick(QApplication.focusWidget(), Key.Key_Tab)
        type_into(canvas, "3x5")
        assert menu(canvas).words.text() == "conv_1: Filters 12 · Kernel 3×5, then stride"
        type_into(canvas, "\n")
        layer = studio.graph.nodes[NodeId("conv_1")].layer
        assert (layer.out_channels, layer.kernel_size) == (12, (3, 5))  # type: ignore[attr-defined]

    def test_a_parameter_that_cannot_be_is_said_and_nothing_is_lost(
        self, canvas: Canvas, studio: Studio
    ) -> None:
        before = studio.graph
        canvas.focus_node(NodeId("dense_1"))
        type_into(canvas, "0\n")
        assert "from 1 to" in menu(canvas).words.text()
        assert menu(canvas).field.text() == "0"
        assert studio.graph is before

    def test_with_a_wire_selected_the_layer_goes_into_it(
        self, canvas: Canvas, studio: Studio
    ) -> None:
        studio.select([], [Edge(NodeId("dense_1"), NodeId("relu_1"))])
        type_into(canvas, "batch\n")
        assert {("dense_1", "norm_1"), ("norm_1", "relu_1")} <= edges(studio)

    def test_a_double_click_on_nothing_adds_there(self, canvas: Canvas, studio: Studio) -> None:
        mouse(canvas, QEvent.Type.MouseButtonDblClick, empty(canvas), LEFT, LEFT)
        type_into(canvas, "relu\n")
        assert (header(canvas, "relu_2") - empty(canvas)).manhattanLength() < 30
        assert not studio.graph.incoming.get(NodeId("relu_2"))

    def test_a_click_on_a_row_takes_it_and_a_click_elsewhere_leaves(
        self, canvas: Canvas, studio: Studio
    ) -> None:
        canvas.focus_node(NodeId("relu_1"))
        type_into(canvas, "tanh")
        rows = menu(canvas).rows
        QTest.mouseClick(rows.viewport(), LEFT, pos=rows.visualRect(rows.offers.index(0)).center())
        assert ("relu_1", "tanh_1") in edges(studio)
        QTest.mouseClick(canvas.view.viewport(), LEFT, pos=empty(canvas).toPoint())
        assert not menu(canvas).isVisible()

    def test_joining_and_cutting_by_keyboard(self, canvas: Canvas, studio: Studio) -> None:
        drop(canvas, "Add", empty(canvas))
        canvas.focus_node(NodeId("relu_1"))
        QTest.keyClick(canvas.view, Key.Key_J, CONTROL)
        rows = menu(canvas).rows.offers.rows
        assert rows[0].text == "add_1"
        assert [row.note for row in rows if row.text == "input_1"] == ["from, instead of dense_1"]
        type_into(canvas, "add\n")
        assert ("relu_1", "add_1") in edges(studio)
        QTest.keyClick(canvas.view, Key.Key_J, CONTROL | SHIFT)
        assert sorted(offered(canvas)) == ["add_1", "dense_1", "dense_2"]
        type_into(canvas, "add\n")
        assert ("relu_1", "add_1") not in edges(studio)


class TestWires:
    def test_ports_that_would_not_take_it_are_not_lit_and_say_why(
        self, canvas: Canvas, studio: Studio
    ) -> None:
        drop(canvas, "Conv2d", empty(canvas))
        drop(canvas, "Dense", empty(canvas) + QPointF(260, 0))
        start = port(canvas, "flatten_1", "out")
        drag(canvas, start, port(canvas, "conv_1", "in"), drops=False)
        looks = {
            (ref.node, ref.side): look
            for item in canvas.scene.nodes.values()
            for ref, look in item.mood.offers
        }
        assert looks["conv_1", "in"] == "doubtful"
        assert looks["dense_3", "in"] == "legal"
        assert looks["input_1", "out"] == "illegal"
        assert "conv_1 wants an image" in canvas.view.hand.bubble.words
        QTest.keyClick(canvas.view, Key.Key_Escape)
        assert ("flatten_1", "conv_1") not in edges(studio)

    @pytest.mark.parametrize("share", [0.2, 0.8])
    def test_the_end_of_a_wire_that_is_nearer_comes_off(
        self, canvas: Canvas, studio: Studio, share: float
    ) -> None:
        edge = Edge(NodeId("relu_1"), NodeId("dense_2"))
        held = on_screen(canvas, canvas.scene.wires[edge].line.pointAtPercent(share))
        if share < 0.5:
            drag(canvas, held, port(canvas, "dense_1", "out"))
            assert ("dense_1", "dense_2") in edges(studio)
        else:
            studio.document.edit(
                "Cut",
                studio.graph.disconnect(
                    Edge(NodeId("dense_2"), NodeId("loss_1"), "out", "prediction")
                ),
            )
            drag(canvas, held, port(canvas, "loss_1", "in", "prediction"))
            assert ("relu_1", "loss_1") in edges(studio)
        assert ("relu_1", "dense_2") not in edges(studio)

    @pytest.mark.parametrize("held", [ALT, CONTROL | SHIFT])
    def test_a_stroke_cuts_all_it_crosses_as_one_step(
        self, canvas: Canvas, studio: Studio, held: Qt.KeyboardModifier
    ) -> None:
        graph = studio.graph.move(
            {NodeId("relu_1"): (660.0, 100.0), NodeId("dense_2"): (880.0, 200.0)}
        )
        studio.document.edit("Move", graph)
        canvas.fit()
        wires = [canvas.scene.wires[e] for e in graph.edges[2:4]]
        a, b = (on_screen(canvas, w.middle) for w in wires)
        before, way = edges(studio), (b - a) * 0.3
        mouse(canvas, PRESS, a - way, LEFT, LEFT, held)
        for place in (a, b, b + way):
            mouse(canvas, MOVE, place, NONE, LEFT, held)
        assert canvas.view.hand.bubble.words == "Cuts 2 wires"
        mouse(canvas, RELEASE, b + way, LEFT, NONE, held)
        assert before - edges(studio) == {("dense_1", "relu_1"), ("relu_1", "dense_2")}
        assert studio.document.undo_stack.undoText() == "Cut 2 wires"
        studio.document.undo_stack.undo()
        assert edges(studio) == before

    def test_a_stroke_that_crosses_nothing_or_is_dropped_cuts_nothing(
        self, canvas: Canvas, studio: Studio
    ) -> None:
        before = studio.graph
        for end in (empty(canvas) + QPointF(50, 30), QPointF(600, 5)):
            mouse(canvas, PRESS, empty(canvas), LEFT, LEFT, ALT)
            mouse(canvas, MOVE, end, NONE, LEFT, ALT)
            QTest.keyClick(canvas.view, Key.Key_Escape)
            mouse(canvas, RELEASE, end, LEFT, NONE, ALT)
        assert studio.graph is before

    def test_a_layer_dropped_on_a_node_follows_it(self, canvas: Canvas, studio: Studio) -> None:
        drop(canvas, "Dropout", header(canvas, "flatten_1"))
        assert {("flatten_1", "drop_1"), ("drop_1", "dense_1")} <= edges(studio)
        assert not any(item.mood.offers for item in canvas.scene.nodes.values())


class TestDeleteAndJoin:
    def test_the_neighbours_are_joined(self, canvas: Canvas, studio: Studio) -> None:
        studio.select(map(NodeId, ("dense_1", "relu_1")))
        QTest.keyClick(canvas.view, Key.Key_Delete, CONTROL)
        assert ("flatten_1", "dense_2") in edges(studio)
        assert set(studio.graph.nodes) == {"input_1", "flatten_1", "dense_2", "loss_1"}
        studio.document.undo_stack.undo()
        assert ("relu_1", "dense_2") in edges(studio)

    def test_where_the_shapes_do_not_allow_it_they_stay_apart_and_it_is_said(
        self, canvas: Canvas, studio: Studio, said: list[str]
    ) -> None:
        canvas.focus_node(NodeId("flatten_1"))
        QTest.keyClick(canvas.view, Key.Key_Delete, CONTROL)
        assert ("input_1", "dense_1") not in edges(studio)
        assert "flatten_1" not in studio.graph.nodes
        assert said[0].startswith("input_1 and dense_1 were not joined: dense_1 wants")


class TestClipboard:
    def test_what_is_copied_comes_back_with_its_wires_and_marks(
        self, canvas: Canvas, studio: Studio
    ) -> None:
        studio.document.edit(
            "Mark", studio.graph.change(NodeId("dense_1"), frozen=True, rate=0.5, note="x")
        )
        studio.select(map(NodeId, ("dense_1", "relu_1")))
        QTest.keyClick(canvas.view, Key.Key_C, CONTROL)
        QTest.keyClick(canvas.view, Key.Key_V, CONTROL)
        assert studio.nodes == {"dense_3", "relu_2"}
        assert ("dense_3", "relu_2") in edges(studio)
        copy = studio.graph.nodes[NodeId("dense_3")]
        assert (copy.frozen, copy.rate, copy.note) == (True, 0.5, "x")
        assert studio.document.undo_stack.undoText() == "Paste 2 layers"

    def test_cutting_and_pasting_keeps_names(self, canvas: Canvas, studio: Studio) -> None:
        studio.select(map(NodeId, ("dense_1", "relu_1")))
        QTest.keyClick(canvas.view, Key.Key_X, CONTROL)
        assert "dense_1" not in studio.graph.nodes
        QTest.keyClick(canvas.view, Key.Key_V, CONTROL)
        assert {"dense_1", "relu_1"} <= set(studio.graph.nodes)

    def test_the_text_can_be_read_and_pasted_into_another_window(
        self, canvas: Canvas, studio: Studio, make_studio: Callable[[Graph], Studio], qtbot: object
    ) -> None:
        studio.select(map(NodeId, ("dense_1", "relu_1")))
        QTest.keyClick(canvas.view, Key.Key_C, CONTROL)
        record = json.loads(QGuiApplication.clipboard().text())
        assert [n["id"] for n in record["nodes"]] == ["dense_1", "relu_1"]
        other = Canvas(make_studio(Graph()))
        qtbot.addWidget(other)  # type: ignore[attr-defined]
        other.paste()
        assert set(other.studio.graph.nodes) == {"dense_1", "relu_1"}
        assert (
            other.studio.graph.nodes[NodeId("dense_1")].layer
            == studio.graph.nodes[NodeId("dense_1")].layer
        )
        assert edges(other.studio) == {("dense_1", "relu_1")}


class TestOrder:
    def test_aligned_and_distributed(self, canvas: Canvas, studio: Studio) -> None:
        names = [NodeId(n) for n in ("flatten_1", "dense_1", "relu_1")]
        studio.document.edit(
            "Move",
            studio.graph.move(
                dict(zip(names, ((0.0, 100.0), (260.0, 160.0), (900.0, 40.0)), strict=True))
            ),
        )
        studio.select(names)
        QTest.keyClick(canvas.view, Key.Key_Up, CONTROL | SHIFT)
        assert {studio.graph.nodes[n].position[1] for n in names} == {40.0}
        QTest.keyClick(canvas.view, Key.Key_H, CONTROL | SHIFT)
        frames = [canvas.scene.nodes[n].frame for n in names]
        assert (
            abs((frames[1].left() - frames[0].right()) - (frames[2].left() - frames[1].right()))
            <= 1
        )
        assert studio.document.undo_stack.undoText() == "Move 3 layers"
        QTest.keyClick(canvas.view, Key.Key_Right, CONTROL | SHIFT)
        assert len({canvas.scene.nodes[n].frame.right() for n in names}) == 1

    def test_nudges_after_a_pause_are_another_step(
        self, canvas: Canvas, studio: Studio, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        now = [0.0]
        monkeypatch.setattr(walk, "monotonic", lambda: now[0])
        canvas.focus_node(NodeId("relu_1"))
        for pause in (0.1, 0.5, 5.0, 0.2):
            now[0] += pause
            QTest.keyClick(canvas.view, Key.Key_Down)
        assert studio.document.undo_stack.count() == 2
        studio.document.undo_stack.undo()
        assert studio.graph.nodes[NodeId("relu_1")].position[1] == 40.0


def test_what_the_hand_held_may_go_while_the_menu_is_open(canvas: Canvas, studio: Studio) -> None:
    start = port(canvas, "flatten_1", "out")
    drag(canvas, start, start + QPointF(60, 220))
    studio.document.edit("Gone", studio.graph.remove(NodeId("flatten_1")))
    QApplication.processEvents()
    type_into(canvas, "relu\n") if menu(canvas).isVisible() else None
    assert "flatten_1" not in studio.graph.nodes
    building.delete_selection(studio)


def _lent(outer: Graph, level: str) -> Graph:
    """A drawing with a group in whose group a Dense uses the weights of `dense_1`, so many drawings further out."""
    dense = outer.nodes[NodeId("dense_1")].layer
    deepest = Graph().add(dense, name="deep").add(dense, name="twin")
    for name in ("deep", "twin"):
        deepest = deepest.share(NodeId(name), NodeId(level + "dense_1"))
    return Graph().add(Group(graph=Graph().add(Group(graph=deepest), name="inner")), name="box")


@pytest.mark.parametrize(
    ("level", "owner"), [("^^", "^^dense_1"), ("^", None), ("^^^", None), ("^^^^^", None)]
)
def test_what_is_pasted_never_refers_to_weights_that_are_not_there(
    canvas: Canvas, studio: Studio, level: str, owner: str | None
) -> None:
    pasting.paste(studio, _lent(studio.graph, level), (0.0, 300.0))
    box = room.graph_at(studio.graph, (NodeId("box"), NodeId("inner")))
    twin = owner or "deep"  # the first owns what both have lost
    assert [box.nodes[NodeId(n)].shares for n in ("deep", "twin")] == [owner, twin]
    QTest.keyClick(canvas.view, Key.Key_Z, CONTROL)
    assert NodeId("box") not in studio.graph.nodes


def test_pasted_in_a_group_they_may_stand_around_it(canvas: Canvas, studio: Studio) -> None:
    canvas.focus_node(NodeId("relu_1"))
    QTest.keyClick(canvas.view, Key.Key_G, CONTROL)
    studio.enter(NodeId("group_1"))
    pasting.paste(studio, _lent(studio.document.graph, "^^^"), (0.0, 300.0))
    box = room.graph_at(studio.graph, (NodeId("box"), NodeId("inner")))
    assert box.nodes[NodeId("deep")].shares == "^^^dense_1"
