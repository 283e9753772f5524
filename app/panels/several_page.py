"""The inspector of several nodes: how many, what they cost together, and what can be done with all of them."""

from collections import Counter
from collections.abc import Sequence

from pydantic import BaseModel
from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from app import marking
from app.actions.arrange import ACTIONS as ARRANGE
from app.building import delete_selection, duplicate
from app.controls.button import Button
from app.controls.text import label, tip
from app.form import Form, entry_of
from app.panels.figures import grouped, memory
from app.panels.learning_form import LearningForm
from app.panels.section import Figures, section_head, sentence
from app.studio import Studio
from app.theme.measures import PADDING, SPACE_8
from engine.graph import Node


class SeveralPage(QWidget):
    """Shows the selected nodes. Where all are of one kind, their parameters are set together."""

    commanded = Signal(str)  # the id of a command

    def __init__(self, studio: Studio) -> None:
        super().__init__()
        self._studio = studio
        self._nodes: tuple[Node, ...] = ()
        self.title = label("", "dialog")
        self.kinds = sentence()
        self._together = section_head("Parameters of all of them")
        self.form = Form(studio.theme)
        self._learns = section_head("How they learn")
        self.learning = LearningForm(studio)
        self.cost = Figures("Parameters", "Multiply-adds", "Activations")
        head = QVBoxLayout()
        head.setContentsMargins(PADDING, PADDING, PADDING, 0)
        head.setSpacing(2)
        head.addWidget(self.title)
        head.addWidget(self.kinds)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addLayout(head)
        column.addLayout(self._buttons())
        column.addLayout(self._ways())
        parts = (self._together, self.form, self._learns, self.learning)
        for part in (*parts, section_head("Cost"), self.cost):
            column.addWidget(part)
        column.addStretch(1)
        self.form.changed.connect(self._edit)

    def _buttons(self) -> QHBoxLayout:
        row = QHBoxLayout()
        row.setContentsMargins(PADDING, PADDING, PADDING, 0)
        row.setSpacing(SPACE_8)
        theme = self._studio.theme
        self.duplicate = Button(theme, "Duplicate", icon="copy", small=True)
        self.duplicate.clicked.connect(lambda: duplicate(self._studio))
        self.delete = Button(theme, kind="icon", icon="trash-2", small=True, name="Delete")
        self.delete.clicked.connect(lambda: delete_selection(self._studio))
        self.group = Button(theme, "Group", icon="group", small=True)
        self.group.clicked.connect(lambda: marking.group(self._studio))
        row.addWidget(self.group)
        row.addWidget(self.duplicate)
        row.addWidget(self.delete)
        row.addStretch(1)
        return row

    def _ways(self) -> QHBoxLayout:
        """A small button for each way to bring the nodes into line."""
        row = QHBoxLayout()
        row.setContentsMargins(PADDING - 4, SPACE_8, PADDING, 0)
        row.setSpacing(0)
        self.ways: dict[str, Button] = {}
        for way in ARRANGE:
            made = Button(self._studio.theme, kind="icon", icon=way.icon, name=way.text)
            made.setToolTip(tip(way.text, way.tip))
            made.clicked.connect(lambda _=False, id=way.id: self.commanded.emit(id))  # noqa: A006
            self.ways[way.id] = made
            row.addWidget(made)
        row.addStretch(1)
        return row

    def show_nodes(self, nodes: Sequence[Node]) -> None:
        """Shows these nodes as they are drawn."""
        self._nodes = tuple(nodes)
        self.title.setText(f"{len(nodes)} layers")
        for way in ARRANGE:
            self.ways[way.id].setEnabled(way.enabled(self._studio))
        counts = Counter(node.layer.label for node in nodes)
        self.kinds.setText(", ".join(_counted(name, count) for name, count in counts.items()))
        alike = len({type(node.layer) for node in nodes}) == 1
        if alike:
            self.form.setValue(nodes[0].layer)
        self.form.setVisible(alike)
        self._together.setVisible(alike and bool(self.form.names()))
        learning = [node for node in nodes if marking.has_weights(self._studio, node)]
        for part in (self._learns, self.learning):
            part.setVisible(bool(learning))
        if learning:
            self.learning.show_node(learning[0])
        sized = self._studio.shapes.sized
        costs = [sized[node.id].cost for node in nodes if node.id in sized]
        self.cost.setValue(
            grouped(sum(cost.parameters for cost in costs)),
            grouped(sum(cost.multiply_adds for cost in costs)),
            memory(sum(cost.activation_bytes for cost in costs)),
        )

    def _edit(self, name: str, value: object, layer: BaseModel) -> None:
        graph = self._studio.graph
        for node in self._nodes:
            graph = graph.put(node.id, node.layer.but(**{name: value}))
        title = entry_of(type(layer), name).title
        names = " ".join(node.id for node in self._nodes)
        merge = f"{names} {self.form.merge}" if self.form.merge else ""
        self._studio.edit(f"Set {title} of {len(self._nodes)} layers", graph, merge)


def _counted(name: str, count: int) -> str:
    return name if count == 1 else f"{count} × {name}"
