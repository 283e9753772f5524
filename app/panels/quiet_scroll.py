"""A scroll bar that is seen only while the mouse is over what it scrolls; its lane is always kept."""

from PySide6.QtCore import QEvent, QObject, QRectF, Qt
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QAbstractScrollArea, QScrollBar, QStyle, QStyleOptionSlider

from app.controls.surface import rounded
from app.theme import Theme

_INSET, _RADIUS = 2, 3  # px: a thumb of 6 in a lane of 10


class QuietScrollBar(QScrollBar):
    """Made for one scroll area, which takes it in."""

    def __init__(self, theme: Theme, area: QAbstractScrollArea) -> None:
        super().__init__(Qt.Orientation.Vertical)
        self._theme, self._area = theme, area
        area.setVerticalScrollBar(self)
        area.installEventFilter(self)

    def eventFilter(self, _watched: QObject, event: QEvent) -> bool:
        if event.type() in (QEvent.Type.Enter, QEvent.Type.Leave):
            self.update()
        return False

    def paintEvent(self, _event: QPaintEvent) -> None:
        if self.maximum() <= self.minimum() or not (self._area.underMouse() or self.isSliderDown()):
            return
        option = QStyleOptionSlider()
        self.initStyleOption(option)
        part = QStyle.SubControl.SC_ScrollBarSlider
        whole = QStyle.ComplexControl.CC_ScrollBar
        thumb = QRectF(self.style().subControlRect(whole, option, part, self))
        tokens = self._theme.tokens
        box = thumb.adjusted(_INSET, _INSET, -_INSET, -_INSET)
        fill = tokens.line3 if self.underMouse() or self.isSliderDown() else tokens.s4
        rounded(QPainter(self), box, _RADIUS, fill)
