"""Which side of a translator a node is on: the encoder, which reads, or the decoder, which writes."""

from collections.abc import Mapping
from typing import Literal

from app.placing import home_of
from engine.datasets.pairs import BEFORE
from engine.graph import Graph, NodeId
from engine.layers.data import Input

TwoSides = Literal["", "reads", "writes"]


def sides(graph: Graph) -> Mapping[NodeId, TwoSides]:
    """The side of each node, where there are two: all that hears what was written before writes."""
    inputs = [node for node in graph.of_kind(Input) if not home_of(node.id)]
    begins = [n.id for n in inputs if isinstance(n.layer, Input) and n.layer.part == BEFORE]
    if not begins or len(begins) == len(inputs):
        return {}
    writes = graph.descendants(*begins)
    # What only the decoder needs, such as a state that is made of the context, still belongs to what made it.
    heads = {
        name: NodeId(name.partition(".")[0]) for name in graph.nodes
    }  # what is inside is on its group's
    return {name: "writes" if heads[name] in writes else "reads" for name in graph.nodes}


class Sides:
    """The sides of a drawing that changes."""

    def __init__(self) -> None:
        self._known: Mapping[NodeId, TwoSides] = {}

    def of(self, name: NodeId) -> TwoSides:
        """The side of a node."""
        return self._known.get(name, "")

    def follow(self, graph: Graph) -> set[NodeId]:
        """Take in another drawing; the nodes that have changed sides."""
        before, self._known = self._known, sides(graph)
        if not before and not self._known:
            return set()
        return {name for name in graph.nodes if before.get(name, "") != self.of(name)}
