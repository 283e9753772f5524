"""What a person marks a node with, in the inspector: frozen, switched off, whose weights it uses, a comment."""

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QGridLayout, QLabel, QVBoxLayout, QWidget

from app import marking
from app.controls.choice import Choice
from app.controls.switch import Switch
from app.controls.text import label, tip
from app.form.texts import LinesField
from app.panels.learning_form import LearningForm
from app.panels.section import section_head
from app.studio import Studio
from app.theme.measures import HEIGHT_CONTROL, PADDING, SPACE_4, SPACE_8
from engine.graph import Node

OWN = ""
_LABEL = 112  # px, as in the forms
FREEZE, OFF, SHARE, COMMENT = "Freeze weights", "Switch off", "Share weights with", "Comment"
_HELP = {
    FREEZE: "Whether its weights stay as they are while the rest is trained.",
    OFF: "Whether what comes in is passed on as if this layer were not there.",
    SHARE: "Another layer of the same kind whose weights it uses; they are counted there.",
    COMMENT: "Anything you want to say of this layer. Ctrl+Enter takes it.",
}


class MarksBox(QWidget):
    """Shows one node of the drawing; only the rows that mean something for it."""

    def __init__(self, studio: Studio) -> None:
        super().__init__()
        self._studio = studio
        self._node: Node | None = None
        theme = studio.theme
        self.frozen, self.off = Switch(theme, name=FREEZE), Switch(theme, name=OFF)
        self.learning = LearningForm(studio)
        self.owner = Choice(theme, ((OWN, "none"),), name=SHARE)
        self.note = LinesField(theme, name=COMMENT, least=1)
        self.note.setPlaceholderText("Comment")
        self.note.setTabChangesFocus(True)  # it is no code: whoever walks by Tab is not held in it
        self.note.setFont(theme.font("body"))
        self._rows: dict[str, tuple[QLabel, QWidget]] = {}
        self._grid = QGridLayout()
        self._grid.setContentsMargins(PADDING, 2, PADDING, 2)
        self._grid.setHorizontalSpacing(SPACE_8)
        self._grid.setVerticalSpacing(SPACE_4)
        self._grid.setColumnStretch(1, 1)
        self._grid.setColumnMinimumWidth(0, _LABEL)
        for title, field in ((FREEZE, self.frozen), (OFF, self.off), (SHARE, self.owner)):
            self._add(title, field)
        self._place = QVBoxLayout()
        self._place.setContentsMargins(PADDING, SPACE_4, PADDING, 2)
        self._place.addWidget(self.note)
        self.note.setToolTip(tip(COMMENT, _HELP[COMMENT]))
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(section_head("Training and comment"))
        column.addLayout(self._grid)
        column.addWidget(self.learning)
        column.addLayout(self._place)
        self._listen()

    def _add(self, title: str, field: QWidget) -> None:
        row, name = len(self._rows), label(title, "label")
        for widget in (name, field):
            widget.setToolTip(tip(title, _HELP[title]))
        self._grid.addWidget(name, row, 0)
        left = Qt.AlignmentFlag.AlignLeft if isinstance(field, Switch) else Qt.AlignmentFlag(0)
        self._grid.addWidget(field, row, 1, Qt.AlignmentFlag.AlignVCenter | left)
        self._grid.setRowMinimumHeight(row, 0)
        name.setFixedHeight(HEIGHT_CONTROL)
        self._rows[title] = (name, field)

    def _listen(self) -> None:
        studio = self._studio
        self.frozen.changed.connect(lambda is_on: marking.freeze(studio, frozen=is_on))
        self.off.changed.connect(lambda is_on: marking.switch(studio, enabled=not is_on))
        self.owner.changed.connect(lambda name: marking.share(studio, name or None))
        self.note.changed.connect(self._comment)

    def show_node(self, node: Node) -> None:
        """Shows a node as it is drawn."""
        self._node = node
        others = marking.lenders(self._studio, node)
        learns = marking.has_weights(self._studio, node)
        self.frozen.setValue(node.frozen)
        self.off.setValue(not node.enabled)
        choices = [(OWN, "none"), *((name, marking.called(name)) for name in others)]
        self.owner.show_choices(choices)
        self.owner.setValue(node.shares or OWN)
        self.note.setValue(node.note)
        self.learning.show_node(node)
        self.learning.setVisible(learns and not node.frozen and node.shares is None)
        self._show(FREEZE, shown=learns or node.frozen)
        self._show(OFF, shown=marking.can_pass(node) or not node.enabled)
        self._show(SHARE, shown=bool(others and learns) or node.shares is not None)

    def _show(self, title: str, *, shown: bool) -> None:
        for widget in self._rows[title]:
            widget.setVisible(shown)

    def _comment(self, text: object) -> None:
        if self._node is not None and self._node.id in self._studio.graph.nodes:
            marking.comment(self._studio, self._node.id, str(text).strip())
