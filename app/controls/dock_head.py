"""The head of a dock: title, what is shown, and tools at the right; those without room wait behind a button."""

from PySide6.QtCore import QEvent, QSize, Qt
from PySide6.QtGui import QColor, QFontMetrics, QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QSizePolicy, QWidget

from app.controls.button import Button
from app.controls.flyout import Flyout
from app.controls.text import ElidedLabel, label
from app.theme.measures import HEIGHT_DOCK_HEAD, PADDING, SPACE_8
from app.theme.theme import Theme

LAST = 3  # words that stay together: “7 of 330”


class Subtitle(ElidedLabel):
    """Words of which the first ones give way: the figures at the end are what changes. Nothing rather than a stump."""

    @property
    def shown(self) -> str:
        """As many of its last words as there is room for."""
        words, metrics = self.text().split(), QFontMetrics(self.font())
        ends = (" ".join(words[place:]) for place in range(max(1, len(words) - LAST + 1)))
        ends = (end.removeprefix("· ") for end in ends)
        room = self.contentsRect().width()
        return next((end for end in ends if metrics.horizontalAdvance(end) <= room), "")

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter, shown = QPainter(self), self.shown
        painter.setPen(self.palette().color(self.foregroundRole()))
        self.setToolTip(self.text() if shown != self.text() else "")
        aligned = self.alignment() | Qt.AlignmentFlag.AlignVCenter
        painter.drawText(self.contentsRect(), aligned, shown)


class DockHead(QWidget):
    """36 px high with a rule below; when room is short the subtitle gives way, then the widest of the tools."""

    def __init__(
        self, theme: Theme, title: str, subtitle: str = "", parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self.theme = theme
        self.title = label(title, "title")
        self.subtitle = Subtitle(subtitle, "note", "t3")
        self._tools: list[QWidget] = []
        self._folded: list[QWidget] = []
        self.more = Button(
            theme, kind="icon", icon="ellipsis", small=True, name=f"More of {title}", parent=self
        )
        self.more.hide()
        self.more.clicked.connect(self._unfold)
        self._flyout = Flyout(theme, QWidget())
        self._rest = QHBoxLayout(self._flyout.content)
        self._rest.setContentsMargins(SPACE_8, SPACE_8, SPACE_8, SPACE_8)
        self._rest.setSpacing(SPACE_8)
        self.setFixedHeight(HEIGHT_DOCK_HEAD)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self._row = QHBoxLayout(self)
        self._row.setContentsMargins(PADDING, 0, SPACE_8, 1)
        self._row.setSpacing(SPACE_8)
        self._row.addWidget(self.title)
        self._row.addWidget(self.subtitle)
        self._row.addStretch(1)
        self._row.addWidget(self.more)

    def sizeHint(self) -> QSize:
        """As high as it is fixed to be: a dock asks this, and heeds no fixed height."""
        return QSize(super().sizeHint().width(), HEIGHT_DOCK_HEAD)

    def minimumSizeHint(self) -> QSize:
        """Room for the title and the button that has the rest."""
        return QSize(self._wide([self.more]), HEIGHT_DOCK_HEAD)

    def add_tool(self, tool: QWidget) -> None:
        """Adds a control at the right end."""
        self._tools.append(tool)
        self._row.insertWidget(self._row.count() - 1, tool)

    # -- what has room ------------------------------------------------------------------------------------------------

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fold()

    def event(self, event: QEvent) -> bool:
        if event.type() == QEvent.Type.LayoutRequest:  # a tool was shown, or put away
            self._fold()
        return super().event(event)

    def _fold(self) -> None:
        """Put away the widest tools until the others have room, and bring back those that have it again."""
        shown = [tool for tool in self._tools if not _is_put_away(tool)]
        kept = list(shown)
        while kept and self._wide(kept if kept == shown else [*kept, self.more]) > self.width():
            kept.remove(max(kept, key=lambda tool: tool.sizeHint().width()))
        folded = [tool for tool in shown if tool not in kept]
        if folded != self._folded:
            self._folded = folded
            self._flyout.close_up()
            for tool in folded:
                self._rest.addWidget(tool)
            in_the_head = (tool for tool in self._tools if tool not in folded)
            for place, tool in enumerate(in_the_head, 3):  # title, subtitle and stretch come first
                self._row.insertWidget(place, tool)
            self.more.setVisible(bool(folded))

    def _wide(self, tools: list[QWidget]) -> int:
        """How wide the title and these tools are."""
        parts = [*([] if self.title.isHidden() else [self.title]), *tools]
        margins = self._row.contentsMargins()
        apart = self._row.spacing() * (len(parts) + 1)  # the subtitle has its place, however narrow
        between = margins.left() + margins.right() + apart
        return between + sum(part.sizeHint().width() for part in parts)

    def _unfold(self) -> None:
        """Show the tools that have no room, or put them away."""
        if self._flyout.isVisible():
            self._flyout.close_up()
        else:
            wanted = self._flyout.content.sizeHint()
            self._flyout.open_at(self.more, "above", wanted.width() + 2, wanted.height() + 2)

    def paintEvent(self, _event: QPaintEvent) -> None:
        rule = self.rect().adjusted(0, self.height() - 1, 0, 0)
        QPainter(self).fillRect(rule, QColor(self.theme.tokens.line1))


def _is_put_away(tool: QWidget) -> bool:
    """Whether somebody has hidden it; what has only moved to another parent is not."""
    attribute = Qt.WidgetAttribute
    hidden, explicit = attribute.WA_WState_Hidden, attribute.WA_WState_ExplicitShowHide
    return tool.testAttribute(hidden) and tool.testAttribute(explicit)
