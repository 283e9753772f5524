"""A sentence at the bottom of a panel that goes by itself, with at most one thing to press."""

from collections.abc import Callable

from PySide6.QtCore import QEvent, QObject, QPoint, QTimer
from PySide6.QtGui import QEnterEvent, QHideEvent
from PySide6.QtWidgets import QHBoxLayout, QWidget

from app.controls.button import Button
from app.controls.surface import Floating
from app.controls.text import label
from app.theme.measures import SPACE_4, SPACE_12, SPACE_16, TOAST_MS
from app.theme.theme import Theme


class Toast(Floating):
    """One for each parent: `say` replaces what it said before. Stays while the mouse is on it."""

    def __init__(self, theme: Theme, parent: QWidget, stay_ms: int = TOAST_MS) -> None:
        super().__init__(theme, parent)
        self._host = parent
        self._act: Callable[[], None] | None = None
        self._clock = QTimer(self)
        self._clock.setSingleShot(True)
        self._clock.setInterval(stay_ms)
        self._clock.timeout.connect(self.hide)
        self._words = label("", "body")
        self.button = Button(theme, kind="normal", small=True)
        self.button.clicked.connect(self._pressed)
        self._close = Button(theme, kind="icon", icon="x", small=True, name="Close")
        self._close.clicked.connect(self.hide)
        row = QHBoxLayout(self)
        row.setContentsMargins(SPACE_12, SPACE_4 + 2, SPACE_4 + 2, SPACE_4 + 2)
        for widget in (self._words, self.button, self._close):
            row.addWidget(widget)
        row.setSpacing(SPACE_12)
        parent.installEventFilter(self)
        self.hide()

    def say(self, text: str, action: str = "", act: Callable[[], None] | None = None) -> None:
        """Shows a sentence, and a button that calls `act` and ends the toast."""
        self._words.setText(text)
        self._act = act
        self.button.show_text(action)
        self.button.setVisible(bool(action))
        self.setAccessibleName(text)
        self._place()
        self.show()
        self.raise_()
        self._clock.start()

    def text(self) -> str:
        """The sentence last said."""
        return self._words.text()

    def _pressed(self) -> None:
        self.hide()
        if self._act is not None:
            self._act()

    def _place(self) -> None:
        self.adjustSize()
        room = self._host.rect()
        left = (room.width() - self.width()) // 2
        self.move(QPoint(max(0, left), room.height() - self.height() - SPACE_16 // 2))

    def eventFilter(self, _watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.Resize and self.isVisible():
            self._place()
        return False

    def enterEvent(self, event: QEnterEvent) -> None:
        super().enterEvent(event)
        self._clock.stop()

    def leaveEvent(self, event: QEvent) -> None:
        super().leaveEvent(event)
        self._clock.start()

    def hideEvent(self, event: QHideEvent) -> None:
        self._clock.stop()
        super().hideEvent(event)
