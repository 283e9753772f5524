"""The desk everyone works at: the document, the run, what is selected, and how it looks. Passed in, never global."""

from collections.abc import Iterable

from PySide6.QtCore import QObject, Signal

from app.document import Document
from app.preferences import Preferences
from app.session import Session
from app.theme import Theme
from engine.graph import Edge, NodeId


class Studio(QObject):
    """Panels, canvas and plots know one another only through this."""

    selection_changed = Signal()
    reveal = Signal(str)  # bring this node into view
    said = Signal(
        str, str, object
    )  # a short message, the words of its button, what the button does (or None)

    def __init__(
        self, document: Document, session: Session, theme: Theme, preferences: Preferences
    ) -> None:
        super().__init__()
        self.document, self.session = document, session
        self.theme, self.preferences = theme, preferences
        self.nodes: frozenset[NodeId] = frozenset()
        self.wires: frozenset[Edge] = frozenset()
        document.changed.connect(self._forget_gone)

    def select(self, nodes: Iterable[NodeId] = (), wires: Iterable[Edge] = ()) -> None:
        """Make this the selection."""
        chosen, joined = frozenset(nodes), frozenset(wires)
        if (chosen, joined) != (self.nodes, self.wires):
            self.nodes, self.wires = chosen, joined
            self.selection_changed.emit()

    @property
    def node(self) -> NodeId | None:
        """The selected node, if it is one alone."""
        return next(iter(self.nodes)) if len(self.nodes) == 1 else None

    def say(self, text: str, button: str = "", action: object = None) -> None:
        """Tell the person something short that needs no answer."""
        self.said.emit(text, button, action)

    def _forget_gone(self) -> None:
        graph = self.document.graph
        self.select(self.nodes & graph.nodes.keys(), self.wires & set(graph.edges))
