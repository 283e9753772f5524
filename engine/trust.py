"""Whose code may run: Code layers that came out of a file wait, wherever they stand, until a person trusts them."""

from collections.abc import Iterator
from dataclasses import replace
from types import MappingProxyType

from engine.graph import Graph, Group, NodeId
from engine.layers.code import Code


def waiting(graph: Graph, path: str = "") -> Iterator[tuple[NodeId, str]]:
    """The Code layers that wait for trust, with their code: by their paths, such as `block.code_1`."""
    for node in graph.of_kind(Code, Group):
        if isinstance(node.layer, Code) and not node.layer.trusted:
            yield NodeId(path + node.id), node.layer.source
        elif isinstance(node.layer, Group):
            yield from waiting(node.layer.graph, f"{path}{node.id}.")


def trusted(graph: Graph) -> Graph:
    """The drawing with all its code trusted."""
    nodes = dict(graph.nodes)
    for name, node in graph.nodes.items():
        if isinstance(node.layer, Code) and not node.layer.trusted:
            nodes[name] = replace(node, layer=node.layer.as_own())
        elif isinstance(node.layer, Group):
            inside = trusted(node.layer.graph)
            if inside is not node.layer.graph:
                nodes[name] = replace(node, layer=node.layer.but(graph=inside))
    if all(nodes[name] is node for name, node in graph.nodes.items()):
        return graph
    return Graph(MappingProxyType(nodes), graph.edges)
