"""All that one run needs, made ready before any thread starts: or else all complaints at once."""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import partial

import torch

from engine.dataset import Data
from engine.events import Checkpoint
from engine.graph import Graph, GraphError, NodeId, drawn
from engine.layer import Loss
from engine.layers.normalisation import BatchNorm1d, BatchNorm2d, LayerNorm
from engine.memory import installed, needed, spoken
from engine.problems import Fix, Problem, circle, find_problems
from engine.project import Project
from engine.run import Run
from engine.settings import Settings
from engine.shapes import Shapes, infer

PROBE_EXAMPLES = 256  # fixed train examples on which instruments measure


@dataclass(frozen=True, slots=True, eq=False)
class Job:
    """A drawing without errors, its data, how to train it, and where to begin."""

    graph: Graph  # unfolded: groups opened, what is switched off left out
    shapes: Shapes
    data: Data
    settings: Settings
    start: Checkpoint | None = None

    @property
    def last_epoch(self) -> int:
        """The epoch at which the run ends: that of the settings, or as many more if those are done already."""
        done = self.start.epoch if self.start else 0
        return self.settings.epochs if done < self.settings.epochs else done + self.settings.epochs


def prepare(project: Project, run: Run | None = None) -> Job | tuple[Problem, ...]:
    """The job of training a project, going on from a run if one is given; or its errors. Raises DataError."""
    graph, data = project.graph, project.recipe.prepare()
    try:
        shapes = infer(graph, data.parts, data.target)
    except GraphError as error:
        return (circle(error),)
    problems = (
        *find_problems(graph, shapes, data.target),
        *_too_large(shapes, project.settings),
        *_too_few_to_normalise(
            graph.flat, shapes, min(project.settings.batch_size, data.train.count)
        ),
        *_no_device(project.settings),
    )
    if any(problem.severity == "error" for problem in problems):
        return tuple(sorted(problems, key=lambda problem: problem.severity != "error"))
    return Job(graph.flat, shapes, data, project.settings, run.checkpoint if run else None)


def _too_large(shapes: Shapes, settings: Settings) -> Iterator[Problem]:
    """The complaint about a network that cannot fit into this machine, so that nothing of it is allocated."""
    room, size = installed(), needed(shapes.total, settings.batch_size)
    if settings.device == "cpu" and room is not None and size > room:
        name = drawn(max(shapes.run, key=lambda node: _parameters(shapes, node)))
        message = (
            f"Training this network would take about {spoken(size)} of memory, but there are {spoken(room)}. "
            f"{name} is its largest layer: make it or the batch smaller."
        )
        yield Problem("error", name, message)


def _parameters(shapes: Shapes, node: NodeId) -> int:
    sized = shapes.sized.get(node)
    return sized.cost.parameters if sized else 0


def _too_few_to_normalise(graph: Graph, shapes: Shapes, batch: int) -> Iterator[Problem]:
    """The complaint about a batch norm that would see one number a channel: its variance is then 0."""
    used = graph.ancestors(*(node.id for node in graph.of_kind(Loss)))
    for node in graph.of_kind(BatchNorm1d, BatchNorm2d):
        sized = shapes.sized.get(node.id)
        if batch > 1 or node.id not in used or sized is None:
            continue
        came = sized.inputs[0]
        if came is not None and came.count == came.sizes[0]:
            message = (
                f"{node.id} needs at least two examples in a batch, but it gets 1. "
                "Use a larger batch, or Layer norm."
            )
            outer = drawn(node.id)
            fix = Fix("Use Layer norm", partial(_with_layer_norm, name=node.id))
            yield Problem("error", outer, message, fix=fix if outer == node.id else None)


def _with_layer_norm(graph: Graph, name: NodeId) -> Graph:
    return graph.put(name, LayerNorm())


def _no_device(settings: Settings) -> Iterator[Problem]:
    """The complaint about a device that this machine, or this build of PyTorch, does not have."""
    if settings.device not in devices():
        name = {"cuda": "CUDA", "mps": "Metal"}[settings.device]
        message = (
            f"The settings ask for {name}, but PyTorch finds no such device here. "
            "Choose the CPU, or install a PyTorch and a driver that know it."
        )
        yield Problem("error", None, message)


def devices() -> frozenset[str]:
    """Where PyTorch can compute on this machine."""
    found = {"cpu"}
    if torch.cuda.is_available():
        found.add("cuda")
    if torch.backends.mps.is_available():
        found.add("mps")
    return frozenset(found)
