"""Buttons: primary (one a window), normal, ghost, icon, danger; final where a dialog confirms."""

from typing import Literal

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFontMetrics, QKeyEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QPushButton, QSizePolicy, QWidget

from app.controls.ring import FocusRing
from app.controls.surface import rounded
from app.theme.measures import HEIGHT_CONTROL, HEIGHT_SMALL, ICON, RADIUS_CHIP, RADIUS_CONTROL
from app.theme.theme import Theme
from app.theme.tokens import Tokens

Kind = Literal["primary", "normal", "ghost", "icon", "danger", "final"]
_GAP = 6


def _blend(base: str, towards: str, share: float) -> str:
    """A colour between two, `share` of the way."""
    a, b, keep = QColor(base), QColor(towards), 1 - share
    return QColor(
        round(a.red() * keep + b.red() * share),
        round(a.green() * keep + b.green() * share),
        round(a.blue() * keep + b.blue() * share),
    ).name()


class Button(QPushButton):
    """Press, Space or Enter: `clicked`. `name` is for screen readers, and the tooltip too."""

    def __init__(
        self,
        theme: Theme,
        text: str = "",
        kind: Kind = "normal",
        *,
        icon: str = "",
        small: bool = False,
        name: str = "",
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(text, parent)
        self.theme, self.kind, self.small = theme, kind, small
        self._icon = icon
        self._widest: tuple[str, ...] = ()
        self.setAccessibleName(name or text)
        self.setToolTip(name)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        self.setAttribute(Qt.WidgetAttribute.WA_Hover)
        self.setFont(theme.font("button", size=12 if small else None))
        self.ring = FocusRing(theme, self, self._radius())

    def show_icon(self, name: str) -> None:
        """Shows another icon."""
        if name != self._icon:
            self._icon = name
            self.update()

    def show_text(self, text: str) -> None:
        """Shows another text, which is the accessible name too."""
        if text != self.text():
            self.setText(text)
            self.setAccessibleName(text)

    def reserve(self, *texts: str) -> None:
        """Keeps room for the widest of these texts, so that a change of text moves nothing."""
        self._widest = texts
        self.updateGeometry()

    def sizeHint(self) -> QSize:
        height = HEIGHT_SMALL if self.small else HEIGHT_CONTROL
        if self.kind == "icon":
            return QSize(height, height)
        metrics = QFontMetrics(self.font())
        words = max(metrics.horizontalAdvance(text) for text in (self.text(), *self._widest))
        icon = ICON + (_GAP if words else 0) if self._icon else 0
        return QSize(words + icon + 2 * (9 if self.small else 11), height)

    def minimumSizeHint(self) -> QSize:
        return self.sizeHint()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.click()
        else:
            super().keyPressEvent(event)

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        tokens = self.theme.tokens
        fill, border = self._surface(tokens)
        if fill or border:
            rounded(painter, QRectF(self.rect()), self._radius(), fill, border)
        self._paint_content(painter, self._ink(tokens))

    def _radius(self) -> int:
        return RADIUS_CHIP if self.small else RADIUS_CONTROL

    def _level(self) -> int:
        """How many surfaces up: 0 at rest, 1 hovered or checked, 2 pressed."""
        if not self.isEnabled():
            return 0
        return 2 if self.isDown() else int(self.underMouse() or self.isChecked())

    def _surface(self, tokens: Tokens) -> tuple[str | None, str | None]:
        level = self._level()
        if self.kind in ("primary", "final"):
            base = tokens.accentfill if self.kind == "primary" else tokens.bad
            if not self.isEnabled():
                return tokens.s3, None
            return _blend(base, tokens.t1 if level == 1 else tokens.canvas, 0.12 * level / 2), None
        if self.kind in ("ghost", "icon"):
            return (None, tokens.s3, tokens.s4)[level], None
        return (tokens.s2, tokens.s3, tokens.s4)[level], tokens.line2

    def _ink(self, tokens: Tokens) -> str:
        if not self.isEnabled():
            return tokens.t4
        if self.kind == "primary":
            return tokens.onaccent
        if self.kind in ("danger", "final"):
            return tokens.bad if self.kind == "danger" else tokens.s1
        return tokens.t2 if self.kind in ("ghost", "icon") and not self._level() else tokens.t1

    def _paint_content(self, painter: QPainter, ink: str) -> None:
        words = painter.fontMetrics().horizontalAdvance(self.text())
        icon = ICON + (_GAP if words else 0) if self._icon else 0
        left = (self.width() - words - icon) / 2
        if self._icon:
            square = QRectF(round(left), (self.height() - ICON) / 2, ICON, ICON)
            self.theme.icons.paint(painter, self._icon, square, ink)
        painter.setPen(QColor(ink))
        room = QRectF(left + icon, 0, words + 2, self.height())
        painter.drawText(
            room, Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft, self.text()
        )
