"""How networks as they are today are drawn in tests; the drawings are in the files beside this one.

`pen(layer, *sources)` places a layer behind others and gives its name; `pen.seq` places several one after another.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from engine.axes import (
    Axes,
    Target,
)
from engine.graph import Edge, Graph, NodeId
from engine.layer import Layer
from engine.layers.data import Input
from tests.engine.famous import TEN, conv, made

HE = {"initial_weights": "he"}


@dataclass(frozen=True)
class Modern:
    """A drawing and the data that it is for."""

    draw: Callable[[], Graph]
    parts: Mapping[str, Axes]
    target: Target


MODERN: dict[str, Modern] = {}


def modern(
    axes: Axes, target: Target = TEN, more: Mapping[str, Axes] | None = None
) -> Callable[..., Callable[[], Graph]]:
    """Notes a drawing down under its name."""

    def noted(draw: Callable[[], Graph]) -> Callable[[], Graph]:
        MODERN[draw.__name__] = Modern(draw, {"": axes, **(more or {})}, target)
        return draw

    return noted


class Pen:
    """Draws one layer after another; `last` is the name of the latest."""

    def __init__(self, **inputs: str) -> None:
        self.graph, self.last = Graph(), ""
        for name, part in (inputs or {"data": ""}).items():
            self.graph = self.graph.add(Input(part=part), name=name)
            self.last = name

    def __call__(
        self, kind: Layer | str, *sources: str, name: str | None = None, **ports: str
    ) -> str:
        layer = made(kind) if isinstance(kind, str) else kind
        self.graph = self.graph.add(layer, (240.0 * len(self.graph.nodes), 0.0), name)
        new = list(self.graph.nodes)[-1]
        for place, source in enumerate(sources or (() if ports else (self.last,))):
            self._wire(source, new, layer.inputs[0 if layer.inputs[0].many else place].name)
        for port, source in ports.items():
            self._wire(source, new, port)
        self.last = str(new)
        return self.last

    def _wire(self, source: str, target: NodeId, port: str) -> None:
        name, _, out = source.partition(":")
        known = self.graph.nodes[NodeId(name)].layer.outputs[0].name
        self.graph = self.graph.connect(Edge(NodeId(name), target, out or known, port))

    def seq(self, *layers: Layer, src: str = "") -> str:
        self.last = src or self.last
        for layer in layers:
            self(layer)
        return self.last


def normed(
    filters: int, kernel: int = 3, stride: int = 1, act: str = "ReLU", **more: object
) -> list[Layer]:
    """A convolution that keeps the size, its norm and its activation."""
    first = conv(filters, kernel, stride, kernel // 2, bias=False, **more)
    return [first, made("BatchNorm2d"), made(act)]


def bare(filters: int, kernel: int) -> list[Layer]:
    return [conv(filters, kernel, 1, kernel // 2, **HE), made("ReLU")]
