"""Parameters of layers that may change while a run goes on, for the network reads them anew at each step.

A declaration says so of a field with `json_schema_extra=LIVE`: how much a dropout drops, how strong a noise is.
"""

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING

from engine.control import Tune
from engine.graph import Graph, GraphError, NodeId
from engine.layer import Layer

if TYPE_CHECKING:
    from torch import nn

    from engine.network import Network

DROPOUTS = ("p", "dropout")
"""What the share that a dropout switches off is called; it may stand deep inside a module."""


def _drops() -> "Mapping[type[nn.Module], str]":
    """What each kind of module calls it."""
    from torch import nn  # which the window does not wait for

    return {
        nn.modules.dropout._DropoutNd: "p",
        nn.RNNBase: "dropout",
        nn.MultiheadAttention: "dropout",
    }


def live(kind: type[Layer]) -> frozenset[str]:
    """The parameters of a kind of layer that may change while a run goes on."""
    extras = {name: field.json_schema_extra for name, field in kind.model_fields.items()}
    return frozenset(
        name for name, extra in extras.items() if isinstance(extra, dict) and extra.get("live")
    )


def tuned(
    network: "Network", graph: Graph, node: NodeId, parameter: str, value: float
) -> float | None:
    """Change a parameter of a node; what it was before, or None where it cannot be changed.

    Raises pydantic's ValidationError if the layer does not take the value.
    """
    placed = graph.nodes.get(node)
    if placed is None or parameter not in live(type(placed.layer)):
        return None
    wanted = getattr(placed.layer.but(**{parameter: value}), parameter)
    before: float | None = None
    for part, name in _holders(network.of(node), parameter):
        before = float(getattr(part, name)) if before is None else before
        setattr(part, name, wanted)
    return before


def _holders(module: "nn.Module", parameter: str) -> "Iterator[tuple[nn.Module, str]]":
    """The modules that read a parameter, and what they call it."""
    if parameter not in DROPOUTS:
        yield module, parameter
        return
    drops = _drops()
    for part in module.modules():
        yield from ((part, name) for kind, name in drops.items() if isinstance(part, kind))


def tunings(before: Graph, after: Graph) -> tuple[Tune, ...] | None:
    """What makes one drawing's network of another's while it runs; None where more than that has changed."""
    try:
        ours, theirs = before.flat, after.flat
    except GraphError:  # one of them cannot be unfolded
        return None
    if ours.nodes.keys() != theirs.nodes.keys() or ours.edges != theirs.edges:
        return None
    found: list[Tune] = []
    for name, node in ours.nodes.items():
        other = theirs.nodes[name]
        if node.shares != other.shares:
            return None
        if node.layer != other.layer:
            changes = _changes(name, node.layer, other.layer)
            if changes is None:
                return None
            found += changes
    return tuple(found)


def _changes(name: str, before: Layer, after: Layer) -> list[Tune] | None:
    """The parameters in which two layers differ, if they are of one kind and all of them may change."""
    if type(before) is not type(after):
        return None
    named = [n for n in type(before).model_fields if getattr(before, n) != getattr(after, n)]
    if not live(type(before)).issuperset(named):
        return None
    return list(_tunes(name, after, named))


def _tunes(name: str, layer: Layer, named: list[str]) -> Iterator[Tune]:
    for parameter in named:
        yield Tune(name, parameter, float(getattr(layer, parameter)))
