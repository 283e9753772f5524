"""Layers to add, as the quick menu offers them: by what is typed, by what fits, with what would come out of each."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from app import building, fitting
from app.canvas.offers import Offer, Offers, beside_node
from app.canvas.ports import PortRef
from app.layer_search import find_layers
from app.studio import Studio
from app.wish import Wish, fulfilled, next_field, read_wish, said
from engine.axes import Axes
from engine.dataset import DataError
from engine.graph import Edge, NodeId, Point
from engine.layer import Layer
from engine.layers import CATALOGUE
from engine.layers.data import Output
from engine.shapes import Shapes


@dataclass(frozen=True, slots=True)
class Spot:
    """Where a layer would go: at the end of a wire in hand, at a place, into a wire, or after a node."""

    port: PortRef | None = None
    place: Point | None = None
    wire: Edge | None = None
    node: NodeId | None = None


def spot_of(studio: Studio) -> Spot:
    """Where a layer would go by what is selected."""
    if studio.node is not None:
        return Spot(node=studio.node)
    if len(studio.wires) == 1 and not studio.nodes:
        return Spot(wire=next(iter(studio.wires)))
    return Spot()


class LayerOffers(Offers):
    """At the end of a wire only the layers that fit are offered; else all, those that fit first."""

    name = "Add a layer"

    def __init__(self, studio: Studio, spot: Spot, middle: Point) -> None:
        super().__init__(studio)
        self.spot, self._middle = spot, middle
        self.begins_chosen = spot.port is not None
        self._came = self._arriving()
        rows = [self._row(kind) for kind in CATALOGUE.values()]
        self._rows = {row.text: row for row in rows if row is not None}

    @property
    def hint(self) -> str:  # type: ignore[override]  # it depends on the node
        """What can be typed."""
        if self.spot.node is None:
            return "A layer, such as conv 6 5"
        field = next_field(self.studio.graph.nodes[self.spot.node].layer, ())
        return f"{field.title}, or the next layer" if field else "The next layer"

    @property
    def at(self) -> Point:
        graph, spot = self.studio.graph, self.spot
        if spot.place is not None:
            return spot.place
        if spot.wire is not None:
            (x1, y1), (x2, y2) = (
                beside_node(self.studio, spot.wire.source),
                graph.nodes[spot.wire.target].position,
            )
            return (x1 + x2) / 2, (y1 + y2) / 2
        return beside_node(self.studio, spot.node) if spot.node is not None else self._middle

    # -- what fits ----------------------------------------------------------------------------------------------------

    def _arriving(self) -> Axes | None:
        """What would flow into the new layer, as far as it is known."""
        shapes, spot = _shapes(self.studio), self.spot
        if spot.wire is not None:
            return shapes.on(spot.wire)
        name = spot.port.node if spot.port else spot.node
        sized = shapes.sized.get(name) if name is not None else None
        if sized is None or (spot.port and spot.port.side == "in"):
            return None
        return sized.outputs.get(spot.port.name if spot.port else self._first_output())

    def _first_output(self) -> str:
        layer = self.studio.graph.nodes[self.spot.node].layer if self.spot.node else None
        return layer.outputs[0].name if layer and layer.outputs else ""

    def _row(self, kind: type[Layer]) -> Offer | None:
        layer, port = kind(), self.spot.port
        if port is not None and port.side == "in":
            return self._row_before(kind, layer, port)
        if port is not None and not layer.inputs:
            return None
        if self.spot.wire is not None and not (layer.inputs and layer.outputs):
            return None
        misfit = fitting.takes(self.studio, layer, self._came) if layer.inputs else None
        if misfit is None:
            return Offer(kind.label, self._outcome(layer), kind.group, value=kind)
        if port is not None:
            return None
        why = f"{kind.label} wants {misfit.wanted}, but would get {misfit.got}."
        return Offer(kind.label, "", kind.group, fits=False, why=why, value=kind)

    def _row_before(self, kind: type[Layer], layer: Layer, port: PortRef) -> Offer | None:
        if not layer.outputs:
            return None
        graph = self.studio.graph
        fits = fitting.could_precede(self.studio, graph, layer, port.node, port.name)
        return Offer(kind.label, "", kind.group, value=kind) if fits else None

    def _outcome(self, layer: Layer) -> str:
        """The shape that would come out, if it is another than what comes in."""
        axes = fitting.gives(layer, self._came)
        return f"→ {axes.text}" if axes is not None and axes != self._came else ""

    # -- what is typed ------------------------------------------------------------------------------------------------

    def found(self, text: str) -> Sequence[Offer]:
        wish = read_wish(text)
        if self._fills(wish):
            return ()
        kinds = [kind for kind in CATALOGUE.values() if kind.label in self._rows]
        rows = [self._rows[kind.label] for kind in find_layers(wish.words, kinds)]
        return [self._with(row, wish) for row in sorted(rows, key=_order)]

    def _with(self, row: Offer, wish: Wish) -> Offer:
        """A row with the shape that comes out with what was typed, as far as that can be."""
        if not wish.values or not row.fits or not isinstance(row.value, type):
            return row
        try:
            return replace(row, note=self._outcome(fulfilled(row.value(), wish.values)))
        except ValueError:
            return replace(row, note="")

    def _fills(self, wish: Wish) -> bool:
        """Whether the parameters of the node that is there are typed, and no layer."""
        return bool(wish.values) and not wish.words and self.spot.node is not None

    def sentence(self, offer: Offer | None, text: str) -> str:
        wish = read_wish(text)
        if self._fills(wish) and self.spot.node is not None:
            layer = self.studio.graph.nodes[self.spot.node].layer
            return f"{self.spot.node}: {_with_next(layer, wish)}"
        if offer is None or not isinstance(offer.value, type):
            return self._nothing(wish) if text.strip() else ""
        layer = offer.value()
        if not wish.values:
            return offer.why
        return _with_next(layer, wish)

    def _nothing(self, wish: Wish) -> str:
        """Why nothing is offered: no layer is called so, or those that are do not fit."""
        others = find_layers(wish.words, CATALOGUE.values()) if wish.words else []
        if not others or others[0].label in self._rows:
            return f"No layer is called or does “{wish.words}”."
        first = others[0]
        misfit = fitting.takes(self.studio, first(), self._came) if first().inputs else None
        if misfit is None:
            return f"{first.label} does not fit here."
        return f"{first.label} wants {misfit.wanted}, but would get {misfit.got}."

    # -- what is done -------------------------------------------------------------------------------------------------

    def choose(self, offer: Offer | None, text: str) -> Offers | None:
        wish = read_wish(text)
        if self._fills(wish) and self.spot.node is not None:
            self._fill(self.spot.node, wish)
            return self._next(self.spot.node)
        if offer is None or not isinstance(offer.value, type):
            return None
        layer: Layer = fulfilled(offer.value(), wish.values)
        name = self._add(layer)
        return self._next(name) if self.spot.port is None else None

    def _next(self, name: NodeId) -> Offers:
        return LayerOffers(self.studio, Spot(node=name), self._middle)

    def _fill(self, name: NodeId, wish: Wish) -> None:
        node = self.studio.graph.nodes[name]
        filled, words = fulfilled(node.layer, wish.values), said(node.layer, wish.values)
        self.studio.edit(f"Set {words} of {name}", self.studio.graph.put(name, filled))

    def _add(self, layer: Layer) -> NodeId:
        spot = self.spot
        if spot.port is not None and spot.place is not None:
            return building.add_to_port(
                self.studio, layer, (spot.port.node, spot.port.name), spot.port.side, spot.place
            )
        if spot.wire is not None and spot.wire in self.studio.graph.edges:
            return building.insert_layer(self.studio, spot.wire, layer)
        if spot.place is not None:
            return building.add_layer(self.studio, layer, spot.place)
        if spot.node is not None and spot.node in self.studio.graph.nodes:
            self.studio.select([spot.node])
        return building.add_layer(self.studio, layer)


def _order(row: Offer) -> tuple[bool, bool]:
    """What fits comes first; of that, what gives something out again."""
    return not row.fits, isinstance(row.value, type) and issubclass(row.value, Output)


def _with_next(layer: Layer, wish: Wish) -> str:
    """What the typed values come to, and the field that the next one would fill."""
    words, field = said(layer, wish.values), next_field(layer, wish.values)
    return f"{words}, then {field.title.lower()}" if field else words


def _shapes(studio: Studio) -> Shapes:
    try:
        return studio.shapes
    except DataError:
        return Shapes({}, {})
