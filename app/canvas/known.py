"""What is known of the drawing on the canvas: shapes, and the first complaint about each node."""

from collections.abc import Mapping
from dataclasses import replace

from app.studio import Studio
from engine.dataset import DataError
from engine.graph import Graph, NodeId
from engine.problems import Problem
from engine.shapes import Shapes


def known_of(studio: Studio) -> tuple[Shapes, dict[NodeId, Problem]]:
    """Shapes, and the first problem of each node; neither while the data cannot be read."""
    try:
        shapes, problems = studio.shapes, studio.problems
    except DataError:
        return Shapes({}, {}), {}
    first: dict[NodeId, Problem] = {}
    for problem in problems:
        if problem.node is not None:
            first.setdefault(problem.node, problem)
    return shapes, first


def apart(now: Mapping[NodeId, object], before: Mapping[NodeId, object]) -> set[NodeId]:
    """The nodes of which two answers say different things; what did not change is mostly the same object."""
    if now is before:
        return set()
    new = {
        name for name, said in now.items() if (old := before.get(name)) is not said and old != said
    }
    return new | (before.keys() - now.keys())


def stands_elsewhere(before: Graph, after: Graph, name: NodeId) -> bool:
    """Whether a node that has changed is the same, elsewhere."""
    old, new = before.nodes[name], after.nodes[name]
    return old.layer is new.layer and replace(old, position=new.position) == new
