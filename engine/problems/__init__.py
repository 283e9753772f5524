"""Every static complaint about a drawing: the rules declared in this folder, each asked once.

To add a rule, write one function marked `@rule` in one file here. Nothing else changes.
"""

import pkgutil
from collections.abc import Iterable, Iterator, Mapping
from importlib import import_module
from types import MappingProxyType

from engine.axes import Target
from engine.dataset import Data
from engine.graph import Graph
from engine.problem import Fix, Problem, circle
from engine.scene import Rule, Scene, bypass
from engine.settings import Settings
from engine.shapes import Shapes


def _declared() -> Iterator[tuple[str, Rule]]:
    for name in sorted(entry.name for entry in pkgutil.iter_modules(__path__)):
        module = import_module(f"{__name__}.{name}")
        yield from ((key, found) for key, found in vars(module).items() if isinstance(found, Rule))


RULES: Mapping[str, Rule] = MappingProxyType(dict(_declared()))
"""Every rule there is, by its name, in the order of the files."""


def find_problems(
    graph: Graph,
    shapes: Shapes,
    target: Target,
    settings: Settings | None = None,
    data: Data | None = None,
) -> tuple[Problem, ...]:
    """All complaints, errors first; what a repeated group has wrong in each turn is said once.

    Args:
        graph: The drawing, with its groups.
        shapes: What is known of it.
        target: What the data ask for.
        settings: How it is to be trained, as far as that is known: the batch, the optimiser and the device.
        data: The examples themselves, where they are at hand: what they say of lengths is heeded.

    Raises GraphError if the drawing cannot be unfolded, as `infer` does.
    """
    turns = each_rule(graph, shapes, target, settings, data)
    return ordered(problem for turn in turns for problem in turn)


def each_rule(
    graph: Graph,
    shapes: Shapes,
    target: Target,
    settings: Settings | None = None,
    data: Data | None = None,
) -> Iterator[list[Problem]]:
    """What each rule has to say, one after another, for who must not wait for all; `ordered` puts it in order."""
    scene = Scene(graph, shapes, target, settings, data)
    for each in RULES.values():
        yield list(each.find(scene))


def ordered(problems: Iterable[Problem]) -> tuple[Problem, ...]:
    """Complaints as they are shown: each once, errors first."""
    found: dict[object, Problem] = {}
    for problem in problems:
        found.setdefault((problem.node, problem.message, problem.port), problem)
    return tuple(sorted(found.values(), key=lambda problem: problem.severity != "error"))


__all__ = [
    "RULES",
    "Fix",
    "Problem",
    "bypass",
    "circle",
    "each_rule",
    "find_problems",
    "ordered",
]
