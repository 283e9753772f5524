"""Recurrent layers: parameters that do nothing."""

from collections.abc import Iterator

from engine.graph import Graph, NodeId
from engine.problem import Problem
from engine.scene import Scene, rule

RECURRENT = ("RNN", "LSTM", "GRU")


@rule
def dropout_between_no_layers(scene: Scene) -> Iterator[Problem]:
    """Their dropout stands between stacked layers; with one layer there is no between."""
    for node in scene.of(*RECURRENT):
        rate, layers = getattr(node.layer, "dropout", 0.0), getattr(node.layer, "num_layers", 2)
        if rate and layers == 1:
            message = (
                f"The dropout of {scene.said(node.id)} does nothing: it acts between its layers, and there is 1. "
                "Use 2 layers, or put a Dropout behind it."
            )
            fix = scene.fix("Leave the dropout out", node.id, _no_dropout)
            yield scene.problem("advice", node.id, message, fix)


def _no_dropout(graph: Graph, name: NodeId) -> Graph:
    return graph.put(name, graph.nodes[name].layer.but(dropout=0.0))
