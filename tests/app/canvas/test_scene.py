"""The scene that followed differences equals the scene made from nothing, whatever was edited."""

from collections.abc import Callable

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from PySide6.QtCore import QPointF

from app import building
from app.canvas.face import Face
from app.canvas.scene import CanvasScene
from app.studio import Studio
from engine.graph import Edge, Graph, GraphError, Node, NodeId
from engine.layers import CATALOGUE

KINDS = ("Input", "Flatten", "Dense", "Conv2d", "ReLU", "Add", "Concat", "MaxPool2d", "MSELoss")
STEPS = st.lists(st.tuples(st.integers(0, 8), st.integers(0, 99), st.integers(0, 99)), max_size=25)


def take(studio: Studio, step: tuple[int, int, int]) -> None:
    """One edit, chosen by numbers; one that cannot be is refused and changes nothing."""
    action, first, second = step
    graph = studio.document.graph
    names = list(graph.nodes)
    layer = CATALOGUE[KINDS[second % len(KINDS)]]()
    try:
        match action:
            case 0:
                studio.select(names[first % len(names) :][:1] if names else ())
                building.add_layer(studio, layer)
            case 1:
                building.add_layer(studio, layer, (first * 31.0, second * 17.0))
            case 2 if names:
                source, target = names[first % len(names)], names[second % len(names)]
                into = graph.nodes[target].layer.inputs
                building.join(studio, Edge(source, target, "out", into[0].name if into else "in"))
            case 3 if graph.edges:
                building.insert_layer(studio, graph.edges[first % len(graph.edges)], layer)
            case 4 if names:
                studio.select(names[first % len(names) :][:2], graph.edges[:1])
                building.delete_selection(studio)
            case 5 if names:
                studio.select(names[first % len(names) :][:3])
                building.duplicate(studio)
            case 6 if names:
                building.rename(studio, names[first % len(names)], f"name_{second}")
            case 7:
                studio.document.undo_stack.undo()
            case 8:
                studio.document.undo_stack.redo()
    except GraphError:
        assert studio.document.graph is graph


@settings(
    max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(steps=STEPS)
def test_following_equals_building_anew(
    make_studio: Callable[[Graph], Studio], steps: list[tuple[int, int, int]]
) -> None:
    studio = make_studio(Graph())
    scene = CanvasScene(studio)
    for step in steps:
        take(studio, step)
        _ = scene.drawn()
    assert scene.describe() == CanvasScene(studio).describe()
    assert scene.drawn() == CanvasScene(studio).drawn()
    assert set(scene.nodes) == set(studio.document.graph.nodes)
    assert len(scene.items()) == len(scene.nodes) + len(scene.wires)
    while studio.document.undo_stack.canUndo():
        studio.document.undo_stack.undo()
    assert not scene.items()


@pytest.fixture
def touched(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The nodes whose words were made anew."""
    names: list[str] = []
    whole = CanvasScene._face

    def face(self: CanvasScene, node: Node) -> Face:
        names.append(node.id)
        return whole(self, node)

    monkeypatch.setattr(CanvasScene, "_face", face)
    return names


def test_only_what_changed_is_touched(studio: Studio, touched: list[str]) -> None:
    scene = CanvasScene(studio)
    touched.clear()
    studio.document.edit("Move", studio.document.graph.move({NodeId("relu_1"): (660.0, 200.0)}))
    assert not touched  # it says what it said, elsewhere
    assert scene.nodes[NodeId("relu_1")].pos().toTuple() == (660.0, 200.0)
    dense = studio.document.graph.nodes[NodeId("dense_1")].layer.but(out_features=7)
    studio.document.edit("Units", studio.document.graph.put(NodeId("dense_1"), dense))
    assert set(touched) == {"dense_1", "relu_1", "dense_2"}
    assert scene.wires[Edge(NodeId("dense_1"), NodeId("relu_1"))].words == "7"


def test_a_wire_that_skips_rises_above_what_stands_between(
    make_studio: Callable[[Graph], Studio],
) -> None:
    graph = Graph()
    for number, kind in enumerate(("Input", "ReLU", "Add")):
        graph = graph.add(CATALOGUE[kind](), (220.0 * number, 0.0))
    a, b, c = map(NodeId, ("input_1", "relu_1", "add_1"))
    studio = make_studio(graph.connect(Edge(a, b), Edge(b, c), Edge(a, c)))
    scene = CanvasScene(studio)
    assert scene.wires[Edge(a, c)].middle.y() < -40
    assert scene.wires[Edge(a, b)].middle.y() == scene.nodes[a].port_place("out", "out").y()
    studio.document.edit("Cut", studio.document.graph.disconnect(Edge(a, b), Edge(b, c)))
    assert scene.wires[Edge(a, c)].middle.y() == QPointF(0, 22).y()
