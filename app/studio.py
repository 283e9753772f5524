"""The desk everyone works at: the document, the run, what is selected, and how it looks. Passed in, never global.

The canvas shows the whole drawing or the inside of a group: `graph` is what it shows, and `edit` puts what became of
that back where it belongs.
"""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from operator import is_

from PySide6.QtCore import QObject, Signal

from app.document import Document
from app.elbowroom import with_elbow_room
from app.folding import Homes, folded
from app.insight import problems_laid, shapes_laid
from app.laying import laid_out
from app.placing import home_of
from app.preferences import Preferences
from app.preflight import Preflight
from app.room import (
    Path,
    graph_at,
    group_at,
    longest,
    prefix_of,
    room_of,
    with_inside,
)
from app.session import Session
from app.theme import Theme
from engine.control import Focus
from engine.graph import Edge, Graph, Node, NodeId
from engine.history import History
from engine.problem import Problem
from engine.run import Run
from engine.shapes import Shapes

Known = tuple[Shapes, Sequence[Problem], Path, Graph]


class Studio(QObject):
    """Panels, canvas and plots know one another only through this."""

    selection_changed = Signal()
    room_changed = Signal()  # the inside of another group is shown, or the whole
    overlaid_changed = Signal()  # other past runs are laid over the one that is shown
    view_changed = Signal()  # what the canvas shows besides the drawing
    reveal = Signal(str)  # bring this node into view
    said = Signal(
        str, str, object
    )  # a short message, the words of its button, what the button does (or None)

    def __init__(
        self, document: Document, session: Session, theme: Theme, preferences: Preferences
    ) -> None:
        super().__init__()
        self.document, self.session = document, session
        self.preflight = Preflight(document, session)
        self.theme, self.preferences = theme, preferences
        self.nodes: frozenset[NodeId] = frozenset()
        self.wires: frozenset[Edge] = frozenset()
        self.path: Path = ()
        self.shows_gradients = preferences.flag("canvas/gradients", default=False)
        self.shows_axes = preferences.flag("canvas/axes", default=False)
        self.shows_costs = preferences.flag("canvas/costs", default=False)
        session.watchers.share = preferences.instrument_share
        session.apart = preferences.flag("run/apart", default=False)
        self._overlaid: tuple[History, ...] | None = ()  # None between two projects
        self._known: tuple[Known, Shapes, Sequence[Problem]] | None = None
        self._laid = (Graph(), Graph())  # a drawing, and the same laid out
        self._homes: Homes = {}  # what new nodes are called that an edit put into a group
        document.changed.connect(self._forget_gone)
        document.opened.connect(self.leave)
        document.leaving.connect(self._leave_overlaid)
        document.opened.connect(self._overlay_again)
        for told in (document.filed, document.runs_changed):
            told.connect(self._keep_overlaid)
        self._overlay_again()

    # -- how it is shown -------------------------------------------------------------------

    def show_gradients(self, shown: bool) -> None:  # noqa: FBT001 - a command's own value
        """Show the error signal along the wires, or not; the person's choice is kept."""
        self.shows_gradients = shown
        self.preferences.keep_flag("canvas/gradients", shown)
        self.view_changed.emit()
        if shown:
            self.preflight.ask()

    def show_axes(self, shown: bool) -> None:  # noqa: FBT001 - a command's own value
        """Name the axes of what flows along the wires, or say their sizes alone; the person's choice is kept."""
        self.shows_axes = shown
        self.preferences.keep_flag("canvas/axes", shown)
        self.view_changed.emit()

    def show_costs(self, shown: bool) -> None:  # noqa: FBT001 - a command's own value
        """Say below each node what it costs, or not; the person's choice is kept."""
        self.shows_costs = shown
        self.preferences.keep_flag("canvas/costs", shown)
        self.view_changed.emit()

    def fly_before_training(self, flies: bool) -> None:  # noqa: FBT001 - a command's own value
        """Send a batch through the network after each edit, or not; the person's choice is kept."""
        self.preferences.keep_flag("canvas/preflight", flies)
        self.preflight.begin() if flies else self.preflight.close()
        self.view_changed.emit()

    def train_apart(self, apart: bool) -> None:  # noqa: FBT001 - a command's own value
        """Give runs that begin from now on a process of their own, or not; the person's choice is kept."""
        self.session.apart = apart
        self.preferences.keep_flag("run/apart", apart)
        self.view_changed.emit()

    def allow_instruments(self, share: float) -> None:
        """Let measuring take so much of the training time; the person's choice is kept."""
        self.preferences.instrument_share = share
        self.session.watchers.share = share
        self.session.send(self.session.watchers.command)
        self.view_changed.emit()

    # -- what is shown ---------------------------------------------------------------------

    @property
    def graph(self) -> Graph:
        """The drawing on the canvas: the whole or the inside of a group, with that of the groups open in place."""
        real = graph_at(self.document.graph, longest(self.document.graph, self.path))
        if self._laid[0] is not real:
            self._laid = (real, laid_out(real))
        return self._laid[1]

    def edit(self, text: str, graph: Graph, merge: str = "") -> None:
        """Make this the drawing on the canvas, as a step to undo. Raises GraphError where it cannot be."""
        whole, self._homes = self.whole_with(graph)
        self.document.edit(text, whole, merge)

    def whole_with(self, graph: Graph) -> tuple[Graph, Homes]:
        """The whole drawing, were this the one on the canvas, and who went into groups. Raises GraphError."""
        before = self.document.graph
        real, homes = folded(graph_at(before, longest(before, self.path)), graph)
        return with_elbow_room(before, with_inside(before, self.path, real)), homes

    def way_to(self, home: str) -> Path:
        """The groups from the outermost in, down to one that is open in place on the canvas."""
        return (*self.path, *map(NodeId, filter(None, home.split("."))))

    def edit_at(self, text: str, home: str, graph: Graph) -> None:
        """Make this the inside of a group that is open in place on the canvas, by its own names."""
        before = self.document.graph
        whole = with_inside(before, self.way_to(home), graph)
        self.document.edit(text, with_elbow_room(before, whole))

    @property
    def shapes(self) -> Shapes:
        """What is known of the drawing on the canvas. Raises DataError."""
        return self._meaning()[0]

    @property
    def problems(self) -> Sequence[Problem]:
        """What is wrong with the drawing on the canvas."""
        return self._meaning()[1]

    def _meaning(self) -> tuple[Shapes, Sequence[Problem]]:
        meaning, path = self.document.meaning, longest(self.document.graph, self.path)
        if not path and self.graph is self._laid[0]:
            return meaning.shapes, meaning.problems
        known = (meaning.shapes, meaning.problems, path, self.graph)
        if self._known is None or not all(map(is_, self._known[0], known)):
            graph = self.document.graph
            shapes = shapes_laid(graph, path, known[0])
            self._known = (known, shapes, problems_laid(graph, path, known[1]))
        return self._known[1:]

    def full_name(self, name: str) -> NodeId:
        """What a node on the canvas is called in runs: `block.0.conv_1`."""
        home, _, own = name.rpartition(".")
        return NodeId(prefix_of(self.document.graph, self.way_to(home)) + own)

    def known(self, node: Node) -> Node:
        """A node on the canvas as runs know it."""
        inside = self.path or home_of(node.id)
        return replace(node, id=self.full_name(node.id)) if inside else node

    # -- going in and out of groups --------------------------------------------------------

    def enter(self, name: NodeId) -> None:
        """Show the inside of a group on the canvas, and nothing else."""
        self.go(self.way_to(name))

    def leave(self) -> None:
        """Show the whole drawing."""
        self.go(())

    def go(self, path: Path) -> None:
        """Show the inside of the group that a path leads to; the group that was left is selected."""
        if path == self.path or (path and group_at(self.document.graph, path) is None):
            return
        before, self.path = self.path, path
        is_out = len(path) < len(before) and before[: len(path)] == path
        self.nodes, self.wires = frozenset(), frozenset()
        self.room_changed.emit()
        if is_out and before[len(path)] in self.graph.nodes:
            self.nodes = frozenset({before[len(path)]})
        self.selection_changed.emit()

    def find(self, full: str) -> None:
        """Select a layer by its whole name and bring it into view, opening the groups around it."""
        path, name = room_of(self.document.graph, full)
        if (laid := self._laid_name(path, name)) not in self.graph.nodes:
            self.go(path)
        name = laid if laid in self.graph.nodes else name
        if name in self.graph.nodes:
            self.select([name])
            self.reveal.emit(name)

    def pick(self, full: str) -> None:
        """Select a layer by its whole name if it stands in what is shown; else the group around it."""
        path, name = room_of(self.document.graph, full)
        if path[: len(self.path)] != self.path:
            self.leave()
        names = (self._laid_name(path[:d], (*path, name)[d]) for d in range(len(path), -1, -1))
        self.select([next((one for one in names if one in self.graph.nodes), name)])

    def _laid_name(self, path: Path, name: NodeId) -> NodeId:
        """What a node in a group would be called on the canvas, were all groups around it open in place."""
        inside = path[: len(self.path)] == self.path
        return NodeId(".".join((*path[len(self.path) :], name))) if inside else NodeId("")

    # -- what is selected ------------------------------------------------------------------

    def select(self, nodes: Iterable[NodeId] = (), wires: Iterable[Edge] = ()) -> None:
        """Make this the selection."""
        there, joined = self.graph.nodes, frozenset(wires)
        chosen = frozenset(n if n in there else self._homes.get(n, n) for n in nodes)
        if (chosen, joined) != (self.nodes, self.wires):
            self.nodes, self.wires = chosen, joined
            self._focus()
            self.selection_changed.emit()

    def look_at(self, full: str, cell: tuple[int, ...]) -> None:
        """Look closely at one cell of what a layer gives out, and select the layer."""
        self.pick(full)
        self.session.watchers.look_closely(Focus(full, cell))

    def _focus(self) -> None:
        """Look closely at the selected layer; at the one before if none is, so that plots do not go blank."""
        focus = self.session.watchers.focus
        if self.node and (focus is None or focus.node != self.full_name(self.node)):
            self.session.watchers.look_closely(Focus(self.full_name(self.node)))

    @property
    def node(self) -> NodeId | None:
        """The selected node, if it is one alone, and still there while another project takes the place of its own."""
        only = next(iter(self.nodes)) if len(self.nodes) == 1 else None
        return only if only in self.graph.nodes else None

    # -- which runs are compared -----------------------------------------------------------

    @property
    def overlaid(self) -> tuple[tuple[int, Run], ...]:
        """The past runs that are laid over the one that is shown, each with its place among all runs."""
        wanted = {id(history) for history in self._overlaid or ()}
        runs = enumerate(self.document.project.runs)
        return tuple((place, run) for place, run in runs if id(run.history) in wanted)

    def overlay(self, runs: Iterable[Run]) -> None:
        """Lay these over the run that is shown."""
        self._overlaid = tuple(run.history for run in runs)  # names may change
        self._keep_overlaid()
        self.overlaid_changed.emit()

    def _overlay_again(self) -> None:
        """Lay over what was when this file was last worked at, if it was."""
        path, runs = self.document.path, self.document.project.runs
        names = self.preferences.compared(path) if path else frozenset()
        self._overlaid = tuple(run.history for run in runs if run.name in names)
        self.overlaid_changed.emit()

    def _leave_overlaid(self) -> None:
        """What is filed until the next project is there says nothing of either's runs."""
        self._overlaid = None

    def _keep_overlaid(self) -> None:
        """Remember which runs are compared, with the person's own things: it is no part of the work."""
        path = self.document.path if self._overlaid is not None else None
        names = [run.name for _, run in self.overlaid]
        if path is not None and frozenset(names) != self.preferences.compared(path):
            self.preferences.keep_compared(path, names)

    # -- words -----------------------------------------------------------------------------

    def say(self, text: str, button: str = "", action: object = None) -> None:
        """Tell the person something short that needs no answer."""
        self.said.emit(text, button, action)

    def _forget_gone(self) -> None:
        self.go(longest(self.document.graph, self.path))
        graph = self.graph
        wires = [e for e in self.wires if e in graph.incoming.get(e.target, ())]
        self.select(self.nodes & graph.nodes.keys(), wires)
