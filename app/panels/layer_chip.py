"""The picture of a layer while it is dragged: its header as it will stand on the canvas, a little faint."""

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPixmap

from app.controls.surface import rounded
from app.icons import glyph
from app.placing import second_line, width_of
from app.theme import Theme
from app.theme.measures import ICON, RADIUS_CARD
from engine.layer import Layer

HEADER = 44  # px
_FAINT = 0.8
_TEXT_LEFT = 36  # px


def chip_picture(theme: Theme, layer: Layer, ratio: float) -> QPixmap:
    """The chip of a layer at 100 %, for a screen of this pixel ratio."""
    name = layer.label if layer.stem == "" else f"{layer.stem}_1"
    width = round(width_of(name, layer))
    picture = QPixmap(round(width * ratio), round(HEADER * ratio))
    picture.setDevicePixelRatio(ratio)
    picture.fill(Qt.GlobalColor.transparent)
    painter = QPainter(picture)
    painter.setOpacity(_FAINT)
    _paint(painter, theme, layer, QRectF(0, 0, width, HEADER), layer.stem or layer.label)
    painter.end()
    return picture


def _paint(painter: QPainter, theme: Theme, layer: Layer, box: QRectF, name: str) -> None:
    tokens = theme.tokens
    colours = tokens.group(layer.group)
    rounded(painter, box, RADIUS_CARD, colours.tint, tokens.line2)
    theme.icons.paint(painter, glyph(layer.group), QRectF(12, 14, ICON, ICON), colours.hue)
    room = box.width() - _TEXT_LEFT - 8
    for baseline, text, role, colour in (
        (19, name, "title", tokens.t1),
        (34, second_line(layer), "note", tokens.t2),
    ):
        painter.setFont(theme.font("title" if role == "title" else "note"))
        painter.setPen(QColor(colour))
        shown = painter.fontMetrics().elidedText(text, Qt.TextElideMode.ElideRight, int(room))
        painter.drawText(_TEXT_LEFT, baseline, shown)
