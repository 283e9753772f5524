"""Keys of commands, as chips: how they are written on this platform, and how they are drawn."""

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFontMetricsF, QKeySequence, QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from app.controls.surface import rounded
from app.theme import Theme

HEIGHT, GAP = 20, 4
_PADDING = 6


def caps(key: str) -> tuple[str, ...]:
    """The caps of a key, as the platform writes them: "Ctrl+Shift+S" is three."""
    written = QKeySequence(key).toString(QKeySequence.SequenceFormat.NativeText)
    parts = written.removesuffix("+").split("+")
    return (*(part for part in parts if part), *("+" if written.endswith("+") else ""))


def width_of(theme: Theme, key: str) -> float:
    """How wide the chips of a key are."""
    metrics = QFontMetricsF(theme.font("figure", size=10))
    widths = [metrics.horizontalAdvance(cap) + 2 * _PADDING for cap in caps(key)]
    return sum(widths) + GAP * max(0, len(widths) - 1)


def paint_keys(painter: QPainter, theme: Theme, key: str, box: QRectF) -> None:
    """Draw the chips of a key, at the right end of a box."""
    font, tokens = theme.font("figure", size=10), theme.tokens
    metrics, left = QFontMetricsF(font), box.right() - width_of(theme, key)
    painter.setFont(font)
    for cap in caps(key):
        width = metrics.horizontalAdvance(cap) + 2 * _PADDING
        chip = QRectF(left, box.center().y() - HEIGHT / 2, width, HEIGHT)
        rounded(painter, chip, 5, tokens.s3)
        painter.setPen(QColor(tokens.t2))
        painter.drawText(chip, Qt.AlignmentFlag.AlignCenter, cap)
        left += width + GAP


class KeyChips(QWidget):
    """Shows one key."""

    def __init__(self, theme: Theme, key: str) -> None:
        super().__init__()
        self._theme, self._key = theme, key
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        self.setAccessibleName("+".join(caps(key)))

    def sizeHint(self) -> QSize:
        return QSize(round(width_of(self._theme, self._key) + 1), HEIGHT + 2)

    def paintEvent(self, _event: QPaintEvent) -> None:
        paint_keys(QPainter(self), self._theme, self._key, QRectF(self.rect()))
