"""What is inside a group, in the inspector: its layers as a list, and the button that opens it."""

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QMouseEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from app.controls.button import Button
from app.controls.surface import rounded
from app.controls.text import ElidedLabel, label
from app.controls.tile import SMALL, Tile
from app.panels.section import section_head
from app.placing import second_line
from app.studio import Studio
from app.theme.measures import PADDING, RADIUS_CONTROL, SPACE_4, SPACE_8
from engine.graph import Graph, GraphError, Group, Node, NodeId

MOST = 40  # rows; a longer group says how many there are


class InsideRow(QWidget):
    """One layer of the group: a press opens the group there."""

    def __init__(self, studio: Studio, group: NodeId, node: Node) -> None:
        super().__init__()
        self._studio, self._group, self._node = studio, group, node
        self.setAttribute(Qt.WidgetAttribute.WA_Hover)
        self.setAccessibleName(f"Inside: {node.id}")
        row = QHBoxLayout(self)
        row.setContentsMargins(SPACE_8, 3, SPACE_8, 3)
        row.setSpacing(SPACE_8)
        row.addWidget(Tile(studio.theme, node.layer.group, SMALL))
        row.addWidget(label(node.id, "body"))
        kind = ElidedLabel(second_line(node.layer), "note", "t3")
        kind.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        row.addWidget(kind, 1)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        event.accept()

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        if self.rect().contains(event.position().toPoint()):
            self._studio.enter(self._group)
            self._studio.select([self._node.id])
            self._studio.reveal.emit(self._node.id)

    def paintEvent(self, _event: QPaintEvent) -> None:
        if self.underMouse():
            rounded(
                QPainter(self), QRectF(self.rect()), RADIUS_CONTROL, self._studio.theme.tokens.s3
            )


class InsideList(QWidget):
    """Shows one group."""

    def __init__(self, studio: Studio) -> None:
        super().__init__()
        self._studio = studio
        self._shown: tuple[NodeId, Graph] | None = None
        self._name = NodeId("")
        self.rows: list[InsideRow] = []
        self.open = Button(studio.theme, "Open", icon="log-in", small=True, name="Open group")
        self.open.clicked.connect(lambda: studio.enter(self._name))
        self._more = label("", "note", "t3")
        head = QHBoxLayout()
        head.setContentsMargins(0, 0, PADDING, 0)
        head.addWidget(section_head("Inside"), 1)
        head.addWidget(self.open, 0, Qt.AlignmentFlag.AlignBottom)
        self._column = QVBoxLayout()
        self._column.setContentsMargins(SPACE_4 + 2, 2, SPACE_4 + 2, 2)
        self._column.setSpacing(0)
        self._more.setContentsMargins(PADDING, 0, PADDING, 0)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.setSpacing(0)
        whole.addLayout(head)
        whole.addLayout(self._column)
        whole.addWidget(self._more)

    def show_node(self, node: Node) -> None:
        """Shows what is inside a node; nothing where it is no group."""
        is_group = isinstance(node.layer, Group)
        self.setVisible(is_group)
        if not isinstance(node.layer, Group):
            return
        shown = (node.id, node.layer.graph)
        if shown == self._shown:
            return
        self._shown, self._name = shown, node.id
        for old in self.rows:
            old.hide()
            old.deleteLater()
        inside = node.layer.graph
        try:
            order = inside.order
        except GraphError:
            order = tuple(inside.nodes)
        self.rows = [InsideRow(self._studio, node.id, inside.nodes[name]) for name in order[:MOST]]
        for row in self.rows:
            self._column.addWidget(row)
        self._more.setText(f"and {len(order) - MOST} more" if len(order) > MOST else "")
        self._more.setVisible(len(order) > MOST)
