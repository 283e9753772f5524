"""A field to search with: a magnifier, a hint, and the key that leads to it."""

from PySide6.QtCore import QRectF, Qt, Signal
from PySide6.QtGui import QColor, QFontMetrics, QKeyEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QLineEdit, QWidget

from app.theme.measures import HEIGHT_CONTROL, ICON
from app.theme.theme import Theme


class SearchField(QLineEdit):
    """`changed(text)` at each letter; `descended` when Down leads on to the list below.

    Escape empties it; Enter is `returnPressed`.
    """

    changed = Signal(str)
    descended = Signal()

    def __init__(
        self,
        theme: Theme,
        hint: str,
        *,
        key: str = "",
        name: str = "",
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self.theme, self._key = theme, key
        self.setPlaceholderText(hint)
        self.setAccessibleName(name or hint)
        self.setFont(theme.font("body"))
        self.setFixedHeight(HEIGHT_CONTROL)
        words = QFontMetrics(theme.font("note")).horizontalAdvance(key)
        self.setTextMargins(ICON + 6, 0, words + 8 if key else 0, 0)
        self.textEdited.connect(self.changed)

    def setValue(self, text: str) -> None:
        """Shows a text; nothing is emitted."""
        self.setText(text)

    def value(self) -> str:
        """The text shown."""
        return self.text()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape and self.text():
            self.clear()
            self.changed.emit("")
        elif event.key() == Qt.Key.Key_Down:
            self.descended.emit()
        else:
            super().keyPressEvent(event)

    def paintEvent(self, event: QPaintEvent) -> None:
        super().paintEvent(event)
        painter = QPainter(self)
        tokens = self.theme.tokens
        magnifier = QRectF(9, (self.height() - ICON) / 2, ICON, ICON)
        self.theme.icons.paint(painter, "search", magnifier, tokens.t2)
        if self._key and not self.text() and not self.hasFocus():
            painter.setFont(self.theme.font("note"))
            painter.setPen(QColor(tokens.t3))
            room = QRectF(self.rect()).adjusted(0, 0, -9, 0)
            painter.drawText(
                room, Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignRight, self._key
            )
