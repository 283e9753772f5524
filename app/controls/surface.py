"""Surfaces that float over others, with the one soft shadow there is."""

from functools import lru_cache

from PySide6.QtCore import QPointF, QRectF, QSizeF, Qt
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
    device = painter.device()
    ratio = device.devicePixelRatio() if device else 1.0
    size = (rect.width(), rect.height(), ratio)
    picture = _float(size, tokens.float_shadow, fill, tokens.line2, radius)
    painter.drawPixmap(rect.topLeft() - QPointF(SHADOW_REACH, SHADOW_REACH), picture)


@lru_cache(maxsize=48)
def _float(
    size: tuple[float, float, float],
    shadow: tuple[str, float],
    fill: str,
    border: str,
    radius: float,
) -> QPixmap:
    """Such a surface with room for its shadow, drawn once: it lies over what moves."""
    width, height, ratio = size
    whole = QSizeF(width + 2 * SHADOW_REACH, height + 2 * SHADOW_REACH)
    picture = QPixmap((whole * ratio).toSize())
    picture.setDevicePixelRatio(ratio)
    picture.fill(Qt.GlobalColor.transparent)
    painter, (colour, opacity) = QPainter(picture), shadow
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(ink(colour, opacity / 8))
    rect = QRectF(SHADOW_REACH, SHADOW_REACH, width, height)
    for spread in range(8, -8, -2):
        rim = rect.translated(0, 4).adjusted(-spread, -spread, spread, spread)
        painter.drawRoundedRect(rim, radius + max(spread, 0), radius + max(spread, 0))
    rounded(painter, rect, radius, fill, border)
    painter.end()
    return picture


class Floating(QWidget):
    """A panel that floats over the canvas; its margins leave room for the shadow."""

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.theme = theme
        self.setContentsMargins(SHADOW_REACH, SHADOW_REACH, SHADOW_REACH, SHADOW_REACH)

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        tokens = self.theme.tokens
        paint_float(painter, QRectF(self.contentsRect()), tokens, tokens.s1)
