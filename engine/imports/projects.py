"""A project around what was imported: placeholder data in the right arrangement, and the weights as a run."""

import numpy as np
import torch

from engine.axes import Axes, Row, Sequence, Signal, Tokens
from engine.dataset import Recipe
from engine.datasets.placeholder import LARGEST, LENGTHS, Placeholder, is_length
from engine.events import Checkpoint
from engine.graph import Edge, Graph
from engine.imports.bringing import Imported
from engine.layer import Loss
from engine.layers import CATALOGUE
from engine.layers.data import Output
from engine.project import Project
from engine.run import Run
from engine.settings import Settings

MOST_VALUES = 100_000  # of a result that is compared number by number


def project_of(brought: Imported, title: str, loss: bool = False) -> Project:
    """A project that holds the drawing, and a run “imported” from whose weights it can go on.

    Args:
        brought: What was imported.
        title: What the project is called.
        loss: Whether a cross-entropy (or squared error) is wired to the first result.
    """
    data = _placeholder(brought)
    graph = _with_loss(brought, data) if loss else brought.graph
    recipe, settings = Recipe.usual(data), Settings()
    chance = np.asarray(torch.random.get_rng_state())
    checkpoint = Checkpoint(0, 0, 0, brought.weights, {}, chance)
    run = Run("imported", graph, recipe, settings, checkpoint=checkpoint)
    return Project(title, graph, recipe, settings, runs=(run,))


def written(axes: Axes) -> str:
    """Axes as `axes_from` reads them."""
    if is_length(axes):
        return LENGTHS
    sizes = ",".join(map(str, axes.sizes))
    if isinstance(axes, Tokens):
        return f"tokens:{axes.steps}:{axes.vocabulary}"
    return f"signal:{sizes}" if isinstance(axes, Signal) else sizes


def _placeholder(brought: Imported) -> Placeholder:
    (first, *others) = brought.parts.items()
    predicts, count, steps = "classes", 2, None
    match brought.result:
        case Row(1):
            predicts, count = "values", 1
        case Row(features):
            count = features
        case Sequence(int(length), features):
            predicts, count, steps = "a class at each step", features, length
        case Sequence(_, features):
            predicts, count = "a class at each step", features
        case other if other.count and other.count <= MOST_VALUES:
            predicts, count = "values", other.count
    numbers = max(axes.count or 1 for axes in brought.parts.values())
    return Placeholder(
        sample=written(first[1]),
        others=tuple((name, written(axes)) for name, axes in others),
        predicts=predicts,
        count=count,
        steps=steps,
        examples=max(10, min(60, LARGEST // numbers)),
    )


def _with_loss(brought: Imported, data: Placeholder) -> Graph:
    """The drawing with a loss at its first result, behind a Reshape to a row if need be; as it is if none fits."""
    graph, result = brought.graph, brought.result
    fits = isinstance(result, Row) or (isinstance(result, Sequence) and _keeps_steps(brought))
    if not fits and data.predicts != "values":
        return graph
    output = graph.of_kind(Output)[0]
    edge = graph.incoming[output.id][0]
    x, y = output.position
    source, port = edge.source, edge.source_port
    if not fits:
        row = CATALOGUE["Reshape"].model_validate({"shape": (data.count,)})
        source, port = graph.free_name("row"), "out"
        graph = graph.add(row, (x, y + 240), source)
        graph = graph.connect(Edge(edge.source, source, edge.source_port))
        x += 220
    layer = CATALOGUE["MSELoss" if data.predicts == "values" else "CrossEntropyLoss"]()
    assert isinstance(layer, Loss)  # noqa: S101 (for the type checker)
    name = graph.free_name("loss")
    return graph.add(layer, (x, y + 240), name).connect(Edge(source, name, port, "prediction"))


def _keeps_steps(brought: Imported) -> bool:
    """Whether each step of a result, as far as it is free, belongs to a step of the first input."""
    steps = brought.result.sizes[0]
    return isinstance(steps, int) or steps == next(iter(brought.parts.values())).sizes[0]
