"""Weights lent into groups: inside one, `^dense_1` is the node of that name one drawing further out, `^^dense_1` two.

Whoever edits a drawing sees to it that groups in it still mean the same nodes; where their owner is gone, the first of
them in each drawing owns the weights from then on.
"""

from collections.abc import Callable, Mapping, Set
from dataclasses import replace
from types import MappingProxyType

from engine.graph.node import Composite, Node, NodeId

MARK = "^"
Owner = tuple[int, NodeId]  # so many drawings further out, and the node's name there
Names = Set[NodeId]  # of the nodes of one drawing
Change = Callable[[int, NodeId], Owner | None]  # who owns it from now on; None: nobody does


def owner_of(shares: str) -> Owner:
    """Where the owner of weights stands, and what it is called there."""
    name = shares.lstrip(MARK)
    return len(shares) - len(name), NodeId(name)


def written(level: int, name: str) -> NodeId:
    """The same as a node keeps it."""
    return NodeId(MARK * level + name)


def relent(node: Node, change: Change) -> Node:
    """A node with other owners of its weights, and of those inside it, as they are called where the node stands."""
    shares, layer = node.shares, node.layer
    if shares is not None:
        shares = _changed(shares, 0, change)
    if isinstance(layer, Composite):
        layer = inside(layer, change)
    if shares == node.shares and layer is node.layer:
        return node
    return replace(node, shares=shares, layer=layer)


def inside(layer: Composite, change: Change, depth: int = 1) -> Composite:
    """A group with other owners, further out, of weights inside it."""
    before = layer.graph.nodes  # type: ignore[attr-defined]  # a graph
    heirs: dict[NodeId, NodeId] = {}
    nodes = {
        name: _deeper(node, change, depth, heirs) if _may_lend(node) else node
        for name, node in before.items()
    }
    if all(nodes[name] is node for name, node in before.items()):
        return layer
    changed = replace(layer.graph, nodes=MappingProxyType(nodes))  # type: ignore[type-var]
    return layer.but(graph=changed)


def _may_lend(node: Node) -> bool:
    return isinstance(node.layer, Composite) or (node.shares or "").startswith(MARK)


def _deeper(node: Node, change: Change, depth: int, heirs: dict[NodeId, NodeId]) -> Node:
    shares, layer = node.shares, node.layer
    if shares is not None and shares.startswith(MARK):
        found = _changed(shares, depth, change)
        if found is None:
            heir = heirs.setdefault(shares, node.id)
            found = None if heir == node.id else heir
        shares = found
    if isinstance(layer, Composite):
        layer = inside(layer, change, depth + 1)
    if shares == node.shares and layer is node.layer:
        return node
    return replace(node, shares=shares, layer=layer)


def _changed(shares: str, depth: int, change: Change) -> NodeId | None:
    level, name = owner_of(shares)
    if level < depth:  # it stands inside
        return NodeId(shares)
    found = change(level - depth, name)
    return None if found is None else written(found[0] + depth, found[1])


def borrows(node: Node, names: frozenset[NodeId]) -> NodeId | None:
    """One of these names whose weights are used inside a node, which is drawn beside them."""
    found: list[NodeId] = []

    def look(level: int, name: NodeId) -> Owner:
        if level == 0 and name in names:
            found.append(name)
        return level, name

    if isinstance(node.layer, Composite):
        inside(node.layer, look)
    return found[0] if found else None


def settled(nodes: Mapping[NodeId, Node], around: tuple[Names, ...] = ()) -> dict[NodeId, Node]:
    """The nodes without references to owners that are in none of the drawings `around`, from the outermost in.

    The first of those in a drawing that used the same lost weights owns them from then on.
    """
    scopes, heirs = (*around, nodes.keys()), dict[NodeId, NodeId]()
    found = {}
    for name, node in nodes.items():
        if node.shares is not None and not _is_there(node.shares, scopes):
            heir = heirs.setdefault(node.shares, name)
            node = replace(node, shares=None if heir == name else heir)  # noqa: PLW2901
        if isinstance(node.layer, Composite):
            node = replace(node, layer=_settled_inside(node.layer, scopes))  # noqa: PLW2901
        found[name] = node
    return found


def _settled_inside(layer: Composite, scopes: tuple[Names, ...]) -> Composite:
    before = layer.graph.nodes  # type: ignore[attr-defined]  # a graph
    after = settled(before, scopes)
    if after == dict(before):
        return layer
    return layer.but(graph=replace(layer.graph, nodes=MappingProxyType(after)))  # type: ignore[type-var]


def _is_there(shares: str, scopes: tuple[Names, ...]) -> bool:
    level, name = owner_of(shares)
    return level < len(scopes) and name in scopes[-1 - level]
