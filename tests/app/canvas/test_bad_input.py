"""What is pasted, dropped and zoomed that makes no sense: a sentence, and nothing is lost."""

import json
from collections.abc import Callable
from math import inf, isfinite, nan

import pytest
from hands import Key, Modifier, click, drag, drop, edges, empty, header, node, on_screen, port
from PySide6.QtCore import QPoint, QPointF
from PySide6.QtGui import QGuiApplication
from PySide6.QtTest import QTest

from app import pasting
from app.canvas import Canvas
from app.canvas.camera import FARTHEST, NEAREST
from app.studio import Studio
from engine.graph import Edge, Graph, NodeId
from engine.layers import CATALOGUE
from engine.records import Unknown, record_of_graph
from engine.template import template, template_names
from resources import resource


@pytest.fixture
def said(studio: Studio) -> list[str]:
    words: list[str] = []
    studio.said.connect(lambda text, *_: words.append(text))
    return words


def paste(canvas: Canvas, text: str) -> None:
    QGuiApplication.clipboard().setText(text)
    QTest.keyClick(canvas.view, Key.Key_V, Modifier.ControlModifier)


def record(**changes: object) -> dict[str, object]:
    """A drawing of two layers as a record, with some of its parts put otherwise."""
    graph = Graph().add(CATALOGUE["ReLU"](), name="a").add(CATALOGUE["ReLU"](), (200.0, 0.0), "b")
    return {**record_of_graph(graph.connect(Edge(NodeId("a"), NodeId("b")))), **changes}


NODES = record()["nodes"]
BAD = {
    "foreign words": ("def forward(self, x): return x", "holds no layers: its text begins with 'def"),
    "another program's JSON": ('{"layers": [1, 2]}', "no drawing"),
    "a list": ("[]", "no drawing"),
    "a number": ("42", "no drawing"),
    "cut short": (json.dumps(record())[:-7], "holds no layers"),
    "a loop": (json.dumps(record(edges=[["a.out", "b.in"], ["b.out", "a.in"]])), "circle"),
    "a loop of one": (json.dumps(record(edges=[["a.out", "a.in"]])), "circle"),
    "a wire to nowhere": (json.dumps(record(edges=[["a.out", "c.in"]])), "missing"),
    "two wires in one port": (json.dumps(record(edges=[["a.out", "b.in"], ["a.out", "b.in"]])), "more wires"),
    "two of one name": (json.dumps(record(nodes=[NODES[0], NODES[0]])), "two layers are called a"),  # type: ignore[index]
    "a name that is none": (json.dumps({"nodes": [{"id": "a b", "layer": {"kind": "ReLU"}}]}), "cannot be called"),
    "a place that is none": (
        '{"nodes": [{"id": "a", "position": [NaN, Infinity], "layer": {"kind": "ReLU"}}]}',
        "position of a should be two numbers",
    ),
    "a parameter out of bounds": (
        json.dumps({"nodes": [{"id": "a", "layer": {"kind": "Dense", "out_features": 0}}]}),
        "Dense",
    ),
    "nodes that are none": ('{"nodes": {"a": 1}}', "lists of nodes"),
    "nested without end": ("[" * 100_000, "holds no layers"),
    "an empty drawing": ('{"nodes": []}', "is empty"),
    "nothing": ("", "nothing to paste"),
    "ten thousand layers": (
        json.dumps({"nodes": [{"id": f"n_{n}", "layer": {"kind": "ReLU"}} for n in range(10_000)]}),
        "10,000 layers; 5,000 can be pasted",
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", BAD)
def test_what_cannot_be_pasted_is_said_and_nothing_is_lost(
    canvas: Canvas, studio: Studio, said: list[str], name: str
) -> None:
    before, chosen = studio.graph, [NodeId("relu_1")]
    studio.select(chosen)
    text, reason = BAD[name]
    paste(canvas, text)
    assert len(said) == 1
    assert reason in said[0]
    assert said[0].endswith(".")
    assert len(said[0]) < 300
    assert studio.graph is before
    assert studio.nodes == set(chosen)
    assert not studio.document.undo_stack.canUndo()


def test_too_long_a_text_is_not_read(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pasting, "LONGEST", 10)
    with pytest.raises(pasting.PasteError, match="11 letters long"):
        pasting.graph_in("x" * 11)


def test_an_unknown_layer_is_kept_with_its_record_and_said(
    canvas: Canvas, studio: Studio, said: list[str]
) -> None:
    strange = {"kind": "Hologram", "depth": 3}
    paste(canvas, json.dumps(record(nodes=[NODES[0], {"id": "b", "layer": strange}])))  # type: ignore[index]
    layer = studio.graph.nodes[NodeId("b")].layer
    assert isinstance(layer, Unknown)
    assert ("a", "b") in edges(studio)
    assert "Hologram" in said[0]
    studio.select([NodeId("b")])
    canvas.copy()
    assert strange in [n["layer"] for n in json.loads(QGuiApplication.clipboard().text())["nodes"]]
    canvas.cut()
    canvas.paste()
    assert studio.graph.nodes[NodeId("b")].layer == layer


@pytest.mark.parametrize("name", template_names())
def test_the_text_of_any_template_can_be_pasted(
    canvas: Canvas, make_studio: Callable[[Graph], Studio], name: str
) -> None:
    canvas.studio.document.edit("Empty", Graph())
    paste(canvas, resource("templates", f"{name}.json").read_text("utf-8"))
    wanted = template(name).graph
    got = canvas.studio.graph
    assert {n.id: n.layer for n in got.nodes.values()} == {
        n.id: n.layer for n in wanted.nodes.values()
    }
    assert got.edges == wanted.edges


def test_code_that_is_pasted_waits_for_trust_unless_it_was_copied_here(
    canvas: Canvas, studio: Studio
) -> None:
    code = CATALOGUE["Code"]().as_own()
    studio.document.edit("Code", studio.graph.add(code, (0.0, 400.0), "mine"))
    studio.select([NodeId("mine")])
    canvas.copy()
    canvas.paste()
    assert studio.graph.nodes[studio.node or NodeId("")].layer == code
    paste(canvas, QGuiApplication.clipboard().text() + " ")  # the same text, but from elsewhere
    assert studio.graph.nodes[studio.node or NodeId("")].layer == code.as_stranger()


class TestBugsOfOthers:
    """Each broke a graph editor that people used."""

    def test_a_layer_lands_under_the_pointer_after_scrolling_in_the_middle_of_the_drag(
        self, canvas: Canvas
    ) -> None:
        """Fabrik #203."""
        for pan, zoom in (((-900, 400), 0.4), ((300, -250), 2.5), ((12_000, 9_000), 1.0)):
            canvas.view.camera.pan_by(*pan)
            canvas.view.camera.zoom_by(zoom, QPoint(200, 100))
            point = QPointF(700, 480)
            canvas.view.camera.pan_by(37, -91)
            drop(canvas, "ReLU", point)
            name = canvas.studio.node
            assert name is not None
            off = header(canvas, name) - point
            assert max(abs(off.x()), abs(off.y())) <= 13 * canvas.view.camera.zoom + 1

    def test_adding_goes_on_after_everything_was_deleted(
        self, canvas: Canvas, studio: Studio
    ) -> None:
        """Fabrik #199."""
        for _ in range(3):
            QTest.keyClick(canvas.view, Key.Key_A, Modifier.ControlModifier)
            QTest.keyClick(canvas.view, Key.Key_Delete)
            assert not studio.graph.nodes
            drop(canvas, "Input", empty(canvas))
            QTest.keyClicks(canvas.view, "f")
            QTest.keyClicks(canvas.bench.menu.field, "latten")
            QTest.keyClick(canvas.bench.menu.field, Key.Key_Return)
            QTest.keyClick(canvas.bench.menu.field, Key.Key_Escape)
            assert edges(studio) == {("input_1", "flatten_1")}

    def test_ports_stay_on_their_nodes_whatever_comes_and_goes(
        self, canvas: Canvas, studio: Studio
    ) -> None:
        """Fabrik #249."""
        drop(canvas, "LSTM", empty(canvas))
        click(canvas, header(canvas, "dense_1"))
        QTest.keyClick(canvas.view, Key.Key_Delete)
        drop(canvas, "Bilinear", empty(canvas) + QPointF(300, 0))
        studio.document.undo_stack.undo()
        studio.document.undo_stack.redo()
        for item in canvas.scene.nodes.values():
            for side, x in (("in", item.frame.left()), ("out", item.frame.right())):
                layer = item.face.layer
                ports = layer.inputs if side == "in" else layer.outputs
                heights = [item.port_place(side, p.name).y() for p in ports]  # type: ignore[arg-type]
                assert all(item.port_place(side, p.name).x() == x for p in ports)  # type: ignore[arg-type]
                assert heights == sorted(set(heights))
                assert all(item.frame.top() < y < item.frame.bottom() for y in heights)
        drag(canvas, port(canvas, "flatten_1", "out"), port(canvas, "bilinear_1", "in", "second"))
        wire = canvas.scene.wires[Edge(NodeId("flatten_1"), NodeId("bilinear_1"), "out", "second")]
        assert wire.line.pointAtPercent(1) == node(canvas, "bilinear_1").port_place("in", "second")

    def test_while_a_node_is_dragged_only_the_wires_at_it_and_beside_are_drawn_anew(
        self, canvas: Canvas, studio: Studio, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """Fabrik #434: it lagged; what a step of a drag costs does not hang on how much is drawn."""
        graph, last = studio.graph, NodeId("relu_1")
        for place in range(200):
            graph = graph.add(
                CATALOGUE["ReLU"](), (200.0 * (place % 20), 400 + 100.0 * (place // 20))
            )
            name = list(graph.nodes)[-1]
            graph, last = graph.connect(Edge(last, name)), name
        studio.document.edit("Many", graph)
        canvas.fit()
        placed: list[Edge] = []
        place_wire = canvas.scene.place_wire
        monkeypatch.setattr(canvas.scene, "place_wire", lambda e: (placed.append(e), place_wire(e)))
        changes: list[object] = []
        studio.document.changed.connect(lambda *_: changes.append(1))
        start = header(canvas, "relu_100")
        drag(canvas, start, start + QPointF(40, 20), start + QPointF(80, 40), drops=False)
        assert placed
        assert {"relu_100"} & {end for edge in placed for end in (edge.source, edge.target)}
        assert len(set(placed)) <= 4
        assert not changes
        QTest.keyClick(canvas.view, Key.Key_Escape)

    @pytest.mark.parametrize("factor", [nan, inf, -inf, 0.0, -3.0, 1e-300, 1e300])
    def test_zoom_stays_a_number_and_nodes_keep_their_size(
        self, canvas: Canvas, factor: float
    ) -> None:
        """PerceptiLabs #83."""
        sizes = {name: item.frame.size() for name, item in canvas.scene.nodes.items()}
        for _ in range(3):
            canvas.view.camera.zoom_by(factor, QPoint(10, 10))
            canvas.view.camera.centre_on(QPointF(nan, factor))
        zoom = canvas.view.camera.zoom
        assert isfinite(zoom)
        assert FARTHEST <= zoom <= NEAREST
        assert {n: i.frame.size() for n, i in canvas.scene.nodes.items()} == sizes
        canvas.fit()
        assert canvas.view.camera.sees.contains(canvas.scene.drawn())
        assert len(
            {on_screen(canvas, i.pos()).toTuple() for i in canvas.scene.nodes.values()}
        ) == len(sizes)
