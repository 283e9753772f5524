"""What a run takes over from the project while it goes on, and what makes the drawing another one."""

from collections.abc import Mapping
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from engine.control import Adjust, Command
from engine.graph import Graph, NodeId
from engine.project import Project, fresh_run
from engine.run import Run, same_network
from engine.settings import ADJUSTABLE
from engine.tuning import tunings

Weights = Mapping[str, NDArray[np.generic]]


def followed(running: Graph, before: Project, after: Project) -> tuple[list[Command], Graph]:
    """What to tell a run of an edit of the project, and the drawing that it then trains.

    Settings and parameters that a network reads anew at each step reach it; whatever else is edited waits.
    """
    commands: list[Command] = [
        Adjust(name, getattr(after.settings, name))
        for name in sorted(ADJUSTABLE)
        if getattr(after.settings, name) != getattr(before.settings, name)
    ]
    if before.graph is after.graph:
        return commands, running
    tuned = tunings(running, after.graph)
    if not tuned:
        return commands, running
    layers = {name: node.layer for name, node in after.graph.nodes.items()}
    nodes = {
        name: replace(node, layer=layers.get(name, node.layer))
        for name, node in running.nodes.items()
    }
    return [*commands, *tuned], replace(running, nodes=nodes)


def marks(graph: Graph) -> dict[NodeId, tuple[bool, float, float | None]]:
    """What of each layer decides how its weights learn; a run takes it in when it begins or goes on from rest."""
    return {name: (node.frozen, node.rate, node.decay) for name, node in graph.flat.nodes.items()}


def moved_on(run: Run, project: Project, *, going: bool) -> bool:
    """Whether the drawing is no longer the network that a run trains, or the data are others."""
    if run.recipe != project.recipe or not same_network(run.graph, project.graph):
        return True
    return going and marks(run.graph) != marks(project.graph)


def next_run(run: Run | None, project: Project, *, moved_on: bool) -> Run:
    """The last run, if it can go on (the same network and data, and weights to go on from), or a fresh one."""
    if run is None or run.checkpoint is None or moved_on:
        return fresh_run(project)
    return replace(run, graph=project.graph, settings=project.settings)


def project_of(run: Run, project: Project) -> Project:
    """A project as it was when a run of it was begun."""
    return replace(project, graph=run.graph, recipe=run.recipe, settings=run.settings)
