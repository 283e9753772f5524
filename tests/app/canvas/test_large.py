"""A drawing of hundreds of layers: what follows from it comes while the window lives, and from afar less is drawn."""

from collections.abc import Callable

import pytest
from PySide6.QtCore import QPointF
from PySide6.QtGui import QColor, QImage
from pytestqt.qtbot import QtBot

from app.canvas import Canvas
from app.canvas.far import FAR
from app.canvas.scene import CanvasScene
from app.studio import Studio
from engine.graph import Edge, Graph, Node, NodeId
from engine.layers import CATALOGUE
from engine.shapes import infer

COUNT = 400
PLENTY = 30_000  # ms


def chain(count: int = COUNT) -> Graph:
    """An Input and a chain of convolutions, twenty in a row, each with channels of its own."""
    kinds = [CATALOGUE["Input"](), CATALOGUE["Conv2d"](out_channels=3, kernel_size=3, padding=1)]
    kinds += [CATALOGUE["Conv2d"](out_channels=4 + n, kernel_size=1) for n in range(count)]
    nodes, edges, last = {}, [], None
    for place, layer in enumerate(kinds):
        name = NodeId(f"n_{place}")
        nodes[name] = Node(name, layer, (200.0 * (place % 20), 240.0 * (place // 20)))
        if last is not None:
            edges.append(Edge(last, name))
        last = name
    return Graph(nodes, tuple(edges))


@pytest.fixture
def large(make_studio: Callable[[Graph], Studio], qtbot: QtBot) -> Canvas:
    studio = make_studio(chain())
    studio.document.meaning.finish()
    canvas = Canvas(studio)
    qtbot.addWidget(canvas)
    canvas.resize(900, 500)
    canvas.show()
    return canvas


def far_edit(studio: Studio) -> Graph:
    """The first convolution loses its border: all pictures behind it are smaller by 2."""
    graph, first = studio.document.graph, NodeId("n_1")
    return graph.put(first, graph.nodes[first].layer.but(padding=0))


def words_of(canvas: Canvas, place: int) -> str:
    """What the wire from a layer to the next says."""
    return canvas.scene.wires[Edge(NodeId(f"n_{place}"), NodeId(f"n_{place + 1}"))].words


def test_what_follows_from_a_large_edit_comes_later_and_whole(large: Canvas, qtbot: QtBot) -> None:
    studio = large.studio
    document = studio.document
    before = document.meaning.shapes
    told = []
    document.learnt.connect(lambda: told.append(len(document.meaning.shapes.sized)))
    document.edit("Change all", far_edit(studio))
    assert not document.meaning.is_whole
    assert 0 < len(document.meaning.shapes.sized) < len(before.sized)
    qtbot.waitUntil(lambda: document.meaning.is_whole, timeout=PLENTY)
    data = document.meaning.data
    assert document.meaning.shapes == infer(document.graph, data.parts, data.target)
    assert told[-1] == COUNT + 2


def test_undo_knows_at_once_what_it_knew(large: Canvas, qtbot: QtBot) -> None:
    document = large.studio.document
    before = document.meaning.shapes
    document.edit("Change all", far_edit(large.studio))
    qtbot.waitUntil(lambda: document.meaning.is_whole, timeout=PLENTY)
    document.undo_stack.undo()
    assert document.meaning.is_whole
    assert document.meaning.shapes is before


def test_who_cannot_wait_finishes(large: Canvas) -> None:
    document = large.studio.document
    document.edit("Change all", far_edit(large.studio))
    assert len(document.meaning.finish().shapes.sized) == COUNT + 2


def test_an_edit_on_top_of_one_that_is_not_known_yet(large: Canvas) -> None:
    document = large.studio.document
    document.edit("Change all", far_edit(large.studio))
    document.edit("Remove one", document.graph.remove(NodeId("n_300")))
    shapes = document.meaning.finish().shapes
    data = document.meaning.data
    assert shapes == infer(document.graph, data.parts, data.target)
    assert NodeId("n_301") not in shapes.sized


def test_the_scene_that_followed_is_that_made_from_nothing(large: Canvas) -> None:
    studio = large.studio
    large.view.camera.zoom_by(1 / large.view.camera.zoom)
    studio.document.edit("Change all", far_edit(studio))
    assert not large.scene.backlog.is_empty
    studio.document.meaning.finish()
    studio.document.learnt.emit()
    anew = CanvasScene(studio)
    followed, made = large.scene.describe(), anew.describe()
    assert followed["wires"] == made["wires"]
    assert without_the_picture(followed) == without_the_picture(made)


def without_the_picture(told: dict[str, object]) -> dict[str, object]:
    """The nodes but for the Input, on which the canvas, not the scene, shows an example."""
    nodes = told["nodes"]
    assert isinstance(nodes, dict)
    return {name: shown for name, shown in nodes.items() if name != "n_0"}


def test_nodes_in_view_are_right_before_those_that_nobody_sees(large: Canvas) -> None:
    studio = large.studio
    large.view.camera.zoom_by(1 / large.view.camera.zoom)
    large.view.camera.centre_on(QPointF(300, 100))
    studio.document.edit("Change all", far_edit(studio))
    assert words_of(large, 3) == "6×6×5"
    assert words_of(large, 399) in ("", "8×8×401")


def picture(canvas: Canvas) -> QImage:
    return canvas.view.viewport().grab().toImage()


def colour_of(canvas: Canvas, name: str) -> str:
    at = canvas.view.mapFromScene(canvas.scene.nodes[NodeId(name)].frame.center())
    return QColor(picture(canvas).pixel(at)).name()


def test_from_afar_a_patch_stands_where_the_node_does(large: Canvas) -> None:
    large.view.fit()
    assert large.view.camera.zoom < FAR
    convolution, data = colour_of(large, "n_50"), colour_of(large, "n_0")
    empty = picture(large).pixelColor(2, 2).name()
    assert len({convolution, data, empty}) == 3


def test_from_afar_what_is_selected_is_ringed(large: Canvas) -> None:
    large.view.fit()
    name = NodeId("n_50")
    frame = large.scene.nodes[name].frame
    at = large.view.mapFromScene(QPointF(frame.left(), frame.center().y()))
    before = [picture(large).pixelColor(at.x() - off, at.y()).name() for off in range(1, 5)]
    large.studio.select([name])
    after = [picture(large).pixelColor(at.x() - off, at.y()).name() for off in range(1, 5)]
    assert after != before
    large.studio.select([NodeId("n_90")])
    again = [picture(large).pixelColor(at.x() - off, at.y()).name() for off in range(1, 5)]
    assert again == before


def test_from_afar_a_node_that_moved_is_drawn_where_it_is(large: Canvas) -> None:
    large.view.fit()
    node = large.studio.graph.nodes[NodeId("n_50")]
    dense = colour_of(large, "n_50")
    old = large.view.mapFromScene(large.scene.nodes[node.id].frame.center())
    places = {node.id: (node.position[0] - 100.0, node.position[1])}
    large.studio.edit("Move", large.studio.graph.move(places))
    assert colour_of(large, "n_50") == dense
    assert QColor(picture(large).pixel(old)).name() != dense
