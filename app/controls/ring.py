"""The focus ring: 2 px of accent, 2 px outside a control, when the keyboard brought the focus."""

from PySide6.QtCore import QEvent, QObject, QRectF, Qt
from PySide6.QtGui import QFocusEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QWidget

from app.theme.measures import LINE_STRONG
from app.theme.palette import ink
from app.theme.theme import Theme

REACH = 4  # ring and gap together
_BY_KEYBOARD = (
    Qt.FocusReason.TabFocusReason,
    Qt.FocusReason.BacktabFocusReason,
    Qt.FocusReason.ShortcutFocusReason,
)
_FOLLOW = (QEvent.Type.Move, QEvent.Type.Resize)
_LEAVE = (QEvent.Type.FocusOut, QEvent.Type.Hide, QEvent.Type.ParentChange)


class _Outline(QWidget):
    """What is seen of a ring; lies over the control's neighbours and lets all events through."""

    def __init__(self, theme: Theme, radius: float, parent: QWidget) -> None:
        super().__init__(parent)
        self._theme, self._radius = theme, radius  # of the ring's middle
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(QPen(ink(self._theme.tokens.accent), LINE_STRONG))
        inside = QRectF(self.rect()).adjusted(1, 1, -1, -1)
        painter.drawRoundedRect(inside, self._radius, self._radius)


class FocusRing(QObject):
    """Gives a control its ring; made by the control, owned by it. A shorter `reach` is for controls set close."""

    def __init__(self, theme: Theme, control: QWidget, radius: float, reach: int = REACH) -> None:
        super().__init__(control)
        self._theme, self._control, self._reach = theme, control, reach
        self._radius = radius + reach - LINE_STRONG / 2
        self._outline: _Outline | None = None
        control.installEventFilter(self)

    @property
    def visible(self) -> bool:
        """Whether the ring is drawn now."""
        return self._outline is not None

    def eventFilter(self, _watched: QObject, event: QEvent) -> bool:
        kind = event.type()
        if isinstance(event, QFocusEvent) and event.gotFocus():
            if event.reason() in _BY_KEYBOARD:
                self._show()
        elif kind in _LEAVE:
            self._drop()
        elif kind in _FOLLOW:
            self._place()
        return False

    def _show(self) -> None:
        parent = self._control.parentWidget()
        if self._outline is None and parent is not None:
            self._outline = _Outline(self._theme, self._radius, parent)
            self._control.destroyed.connect(self._outline.deleteLater)
            self._place()
            self._outline.show()
            self._outline.raise_()

    def _place(self) -> None:
        if self._outline is not None:
            reach = self._reach
            around = self._control.geometry().adjusted(-reach, -reach, reach, reach)
            self._outline.setGeometry(around)

    def _drop(self) -> None:
        if self._outline is not None:
            self._outline.hide()
            self._outline.deleteLater()
            self._outline = None
