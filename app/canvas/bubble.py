"""A sentence beside the cursor: why something cannot be, or what letting go would do."""

from typing import Literal

from PySide6.QtCore import QPoint, QRect, QRectF, Qt
from PySide6.QtGui import QFontMetrics, QPainter, QPaintEvent
from PySide6.QtWidgets import QWidget

from app.controls.surface import rounded
from app.theme import Theme, ink
from app.theme.measures import RADIUS_CONTROL

Tone = Literal["bad", "watch", "plain"]
WIDEST = 280  # px
_BESIDE, _ACROSS, _DOWN = 14, 10, 7  # px from the cursor, and around the words


class Bubble(QWidget):
    """Floats over the view and lets all events through."""

    def __init__(self, theme: Theme, parent: QWidget) -> None:
        super().__init__(parent)
        self._host = parent
        self._theme, self._words = theme, ""
        self._tone: Tone = "bad"
        self.setFont(theme.font("label"))
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self.hide()

    @property
    def words(self) -> str:
        """What it says; nothing while it is hidden."""
        return self._words if not self.isHidden() else ""

    def say(self, words: str, beside: QPoint, tone: Tone = "bad") -> None:
        """Say this beside a point of the parent; nothing to say hides it."""
        if not words:
            self.hide()
            return
        self._words, self._tone = words, tone
        self.setAccessibleName(words)
        box = self._room().size()
        self.resize(box.width() + 2 * _ACROSS, box.height() + 2 * _DOWN)
        host = self._host.rect()
        left = min(beside.x() + _BESIDE, host.right() - self.width() - 4)
        top = beside.y() + _BESIDE
        if top + self.height() > host.bottom():
            top = beside.y() - _BESIDE - self.height()
        self.move(max(4, left), max(4, top))
        self.show()
        self.raise_()
        self.update()

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter, tokens = QPainter(self), self._theme.tokens
        rounded(painter, QRectF(self.rect()), RADIUS_CONTROL, tokens.pop, self._edge)
        painter.setPen(ink(tokens.t1))
        inside = self.rect().adjusted(_ACROSS, _DOWN, -_ACROSS, -_DOWN)
        painter.drawText(inside, Qt.TextFlag.TextWordWrap, self._words)

    @property
    def _edge(self) -> str:
        tokens = self._theme.tokens
        return {"bad": tokens.bad, "watch": tokens.watch, "plain": tokens.line2}[self._tone]

    def _room(self) -> QRect:
        bounds = QRect(0, 0, WIDEST - 2 * _ACROSS, 1000)
        return QFontMetrics(self.font()).boundingRect(bounds, Qt.TextFlag.TextWordWrap, self._words)
