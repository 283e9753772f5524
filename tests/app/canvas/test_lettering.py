"""Names of usual length are whole at every zoom that shows them, and never smaller than can be read."""

import pytest
from PySide6.QtGui import QImage, QPainter, QTransform

from app.canvas import node_paint
from app.canvas.face import face_of
from app.canvas.layout import layout_of
from app.canvas.lettering import LEAST_ON_SCREEN, fitted, lettering, shortened, width_of_words
from app.canvas.node_paint import Mood, NodePainter
from app.canvas.vitals import Vital
from app.document import Document
from app.theme import Theme
from engine.template import template, template_names


@pytest.mark.parametrize("name", template_names())
@pytest.mark.parametrize("zoom", [0.55, 0.63, 0.79, 0.8, 1.0])
def test_no_name_of_a_template_is_shortened(
    name: str, zoom: float, theme: Theme, monkeypatch: pytest.MonkeyPatch
) -> None:
    document, cut = Document(template(name)), []

    def noting(painter, at, words, colour, role="note", **more) -> None:
        room = int(more.get("room", 1e6) / more.get("scale", 1.0)) + 1
        if shortened(words, role, more.get("weight"), room) != words and role == "title":
            cut.append(words)

    monkeypatch.setattr(node_paint, "letter", noting)
    image = QImage(400, 400, QImage.Format.Format_RGB32)
    with QPainter(image) as painter:
        painter.setTransform(QTransform.fromScale(zoom, zoom))
        for node in document.graph.nodes.values():
            face = face_of(node, document.graph, document.meaning.shapes, None, "")
            vital = Vital(health="ok")
            shown = NodePainter(painter, theme, face, vital, layout_of(face, None), Mood())
            shown.paint(zoom)
    assert cut == []


@pytest.mark.parametrize("zoom", [0.5, 0.7, 1.0, 2.0])
def test_letters_grow_into_their_room_and_never_below_what_can_be_read(
    theme: Theme, zoom: float
) -> None:
    wide = width_of_words("sigmoid_1", "title")
    least = fitted("sigmoid_1", "title", zoom, 0.0)
    assert least * lettering("title").pixelSize() * zoom >= LEAST_ON_SCREEN - 1e-9
    assert least >= 1.0
    roomy = fitted("sigmoid_1", "title", zoom, 10 * wide)
    assert roomy >= least
    between = fitted("sigmoid_1", "title", zoom, wide * (least + roomy) / 2)
    assert between == pytest.approx((least + roomy) / 2)
