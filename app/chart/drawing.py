"""A painter that knows the type scale and the tokens: text with a halo and raised powers, and crisp lines."""

from functools import cache, lru_cache

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QFont, QFontMetricsF, QPainter, QPen

from app.theme import Role, Tokens, font, ink
from app.wording import POWER

Align = (
    float  # the share of a text's width that lies left of its place: 0 left, 0.5 middle, 1 right
)
LEFT, MIDDLE, RIGHT = 0.0, 0.5, 1.0
_AROUND = ((-2, 0), (2, 0), (0, -1.5), (0, 1.5))  # px: where a halo's copies of a text lie
LINE = 18  # px: from one line of a paragraph to the next
_LIFT, _SMALL = 4, 8  # px: how far powers are raised, and their size


@cache
def _font(role: Role, weight: int, size: int) -> QFont:
    return font(role, weight or None, size or None)


@lru_cache(maxsize=4096)
def width(text: str, role: Role = "note", weight: int = 0) -> float:
    """How wide a text is, in pixels."""
    return sum(
        QFontMetricsF(_font(role, weight, _SMALL if up else 0)).horizontalAdvance(piece)
        for piece, up in _pieces(text)
    )


@lru_cache(maxsize=1024)
def elided(text: str, room: float, role: Role = "note", weight: int = 0) -> str:
    """The text, with an ellipsis if the room is too small: at its end, but `block.conv_1` keeps its own name."""
    metrics = QFontMetricsF(_font(role, weight, 0))
    is_path = "." in text and " " not in text
    mode = Qt.TextElideMode.ElideLeft if is_path else Qt.TextElideMode.ElideRight
    return metrics.elidedText(text, mode, room)


@lru_cache(maxsize=256)
def wrapped(text: str, room: float, most: int, role: Role = "note") -> list[str]:
    """The text in lines that fit, `most` at most, the last of them shortened if it must be."""
    lines = [""]
    for word in text.split():
        longer = f"{lines[-1]} {word}".strip()
        if len(lines) < most and width(longer, role) > room:
            lines.append(word)
        else:
            lines[-1] = longer
    return [elided(line, room, role) for line in lines if line]


@lru_cache(maxsize=1024)
def _pieces(text: str) -> tuple[tuple[str, bool], ...]:
    """The text in pieces, with whether each is raised."""
    parts = POWER.split(text)
    return tuple((part, bool(place % 2)) for place, part in enumerate(parts) if part)


class Drawing:
    """Wraps a painter for the time of one paint event."""

    def __init__(self, painter: QPainter, tokens: Tokens) -> None:
        self.painter, self.tokens = painter, tokens

    def text(
        self,
        x: float,
        y: float,
        text: str,
        colour: str,
        role: Role = "note",
        align: Align = LEFT,
        *,
        weight: int = 0,
        halo: bool = False,
    ) -> float:
        """Writes a text with its baseline at `y` and returns where it ends."""
        left = x - align * width(text, role, weight)
        if halo:
            self.painter.setPen(ink(self.tokens.s1, 0.9))
            for dx, dy in _AROUND:
                self._write(left + dx, y + dy, text, role, weight)
        self.painter.setPen(ink(colour))
        return self._write(left, y, text, role, weight)

    def paragraph(
        self,
        place: tuple[float, float],
        text: str,
        room: float,
        colour: str,
        role: Role = "label",
        align: Align = LEFT,
        most: int = 3,
    ) -> None:
        """Writes a text in as many lines as it takes, `most` at most; the baseline of the first is at `place`."""
        x, y = place
        for line in wrapped(text, room, most, role):
            self.text(x, y, line, colour, role, align)
            y += LINE

    def _write(self, x: float, y: float, text: str, role: Role, weight: int) -> float:
        for piece, up in _pieces(text):
            self.painter.setFont(_font(role, weight, _SMALL if up else 0))
            self.painter.drawText(QPointF(x, y - _LIFT if up else y), piece)
            x += width(piece, role, weight) if not up else _raised_width(piece, role, weight)
        return x

    def upright(self, x: float, y: float, text: str, colour: str, weight: int = 0) -> None:
        """Writes a note that reads upwards and ends at (x, y)."""
        self.painter.save()
        self.painter.translate(x, y)
        self.painter.rotate(-90)
        self.text(0, 0, text, colour, "note", RIGHT, weight=weight)
        self.painter.restore()

    def line(
        self,
        start: tuple[float, float],
        end: tuple[float, float],
        colour: str,
        thickness: float = 1.0,
        dashes: tuple[float, ...] = (),
        opacity: float = 1.0,
    ) -> None:
        """A straight line; a thin one that runs along the pixels lies exactly on them."""
        self.painter.setPen(pen(colour, thickness, dashes, opacity))
        if thickness == 1:
            start, end = _crisp(start), _crisp(end)
        self.painter.drawLine(QPointF(*start), QPointF(*end))

    def fill(self, box: QRectF, colour: str, opacity: float = 1.0) -> None:
        """A filled rectangle."""
        self.painter.fillRect(box, ink(colour, opacity))

    def smooth(self, on: bool) -> None:
        """Whether edges are antialiased from here on."""
        self.painter.setRenderHint(QPainter.RenderHint.Antialiasing, on)


def _raised_width(text: str, role: Role, weight: int) -> float:
    return QFontMetricsF(_font(role, weight, _SMALL)).horizontalAdvance(text)


def _crisp(point: tuple[float, float]) -> tuple[float, float]:
    return (int(point[0]) + 0.5, int(point[1]) + 0.5)


def pen(
    colour: str, thickness: float, dashes: tuple[float, ...] = (), opacity: float = 1.0
) -> QPen:
    """A flat pen; dashes are in pixels."""
    made = QPen(ink(colour, opacity), thickness)
    made.setCapStyle(Qt.PenCapStyle.FlatCap)
    made.setJoinStyle(Qt.PenJoinStyle.BevelJoin)
    if dashes:
        made.setDashPattern([length / thickness for length in dashes])
    return made
