"""What is known and what is wrong inside groups that are open in place, by the names of the drawing laid out."""

from collections.abc import Iterator, Sequence
from dataclasses import replace

from app.placing import is_open
from app.room import Path, graph_at, problems_at, shapes_at
from engine.graph import Graph, NodeId
from engine.problem import Problem
from engine.shapes import Shapes


def open_below(graph: Graph, path: Path) -> Iterator[Path]:
    """The groups that are open in place inside another, or in the whole: the ways to them from there."""
    for name, node in graph_at(graph, path).nodes.items():
        if is_open(node):
            yield (name,)
            yield from ((name, *rest) for rest in open_below(graph, (*path, name)))


def shapes_laid(graph: Graph, path: Path, whole: Shapes) -> Shapes:
    """What is known of the drawing inside a group as it is laid out."""
    known = shapes_at(graph, path, whole)
    ways = list(open_below(graph, path))
    if not ways:
        return known
    sized, misfits, run = dict(known.sized), dict(known.misfits), dict(known.run)
    for way in ways:
        home, inner = ".".join(way) + ".", shapes_at(graph, (*path, *way), whole)
        sized |= {NodeId(home + name): found for name, found in inner.sized.items()}
        misfits |= {NodeId(home + name): found for name, found in inner.misfits.items()}
        run |= {NodeId(home + name): found for name, found in inner.run.items()}
    return replace(known, sized=sized, misfits=misfits, run=run)


def problems_laid(graph: Graph, path: Path, problems: Sequence[Problem]) -> tuple[Problem, ...]:
    """The complaints about the drawing inside a group as it is laid out: each where it is seen innermost."""
    ways = list(open_below(graph, path))
    if not ways:
        return problems_at(graph, path, problems)
    found: list[Problem] = []
    for problem in problems:
        seen = problems_at(graph, path, (problem,))
        for way in ways:  # the outer come before the inner
            for inner in problems_at(graph, (*path, *way), (problem,)):
                name = NodeId(".".join((*way, inner.node or "")))
                seen = (replace(inner, node=name),)
        found += seen
    return tuple(found)
