"""What changed from one drawing to another, so that whoever shows it redraws that alone."""

from dataclasses import dataclass

from engine.graph.drawing import Graph
from engine.graph.node import Edge, NodeId


@dataclass(frozen=True, slots=True)
class Difference:
    """What changed from one graph to another."""

    added: tuple[NodeId, ...]
    removed: tuple[NodeId, ...]
    changed: tuple[NodeId, ...]
    joined: tuple[Edge, ...]
    cut: tuple[Edge, ...]


def difference(before: Graph, after: Graph) -> Difference:
    """What must be added, removed and redrawn to make `after` out of `before`."""
    return Difference(
        added=tuple(name for name in after.nodes if name not in before.nodes),
        removed=tuple(name for name in before.nodes if name not in after.nodes),
        changed=tuple(
            name
            for name, node in after.nodes.items()
            if name in before.nodes
            and before.nodes[name] is not node
            and before.nodes[name] != node
        ),
        joined=tuple(sorted(set(after.edges) - set(before.edges))),
        cut=tuple(sorted(set(before.edges) - set(after.edges))),
    )
