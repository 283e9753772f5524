"""Words in the scene: drawn unhinted, shortened to their room, and never smaller than can be read on the screen."""

from functools import lru_cache

from PySide6.QtCore import QPointF, Qt
from PySide6.QtGui import QColor, QFont, QFontMetricsF, QPainter, QPainterPath, QPen

from app.theme import Role, scene_font

LEAST_ON_SCREEN = 8.5  # px, whatever the zoom
LIKED_ON_SCREEN: dict[Role, float] = {"title": 10.5}  # px, where there is room; of others `LIKED`
LIKED = 9.0


@lru_cache(maxsize=64)
def lettering(role: Role, weight: int | None = None) -> QFont:
    """The scene's font of a role."""
    return scene_font(role, weight)


@lru_cache(maxsize=64)
def _metrics(role: Role, weight: int | None) -> QFontMetricsF:
    return QFontMetricsF(lettering(role, weight))


def enlarged(role: Role, zoom: float) -> float:
    """By how much letters of a role are enlarged to be read with ease at a zoom."""
    return _scale(role, zoom, LIKED_ON_SCREEN.get(role, LIKED))


def fitted(words: str, role: Role, zoom: float, room: float, weight: int | None = None) -> float:
    """The same, but no more than a room allows, as long as the words can be read at all."""
    wide = max(1.0, width_of_words(words, role, weight))
    return max(_scale(role, zoom, LEAST_ON_SCREEN), min(enlarged(role, zoom), room / wide))


def _scale(role: Role, zoom: float, on_screen: float) -> float:
    return max(1.0, on_screen / (lettering(role).pixelSize() * max(zoom, 0.01)))


@lru_cache(maxsize=4096)
def width_of_words(words: str, role: Role, weight: int | None = None) -> float:
    """How wide words are at 100 %, in pixels."""
    return _metrics(role, weight).horizontalAdvance(words)


@lru_cache(maxsize=4096)
def shortened(words: str, role: Role, weight: int | None, room: int) -> str:
    """Words that fit into a room, with “…” where they do not: at the end, but names keep their number."""
    mode = Qt.TextElideMode.ElideMiddle if role == "title" else Qt.TextElideMode.ElideRight
    return _metrics(role, weight).elidedText(words, mode, room)


def letter(
    painter: QPainter,
    at: QPointF,
    words: str,
    colour: QColor,
    role: Role = "note",
    *,
    weight: int | None = None,
    room: float = 1e6,
    to_left: bool = False,
    scale: float = 1.0,
) -> None:
    """Draw words on a baseline that begins (or with `to_left` ends) at a point."""
    shown = shortened(words, role, weight, int(room / scale) + 1)
    painter.setFont(lettering(role, weight))
    painter.setPen(colour)
    left = at.x() - (width_of_words(shown, role, weight) * scale if to_left else 0)
    if scale == 1.0:
        painter.drawText(QPointF(left, at.y()), shown)
        return
    painter.save()
    painter.translate(left, at.y())
    painter.scale(scale, scale)
    painter.drawText(QPointF(), shown)
    painter.restore()


@lru_cache(maxsize=2048)
def _outline(words: str) -> QPainterPath:
    """A figure's letters as a line, its baseline's middle at the origin."""
    path = QPainterPath()
    path.addText(QPointF(-width_of_words(words, "figure") / 2, 0), lettering("figure"), words)
    return path


def letter_with_halo(
    painter: QPainter, centre: QPointF, words: str, ink: QColor, halo: QColor, scale: float
) -> None:
    """Draw a figure whose baseline's middle is at a point, on a 4-px rim of the ground."""
    painter.save()
    painter.translate(centre)
    painter.scale(scale, scale)
    path = _outline(words)
    painter.strokePath(path, QPen(halo, 4, Qt.PenStyle.SolidLine, Qt.PenCapStyle.RoundCap))
    painter.fillPath(path, ink)
    painter.restore()
