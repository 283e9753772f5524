"""The tile of a layer group: its glyph on its tint."""

from PySide6.QtCore import QRectF
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from app.controls.surface import rounded
from app.icons import glyph
from app.theme.theme import Theme

SMALL, LARGE = 20, 32  # in the palette, in the inspector


def paint_tile(painter: QPainter, theme: Theme, group: str, box: QRectF) -> None:
    """Draws the tile of a group into a square box; for item delegates."""
    colours = theme.tokens.group(group)
    rounded(painter, box, 5 if box.height() < 24 else 6, colours.tint)
    inset = (box.height() - (14 if box.height() < 24 else 16)) / 2
    square = box.adjusted(inset, inset, -inset, -inset)
    theme.icons.paint(painter, glyph(group), square, colours.hue)


class Tile(QWidget):
    """Shows which group a layer belongs to."""

    def __init__(
        self, theme: Theme, group: str, size: int = SMALL, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self.theme, self._group = theme, group
        self.setFixedSize(size, size)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        self.setAccessibleName(group)

    def setValue(self, group: str) -> None:
        """Shows another group."""
        self._group = group
        self.setAccessibleName(group)
        self.update()

    def paintEvent(self, _event: QPaintEvent) -> None:
        paint_tile(QPainter(self), self.theme, self._group, QRectF(self.rect()))
