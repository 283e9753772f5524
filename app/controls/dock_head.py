"""The head of a dock: title, what is shown, and tools at the right."""

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QColor, QPainter, QPaintEvent
from PySide6.QtWidgets import QHBoxLayout, QSizePolicy, QWidget

from app.controls.text import ElidedLabel, label
from app.theme.measures import HEIGHT_DOCK_HEAD, PADDING, SPACE_8
from app.theme.theme import Theme

LAST = 3  # words that stay together: “7 of 330”


class Subtitle(ElidedLabel):
    """Words of which the first ones give way: the figures at the end are what changes. Nothing rather than a stump."""

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setPen(self.palette().color(self.foregroundRole()))
        words, metrics = self.text().split(), painter.fontMetrics()
        ends = (" ".join(words[place:]) for place in range(max(1, len(words) - LAST + 1)))
        room = self.contentsRect()
        shown = next((end for end in ends if metrics.horizontalAdvance(end) <= room.width()), "")
        self.setToolTip(self.text() if shown != self.text() else "")
        painter.drawText(room, self.alignment() | Qt.AlignmentFlag.AlignVCenter, shown)


class DockHead(QWidget):
    """36 px high with a rule below; the subtitle gives way when room is short."""

    def __init__(
        self, theme: Theme, title: str, subtitle: str = "", parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self.theme = theme
        self.title = label(title, "title")
        self.subtitle = Subtitle(subtitle, "note", "t3")
        self.setFixedHeight(HEIGHT_DOCK_HEAD)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self._row = QHBoxLayout(self)
        self._row.setContentsMargins(PADDING, 0, SPACE_8, 1)
        self._row.setSpacing(SPACE_8)
        self._row.addWidget(self.title)
        self._row.addWidget(self.subtitle)
        self._row.addStretch(1)

    def sizeHint(self) -> QSize:
        """As high as it is fixed to be: a dock asks this, and heeds no fixed height."""
        return QSize(super().sizeHint().width(), HEIGHT_DOCK_HEAD)

    def add_tool(self, tool: QWidget) -> None:
        """Adds a control at the right end."""
        self._row.addWidget(tool)

    def paintEvent(self, _event: QPaintEvent) -> None:
        rule = self.rect().adjusted(0, self.height() - 1, 0, 0)
        QPainter(self).fillRect(rule, QColor(self.theme.tokens.line1))
