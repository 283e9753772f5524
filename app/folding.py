"""A drawing that was laid out with its open groups, and edited so, becomes the real one again: each node goes home.

A new node belongs to the group that its name says, that both its neighbours are in, or in whose frame it stands. A
wire through a frame gets doors: an Input or Output of the group, where none brings the same already. Pure values.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from types import MappingProxyType

from app.doorways import Level, through_frames
from app.laying import laid_out
from app.placing import FIRST, contents, home_of, inside_of, is_open, is_within, own_name
from engine.graph import Edge, Graph, GraphError, Group, Node, NodeId, Point
from engine.graph.lending import Owner, relent
from engine.graph.wiring import held

Homes = Mapping[NodeId, NodeId]
"""What new nodes are called that have gone into a group, by what they were called before."""


def folded(before: Graph, after: Graph) -> tuple[Graph, Homes]:
    """The real drawing that `after` is, laid out of `before` and edited. Raises GraphError with the reason."""
    laid = laid_out(before)
    if laid is before:
        return after, {}
    return (before, {}) if after is laid else _Fold(before, laid, after).done()


@dataclass(slots=True)
class _Fold:
    before: Graph
    laid: Graph
    after: Graph
    homes: dict[NodeId, str] = field(default_factory=dict)  # where each node that stays belongs
    names: dict[NodeId, NodeId] = field(
        default_factory=dict
    )  # what it is called in the laid drawing
    levels: dict[str, Level] = field(default_factory=dict)

    def done(self) -> tuple[Graph, Homes]:
        """The real drawing, and what became of new names."""
        self._open()
        self._go_home()
        self._wire()
        new = {old: now for old, now in self.names.items() if old != now}
        return self._built("")[0], new

    def _open(self) -> None:
        """Find the groups that are still there and still open."""
        self.levels[""] = Level(self.before)
        for name, node in self.laid.nodes.items():
            now = self.after.nodes.get(name)
            there = now is not None and is_open(now) and home_of(name) in self.levels
            if not is_open(node) or not there:
                continue
            real = self.levels[home_of(name)].before.nodes[NodeId(own_name(name))]
            if isinstance(real.layer, Group):
                self.levels[name] = Level(real.layer.graph, node)

    # -- who belongs where --------------------------------------------------------------------

    def _go_home(self) -> None:
        known = [name for name in self.after.nodes if name in self.laid.nodes]
        for name in known:
            if home_of(name) in self.levels:
                self.homes[name], self.names[name] = home_of(name), name
        new = [name for name in self.after.nodes if name not in self.laid.nodes]
        for name in new:
            if (
                home_of(name) not in self.levels
            ):  # of a group that was moved with all that is inside
                continue
            home = self.homes[name] = self._home_of_new(name)
            self.names[name] = self._free(name, home)
        for name in self.after.nodes:  # in the order of the drawing
            if name in self.homes:
                self.levels[self.homes[name]].nodes[self._own(name)] = self.after.nodes[name]

    def _home_of_new(self, name: NodeId) -> str:
        """The group that a new node's name says, that both its neighbours are in, or in whose frame it stands."""
        if (home := home_of(name)) or name.startswith("."):
            return home
        into, out = self.after.incoming.get(name, ()), self.after.outgoing.get(name, ())
        near = {self.homes.get(edge.source) for edge in into}
        near |= {self.homes.get(edge.target) for edge in out}
        if into and out and len(near) == 1 and (shared := near.pop()) is not None:
            return shared
        return self._by_place(name)

    def _by_place(self, name: NodeId) -> str:
        x, y = self.after.nodes[name].position
        middle = (x + FIRST, y + FIRST)
        frames = [n for n in self.levels if n and is_within(self.after.nodes[NodeId(n)], middle)]
        return max(frames, key=lambda n: n.count("."), default="")

    def _free(self, name: NodeId, home: str) -> NodeId:
        """A name that is free in a group, as it is in the laid drawing."""
        if not home or home_of(name) == home:
            return NodeId(name.removeprefix("."))
        taken = {
            own_name(self.names[n])
            for n, where in self.homes.items()
            if where == home and n in self.names
        }
        if name in taken:
            stem = self.after.nodes[name].layer.stem
            name = next(
                NodeId(f"{stem}_{n}")
                for n in range(1, len(taken) + 2)
                if f"{stem}_{n}" not in taken
            )
        return NodeId(f"{home}.{name}")

    def _own(self, name: NodeId) -> NodeId:
        return NodeId(own_name(self.names[name]))

    # -- wires --------------------------------------------------------------------------------

    def _wire(self) -> None:
        across: list[Edge] = []
        for edge in self.after.edges:
            homes = self.homes.get(edge.source), self.homes.get(edge.target)
            if None in homes:
                continue
            if homes[0] != homes[1]:
                across.append(edge)
                continue
            ends = self._own(edge.source), self._own(edge.target)
            is_same = ends == (edge.source, edge.target)
            kept = edge if is_same else replace(edge, source=ends[0], target=ends[1])
            self.levels[homes[0] or ""].edges.append(kept)
        for edge in across:
            named = replace(edge, source=self.names[edge.source], target=self.names[edge.target])
            through_frames(self.levels, named)

    # -- what comes of it ---------------------------------------------------------------------

    def _built(self, home: str, by: Point = (0.0, 0.0)) -> tuple[Graph, Point]:
        """The drawing of a group; and how far its upper left corner has gone. `by`: how far its frame was moved."""
        level = self.levels[home]
        corner = inside_of(level.frame) if level.frame else (0.0, 0.0)
        start = (corner[0] + by[0], corner[1] + by[1])
        nodes: dict[NodeId, Node] = {}
        edges = level.edges
        for own, node in level.nodes.items():
            full, real = f"{home}.{own}" if home else own, level.before.nodes.get(own)
            if own in level.doors:
                nodes[own] = node
                continue
            if real is not None and full not in self.levels and self._is_untouched(node):
                nodes[own] = real
                continue
            way, place = self._moved(node, real, start, by)
            made = relent(replace(node, id=own), _Relater(home, self.names))
            if full in self.levels and isinstance(node.layer, Group):
                inner, (right, down) = self._built(full, way)
                place = (place[0] + right, place[1] + down)
                layer = node.layer.but(graph=inner)
                made = replace(made, layer=layer)
                edges = list(held(edges, own, layer))
            made = replace(made, position=place)
            nodes[own] = real if real is not None and made == real else made
        graph = Graph(MappingProxyType(nodes), tuple(edges))
        if level.crossed:
            _ = graph.order  # raises GraphError on a circle
        return graph, _corner_moved(level.before, graph) if home else (0.0, 0.0)

    def _is_untouched(self, node: Node) -> bool:
        return self.laid.nodes.get(node.id) is node

    def _moved(self, node: Node, real: Node | None, start: Point, by: Point) -> tuple[Point, Point]:
        """How far a node was moved in the laid drawing, and its place in its own."""
        old = self.laid.nodes.get(node.id)
        (x, y) = node.position
        if old is None or real is None:
            return by, (x - start[0], y - start[1])
        if old.position == node.position:  # it goes along with its frame
            return by, real.position
        return (x - old.position[0], y - old.position[1]), (x - start[0], y - start[1])


@dataclass(frozen=True, slots=True)
class _Relater:
    """Whose weights a node in a group uses, as it is said there."""

    home: str
    names: Mapping[NodeId, NodeId]

    def __call__(self, level: int, name: NodeId) -> Owner:
        depth = _depth(self.home)
        if level:
            return level + depth, name
        full = self.names.get(name, name)
        where, own = home_of(full), NodeId(own_name(full))
        if where == self.home or not where or self.home.startswith(f"{where}."):
            return depth - _depth(where), own
        raise GraphError(
            f"{own} stands in {where}: its weights can be used inside {where} alone. "
            f"Take {own} out of it, or let both use the weights of a layer outside."
        )


def _depth(home: str) -> int:
    return home.count(".") + 1 if home else 0


def _corner_moved(before: Graph, after: Graph) -> Point:
    """How far the upper left corner of what is inside a group has gone; a group that was empty stays where it is."""
    if not before.nodes or not after.nodes:
        return 0.0, 0.0
    (left, top, _, _), (x, y, _, _) = contents(before), contents(after)
    return x - left, y - top
