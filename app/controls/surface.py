"""Surfaces that float over others, with the one soft shadow there is."""

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QPainter, QPaintEvent, QPen, QPixmap
from PySide6.QtWidgets import QWidget

from app.theme.measures import RADIUS_CARD
from app.theme.palette import ink
from app.theme.theme import Theme
from app.theme.tokens import Tokens

SHADOW_REACH = 12  # room a floating widget leaves on each side for its shadow


def rounded(
    painter: QPainter, rect: QRectF, radius: float, fill: str | None, border: str | None = None
) -> None:
    """A rounded rectangle with a crisp 1-px border inside `rect`."""
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setBrush(ink(fill) if fill else Qt.BrushStyle.NoBrush)
    painter.setPen(QPen(ink(border), 1) if border else Qt.PenStyle.NoPen)
    if border:
        rect, radius = rect.adjusted(0.5, 0.5, -0.5, -0.5), radius - 0.5
    painter.drawRoundedRect(rect, radius, radius)


def paint_float(
    painter: QPainter, rect: QRectF, tokens: Tokens, fill: str, radius: float = RADIUS_CARD
) -> None:
    """A bordered surface with a shadow 4 px below it and 12 px soft, as a stack of faint rims."""
    colour, opacity = tokens.float_shadow
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(ink(colour, opacity / 8))
    for spread in range(8, -8, -2):
        rim = rect.translated(0, 4).adjusted(-spread, -spread, spread, spread)
        painter.drawRoundedRect(rim, radius + max(spread, 0), radius + max(spread, 0))
    rounded(painter, rect, radius, fill, tokens.line2)


class Floating(QWidget):
    """A panel that floats over the canvas; its margins leave room for the shadow.

    It is painted once for each size: what moves below it makes it be drawn again many times a second.
    """

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.theme = theme
        self._key: object = None
        self._surface = QPixmap()
        self.setContentsMargins(SHADOW_REACH, SHADOW_REACH, SHADOW_REACH, SHADOW_REACH)

    def paintEvent(self, _event: QPaintEvent) -> None:
        ratio, box = self.devicePixelRatioF(), self.contentsRect()
        key = (self.size().toTuple(), box.getRect(), ratio, self.theme.name)
        if key != self._key:
            self._key = key
            self._surface = QPixmap(self.size() * ratio)
            self._surface.setDevicePixelRatio(ratio)
            self._surface.fill(Qt.GlobalColor.transparent)
            tokens = self.theme.tokens
            with QPainter(self._surface) as painter:
                paint_float(painter, QRectF(box), tokens, tokens.s1)
        QPainter(self).drawPixmap(0, 0, self._surface)
