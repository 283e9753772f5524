"""What a drawing is made of: nodes with their ports, and the edges between them."""

from dataclasses import dataclass
from typing import NewType

from engine.layer import Layer, Port

NodeId = NewType("NodeId", str)
Point = tuple[float, float]


class GraphError(ValueError):
    """An edit that cannot be; its text says why, in the user's words."""


@dataclass(frozen=True, slots=True)
class Node:
    """A layer placed in a graph, with the place of its header's left end on the canvas, in pixels."""

    id: NodeId
    layer: Layer
    position: Point = (0.0, 0.0)
    frozen: bool = False  # its weights stay as they are
    enabled: bool = True  # if not, what comes in goes out again as it is
    shares: NodeId | None = None  # the node whose weights it uses
    note: str = ""  # a person's comment
    rate: float = 1.0  # what the learning rate is multiplied by for its weights
    decay: float | None = None  # its own weight decay; None: as the settings say
    open: bool = False  # of a group: its inside is shown in its place; nothing to the network


@dataclass(frozen=True, slots=True, order=True)
class Edge:
    """What flows from an output port of one node to an input port of another."""

    source: NodeId
    target: NodeId
    source_port: str = "out"
    target_port: str = "in"


class Composite(Layer, stem="group"):
    """A layer that is a drawing itself: `graph`, run `repeat` times in a row, with one set of weights if `shared`."""

    graph: object
    repeat: int
    shared: bool


def port_named(ports: tuple[Port, ...], name: str) -> Port | None:
    """The port of this name, if there is one."""
    return next((port for port in ports if port.name == name), None)


def drawn(name: str) -> NodeId:
    """The node of the drawing that a node of its unfolded form belongs to: `block` for `block.0.conv_1`."""
    return NodeId(name.partition(".")[0].partition("#")[0])
