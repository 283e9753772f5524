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
    old, new = _apart(before.edges, after.edges)
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
        joined=tuple(sorted(new - old)),
        cut=tuple(sorted(old - new)),
    )


def _apart(before: tuple[Edge, ...], after: tuple[Edge, ...]) -> tuple[set[Edge], set[Edge]]:
    """The edges of both from the first to the last place where they differ: an edit leaves most where they were."""
    if before is after:
        return set(), set()
    least = min(len(before), len(after))
    start = next((n for n in range(least) if before[n] is not after[n]), least)
    end = next(
        (n for n in range(least - start) if before[-1 - n] is not after[-1 - n]), least - start
    )
    return set(before[start : len(before) - end]), set(after[start : len(after) - end])
