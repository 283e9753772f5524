"""A project around what was imported: placeholder data in the right arrangement, and the weights as a run."""

import numpy as np
import torch

from engine.axes import Axes, Row, Sequence, Signal, Tokens
from engine.dataset import Recipe
from engine.datasets.placeholder import LARGEST, Placeholder
from engine.events import Checkpoint
from engine.graph import Edge, Graph, NodeId
from engine.imports.bringing import Imported
from engine.layer import Loss
from engine.layers import CATALOGUE
from engine.layers.data import Output
from engine.project import Project
from engine.run import Run
from engine.settings import Settings


def project_of(brought: Imported, title: str, loss: bool = False) -> Project:
    """A project that holds the drawing, and a run “imported” from whose weights it can go on.

    Args:
        brought: What was imported.
        title: What the project is called.
        loss: Whether a cross-entropy (or squared error) is wired to the first result.
    """
    data = _placeholder(brought)
    graph = _with_loss(brought.graph, data) if loss else brought.graph
    recipe, settings = Recipe.usual(data), Settings()
    chance = np.asarray(torch.random.get_rng_state())
    checkpoint = Checkpoint(0, 0, 0, brought.weights, {}, chance)
    run = Run("imported", graph, recipe, settings, checkpoint=checkpoint)
    return Project(title, graph, recipe, settings, runs=(run,))


def written(axes: Axes) -> str:
    """Axes as `axes_from` reads them."""
    sizes = ",".join(map(str, axes.sizes))
    if isinstance(axes, Tokens):
        return f"tokens:{axes.steps}:{axes.vocabulary}"
    return f"signal:{sizes}" if isinstance(axes, Signal) else sizes


def _placeholder(brought: Imported) -> Placeholder:
    (first, *others) = brought.parts.items()
    predicts, count = "classes", 2
    match brought.result:
        case Row(1):
            predicts, count = "values", 1
        case Row(features):
            count = features
        case Sequence(_, features):
            predicts, count = "a class at each step", features
    numbers = max(axes.count or 1 for axes in brought.parts.values())
    return Placeholder(
        sample=written(first[1]),
        others=tuple((name, written(axes)) for name, axes in others),
        predicts=predicts,
        count=count,
        examples=max(10, min(60, LARGEST // numbers)),
    )


def _with_loss(graph: Graph, data: Placeholder) -> Graph:
    output = graph.of_kind(Output)[0]
    edge = graph.incoming[output.id][0]
    layer = CATALOGUE["MSELoss" if data.predicts == "values" else "CrossEntropyLoss"]()
    assert isinstance(layer, Loss)  # noqa: S101 (for the type checker)
    x, y = output.position
    name = graph.free_name("loss")
    added = graph.add(layer, (x, y + 240), name)
    return added.connect(Edge(edge.source, NodeId(name), edge.source_port, "prediction"))
