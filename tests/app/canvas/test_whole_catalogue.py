"""Every layer there is, as a node and as a form: drawn at every distance, its ports apart, its names in their room."""

from itertools import pairwise

import pytest
from PySide6.QtCore import QPointF
from PySide6.QtGui import QImage, QPainter
from pytestqt.qtbot import QtBot

from app.canvas.face import face_of
from app.canvas.layout import layout_of
from app.canvas.lettering import width_of_words
from app.canvas.node_paint import Mood, NodePainter
from app.canvas.ports import SIDES, ports_of
from app.canvas.vitals import Vital
from app.form import Form
from app.placing import height_of, width_of
from app.theme import Theme
from engine.graph import Graph, Group, NodeId
from engine.layer import Layer
from engine.layers import CATALOGUE
from engine.shapes import Shapes

KINDS = [*CATALOGUE.values(), Group]
NARROW = 264  # px, the inspector on a small screen
ZOOMS = (1.5, 1.0, 0.7, 0.4, 0.2)


@pytest.fixture
def theme() -> Theme:
    return Theme("light")


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.__name__)
def test_a_node_is_drawn_at_every_distance(kind: type[Layer], theme: Theme, qtbot: QtBot) -> None:
    del qtbot  # there must be an application
    layer = kind()
    graph = Graph().add(layer, name="node_1").change(NodeId("node_1"), frozen=True, note="!")
    node = graph.nodes[NodeId("node_1")]
    face = face_of(node, graph, Shapes({}, {}), None, "")
    layout = layout_of(face, None)
    assert layout.whole.width() == width_of("node_1", layer)
    assert layout.whole.height() <= height_of(layer) + 1
    for side in SIDES:
        places = [layout.port(side, number) for number in range(len(ports_of(layer, side)))]
        assert all(below.y() - above.y() >= 20 for above, below in pairwise(places))
        assert all(0 < place.y() < layout.whole.height() for place in places)
    image = QImage(400, 400, QImage.Format.Format_ARGB32_Premultiplied)
    for zoom in ZOOMS:
        painter = QPainter(image)
        painter.scale(zoom, zoom)
        painter.translate(QPointF(40, 40))
        NodePainter(painter, theme, face, Vital(), layout, Mood(hovered=True)).paint(zoom)
        painter.end()


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.__name__)
def test_names_of_ports_that_face_each_other_do_not_touch(kind: type[Layer], qtbot: QtBot) -> None:
    del qtbot
    layer = kind()
    width = width_of("node_1", layer)
    left, right = ([port.name for port in ports[1:]] for ports in (layer.inputs, layer.outputs))
    for place in range(max(len(left), len(right))):
        names = [*left[place : place + 1], *right[place : place + 1]]
        assert sum(width_of_words(name, "note") for name in names) + 24 <= width


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.__name__)
def test_a_form_has_room_in_a_narrow_inspector(
    kind: type[Layer], theme: Theme, qtbot: QtBot
) -> None:
    form = Form(theme)
    qtbot.addWidget(form)
    form.resize(NARROW, 400)
    form.setValue(kind())
    assert form.minimumSizeHint().width() <= NARROW
