"""A large drawing as a real network has it: rows of residual convolution blocks that end in Dense layers, and meet.

Five nodes and six wires a block; every fourth row begins at the stem, each other at the end of the blocks before it, so
that an edit may concern few nodes or hundreds. 1,000 nodes have 1,200 wires or so; places as a person would choose.
"""

from engine.dataset import Recipe
from engine.datasets.icons import Icons32
from engine.graph import Edge, Graph, Node, NodeId
from engine.layer import Layer
from engine.layers import CATALOGUE
from engine.project import Project

BLOCKS, HEADS = 4, 4  # blocks a row; Flatten, Dense, ReLU, Dense behind them
ROW = 5 * BLOCKS + HEADS
ACROSS, DOWN = 220.0, 260.0  # px from node to node, from row to row


class _Draft:
    """Nodes and wires as they come: a graph of each step would take a while to make."""

    def __init__(self) -> None:
        self.nodes: dict[NodeId, Node] = {}
        self.edges: list[Edge] = []

    def put(self, name: str, layer: Layer, place: tuple[float, float], *before: str) -> NodeId:
        """Place a layer behind others."""
        key = NodeId(name)
        self.nodes[key] = Node(key, layer, place)
        port = layer.inputs[0].name if layer.inputs else ""
        self.edges += [Edge(NodeId(other), key, "out", port) for other in before]
        return key


def large_drawing(count: int) -> Graph:
    """A drawing of so many nodes, 30 at least."""
    draft = _Draft()
    draft.put("input", CATALOGUE["Input"](), (0, 0))
    stem = draft.put("stem", _conv(16), (ACROSS, 0), "input")
    rows, spare = divmod(count - 5, ROW)
    ends: list[NodeId] = []
    last = stem
    for row in range(max(1, rows)):
        last, end = _row(draft, row, stem if row % 4 == 0 else last)
        ends.append(end)
    right = (ROW + 2) * ACROSS
    tail = draft.put("together", CATALOGUE["Concat"](), (right, 0), *ends)
    for number in range(spare):
        place = (right + ACROSS * (1 + number), 0.0)
        tail = draft.put(f"drop_{number}", CATALOGUE["Dropout"](), place, tail)
    place = (right + ACROSS * (1 + spare), 0.0)
    tail = draft.put("answer", CATALOGUE["Dense"](out_features=10), place, tail)
    draft.put("loss", CATALOGUE["CrossEntropyLoss"](), (place[0] + ACROSS, 0), tail)
    return Graph(draft.nodes, tuple(draft.edges))


def _row(draft: _Draft, row: int, before: NodeId) -> tuple[NodeId, NodeId]:
    """One row; the end of its blocks and its own end."""
    places = [(ACROSS * (column + 2), DOWN * row) for column in range(ROW)]
    for block in range(BLOCKS):
        at, name = places[5 * block :], f"{row}_{block}"
        one = draft.put(f"conv_{name}a", _conv(8 + (7 * row + 3 * block) % 61), at[0], before)
        two = draft.put(f"norm_{name}", CATALOGUE["BatchNorm2d"](), at[1], one)
        three = draft.put(f"relu_{name}", CATALOGUE["ReLU"](), at[2], two)
        four = draft.put(f"conv_{name}b", _conv(16), at[3], three)
        before = draft.put(f"add_{name}", CATALOGUE["Add"](), at[4], four, before)
    kinds = (
        ("flatten", CATALOGUE["Flatten"]()),
        ("dense", CATALOGUE["Dense"](out_features=32 + row)),
        ("bend", CATALOGUE["ReLU"]()),
        ("end", CATALOGUE["Dense"](out_features=10)),
    )
    last = before
    for (name, layer), place in zip(kinds, places[5 * BLOCKS :], strict=True):
        last = draft.put(f"{name}_{row}", layer, place, last)
    return before, last


def _conv(channels: int) -> Layer:
    return CATALOGUE["Conv2d"](out_channels=channels, kernel_size=3, padding=1)


def large_project(count: int) -> Project:
    """Such a drawing with colour icons as its data."""
    return Project(f"{count:,} layers", large_drawing(count), Recipe.usual(Icons32()))


def spread(graph: Graph) -> tuple[int, int]:
    """Numbers of nodes and wires."""
    return len(graph.nodes), len(graph.edges)


__all__ = ["large_drawing", "large_project", "spread"]
