"""The scene: one item for each node and wire, following the project from state to state. It never edits the graph.

After an edit only what changed is touched: nodes and wires by the difference of the graphs, words by the difference of
shapes and problems.
"""

from collections.abc import Iterable, Iterator, Mapping
from itertools import chain

from PySide6.QtCore import QPointF, QRectF, Signal
from PySide6.QtWidgets import QGraphicsScene

from app.canvas.backlog import Backlog
from app.canvas.extent import Extent
from app.canvas.face import Face, face_of
from app.canvas.known import apart, known_of, stands_elsewhere
from app.canvas.lifting import lift_of, with_inside
from app.canvas.node_item import NodeItem
from app.canvas.ports import CATCH, REACH, PortRef
from app.canvas.sides import Sides
from app.canvas.vitals import Vital
from app.canvas.wire_gradient import Returning
from app.canvas.wire_item import WireItem
from app.studio import Studio
from engine.graph import Edge, Graph, Node, NodeId, difference
from engine.layers.data import Input
from engine.problems import Problem
from engine.shapes import Shapes


class CanvasScene(QGraphicsScene):
    """All items by name; `followed` after each change of the project."""

    followed = Signal()
    stirred = Signal()  # something looks otherwise, be it for the time of a gesture
    shifted = Signal()  # nodes stand elsewhere than before, be it on their way
    emptied = Signal()  # another drawing is about to be shown: nothing of this one is left

    def __init__(self, studio: Studio) -> None:
        super().__init__()
        self.studio = studio
        self.nodes: dict[NodeId, NodeItem] = {}
        self.wires: dict[Edge, WireItem] = {}
        self._graph, self._shapes = Graph(), Shapes({}, {})
        self._problems: dict[NodeId, Problem] = {}
        self._data_title, self._sides = "", Sides()
        self._extent = Extent(self._boxes)
        self.backlog = Backlog(self._show_later, self._seen, self)
        self.backlog.emptied.connect(self.stirred)
        self._ringed: tuple[frozenset[NodeId], frozenset[Edge]] = (frozenset(), frozenset())
        studio.document.changed.connect(self.follow)
        studio.document.learnt.connect(self.follow)
        studio.room_changed.connect(self.begin)
        studio.selection_changed.connect(self.show_selection)
        studio.theme.changed.connect(self.dress)
        studio.view_changed.connect(self._view)
        self._views = (studio.shows_axes, studio.shows_costs)
        self.follow()

    # -- following the project --------------------------------------------------------------------

    def begin(self) -> None:
        """Show another drawing: the inside of a group, or the whole."""
        self._drop(tuple(self.nodes), tuple(self.wires))
        self._graph, self._shapes, self._problems = Graph(), Shapes({}, {}), {}
        self._ringed = (frozenset(), frozenset())
        self.backlog.clear()
        self.emptied.emit()
        self.follow()

    def follow(self) -> None:
        """Make the scene show the drawing as it is now."""
        document, graph = self.studio.document, self.studio.graph
        change = difference(self._graph, graph)
        shapes, problems = known_of(self.studio)
        title = document.project.recipe.dataset.title.split(",")[0] if not self.studio.path else ""
        moved = {name for name in change.changed if stands_elsewhere(self._graph, graph, name)}
        touched = {*change.added, *change.changed} - moved
        touched |= {end for edge in chain(change.joined, change.cut) for end in _ends(edge)}
        reworded = self._reworded(graph, shapes, problems)
        reworded |= self._sides.follow(graph)
        if title != self._data_title:
            reworded |= {node.id for node in graph.of_kind(Input)}
        self._graph, self._shapes, self._problems = graph, shapes, problems
        self._data_title = title
        self._drop(change.removed, change.cut)
        touched |= self.backlog.take(reworded)
        for name in moved - touched:
            self._put(name, QPointF(*graph.nodes[name].position))
        self._show_nodes(name for name in touched if name in graph.nodes)
        self._show_wires(change.joined, touched | moved)
        self.show_selection()
        self.stirred.emit()
        self.followed.emit()

    def _view(self) -> None:
        """Say more, or less, of every node and wire."""
        views = (self.studio.shows_axes, self.studio.shows_costs)
        if views != self._views:
            self._views = views
            self._show_later(list(self.nodes))

    def _show_later(self, names: list[NodeId]) -> None:
        touched = [name for name in names if name in self._graph.nodes]
        self._show_nodes(touched)
        self._show_wires((), touched)

    def _seen(self) -> set[NodeId]:
        """The nodes in view; all where nobody looks yet."""
        if not self.views():
            return set(self.nodes)
        view = self.views()[0]
        area = view.mapToScene(view.viewport().rect()).boundingRect()
        return {item.name for item in self.nodes_in(area)}

    def _reworded(
        self, graph: Graph, shapes: Shapes, problems: dict[NodeId, Problem]
    ) -> set[NodeId]:
        """Nodes whose shapes or problems differ."""
        names = apart(shapes.sized, self._shapes.sized)
        names |= apart(shapes.misfits, self._shapes.misfits) | apart(problems, self._problems)
        return names & graph.nodes.keys()

    def _drop(self, names: Iterable[NodeId], edges: Iterable[Edge]) -> None:
        for edge in edges:
            wire = self.wires.pop(edge)
            self._extent.change(wire.reach, None)
            self.removeItem(wire)
        for name in names:
            node = self.nodes.pop(name)
            self._extent.change(node.frame, None)
            self.removeItem(node)

    def _show_nodes(self, names: Iterable[NodeId]) -> None:
        for name in names:
            node, face = self._graph.nodes[name], self._face(self._graph.nodes[name])
            item = self.nodes.get(name)
            before = item.frame if item is not None else None
            if item is None:
                item = self.nodes[name] = NodeItem(self.studio.theme, face)
                item.show_mood(selected=name in self.studio.nodes)
                self.addItem(item)
            item.show_face(face)
            item.setPos(QPointF(*node.position))
            self._extent.change(before, item.frame)

    def _put(self, name: NodeId, place: QPointF) -> None:
        """Show a node elsewhere."""
        item = self.nodes[name]
        before = item.frame
        item.setPos(place)
        self._extent.change(before, item.frame)

    def _face(self, node: Node) -> Face:
        problem = self._problems.get(node.id)
        shows = self.studio.shows_costs
        known = (self._graph, self._shapes, problem, self._data_title)
        return face_of(node, *known, shows_costs=shows, side=self._sides.of(node.id))

    def _show_wires(self, joined: Iterable[Edge], touched: Iterable[NodeId]) -> None:
        for edge in joined:
            wire = self.wires[edge] = WireItem(self.studio.theme, edge)
            wire.show_mood(selected=edge in self.studio.wires)
            self.addItem(wire)
        for edge in self._wires_of(touched):
            problem = self._problems.get(edge.target)
            is_bad = bool(problem and problem.wanted and problem.port == edge.target_port)
            axes, named = self._shapes.on(edge), self.studio.shows_axes
            self.wires[edge].show_shape(axes, is_bad=is_bad, names_axes=named)
            self.place_wire(edge)

    def _wires_of(self, names: Iterable[NodeId]) -> set[Edge]:
        """The wires at these nodes, and those that share a port with them."""
        graph = self._graph
        near = {
            edge
            for name in names
            for edge in (*graph.incoming.get(name, ()), *graph.outgoing.get(name, ()))
        }
        ends = {end for edge in near for end in _ends(edge)}
        beside = chain.from_iterable(
            (*graph.incoming.get(n, ()), *graph.outgoing.get(n, ())) for n in ends
        )
        return near | set(beside)

    def place_wire(self, edge: Edge) -> None:
        """Run a wire between its ports as they stand now."""
        start = self.nodes[edge.source].port_place("out", edge.source_port)
        end = self.nodes[edge.target].port_place("in", edge.target_port)
        wire = self.wires[edge]
        before = wire.reach if wire.is_placed else None
        wire.place(start, end, lift_of(self.nodes, self._graph, edge, start, end))
        self._extent.change(before, wire.reach)

    def shift(self, places: dict[NodeId, QPointF]) -> None:
        """Show nodes elsewhere while they are dragged; the project does not know yet."""
        shown = with_inside(self.nodes, places)
        for name, place in shown.items():
            self._put(name, place)
        for edge in self._wires_of(shown):
            self.place_wire(edge)
        self.shifted.emit()
        self.stirred.emit()

    def put_back(self, names: Iterable[NodeId]) -> None:
        """Show nodes where the project has them."""
        self.shift({n: QPointF(*self._graph.nodes[n].position) for n in names if n in self.nodes})

    # -- following the desk -----------------------------------------------------------------------

    def show_selection(self) -> None:
        """Ring what is selected; only what is newly or no longer selected is touched."""
        chosen, joined = self.studio.nodes, self.studio.wires
        for name in (chosen ^ self._ringed[0]) & self.nodes.keys():
            self.nodes[name].show_mood(selected=name in chosen)
        for edge in (joined ^ self._ringed[1]) & self.wires.keys():
            self.wires[edge].show_mood(selected=edge in joined)
        self._ringed = (chosen, joined)
        self.stirred.emit()

    def show_vital(self, name: NodeId, vital: Vital) -> None:
        """Show a node's readings; its wires follow if its size changed."""
        item = self.nodes[name]
        before = item.frame
        if item.show_vital(vital):
            self._extent.change(before, item.frame)

    def show_signals(self, signals: Mapping[Edge, Returning]) -> None:
        """Show the error signals along the wires; those that have none are plain."""
        for edge, wire in self.wires.items():
            wire.show_signal(signals.get(edge))
        self.stirred.emit()

    def dress(self) -> None:
        """Draw everything in the colours that hold now."""
        for item in (*self.nodes.values(), *self.wires.values()):
            item.update()
        self.stirred.emit()

    # -- what is where ----------------------------------------------------------------------------

    def port_at(self, place: QPointF, catch: float = CATCH) -> PortRef | None:
        """The port at a place."""
        reach = catch + REACH
        near = QRectF(place.x() - reach, place.y() - reach, 2 * reach, 2 * reach)
        for item in self.items(near):
            if isinstance(item, NodeItem) and (port := item.port_at(place, catch)):
                return port
        return None

    def node_at(self, place: QPointF) -> NodeItem | None:
        """The node at a place, its rings and ports left out."""
        for item in self.items(place):
            if isinstance(item, NodeItem) and item.holds(place):
                return item
        return None

    def wire_at(self, place: QPointF) -> Edge | None:
        """The wire at a place, if no node covers it."""
        for item in self.items(place):
            if isinstance(item, WireItem):
                return item.edge
        return None

    def nodes_in(self, area: QRectF) -> list[NodeItem]:
        """The nodes that touch an area."""
        return [item for item in self.items(area) if isinstance(item, NodeItem)]

    def wires_in(self, area: QRectF) -> list[WireItem]:
        """The wires that touch an area."""
        return [item for item in self.items(area) if isinstance(item, WireItem)]

    def drawn(self) -> QRectF:
        """What all nodes and wires cover."""
        return self._extent.box

    def _boxes(self) -> Iterator[QRectF]:
        return chain((n.frame for n in self.nodes.values()), (w.reach for w in self.wires.values()))

    def describe(self) -> dict[str, object]:
        """All that is shown, as values that can be compared: what is followed must equal what is built anew."""
        self.backlog.finish()
        nodes = {
            name: (item.face, item.pos().toTuple(), item.layout, item.mood.selected)
            for name, item in self.nodes.items()
        }
        wires = {
            edge: (item.words, item.is_bad, item.selected, item.line.elementCount(), _line(item))
            for edge, item in self.wires.items()
        }
        return {"nodes": nodes, "wires": wires}


def _line(wire: WireItem) -> tuple[tuple[float, float], ...]:
    return tuple(wire.line.pointAtPercent(share / 4).toTuple() for share in range(5))


def _ends(edge: Edge) -> tuple[NodeId, NodeId]:
    return edge.source, edge.target
