"""The drawn network: an immutable value of nodes and edges, with pure edits; groups, and the form in which it is run.

`node` nodes, edges and ports · `wiring` who hears from whom · `flat` groups unfolded ·
`drawing` the graph and its edits · `difference` what changed ·
`group` several nodes as one box.
"""

from engine.graph.difference import Difference, difference
from engine.graph.drawing import Graph
from engine.graph.group import Group, grouped, ungrouped
from engine.graph.node import (
    Composite,
    Edge,
    GraphError,
    Node,
    NodeId,
    Point,
    drawn,
    port_named,
)
from engine.graph.wiring import edges_between

__all__ = [
    "Composite",
    "Difference",
    "Edge",
    "Graph",
    "GraphError",
    "Group",
    "Node",
    "NodeId",
    "Point",
    "difference",
    "drawn",
    "edges_between",
    "grouped",
    "port_named",
    "ungrouped",
]
