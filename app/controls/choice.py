"""A choice from a list, for more than four values; fewer are better shown as segments."""

from collections.abc import Hashable, Sequence

from PySide6.QtCore import QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QFont, QFontMetrics, QPainter, QPaintEvent, QWheelEvent
from PySide6.QtWidgets import QComboBox, QSizePolicy, QStyledItemDelegate, QWidget

from app.controls.pill import draw_pill, pill_width
from app.controls.ring import FocusRing
from app.controls.surface import rounded
from app.theme.measures import HEIGHT_CONTROL, HEIGHT_PILL, ICON, RADIUS_CONTROL
from app.theme.theme import Theme

_SUGGESTED = "suggested"
_PADDING = 8
_INSIDE = 16  # px, around the words of the list
_TICK = 22  # px, the pill where there is no room for its word


class Choice(QComboBox):
    """Shows one of many values; `changed(value)` when the person chooses another."""

    changed = Signal(object)

    def __init__(
        self,
        theme: Theme,
        choices: Sequence[tuple[Hashable, str]],
        *,
        name: str,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self.theme = theme
        self._values: list[Hashable] = []
        self._suggested: Hashable = None
        self.setAccessibleName(name)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setAttribute(Qt.WidgetAttribute.WA_Hover)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setItemDelegate(QStyledItemDelegate(self))  # heeds the style sheet, unlike the default
        self.setMaxVisibleItems(12)
        self.setFont(theme.font("body"))
        self._shown = -1
        self.show_choices(choices)
        self.activated.connect(self._choose)
        self.ring = FocusRing(theme, self, RADIUS_CONTROL)

    def show_choices(self, choices: Sequence[tuple[Hashable, str]]) -> None:
        """Offers other values; the value shown stays if it is among them."""
        kept = self.value()
        self.clear()
        self._values = [value for value, _ in choices]
        self.addItems([title for _, title in choices])
        if self._values:
            self.setValue(kept if kept in self._values else self._values[0])

    def value(self) -> Hashable:
        """The value shown."""
        return self._values[self._shown] if 0 <= self._shown < len(self._values) else None

    def setValue(self, value: Hashable) -> None:
        """Shows a value; nothing is emitted."""
        self._shown = self._values.index(value)
        self.setCurrentIndex(self._shown)

    def suggest(self, value: Hashable) -> None:
        """Puts the pill “suggested” in the field while this value is shown."""
        self._suggested = value
        self.update()

    def _choose(self, index: int) -> None:
        if index != self._shown:
            self._shown = index
            self.changed.emit(self._values[index])

    def sizeHint(self) -> QSize:
        metrics = QFontMetrics(self.font())
        texts = [metrics.horizontalAdvance(self.itemText(i)) for i in range(self.count())]
        return QSize(max(texts, default=40) + ICON + 3 * _PADDING, HEIGHT_CONTROL)

    def minimumSizeHint(self) -> QSize:
        return QSize(72, HEIGHT_CONTROL)

    def wheelEvent(self, event: QWheelEvent) -> None:
        if self.hasFocus():
            super().wheelEvent(event)
        else:
            event.ignore()

    def showPopup(self) -> None:
        widest = self.view().sizeHintForColumn(0) + 2 * _INSIDE
        self.view().setMinimumWidth(max(self.width() - 2, widest))
        super().showPopup()
        popup = self.view().window()
        popup.move(self.mapToGlobal(self.rect().bottomLeft()) + popup.rect().topLeft())

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        tokens = self.theme.tokens
        seen = self.isEnabled() and self.underMouse()
        border = tokens.line3 if seen else tokens.line2
        rounded(painter, QRectF(self.rect()), RADIUS_CONTROL, tokens.field, border)
        right: float = self.width() - _PADDING - ICON
        chevron = QRectF(right + 1, (self.height() - 14) / 2, 14, 14)
        self.theme.icons.paint(painter, "chevron-down", chevron, tokens.t3)
        if self._suggested is not None and self.value() == self._suggested:
            right = self._paint_suggested(painter, right)
        self._paint_text(painter, right)

    def _paint_suggested(self, painter: QPainter, right: float) -> float:
        font: QFont = self.theme.font("note", 500)
        words = QFontMetrics(self.font()).horizontalAdvance(self.currentText())
        width = pill_width(font, _SUGGESTED, mark=False)
        short = right - width - 8 < _PADDING + words
        width = _TICK if short else width
        box = QRectF(right - width - 4, (self.height() - HEIGHT_PILL) / 2, width, HEIGHT_PILL)
        text = "" if short else _SUGGESTED
        draw_pill(painter, box, self.theme.tokens, "ok", text, font, mark=False)
        if short:  # a tick says it where there is no room for the word
            tick = QRectF(0, 0, 12, 12)
            tick.moveCenter(box.center())
            self.theme.icons.paint(painter, "check", tick, self.theme.tokens.ok)
        return box.left()

    def _paint_text(self, painter: QPainter, right: float) -> None:
        tokens = self.theme.tokens
        painter.setFont(self.font())
        painter.setPen(QColor(tokens.t1 if self.isEnabled() else tokens.t4))
        room = QRectF(_PADDING, 0, right - _PADDING - 4, self.height())
        text = painter.fontMetrics().elidedText(
            self.currentText(), Qt.TextElideMode.ElideRight, int(room.width())
        )
        painter.drawText(room, Qt.AlignmentFlag.AlignVCenter, text)
