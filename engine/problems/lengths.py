"""Sequences of the data that are too short or too long for what they meet on their way."""

from collections.abc import Iterator

from pydantic import ValidationError

from engine.graph import Graph, NodeId
from engine.lengths import steps_alike, target_steps
from engine.problem import Fix, Problem
from engine.scene import Scene, put, rule


@rule
def too_short(scene: Scene) -> Iterator[Problem]:
    """Of a sequence shorter than a window nothing is left: an error if it is so of all, advice if of some."""
    for name, came in scene.lengths.items():
        stretch = scene.layer(name).stretch(*scene.shapes.sized[name].inputs)
        if stretch is None or came.shortest >= stretch.least:
            continue
        said, least = scene.said(name), _steps(stretch.least)
        fix = _shorter_window(scene, name, came.shortest)
        if came.longest < stretch.least:
            message = (
                f"{said} needs sequences of at least {least}, but the longest that comes to it has {came.longest}. "
                "Use a smaller window, a border, or longer sequences."
            )
            yield scene.problem("error", name, message, fix)
            continue
        message = (
            f"{said} needs sequences of at least {least}, but {came.below(stretch.least):,} of {came.examples:,} "
            "examples are shorter there and are filled up with padding. Use a smaller window or a border, or leave "
            "them out."
        )
        yield scene.problem("advice", name, message, fix)


def _steps(count: int) -> str:
    return f"{count} step" if count == 1 else f"{count} steps"


def _shorter_window(scene: Scene, name: NodeId, shortest: int) -> Fix | None:
    """The layer with the largest window that the shortest sequence fills."""
    layer, inputs = scene.layer(name), scene.shapes.sized[name].inputs
    kernel, padding = getattr(layer, "kernel_size", None), getattr(layer, "padding", 0)
    if not isinstance(kernel, int) or not isinstance(padding, int):
        return None
    most = min(kernel, shortest + 2 * padding)
    try:
        plain = layer.but(dilation=1) if hasattr(layer, "dilation") else layer
        other = plain.but(kernel_size=most)
    except ValidationError:
        return None
    stretch = other.stretch(*inputs)
    if stretch is None or stretch.least > shortest:
        return None
    return scene.fix(f"Use a window of {_steps(most)}", name, put(other))


@rule
def too_long(scene: Scene) -> Iterator[Problem]:
    """A layer with something learnt for each step has it for so many steps."""
    for name, came in scene.lengths.items():
        layer = scene.layer(name)
        if layer.longest is None or came.room <= layer.longest:
            continue
        message = (
            f"{scene.said(name)} takes at most {_steps(layer.longest)}, but sequences of {came.room} come to it. "
            "Let it have more, or use shorter sequences."
        )
        yield scene.problem("error", name, message, _longer(scene, name, came.room))


def _longer(scene: Scene, name: NodeId, room: int) -> Fix | None:
    try:
        return scene.fix(f"Give it {room} steps", name, put(scene.layer(name).but(max_length=room)))
    except ValidationError:
        return None


@rule
def other_steps_than_the_data(scene: Scene) -> Iterator[Problem]:
    """Where the data have a class at each step, there must be scores at each."""
    wanted = target_steps(scene.data) if scene.data else None
    if wanted is None:
        return
    for name in scene.losses:
        steps = _steps_before(scene, name)
        if steps is not None and steps != wanted:
            message = (
                f"{scene.said(name)} wants scores at each of the {wanted} steps that the data have classes for, but "
                f"gets them at {steps}. Keep the number of steps on the way, as a border and a stride of 1 do."
            )
            yield scene.problem("error", name, message, port="prediction")


def _steps_before(scene: Scene, name: NodeId) -> int | None:
    """At how many steps a loss gets scores, padding among them; None if that is not known, or asked of a wire."""
    came = scene.came(name)
    if came is None or len(came.sizes) != 2 or len(scene.shapes.sized[name].inputs) > 1:
        return None
    steps, known = came.sizes[0], scene.lengths.get(name)
    if isinstance(steps, int):
        return steps
    return known.room if known else None


@rule
def too_short_for_its_transcript(scene: Scene) -> Iterator[Problem]:
    """CTC needs a step for each class that is written, and one more between two alike: else its loss is infinite."""
    for node in scene.of("CTCLoss"):
        steps = _steps_before(scene, node.id)
        if steps is None or scene.data is None:
            continue
        known = scene.lengths.get(node.id) or steps_alike(scene.data, steps)
        bad, leaves_out = known.unwritten, getattr(node.layer, "zero_infinity", False)
        if not bad or (leaves_out and bad < known.examples):
            continue
        message = (
            f"{scene.said(node.id)} needs a step for each class that is written and one more between two alike, but "
            f"{bad:,} of {known.examples:,} examples come with fewer. Keep more steps on the way."
        )
        fix = None if bad == known.examples else scene.fix("Leave these out", node.id, _leave_out)
        yield scene.problem("error", node.id, message, fix, "prediction")


def _leave_out(graph: Graph, name: NodeId) -> Graph:
    return graph.put(name, graph.nodes[name].layer.but(zero_infinity=True))
