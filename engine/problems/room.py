"""Networks that cannot fit into this machine: said by estimate, so that nothing of them is allocated."""

from collections.abc import Iterator

from engine.graph import NodeId
from engine.lengths import at_full_length
from engine.memory import installed, needed, spoken
from engine.problem import Problem
from engine.scene import Scene, rule
from engine.shapes import Shapes


@rule
def too_large_for_this_machine(scene: Scene) -> Iterator[Problem]:
    """A step of training must fit into memory; with no settings yet, a step on one example."""
    settings = scene.settings
    room, batch = installed(), settings.batch_size if settings else 1
    optimizer = settings.optimizer if settings else "SGD"
    if room is None or (settings and settings.device != "cpu"):
        return
    shapes = at_full_length(scene.graph, scene.shapes, scene.data) if scene.data else scene.shapes
    size = needed(shapes.total, batch, optimizer)
    if size <= room or not shapes.run:
        return
    name = max(shapes.run, key=lambda node: _held(shapes, node, batch))
    message = (
        f"Training this network would take about {spoken(size)} of memory, but there are {spoken(room)}. "
        f"{scene.said(name)} is its largest layer: make it or the batch smaller."
    )
    yield scene.problem("error", name, message)


def _held(shapes: Shapes, name: NodeId, batch: int) -> int:
    sized = shapes.sized.get(name)
    return needed(sized.cost, batch) if sized else 0
