"""Which side of a translator a node is on: the encoder, which reads, or the decoder, which writes."""

from collections.abc import Mapping
from typing import Literal

from engine.datasets.pairs import BEFORE
from engine.graph import Graph, NodeId
from engine.layers.data import Input

TwoSides = Literal["", "reads", "writes"]


def sides(graph: Graph) -> Mapping[NodeId, TwoSides]:
    """The side of each node, where there are two: all that hears what was written before writes."""
    inputs = graph.of_kind(Input)
    begins = [
        node.id for node in inputs if isinstance(node.layer, Input) and node.layer.part == BEFORE
    ]
    if not begins or len(begins) == len(inputs):
        return {}
    writes = graph.descendants(*begins)
    # What only the decoder needs, such as a state that is made of the context, still belongs to what made it.
    return {name: "writes" if name in writes else "reads" for name in graph.nodes}
