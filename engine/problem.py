"""What a complaint is, in the user's words: what happened, what was expected, and a way out.

A problem is an *error* (it cannot be trained) or *advice* (it can, but read this first). Only errors stop training.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Literal

from engine.graph import Graph, GraphError, NodeId

Severity = Literal["error", "advice"]


@dataclass(frozen=True, slots=True)
class Fix:
    """A way out: a pure edit, and what it does in a few words."""

    text: str
    edit: Callable[[Graph], Graph] = field(compare=False)


@dataclass(frozen=True, slots=True)
class Problem:
    """One complaint. `node` is where (None: the drawing as a whole), `port` is the input that is meant.

    The node is always one of the drawing itself; `within` says which layer of a group is meant: `block.0.conv_1`.
    """

    severity: Severity
    node: NodeId | None
    message: str
    port: str | None = None
    wanted: str = ""
    got: str = ""
    fix: Fix | None = None
    detail: str = ""
    within: str = ""
    hinders: Literal["all", "training"] = "all"
    """What an error stands in the way of: a network that cannot be trained can still be run and handed on."""


def circle(error: GraphError) -> Problem:
    """The complaint about a drawing that cannot be unfolded or put in an order, so that nothing flows in it."""
    message = str(error)
    if "circle" in message:
        message += " Cut one of the wires between them."
    return Problem("error", None, message)
