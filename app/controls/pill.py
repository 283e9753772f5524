"""Pills: a mark and a word on the colour of a health, or a count in the accent."""

from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFont, QFontMetrics, QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from app.controls.mark import State, draw_mark, state_colours
from app.controls.surface import rounded
from app.theme.measures import HEIGHT_PILL
from app.theme.theme import Theme
from app.theme.tokens import Tokens

_PADDING = 8
_MARK = 13  # px, a mark of radius 4 and its gap


def pill_width(font: QFont, text: str, *, mark: bool = True) -> int:
    """The width a pill takes."""
    words = QFontMetrics(font).horizontalAdvance(text)
    return words + 2 * _PADDING + (_MARK if mark and text else 8 if mark else 0)


def draw_pill(
    painter: QPainter,
    box: QRectF,
    tokens: Tokens,
    state: State,
    text: str,
    font: QFont,
    *,
    mark: bool = True,
) -> None:
    """Draws a pill into a box."""
    colour, ground = state_colours(tokens, state)
    rounded(painter, box, box.height() / 2, ground)
    left = box.left() + _PADDING
    if mark:
        draw_mark(painter, tokens, state, QPointF(left + 4, box.center().y()), 3.8)
        left += _MARK
    painter.setFont(font)
    painter.setPen(QColor(colour))
    room = QRectF(left, box.top(), box.right() - left, box.height())
    painter.drawText(room, Qt.AlignmentFlag.AlignVCenter, text)


class Pill(QWidget):
    """Shows a health in a word, as in “● healthy”; without a word, the mark alone."""

    def __init__(
        self,
        theme: Theme,
        state: State = "none",
        text: str = "",
        *,
        mark: bool = True,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self.theme, self._mark = theme, mark
        self._state: State = state
        self._text = text
        self.setFont(theme.font("note", 500))
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        self.setAccessibleName(text or state)

    def setValue(self, state: State, text: str = "") -> None:
        """Shows a state and its word."""
        if (state, text) != (self._state, self._text):
            self._state, self._text = state, text
            self.setAccessibleName(text or state)
            self.updateGeometry()
            self.update()

    def value(self) -> tuple[State, str]:
        """The state and the word shown."""
        return self._state, self._text

    def sizeHint(self) -> QSize:
        return QSize(pill_width(self.font(), self._text, mark=self._mark), HEIGHT_PILL)

    def paintEvent(self, _event: QPaintEvent) -> None:
        box = QRectF(self.rect())
        tokens = self.theme.tokens
        draw_pill(
            QPainter(self), box, tokens, self._state, self._text, self.font(), mark=self._mark
        )
