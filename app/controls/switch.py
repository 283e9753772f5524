"""The switch, 28×16, for what is on or off."""

from PySide6.QtCore import QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QKeyEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QAbstractButton, QSizePolicy, QWidget

from app.controls.ring import FocusRing
from app.controls.surface import rounded
from app.theme.palette import ink
from app.theme.theme import Theme

_WIDTH, _HEIGHT = 28, 16


class Switch(QAbstractButton):
    """Shows on or off; `changed(on)` when the person flips it with a press, Space or Enter."""

    changed = Signal(bool)

    def __init__(self, theme: Theme, *, name: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.theme = theme
        self.setCheckable(True)
        self.setAccessibleName(name)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setAttribute(Qt.WidgetAttribute.WA_Hover)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        self.clicked.connect(self.changed)
        self.ring = FocusRing(theme, self, _HEIGHT / 2)

    def value(self) -> bool:
        """Whether it shows on."""
        return self.isChecked()

    def setValue(self, on: bool) -> None:
        """Shows on or off; nothing is emitted."""
        self.setChecked(on)

    def sizeHint(self) -> QSize:
        return QSize(_WIDTH, _HEIGHT)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.click()
        else:
            super().keyPressEvent(event)

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        tokens, on = self.theme.tokens, self.isChecked()
        if not self.isEnabled():
            painter.setOpacity(0.5)
        rounded(painter, QRectF(self.rect()), _HEIGHT / 2, tokens.accentfill if on else tokens.s4)
        bright = self.underMouse() and self.isEnabled()
        knob = tokens.onaccent if on else tokens.t1 if bright else tokens.t2
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(ink(knob))
        painter.drawEllipse(QPointF(20 if on else 8, 8), 6, 6)
