"""Drawings of ten, a hundred and a thousand layers as they lie before whoever opens them."""

from collections.abc import Iterator
from math import ceil, sqrt

from app.portrait import Portrait, Sitting
from engine.axes import Image
from engine.graph import Edge, Graph, Node, NodeId
from engine.layer import Layer
from engine.layers.activation import ReLU
from engine.layers.convolution import Conv2d
from engine.layers.data import Input
from engine.layers.dense import Dense
from engine.layers.loss import CrossEntropyLoss
from engine.layers.normalisation import BatchNorm2d
from engine.layers.rearranging import Flatten
from engine.layers.structure import Add

COUNTS = (10, 100, 1000)
ACROSS, DOWN = 220.0, 260.0  # px from node to node, from row to row


class Sizes(Sitting):
    """The same kind of network, small and large; only where the data are pictures it makes sense."""

    order = 70

    def pictures(self) -> Iterator[Portrait]:
        studio, document = self.studio, self.studio.document
        if not isinstance(next(iter(document.meaning.data.parts.values())), Image):
            return
        steps = document.undo_stack.index()
        for count in COUNTS:
            document.edit(f"Draw {count:,} layers", residual(count))
            self.wait(lambda: document.meaning.is_whole)
            self.wait(lambda: self.window.view.scene.backlog.is_empty)
            self.window.view.fit()
            self.settle()
            yield Portrait(f"{count}-layers", self.window.grab())
        studio.select()
        self.undo_to(steps)


def residual(count: int) -> Graph:
    """A residual network of so many layers: five a block, and five around them."""
    blocks = (count - 5) // 5
    wide = max(1, round(sqrt(0.4 * blocks)))  # blocks in a row: the whole is as wide as a window
    nodes: dict[NodeId, Node] = {}
    edges: list[Edge] = []

    def put(name: str, layer: Layer, at: tuple[float, float], *before: str) -> str:
        key = NodeId(name)
        nodes[key] = Node(key, layer, (ACROSS * at[0], DOWN * at[1]))
        port = layer.inputs[0].name if layer.inputs else ""
        edges.extend(Edge(NodeId(other), key, "out", port) for other in before)
        return name

    last = put("image", Input(), (0, 0))
    last = put("stem", _conv(), (1, 0), last)
    for block in range(blocks):
        left, row = 2.0 + 5 * (block % wide), block // wide
        one = put(f"conv_{block}a", _conv(bias=False), (left, row), last)
        two = put(f"norm_{block}", BatchNorm2d(), (left + 1, row), one)
        three = put(f"relu_{block}", ReLU(), (left + 2, row), two)
        four = put(f"conv_{block}b", _conv(), (left + 3, row), three)
        last = put(f"add_{block}", Add(), (left + 4, row), four, last)
    right, row = 2.0 + 5 * ((blocks - 1) % wide + 1), ceil(blocks / wide) - 1
    last = put("flat", Flatten(), (right, row), last)
    last = put("scores", Dense(out_features=10), (right + 1, row), last)
    put("loss", CrossEntropyLoss(), (right + 2, row), last)
    return Graph(nodes, tuple(edges))


def _conv(*, bias: bool = True) -> Layer:
    return Conv2d(out_channels=8, kernel_size=(3, 3), padding=1, bias=bias)
