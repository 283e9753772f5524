"""The drawn network: an immutable value of nodes and edges, with pure edits; groups, and the form in which it is run.

`node` nodes, edges and ports · `lending` weights lent into groups · `wiring` who hears from whom ·
`legality` which wires can be drawn ·
`flat` groups unfolded · `drawing` the graph and its edits · `difference` what changed ·
`strands` what is drawn as one wire · `group` several nodes as one box.
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
from engine.graph.strands import Bundle, bundles, into_group, out_of_turn
from engine.graph.wiring import edges_between

__all__ = [
    "Bundle",
    "Composite",
    "Difference",
    "Edge",
    "Graph",
    "GraphError",
    "Group",
    "Node",
    "NodeId",
    "Point",
    "bundles",
    "difference",
    "drawn",
    "edges_between",
    "grouped",
    "into_group",
    "out_of_turn",
    "port_named",
    "ungrouped",
]
