"""The inspector of one node: its shape rule, its parameters, its cost, and what is wrong with it."""

from pydantic import BaseModel
from PySide6.QtWidgets import QVBoxLayout, QWidget

from app.form import Form, entry_of
from app.form.entries import Options
from app.panels.figures import grouped, memory
from app.panels.inside_list import InsideList
from app.panels.marks_box import MarksBox
from app.panels.node_head import NodeHead
from app.panels.problem_list import ProblemList
from app.panels.section import Figures, section_head
from app.panels.shape_box import ShapeBox
from app.studio import Studio
from app.theme.measures import PADDING
from engine.graph import Graph, Node, NodeId
from engine.layer import InitialWeights, Layer, Loss, Weighted


class NodePage(QWidget):
    """Shows one node of the drawing; edits go to the document."""

    def __init__(self, studio: Studio) -> None:
        super().__init__()
        self._studio = studio
        self.node: Node | None = None  # as it is shown
        self.head = NodeHead(studio)
        self.shape = ShapeBox(studio)
        self.problems = ProblemList(studio, named=False)
        self.form = Form(studio.theme)
        self.marks, self.inside = MarksBox(studio), InsideList(studio)
        self.cost = Figures("Parameters", "Multiply-adds", "Activations")
        self._parameters, self._cost = section_head("Parameters"), section_head("Cost")
        self._cost.setToolTip("For one example; activations in float32.")
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        boxed = QVBoxLayout()
        boxed.setContentsMargins(PADDING, 0, PADDING, 0)
        boxed.addWidget(self.shape)
        column.addWidget(self.head)
        column.addLayout(boxed)
        for part in self._parts():
            column.addWidget(part)
        column.addStretch(1)
        self.form.changed.connect(self._edit)

    def _parts(self) -> tuple[QWidget, ...]:
        above = (self.problems, self._parameters, self.form)
        return (*above, self.marks, self._cost, self.cost, self.inside)

    def show_node(self, node: Node) -> None:
        """Shows a node as it is drawn."""
        self.node = node
        self.head.show_node(node)
        self.shape.show_node(node)
        found = self._studio.problems
        self.problems.setValue([problem for problem in found if problem.node == node.id])
        self.form.setValue(node.layer)
        self._parameters.setVisible(bool(self.form.names()))
        self.marks.show_node(node)
        self.inside.show_node(node)
        self._suggest(node)
        self._show_cost(node)

    def _edit(self, name: str, _value: object, layer: BaseModel) -> None:
        if self.node is None or not isinstance(layer, Layer):
            return
        node, title = self.node.id, entry_of(type(layer), name).title
        merge = f"{node} {self.form.merge}" if self.form.merge else ""
        graph = self._studio.graph.put(node, layer)
        self._studio.edit(f"Set {title} of {node}", graph, merge)

    def _suggest(self, node: Node) -> None:
        if not isinstance(node.layer, Weighted):
            return
        value, follower = suggestion(self._studio.graph, node.id)
        self.form.suggest("initial_weights", value)
        said = ""
        if value is not None and value != node.layer.initial_weights:
            said = f"{_word(value)} suits {follower}, which follows."
        self.form.say("initial_weights", said)

    def _show_cost(self, node: Node) -> None:
        sized = self._studio.shapes.sized.get(node.id)
        shown = sized is not None and not isinstance(node.layer, Loss)
        self._cost.setVisible(shown)
        self.cost.setVisible(shown)
        if sized is not None:
            cost = sized.cost
            figures = (cost.parameters, cost.multiply_adds)
            self.cost.setValue(*map(grouped, figures), memory(cost.activation_bytes))


def suggestion(graph: Graph, name: NodeId) -> tuple[InitialWeights | None, NodeId | None]:
    """The initial weights that suit the first activation after a node, and that activation.

    Layers without weights of their own, such as pooling, may stand between them.
    """
    seen, todo = {name}, [name]
    while todo:
        for edge in graph.outgoing.get(todo.pop(0), ()):
            layer = graph.nodes[edge.target].layer
            if layer.suggests is not None:
                return layer.suggests, edge.target
            if edge.target not in seen and not isinstance(layer, Weighted):
                seen.add(edge.target)
                todo.append(edge.target)
    return None, None


def _word(value: InitialWeights) -> str:
    """The name of initial weights that people read."""
    kind = entry_of(Weighted, "initial_weights").kind
    words = dict(kind.values) if isinstance(kind, Options) else {}
    return words.get(value, value)
