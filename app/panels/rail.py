"""The palette where room is short: a rail of groups, each a button that opens its list beside it."""

from collections.abc import Sequence

from PySide6.QtCore import QRectF, QSize, Qt, Signal
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QAbstractButton, QVBoxLayout, QWidget

from app.controls.ring import FocusRing
from app.controls.surface import rounded
from app.controls.text import tip
from app.icons import glyph
from app.theme import Theme
from app.theme.measures import HEIGHT_CONTROL, ICON, RADIUS_CONTROL, SPACE_4, SPACE_8

WIDTH = 48  # px


class RailButton(QAbstractButton):
    """An icon on the rail, in the hue of a group or in the colour of text; checked while its list is open."""

    def __init__(self, theme: Theme, icon: str, group: str, name: str) -> None:
        super().__init__()
        self.theme, self._icon, self._group = theme, icon, group
        self.setCheckable(True)
        self.setAccessibleName(name)
        self.setToolTip(tip(name))
        self.setFixedSize(HEIGHT_CONTROL, HEIGHT_CONTROL)
        self.setAttribute(Qt.WidgetAttribute.WA_Hover)
        self.ring = FocusRing(theme, self, RADIUS_CONTROL)

    def sizeHint(self) -> QSize:
        return QSize(HEIGHT_CONTROL, HEIGHT_CONTROL)

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        tokens = self.theme.tokens
        bright = self.underMouse() or self.isChecked()
        if bright:
            rounded(painter, QRectF(self.rect()), RADIUS_CONTROL, tokens.s3)
        plain = tokens.t1 if bright else tokens.t2
        ink = tokens.group(self._group).hue if self._group else plain
        inset = (HEIGHT_CONTROL - ICON) / 2
        self.theme.icons.paint(painter, self._icon, QRectF(inset, inset, ICON, ICON), ink)


class Rail(QWidget):
    """`pressed(name)`: "search", a group, or the name of a button at the foot."""

    pressed = Signal(str)

    def __init__(self, theme: Theme, groups: Sequence[str]) -> None:
        super().__init__()
        self.theme = theme
        self.buttons: dict[str, RailButton] = {}
        self.setFixedWidth(WIDTH)
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, SPACE_8, 0, SPACE_8)
        self._column.setSpacing(SPACE_4)
        self._add("search", "search", "", "Find a layer")
        for group in groups:
            self._add(group, glyph(group), group, group)
        self._column.addStretch(1)

    def add_foot(self, name: str, icon: str) -> None:
        """Adds a button at the lower end."""
        self._add(name, icon, "", name)

    def _add(self, key: str, icon: str, group: str, name: str) -> None:
        button = RailButton(self.theme, icon, group, name)
        button.clicked.connect(lambda: self.pressed.emit(key))
        self._column.addWidget(button, 0, Qt.AlignmentFlag.AlignHCenter)
        self.buttons[key] = button
