"""The head of the inspector: a node's tile, its name to be edited in place, its kind and its health."""

from PySide6.QtCore import QRect, Qt, Signal
from PySide6.QtGui import QColor, QFocusEvent, QKeyEvent, QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QGridLayout, QLineEdit, QMenu, QWidget

from app.building import delete_selection, duplicate, rename
from app.controls.button import Button
from app.controls.mark import State
from app.controls.pill import Pill
from app.controls.text import ElidedLabel
from app.controls.tile import LARGE, Tile
from app.health import UNKNOWN, Health, health_of
from app.panels.section import say, sentence
from app.placing import own_name
from app.studio import Studio
from app.theme import Theme
from app.theme.measures import PADDING, SPACE_8
from engine.graph import GraphError, Node
from engine.problems import Problem

_ROOM_FOR_WORDS = 300  # px: below it the pill shows its mark alone


class NameField(QLineEdit):
    """A name that is text until it is pressed; `asked(name)` on Enter or leaving, Escape goes back."""

    asked = Signal(str)

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self._theme, self._value = theme, ""
        self.setProperty("bare", True)
        self.setFont(theme.font("dialog"))
        self.setAccessibleName("Name")
        self.setToolTip("Press to rename")
        self.setFixedHeight(22)
        self.setTextMargins(-2, 0, 0, 0)  # letters begin where those of the kind do
        self.returnPressed.connect(self._ask)

    def setValue(self, name: str) -> None:
        """Shows a name; nothing is emitted."""
        self._value = name
        self.setText(name)
        self.setCursorPosition(0)

    def value(self) -> str:
        """The name the node has."""
        return self._value

    def _ask(self) -> None:
        if self.text().strip() != self._value:
            self.asked.emit(self.text().strip())

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape:
            self.setValue(self._value)
            self.asked.emit(self._value)
            self.clearFocus()
        else:
            super().keyPressEvent(event)

    def paintEvent(self, event: QPaintEvent) -> None:
        super().paintEvent(event)
        if self.hasFocus():  # a line and no frame: the name stays where it is
            line = QRect(0, self.height() - 2, self.width(), 2)
            QPainter(self).fillRect(line, QColor(self._theme.tokens.accent))

    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)
        self._ask()


class NodeHead(QWidget):
    """Shows one node of the drawing."""

    def __init__(self, studio: Studio) -> None:
        super().__init__()
        self._studio = studio
        self._node: Node | None = None
        theme = studio.theme
        self.tile = Tile(theme, "Data", LARGE)
        self.name = NameField(theme)
        self.kind = ElidedLabel("", "label")
        self.pill = Pill(theme)
        self.complaint = sentence("note", "bad")
        self.complaint.hide()
        more = Button(theme, kind="icon", icon="ellipsis", name="More")
        more.clicked.connect(lambda: self._menu(more))
        grid = QGridLayout(self)
        grid.setContentsMargins(PADDING, PADDING, SPACE_8, 10)
        grid.setHorizontalSpacing(10)
        grid.setVerticalSpacing(0)
        grid.addWidget(self.tile, 0, 0, 2, 1)
        grid.addWidget(self.name, 0, 1)
        grid.addWidget(self.kind, 1, 1)
        grid.addWidget(self.pill, 0, 2, 2, 1)
        grid.addWidget(more, 0, 3, 2, 1)
        grid.addWidget(self.complaint, 2, 1, 1, 3)
        grid.setColumnStretch(1, 1)
        self.name.asked.connect(self._rename)

    def show_node(self, node: Node) -> None:
        """Shows a node as it is drawn."""
        if self._node is None or node.id != self._node.id:
            self.name.setValue(own_name(node.id))
            say(self.complaint, "")
        self._node = node
        self.tile.setValue(node.layer.group)
        self.kind.setText(node.layer.label)
        self.show_health()

    def show_health(self) -> None:
        """Shows how the node fares now."""
        if self._node is None:
            return
        health = self._problem() or health_of(
            self._studio.known(self._node), self._studio.session.run
        )
        words = health.word if self.width() >= _ROOM_FOR_WORDS else ""
        self.pill.setValue(health.state, words)
        self.pill.setAccessibleName(health.word)  # heard also where there is no room to read it
        self.pill.setToolTip(health.sentence)
        self.pill.setVisible(health != UNKNOWN)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self.show_health()

    def _problem(self) -> Health | None:
        found = [p for p in self._studio.problems if self._is_mine(p)]
        if not found:
            return None
        state: State = "bad" if found[0].severity == "error" else "watch"
        return Health(state, found[0].severity, found[0].message)

    def _is_mine(self, problem: Problem) -> bool:
        return self._node is not None and problem.node == self._node.id

    def _rename(self, name: str) -> None:
        if self._node is None:
            return
        try:
            rename(self._studio, self._node.id, name)
            say(self.complaint, "")
        except GraphError as error:
            say(self.complaint, str(error))

    def _menu(self, below: QWidget) -> None:
        menu = QMenu(self)
        menu.addAction("Rename", self._begin_rename)
        menu.addAction("Duplicate", lambda: duplicate(self._studio))
        menu.addSeparator()
        menu.addAction("Delete", lambda: delete_selection(self._studio))
        menu.aboutToHide.connect(menu.deleteLater)
        menu.popup(below.mapToGlobal(below.rect().bottomLeft()))

    def _begin_rename(self) -> None:
        self.name.setFocus(Qt.FocusReason.ShortcutFocusReason)
        self.name.selectAll()
