"""Where nodes stand: how much room each takes, the grid, and free spots.

Widths follow from the words a node bears, counted and not measured, so that a drawing has the same places on every
system and without a screen. Knows nothing of what the layers mean to one another.
"""

from collections.abc import Iterable, Iterator
from itertools import zip_longest
from math import ceil, floor, inf, isfinite

from engine.graph import Composite, Graph, Group, Node, NodeId, Point
from engine.layer import Layer, Port, Weighted
from engine.layers.data import Input, Output

GRID = 20.0  # px, the snap
GAP = 60.0  # px, least distance between neighbours on a line: a wire with its shape fits in
HEADER = 44.0  # px, height of a chip and of a card's header
FIRST, ROW = (
    22.0,
    20.0,
)  # px below a node's top: its main ports; and how high the row of a further port is
CARD_HEIGHT = 168.0  # px, what a card is given; its picture comes with the first readings
FOOTER = 24.0  # px
CLEARANCE = 18.0  # px, that stay free around a node

BESIDE, ABOVE, BELOW = 60.0, 20.0, 20.0  # px that a frame leaves around what is inside
_EMPTY = (120.0, 44.0)  # px, the inside of a frame around nothing

WIDEST, NARROWEST = 160.0, 100.0  # px; all widths are multiples of the grid: wires come out alike
_CARD_WIDTHS = {"Data": 120.0, "Dense": 120.0, "Convolution": 140.0, "Loss": 140.0}
_TITLE_LETTERS = {**dict.fromkeys("fijlrt", 4.6), **dict.fromkeys("mw", 11.6)}  # px at 100 %
_TITLE_LETTER, _NOTE_LETTER = 7.9, 5.6  # px, any other letter of a title, one of a second line
_BETWEEN_PORTS = 36.0  # px beside and between the names of two ports that face each other
_BESIDE_TITLE, _BESIDE_NOTE = 24.0, 8.0  # px, free to the right of each; the mark stands there


def is_card(layer: Layer) -> bool:
    """Whether the node is a card (it has weights, or data or the loss arise there) or a chip."""
    return isinstance(layer, Weighted | Composite) or layer.group in ("Data", "Loss")


def rows_of(inputs: tuple[Port, ...], outputs: tuple[Port, ...]) -> float:
    """The height of the rows in which further ports stand below the header, with their names."""
    return ROW * max(len(inputs) - 1, len(outputs) - 1, 0)


def port_height(number: int) -> float:
    """How far below a node's top the port of this number is: the first on the header's line, others in rows."""
    return FIRST if number == 0 else HEADER + ROW * (number - 0.5) + 2


def _facing(layer: Layer) -> float:
    """The width of the longest row of ports."""
    named = [[port.name for port in ports[1:]] for ports in (layer.inputs, layer.outputs)]
    rows = zip_longest(*named, fillvalue="")
    return max((_NOTE_LETTER * len(a + b) + _BETWEEN_PORTS for a, b in rows), default=0.0)


def second_line(layer: Layer) -> str:
    """The words under a node's name: its kind and the parameters that matter."""
    return f"{layer.label} · {layer.caption}" if layer.caption else layer.label


def width_of(name: str, layer: Layer) -> float:
    """How wide a node is drawn, in pixels at 100 %."""
    left, name = 36.0 if is_card(layer) else 33.0, own_name(name)
    title = sum(_TITLE_LETTERS.get(letter, _TITLE_LETTER) for letter in name) + _BESIDE_TITLE
    note = _NOTE_LETTER * len(second_line(layer)) + _BESIDE_NOTE
    least = _CARD_WIDTHS.get(layer.group, NARROWEST) if is_card(layer) else NARROWEST
    wanted = max(left + max(title, note), _facing(layer))
    return min(WIDEST, max(least, GRID * ceil(wanted / GRID)))


def height_of(layer: Layer) -> float:
    """How much height a node is given, whether or not its picture is there yet."""
    rows = rows_of(layer.inputs, layer.outputs)
    if isinstance(layer, Composite):
        return HEADER + rows + FOOTER
    return (CARD_HEIGHT if is_card(layer) else HEADER) + (rows and rows + 4)


def own_name(name: str) -> str:
    """What a node is called where it stands: `conv_1` for `block.conv_1`, in a group that is open in place."""
    return name.rpartition(".")[2]


def home_of(name: str) -> str:
    """The group, open in place, that a node stands in; nothing outside of all."""
    return name.rpartition(".")[0]


def outermost(names: Iterable[NodeId]) -> frozenset[NodeId]:
    """Those of some nodes that do not stand in another of them."""
    chosen = frozenset(names)
    return frozenset(name for name in chosen if not around(home_of(name)) & chosen)


def is_open(node: Node) -> bool:
    """Whether a node is a group whose inside is shown in its place."""
    return node.open and isinstance(node.layer, Group)


def size_of(node: Node) -> tuple[float, float]:
    """How wide and high a node is drawn; of a group that is open in place, its frame."""
    layer, width = node.layer, width_of(node.id, node.layer)
    if not (node.open and isinstance(layer, Group)):
        return width, height_of(layer)
    left, top, right, bottom = contents(layer.graph)
    high = HEADER + rows_of(layer.inputs, layer.outputs) + ABOVE + (bottom - top) + BELOW
    return max(width, right - left + 2 * BESIDE), GRID * ceil(high / GRID)


def contents(graph: Graph) -> tuple[float, float, float, float]:
    """Left, top, right and bottom of what is inside a group, as it is placed there."""
    boxes = [(*node.position, *_inner_size(node)) for node in graph.nodes.values()]
    if not boxes:
        return 0.0, 0.0, *_EMPTY
    left, top = min(x for x, _, _, _ in boxes), min(y for _, y, _, _ in boxes)
    return left, top, max(x + w for x, _, w, _ in boxes), max(y + h for _, y, _, h in boxes)


def _inner_size(node: Node) -> tuple[float, float]:
    """Where what is inside stands in a frame, its inputs and outputs are doors: headers alone."""
    width, height = size_of(node)
    return width, HEADER if isinstance(node.layer, Input | Output) else height


def inside_of(node: Node) -> Point:
    """What the places of nodes inside an open group are moved by in the drawing around it."""
    layer = node.layer
    if not isinstance(layer, Group):
        return 0.0, 0.0
    (x, y), (left, top, _, _) = node.position, contents(layer.graph)
    rows = GRID * ceil((HEADER + rows_of(layer.inputs, layer.outputs)) / GRID)
    return x + BESIDE - left, y + rows + ABOVE - top


def is_within(node: Node, place: Point) -> bool:
    """Whether a place is in the frame of a group that is open in place."""
    (x, y), (width, height) = node.position, size_of(node)
    return is_open(node) and x <= place[0] <= x + width and y <= place[1] <= y + height


def snapped(place: Point) -> Point:
    """The nearest place on the grid."""
    x, y = place
    if not (isfinite(x) and isfinite(y)):
        return (0.0, 0.0)
    return (round(x / GRID) * GRID, round(y / GRID) * GRID)


def under(place: Point, name: str, layer: Layer) -> Point:
    """Where a node stands if the middle of its header is at a place, on the grid."""
    return snapped((place[0] - width_of(name, layer) / 2, place[1] - HEADER / 2))


def after(node: Node) -> Point:
    """The place to the right of a node, on its line and on the grid."""
    right = node.position[0] + size_of(node)[0] + GAP
    return (ceil(right / GRID) * GRID, node.position[1])


def overlaps(
    graph: Graph, place: Point, size: Point, ignored: Iterable[NodeId] = (), home: str = ""
) -> bool:
    """Whether something of this size at this place would touch a node; `home` is the group that it stands in."""
    skipped = {*ignored, *around(home)}
    return any(
        _touch(place, size, node) for name, node in graph.nodes.items() if name not in skipped
    )


def around(home: str) -> set[NodeId]:
    """A group, and those that it stands in: `block.inner` and `block`."""
    parts = home.split(".") if home else []
    return {NodeId(".".join(parts[: depth + 1])) for depth in range(len(parts))}


def free_spot(graph: Graph, wanted: Point, name: str, layer: Layer, home: str = "") -> Point:
    """The first free place at or below the wanted one, on the grid, for something in this group."""
    size = (width_of(name, layer), height_of(layer))
    places = _downwards(snapped(wanted))
    return next(place for place in places if not overlaps(graph, place, size, home=home))


def make_room(graph: Graph, name: NodeId) -> Graph:
    """A node that was put into a wire right of its source; what stands there on the same line moves on."""
    source = graph.nodes[graph.incoming[name][0].source]
    x, y = after(source)
    node = graph.nodes[name]
    wide = width_of(name, node.layer) + GAP
    line = [
        other
        for other in graph.nodes.values()
        if other.id not in (name, source.id)
        and abs(other.position[1] - y) < HEADER
        and other.position[0] >= source.position[0]
    ]
    nearest = min((other.position[0] for other in line), default=x + wide)
    by = GRID * ceil(max(0.0, x + wide - nearest) / GRID)
    moved = {other.id: (other.position[0] + by, other.position[1]) for other in line}
    return graph.move({**moved, name: (x, y)})


def right_of_all(graph: Graph) -> Point:
    """A place to the right of everything, on the line of the rightmost node."""
    if not graph.nodes:
        return (0.0, 0.0)
    outer = (node for node in graph.nodes.values() if not home_of(node.id))
    return snapped(after(max(outer, key=lambda node: node.position[0])))


def right_of(nodes: Iterable[Node]) -> float:
    """How far some nodes reach to the right."""
    return max(node.position[0] + size_of(node)[0] for node in nodes)


def closed_up(graph: Graph, box: NodeId, before: Iterable[Node]) -> Graph:
    """The drawing with what follows a box on its line moved up to it, if it takes less room than what it holds."""
    old = list(before)
    right, end = right_of(old), right_of([graph.nodes[box]])
    by = floor((right - end) / GRID) * GRID
    line = [node for node in _beside(graph, old) if node.id != box]
    between = any(node.position[0] < right and right_of([node]) > end for node in line)
    return graph if by <= 0 or between else _moved(graph, line, right, -by)


def opened_up(graph: Graph, nodes: Iterable[Node], box: Node) -> Graph:
    """The drawing with what followed a box on its line moved on, if the nodes in its place reach as far as that."""
    new, left = list(nodes), right_of([box])
    inside = {node.id for node in new}
    line = [node for node in _beside(graph, new) if node.id not in inside]
    behind = min((n.position[0] for n in line if n.position[0] >= left), default=inf)
    by = right_of(new) + GAP - behind
    return graph if by <= 0 else _moved(graph, line, left, ceil(by / GRID) * GRID)


def _beside(graph: Graph, nodes: list[Node]) -> list[Node]:
    """The nodes of a drawing that stand at the same height as some nodes."""
    top = min(node.position[1] for node in nodes)
    bottom = max(node.position[1] + HEADER for node in nodes)
    return [
        n for n in graph.nodes.values() if n.position[1] < bottom and n.position[1] + HEADER > top
    ]


def _moved(graph: Graph, line: list[Node], left: float, by: float) -> Graph:
    places = {n.id: (n.position[0] + by, n.position[1]) for n in line if n.position[0] >= left}
    return graph.move(places)


def _downwards(place: Point) -> Iterator[Point]:
    x, y = place
    while True:
        yield (x, y)
        y += GRID


def _touch(place: Point, size: Point, node: Node) -> bool:
    (x, y), (width, height) = place, size
    left, top = node.position
    widest = inf if is_open(node) else WIDEST
    if not (x - CLEARANCE - widest < left < x + width + CLEARANCE and top < y + height + CLEARANCE):
        return False  # most are far away, and how large they are is not to be counted first
    wide, high = size_of(node)
    right, bottom = left + wide, top + high
    across = x - CLEARANCE < right and left < x + width + CLEARANCE
    return across and y - CLEARANCE < bottom and top < y + height + CLEARANCE
