"""One run, kept: what it was given, what it said, and all that is needed to go on with it."""

from collections.abc import Mapping
from copy import deepcopy
from dataclasses import dataclass, field, replace

import numpy as np
from numpy.typing import NDArray

from engine.dataset import Recipe
from engine.events import Best, Checkpoint, Event, Started
from engine.graph import Graph, GraphError, NodeId
from engine.history import History
from engine.settings import Settings


@dataclass(frozen=True, slots=True, eq=False)
class Run:
    """A run as it stands: frozen inputs, and the history, the last checkpoint and the best weights so far."""

    name: str
    graph: Graph
    recipe: Recipe
    settings: Settings
    history: History = field(default_factory=History)
    checkpoint: Checkpoint | None = None
    best: Best | None = None

    @property
    def weights(self) -> Mapping[str, NDArray[np.generic]]:
        """The weights of the last checkpoint; empty before there is one."""
        return self.checkpoint.weights if self.checkpoint else {}


def same_network(first: Graph, second: Graph) -> bool:
    """Whether two drawings run as the same network, wherever their nodes stand and whatever is written on them."""
    if first is second:
        return True
    try:
        ours, theirs = first.flat, second.flat
    except GraphError:  # one of them cannot be unfolded
        return False
    return _run(ours) == _run(theirs) and ours.edges == theirs.edges


def _run(flat: Graph) -> dict[NodeId, tuple[object, ...]]:
    """What of each node makes the network."""
    return {name: (node.layer, node.shares) for name, node in flat.nodes.items()}


def record(run: Run, event: Event) -> Run:
    """The run after it said this."""
    run.history.add(event)
    match event:
        case Checkpoint():
            return replace(run, checkpoint=event)
        case Best() if run.best is None or event.dev_loss < run.best.dev_loss:
            return replace(run, best=event)
        case Started() if run.best is not None and run.best.step > event.step:
            return replace(run, best=None)  # it goes on from before that
    return run


def at_its_best(run: Run, name: str) -> Run | None:
    """A run of its own that stands where this one did best on dev, ready to go on from there; None if none is known.

    What came after is left out of its history, and the optimiser begins anew.
    """
    best, last, started = run.best, run.checkpoint, run.history.started
    if best is None or last is None or started is None:
        return None
    history = deepcopy(run.history)
    history.add(replace(started, step=best.step, epoch=float(best.epoch)))
    clock = history.clock.values
    history.seconds = float(clock[-1, 1]) if len(clock) else 0.0
    stand = Checkpoint(best.step, best.epoch, 0, best.weights, {}, last.chance, history.seconds)
    return replace(run, name=name, history=history, checkpoint=stand)
