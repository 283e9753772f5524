"""The drawing of the network as SVG text: cards with a name and a kind, and the wires between them."""

from html import escape

from engine.graph import Edge, Graph, NodeId

WIDE, HIGH, MARGIN = 140, 44, 24  # px of a card, and around all of them
BEND = 8  # px: the radius of a wire's corners; twice that lies within the margin
MOST_LETTERS = 20


def network(graph: Graph) -> str:
    """The nodes where they stand on the canvas."""
    if not graph.nodes:
        return ""
    places = {name: node.position for name, node in graph.nodes.items()}
    left, top = (min(place[axis] for place in places.values()) - MARGIN for axis in (0, 1))
    right = max(place[0] for place in places.values()) + WIDE + MARGIN
    bottom = max(place[1] for place in places.values()) + HIGH + MARGIN
    wires = "".join(_wire(edge, places) for edge in graph.edges)
    cards = "".join(_card(graph, name) for name in graph.nodes)
    wide, high = right - left, bottom - top
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" class="network" role="img"'
        f' viewBox="{left:g} {top:g} {wide:g} {high:g}" width="{min(wide, 1040):g}">'
        f"<title>The network</title>{wires}{cards}</svg>"
    )


def _wire(edge: Edge, places: dict[NodeId, tuple[float, float]]) -> str:
    (x1, y1), (x2, y2) = places[edge.source], places[edge.target]
    x1, y1, y2 = x1 + WIDE, y1 + HIGH / 2, y2 + HIGH / 2
    if x2 < x1:
        return _wire_back(x1, y1, x2, y2)
    reach = max(24.0, abs(x2 - x1) / 2)
    return f'<path class="wire" d="M{x1:g} {y1:g}C{x1 + reach:g} {y1:g} {x2 - reach:g} {y2:g} {x2:g} {y2:g}"/>'


def _wire_back(x1: float, y1: float, x2: float, y2: float) -> str:
    """A wire to a card further left: out, between the two rows (or below the one) to the left, and in."""
    is_row_between = abs(y2 - y1) >= HIGH + 4 * BEND
    middle = (y1 + y2) / 2 if is_row_between else max(y1, y2) + HIGH / 2 + 2 * BEND
    out, back = x1 + 2 * BEND, x2 - 2 * BEND
    down, on = (BEND if middle > y1 else -BEND), (BEND if y2 > middle else -BEND)
    path = (
        f"M{x1:g} {y1:g}H{out - BEND:g}Q{out:g} {y1:g} {out:g} {y1 + down:g}"
        f"V{middle - down:g}Q{out:g} {middle:g} {out - BEND:g} {middle:g}"
        f"H{back + BEND:g}Q{back:g} {middle:g} {back:g} {middle + on:g}"
        f"V{y2 - on:g}Q{back:g} {y2:g} {back + BEND:g} {y2:g}H{x2:g}"
    )
    return f'<path class="wire" d="{path}"/>'


def _card(graph: Graph, name: NodeId) -> str:
    node = graph.nodes[name]
    (x, y), layer = node.position, node.layer
    off = "" if node.enabled else " off"
    kind = " · ".join(filter(None, (layer.label, layer.caption)))
    return (
        f'<g class="card{off}"><rect x="{x:g}" y="{y:g}" width="{WIDE}" height="{HIGH}" rx="8"/>'
        f'<text class="title" x="{x + 12:g}" y="{y + 19:g}">{_short(name)}</text>'
        f'<text x="{x + 12:g}" y="{y + 34:g}">{_short(kind)}</text></g>'
    )


def _short(text: str) -> str:
    return escape(text if len(text) <= MOST_LETTERS else f"{text[: MOST_LETTERS - 1]}…")
