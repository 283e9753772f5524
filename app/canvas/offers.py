"""What the quick menu offers, for each thing that it is opened for: rows to choose from, and what choosing does."""

from abc import ABC, abstractmethod
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from app import building, fitting
from app.bridging import said
from app.canvas.ports import PortRef, edge_between, ports_of
from app.doorways import refusal_across
from app.placing import HEADER, size_of
from app.studio import Studio
from engine.graph import Edge, Graph, NodeId, Point


@dataclass(frozen=True, slots=True)
class Offer:
    """One row: what it is called, what is said beside it, and whether it fits."""

    text: str
    note: str = ""
    group: str = ""
    fits: bool = True
    why: str = ""  # why it does not fit
    value: object = None


class Offers(ABC):
    """The rows for what was typed. `choose` may lead on to other offers, and the menu stays open with them."""

    name: str
    hint: str
    begins_chosen = True  # Enter takes the first row though nothing was typed
    about_node = True  # the selected node has to be in view
    walks = False  # a step along the wires takes the row, as Enter does

    def __init__(self, studio: Studio) -> None:
        self.studio = studio

    @abstractmethod
    def found(self, text: str) -> Sequence[Offer]:
        """The rows that fit what was typed, the best first."""

    @abstractmethod
    def choose(self, offer: Offer | None, text: str) -> "Offers | None":
        """Do what a row says. Raises GraphError or another ValueError with the reason if that cannot be."""

    def sentence(self, offer: Offer | None, text: str) -> str:  # noqa: ARG002 (not all read it)
        """What is said below the field of the row that Enter would take. Raises ValueError with what is wrong."""
        return offer.why if offer else ""

    def lights(self, offer: Offer | None) -> Edge | None:  # noqa: ARG002 (most are about no wire)
        """The wire on the drawing that a row is about."""
        return None

    @property
    @abstractmethod
    def at(self) -> Point:
        """The place of the drawing that the menu belongs to."""


def beside_node(studio: Studio, name: NodeId) -> Point:
    """The place at the right end of a node's header."""
    node = studio.graph.nodes[name]
    x, y = node.position
    return x + size_of(node)[0], y + HEADER / 2


class JoinOffers(Offers):
    """The ports that a wire from one layer could lead to, and those that it could come from.

    Those that another wire holds come last: it makes way.
    """

    name = "Join to"
    hint = "Join to which layer?"

    def __init__(self, studio: Studio, node: NodeId) -> None:
        super().__init__(studio)
        self._node, self._drawn = node, frozenset(studio.graph.edges)
        self._rows = tuple(self._legal())

    @property
    def at(self) -> Point:
        return beside_node(self.studio, self._node)

    def _legal(self) -> list[Offer]:
        graph, rows = self.studio.graph, list[Offer]()
        before, after = graph.ancestors(self._node), graph.descendants(self._node)
        own = [PortRef(self._node, "out", p.name) for p in graph.nodes[self._node].layer.outputs]
        into = [PortRef(self._node, "in", p.name) for p in graph.nodes[self._node].layer.inputs]
        for name, node in graph.nodes.items():
            ends = [
                (a, PortRef(name, "in", p.name)) for a in own for p in ports_of(node.layer, "in")
            ]
            ends += [
                (PortRef(name, "out", p.name), a) for a in into for p in ports_of(node.layer, "out")
            ]
            for source, target in ends:
                edge = edge_between(source, target)
                leads_round = name in (before if source.node == self._node else after)
                if edge is None or leads_round or edge in self._drawn:
                    continue
                if refusal_across(graph, edge) is None:
                    rows.append(self._row(edge, name, is_forward=source.node == self._node))
        return sorted(rows, key=_rank)

    def _row(self, edge: Edge, name: NodeId, *, is_forward: bool) -> Offer:
        graph = self.studio.graph
        held = building.wire_into(graph, edge.target, edge.target_port)
        found = fitting.misfit(self.studio, graph, edge, held)
        mine, theirs = (
            (edge.source_port, edge.target_port)
            if is_forward
            else (edge.target_port, edge.source_port)
        )
        usual = graph.nodes[name].layer
        first = (usual.inputs if is_forward else usual.outputs)[0].name
        text = name if theirs == first else f"{name} · {theirs}"
        note = ("to" if is_forward else "from") + ("" if mine in ("in", "out") else f" · {mine}")
        note += f", instead of {held.source}" if held else ""
        why = said(edge, found) if found else ""
        return Offer(text, note, usual.group, not why, why, edge)

    def found(self, text: str) -> Sequence[Offer]:
        return by_name(text, self._rows)

    def choose(self, offer: Offer | None, text: str) -> Offers | None:  # noqa: ARG002
        if offer is not None and isinstance(offer.value, Edge):
            building.join(self.studio, offer.value)
        return None

    def lights(self, offer: Offer | None) -> Edge | None:
        edge = offer.value if offer else None
        return building.given_way(self.studio.graph, edge)[1] if isinstance(edge, Edge) else None


class CutOffers(Offers):
    """The wires of one layer."""

    name = "Cut a wire"
    hint = "Cut which wire?"

    def __init__(self, studio: Studio, node: NodeId) -> None:
        super().__init__(studio)
        graph, self._node = studio.graph, node
        ends = [("to", e, e.target) for e in graph.outgoing.get(node, ())]
        ends += [("from", e, e.source) for e in graph.incoming.get(node, ())]
        self._rows = tuple(
            Offer(name, way, graph.nodes[name].layer.group, value=edge) for way, edge, name in ends
        )

    @property
    def at(self) -> Point:
        return beside_node(self.studio, self._node)

    def found(self, text: str) -> Sequence[Offer]:
        return by_name(text, self._rows)

    def choose(self, offer: Offer | None, text: str) -> Offers | None:  # noqa: ARG002
        if offer is not None and isinstance(offer.value, Edge):
            building.cut(self.studio, offer.value)
        return None

    def lights(self, offer: Offer | None) -> Edge | None:
        return offer.value if offer is not None and isinstance(offer.value, Edge) else None


class MoveOffers(Offers):
    """The ports that either end of a wire could be moved to."""

    name = "Move an end of the wire"

    def __init__(self, studio: Studio, wire: Edge) -> None:
        super().__init__(studio)
        self._wire = wire
        self.hint = f"Move {wire.source} → {wire.target} where?"
        self._rows = tuple(sorted(self._all(studio.graph.disconnect(wire)), key=_rank))

    @property
    def at(self) -> Point:
        return beside_node(self.studio, self._wire.source)

    def _all(self, graph: Graph) -> Iterator[Offer]:
        wire, drawn = self._wire, frozenset(graph.edges)
        rounds = {"to": graph.ancestors(wire.source), "from": graph.descendants(wire.target)}
        for name, node in graph.nodes.items():
            ends = [("to", name, replace(wire, target=name, target_port=p.name), p.name, node.layer.inputs)
                    for p in node.layer.inputs]  # fmt: skip
            ends += [("from", name, replace(wire, source=name, source_port=p.name), p.name, node.layer.outputs)
                     for p in node.layer.outputs]  # fmt: skip
            for way, far, edge, port, ports in ends:
                if edge == wire or edge in drawn or name in rounds[way]:
                    continue
                if refusal_across(graph, edge) is not None:
                    continue
                held = building.wire_into(graph, edge.target, edge.target_port)
                found = fitting.misfit(self.studio, graph, edge, held)
                note = f"{way}, instead of {held.source}" if held else way
                text = f"{far} · {port}" if len(ports) > 1 else str(far)
                why = said(edge, found) if found else ""
                yield Offer(text, note, node.layer.group, not why, why, edge)

    def found(self, text: str) -> Sequence[Offer]:
        return by_name(text, self._rows)

    def choose(self, offer: Offer | None, text: str) -> Offers | None:  # noqa: ARG002
        if offer is not None and isinstance(offer.value, Edge):
            building.join(self.studio, offer.value, self._wire)
            self.studio.select((), [offer.value])
        return None

    def lights(self, offer: Offer | None) -> Edge | None:  # noqa: ARG002
        return self._wire


def _rank(row: Offer) -> tuple[bool, bool, bool]:
    """What fits comes first; of that, what is free; of that, what leads on."""
    return not row.fits, "instead of" in row.note, row.note.startswith("from")


def by_name(text: str, rows: Sequence[Offer]) -> list[Offer]:
    """The rows that have all that was typed, those that begin with it first."""
    words = text.lower().split()
    found = [row for row in rows if all(w in f"{row.text} {row.note}".lower() for w in words)]
    return sorted(found, key=lambda row: not row.text.lower().startswith(text.lower().strip()))
