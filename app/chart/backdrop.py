"""What of a picture stays the same from frame to frame, painted once: text costs more than all else."""

from collections.abc import Callable, Hashable

from PySide6.QtGui import QPainter, QPixmap
from PySide6.QtWidgets import QWidget

from app.chart.drawing import Drawing
from app.theme import Theme, ink


class Backdrop:
    """The panel colour and what `draw` puts on it, kept until its key, its size or the theme changes."""

    def __init__(self, widget: QWidget, theme: Theme) -> None:
        self._widget, self._theme = widget, theme
        self._key: Hashable = None
        self._pixmap = QPixmap()

    def paint(self, painter: QPainter, key: Hashable, draw: Callable[[Drawing], None]) -> None:
        """Paints it over the whole widget."""
        ratio = self._widget.devicePixelRatioF()
        whole = (key, self._widget.size().toTuple(), ratio, self._theme.name)
        if whole != self._key:
            self._key = whole
            self._pixmap = QPixmap(self._widget.size() * ratio)
            self._pixmap.setDevicePixelRatio(ratio)
            self._pixmap.fill(ink(self._theme.tokens.s1))
            with QPainter(self._pixmap) as inner:
                draw(Drawing(inner, self._theme.tokens))
        painter.drawPixmap(0, 0, self._pixmap)
