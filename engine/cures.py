"""Ways to let a deep network learn, each one edit of the whole drawing, groups included.

To add one, add a function to CURES. What each is expected to do was measured (ten sigmoid layers, the error signal of
the first as a share of the last one's): 9·10⁻⁶ as drawn, 1.5 with batch norm, about 1 with ReLU and He weights.
"""

from collections.abc import Callable
from dataclasses import dataclass

from pydantic import ValidationError

from engine.axes import Axes, Image, Row, Sequence, Signal, Volume
from engine.graph import Edge, Graph, Group, Node, NodeId
from engine.layer import Layer, Loss, Weighted
from engine.layers import CATALOGUE
from engine.layers.data import Output
from engine.shapes import Shapes

SATURATING = frozenset({"Sigmoid", "Tanh", "Hardsigmoid", "Hardtanh", "Softsign", "LogSigmoid"})
NORMS: tuple[tuple[type[Axes], str], ...] = (
    (Image, "BatchNorm2d"),
    (Volume, "BatchNorm3d"),
    (Row, "BatchNorm1d"),
    (Signal, "BatchNorm1d"),
    (Sequence, "BatchNorm1d"),
)
Place = Callable[[Graph, NodeId], Graph]
"""Gives a node that was put into a wire its place."""


@dataclass(frozen=True, slots=True)
class Cure:
    """One way: `apply` gives the drawing with it, or the same drawing where there is nothing to do."""

    id: str
    title: str
    help: str
    apply: Callable[[Graph, Shapes, Place], Graph]


def _stay(graph: Graph, _name: NodeId) -> Graph:
    return graph


def with_batch_norm(graph: Graph, shapes: Shapes, place: Place = _stay) -> Graph:
    """A batch norm before every activation that has none; the layer before it then needs no bias."""
    return _everywhere(graph, shapes, place, "", _normed)


def with_relu(graph: Graph, shapes: Shapes, place: Place = _stay) -> Graph:
    """ReLU in place of every activation that saturates, and He weights in the layers before ReLUs."""
    return _everywhere(graph, shapes, place, "", _rectified)


CURES: tuple[Cure, ...] = (
    Cure(
        "batch_norm",
        "Insert batch norm",
        "Put a batch norm before every activation: it keeps numbers and error signals at one size.",
        with_batch_norm,
    ),
    Cure(
        "relu",
        "Change to ReLU with He weights",
        "Put a ReLU in place of every activation that saturates, and draw the weights before it by He's rule.",
        with_relu,
    ),
)

_Edit = Callable[[Graph, Shapes, Place, str], Graph]


def _everywhere(graph: Graph, shapes: Shapes, place: Place, prefix: str, edit: _Edit) -> Graph:
    """An edit of a drawing and of the drawings in its groups; `prefix` is what their nodes' names begin with."""
    for name, node in graph.nodes.items():
        if isinstance(node.layer, Group):
            turn = f"{name}.0." if node.layer.repeat > 1 and not node.layer.shared else f"{name}."
            inside = _everywhere(node.layer.graph, shapes, place, prefix + turn, edit)
            if inside is not node.layer.graph:
                graph = graph.put(name, node.layer.but(graph=inside))
    return edit(graph, shapes, place, prefix)


def _normed(graph: Graph, shapes: Shapes, place: Place, prefix: str) -> Graph:
    for name, node in list(graph.nodes.items()):
        if not _bends(node):
            continue
        (edge, *others) = graph.incoming.get(name, ()) or (None,)
        if edge is None or others or graph.nodes[edge.source].layer.group == "Normalisation":
            continue
        sized = shapes.sized.get(NodeId(prefix + name))
        norm = _norm_for(sized.inputs[0] if sized and sized.inputs else None)
        if norm is None:
            continue
        graph = graph.insert(edge, norm)
        graph = _without_bias(place(graph, list(graph.nodes)[-1]), edge)
    return graph


def _bends(node: Node) -> bool:
    """Whether a node is an activation between layers: not one that makes shares of classes."""
    return node.layer.group == "Activation" and "oftmax" not in node.layer.kind()


def _norm_for(axes: Axes | None) -> Layer | None:
    kinds = (name for kind, name in NORMS if isinstance(axes, kind))
    name = next(kinds, None)
    return CATALOGUE[name]() if name else None


def _without_bias(graph: Graph, edge: Edge) -> Graph:
    """The layer before a batch norm without its bias, which the norm would take away again."""
    node = graph.nodes[edge.source]
    alone = len(graph.outgoing.get(edge.source, ())) == 1
    if not alone or not getattr(node.layer, "bias", False):
        return graph
    try:
        return graph.put(edge.source, node.layer.but(bias=False))
    except ValidationError:
        return graph


def _rectified(graph: Graph, _shapes: Shapes, _place: Place, prefix: str) -> Graph:
    for name, node in list(graph.nodes.items()):
        if node.layer.kind() in SATURATING and not _ends(graph, name, prefix):
            stem, relu = node.layer.stem, CATALOGUE["ReLU"]()
            graph = graph.put(name, relu)
            if name.startswith(f"{stem}_"):  # a name that says what it no longer is
                graph = graph.rename(name, graph.free_name(relu.stem))
    for name, node in list(graph.nodes.items()):
        after = [graph.nodes[edge.target].layer.kind() for edge in graph.outgoing.get(name, ())]
        layer = node.layer
        if isinstance(layer, Weighted) and after == ["ReLU"] and layer.initial_weights != "he":
            graph = graph.put(name, node.layer.but(initial_weights="he"))
    return graph


def _ends(graph: Graph, name: NodeId, prefix: str) -> bool:
    """Whether an activation makes the network's result, whose range it decides; what leaves a group is none."""
    readers = [graph.nodes[edge.target].layer for edge in graph.outgoing.get(name, ())]
    last = (Loss,) if prefix else (Loss, Output)
    return not readers or any(isinstance(layer, last) for layer in readers)
