"""What fits where: whether a layer takes what would flow into it, asked of the layer itself. Edits nothing.

A layer is tried on nothing (`engine.trial`), which remembers its answers; what is not known yet counts as fitting.
"""

from collections.abc import Iterable, Iterator, Mapping

from app.studio import Studio
from engine.axes import Axes, Target
from engine.dataset import DataError
from engine.graph import Composite, Edge, Graph, GraphError, NodeId
from engine.layer import Layer, Loss
from engine.layers.data import Input
from engine.records import Unknown
from engine.shapes import Shapes, infer
from engine.sizing import Misfit, Sized
from engine.trial import answer, wrong_kind

MOST_TRIED = 6  # kinds of sample that a layer is tried with to learn what it could give


def misfit(
    studio: Studio, graph: Graph, edge: Edge, instead_of: Edge | None = None
) -> Misfit | None:
    """What its target would say of a new wire of this drawing; None if it takes it, or while too little is known.

    `instead_of` is a wire of the drawing that would make way for it.
    """
    shapes = _shapes(studio)
    came, node = shapes.on(edge), graph.nodes[edge.target]
    if came is None or not node.enabled:
        return None
    if isinstance(node.layer, Composite):
        return _misfit_in_group(studio, graph.disconnect(instead_of) if instead_of else graph, edge)
    inputs = _inputs(graph, shapes, edge, but=instead_of)
    return _complaint(studio, node.layer, inputs) if inputs else None


def takes(studio: Studio, layer: Layer, axes: Axes | None) -> Misfit | None:
    """What a layer that is not drawn yet would say of this at its first input; None if it takes it."""
    return None if axes is None else _complaint(studio, layer, (axes,))


def can_follow(studio: Studio, name: NodeId | None, layer: Layer) -> bool:
    """Whether a layer takes what a node gives out, as far as that is known; anything can stand alone."""
    sized = _shapes(studio).sized.get(name) if name is not None else None
    came = next(iter(sized.outputs.values()), None) if sized is not None else None
    return not layer.inputs or takes(studio, layer, came) is None


def gives(layer: Layer, axes: Axes | None) -> Axes | None:
    """What a layer gives out at its first output if this comes in; None where that is not known."""
    if axes is None or not layer.inputs or not layer.outputs:
        return None
    if isinstance(layer, Loss) or _wants_more(layer, 1):
        return None
    found = answer(layer, (axes,), None)
    return found.outputs.get(layer.outputs[0].name) if isinstance(found, Sized) else None


def could_precede(studio: Studio, graph: Graph, layer: Layer, target: NodeId, port: str) -> bool:
    """Whether a layer could give out what an input takes, tried with what flows in the drawing."""
    if not studio.document.meaning.known:
        return True
    for axes in _outcomes(studio, graph, layer, target):
        inputs = _inputs(graph, _shapes(studio), Edge(NodeId(""), target, "", port), axes)
        if inputs is None or _complaint(studio, graph.nodes[target].layer, inputs) is None:
            return True
    return False


def _outcomes(studio: Studio, graph: Graph, layer: Layer, target: NodeId) -> Iterator[Axes]:
    """What a layer could give out in front of a node."""
    if isinstance(layer, Input):
        part = _parts(studio).get(layer.part)
        if part is not None:
            yield part
    elif not layer.inputs:
        found = answer(layer, (), None)
        if isinstance(found, Sized):
            yield from found.outputs.values()
    for axes in _flowing(studio, graph, target):
        given = gives(layer, axes) if layer.inputs else None
        if given is not None:
            yield given


def _flowing(studio: Studio, graph: Graph, target: NodeId) -> Iterable[Axes]:
    """The different samples that flow in the drawing and could be led to a node, those nearest to it last drawn."""
    after, shapes = graph.descendants(target), _shapes(studio)
    found: dict[Axes, None] = {}
    for name in reversed([name for name in graph.nodes if name not in after]):
        if name in shapes.sized:
            found.update(dict.fromkeys(shapes.sized[name].outputs.values()))
    return [*found, *_parts(studio).values()][:MOST_TRIED]


def _inputs(
    graph: Graph,
    shapes: Shapes,
    edge: Edge,
    came: Axes | None = None,
    but: Edge | None = None,
) -> tuple[Axes | None, ...] | None:
    """What would come into the target of a new wire, an entry a port; None if what it needs beside it is not known."""
    layer, found = graph.nodes[edge.target].layer, list[Axes | None]()
    for port in layer.inputs:
        wires = [
            e
            for e in graph.incoming.get(edge.target, ())
            if e.target_port == port.name and e != but
        ]
        axes = [shapes.on(wire) for wire in wires]
        if port.name == edge.target_port:
            axes.append(came or shapes.on(edge))
        if any(one is None for one in axes):
            return None
        found += axes or [None]
    while found and found[-1] is None:
        found.pop()
    return tuple(found)


def _complaint(studio: Studio, layer: Layer, inputs: tuple[Axes | None, ...]) -> Misfit | None:
    if isinstance(layer, Unknown):
        return None
    if _wants_more(layer, len([one for one in inputs if one is not None])):
        return wrong_kind(layer, inputs)
    found = answer(layer, inputs, _target(studio) if isinstance(layer, Loss) else None)
    return found if isinstance(found, Misfit) else None


def _wants_more(layer: Layer, given: int) -> bool:
    """Whether inputs that may not stay open are still open."""
    return sum(not port.optional for port in layer.inputs) > given


def _misfit_in_group(studio: Studio, graph: Graph, edge: Edge) -> Misfit | None:
    """The first complaint that a new wire would bring about inside a group."""
    before = studio.document.meaning.shapes
    try:
        target = studio.document.meaning.data.target
        drawn, _ = studio.whole_with(graph.connect(edge))
        found = infer(drawn, _parts(studio), target, before)
    except (GraphError, DataError):
        return None
    inside = str(studio.full_name(edge.target)) + "."
    new = (m for name, m in found.misfits.items() if name.startswith(inside))
    return next(new, None)


def _shapes(studio: Studio) -> Shapes:
    try:
        return studio.shapes
    except DataError:
        return Shapes({}, {})


def _parts(studio: Studio) -> Mapping[str, Axes]:
    try:
        return studio.document.meaning.data.parts
    except DataError:
        return {}


def _target(studio: Studio) -> Target | None:
    try:
        return studio.document.meaning.data.target
    except DataError:
        return None
