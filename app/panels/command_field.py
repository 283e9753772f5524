"""What looks like a search field in the run bar and opens the palette of commands."""

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFontMetrics, QKeySequence, QPainter, QPaintEvent
from PySide6.QtWidgets import QAbstractButton, QSizePolicy

from app.controls.ring import FocusRing
from app.controls.surface import rounded
from app.theme import Theme
from app.theme.measures import HEIGHT_CONTROL, ICON, RADIUS_CONTROL

WIDTH, LEAST = 232, 150  # px


class CommandField(QAbstractButton):
    """A button; where room is short it is an icon."""

    def __init__(self, theme: Theme, text: str, key: str) -> None:
        super().__init__()
        self.theme, self._compact = theme, False
        self.setText(text)
        native = QKeySequence(key).toString(QKeySequence.SequenceFormat.NativeText)
        self._key = native.replace("+", " ")
        self.setAccessibleName(text)
        self.setAttribute(Qt.WidgetAttribute.WA_Hover)
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)
        self.setMaximumWidth(WIDTH)
        self.ring = FocusRing(theme, self, RADIUS_CONTROL)

    def set_compact(self, compact: bool) -> None:
        """Becomes an icon, or a field again."""
        self._compact = compact
        self.setMaximumWidth(HEIGHT_CONTROL if compact else WIDTH)
        self.updateGeometry()
        self.update()

    def sizeHint(self) -> QSize:
        return QSize(HEIGHT_CONTROL if self._compact else WIDTH, HEIGHT_CONTROL)

    def minimumSizeHint(self) -> QSize:
        return QSize(HEIGHT_CONTROL if self._compact else LEAST, HEIGHT_CONTROL)

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        tokens, hovered = self.theme.tokens, self.underMouse()
        box = QRectF(self.rect())
        inset = (HEIGHT_CONTROL - ICON) / 2
        if self._compact:
            if hovered:
                rounded(painter, box, RADIUS_CONTROL, tokens.s3)
            self.theme.icons.paint(painter, "search", QRectF(inset, inset, ICON, ICON), tokens.t2)
            return
        border = tokens.line3 if hovered else tokens.line2
        rounded(painter, box, RADIUS_CONTROL, tokens.field, border)
        self.theme.icons.paint(painter, "search", QRectF(9, inset, ICON, ICON), tokens.t2)
        painter.setFont(self.theme.font("label"))
        painter.setPen(QColor(tokens.t3))
        room = box.adjusted(9 + ICON + 6, 0, -9, 0)
        keys = QFontMetrics(self.theme.font("note")).horizontalAdvance(self._key)
        mode = Qt.TextElideMode.ElideRight
        shown = painter.fontMetrics().elidedText(self.text(), mode, int(room.width()) - keys - 8)
        painter.drawText(room, Qt.AlignmentFlag.AlignVCenter, shown)
        painter.setFont(self.theme.font("note"))
        right = Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignRight
        painter.drawText(room, right, self._key)
