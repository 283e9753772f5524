"""Networks that cannot fit into this machine: said by estimate, so that nothing of them is allocated."""

from collections.abc import Iterator
from dataclasses import replace

from engine.graph import NodeId
from engine.lengths import at_full_length
from engine.memory import installed, needed, spoken
from engine.problem import Problem
from engine.scene import Scene, rule
from engine.shapes import Shapes
from engine.sizing import TYPICAL, Cost


@rule
def too_large_for_this_machine(scene: Scene) -> Iterator[Problem]:
    """A step of training must fit into memory; with no settings yet, a step on one example."""
    settings = scene.settings
    room, batch = installed(), settings.batch_size if settings else 1
    optimizer = settings.optimizer if settings else "SGD"
    if room is None or (settings and settings.device != "cpu"):
        return
    shapes = scene.shapes
    if scene.data and needed(_at_most(scene), batch, optimizer) > room:  # only then it is reckoned
        shapes = at_full_length(scene.graph, shapes, scene.data)
    size = needed(shapes.total, batch, optimizer)
    if size <= room or not shapes.run:
        return
    name = max(shapes.run, key=lambda node: _held(shapes, node, batch))
    message = (
        f"Training this network would take about {spoken(size)} of memory, but there are {spoken(room)}. "
        f"{scene.said(name)} is its largest layer: make it or the batch smaller."
    )
    yield scene.problem("error", name, message)


def _at_most(scene: Scene) -> Cost:
    """What the network costs at the lengths of the data at most: nothing grows faster than each step with each."""
    total = scene.shapes.total
    longest = max((steps.room for steps in scene.lengths.values()), default=0)
    growth = max(1, -(-longest // TYPICAL)) ** 2
    return replace(total, activations=total.activations * growth, held=total.held * growth)


def _held(shapes: Shapes, name: NodeId, batch: int) -> int:
    sized = shapes.sized.get(name)
    return needed(sized.cost, batch) if sized else 0
