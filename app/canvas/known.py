"""What is known of the drawing on the canvas: shapes, and the first complaint about each node."""

from app.studio import Studio
from engine.dataset import DataError
from engine.graph import NodeId
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


def differ(now: object, before: object) -> bool:
    """Whether two answers differ; answers are remembered, so equal ones are mostly the same object."""
    return now is not before and now != before
