"""One run, kept: what it was given, what it said, and all that is needed to go on with it."""

from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from engine.dataset import Recipe
from engine.events import Checkpoint, Event
from engine.graph import Graph
from engine.history import History
from engine.settings import Settings


@dataclass(frozen=True, slots=True, eq=False)
class Run:
    """A run as it stands: frozen inputs, and the history and the last checkpoint so far."""

    name: str
    graph: Graph
    recipe: Recipe
    settings: Settings
    history: History = field(default_factory=History)
    checkpoint: Checkpoint | None = None

    @property
    def weights(self) -> Mapping[str, NDArray[np.generic]]:
        """The weights of the last checkpoint; empty before there is one."""
        return self.checkpoint.weights if self.checkpoint else {}


def same_network(first: Graph, second: Graph) -> bool:
    """Whether two drawings are the same network, wherever their nodes stand."""
    layers = {name: node.layer for name, node in first.nodes.items()}
    return (
        layers == {name: node.layer for name, node in second.nodes.items()}
        and first.edges == second.edges
    )


def record(run: Run, event: Event) -> Run:
    """The run after it said this."""
    run.history.add(event)
    if not isinstance(event, Checkpoint):
        return run
    return Run(run.name, run.graph, run.recipe, run.settings, run.history, event)
