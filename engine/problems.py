"""Every static complaint about a drawing, in the user's words: what happened, what was expected, and a way out.

A problem is an *error* (it cannot be trained) or *advice* (it can, but read this first). Only errors stop training.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from functools import partial
from typing import Literal

from engine.axes import Labels, Row, Target
from engine.graph import Edge, Graph, GraphError, NodeId, drawn
from engine.layer import Layer, Loss
from engine.layers.activation import ReLU
from engine.layers.data import Input
from engine.layers.dense import Dense
from engine.layers.loss import CrossEntropyLoss, MSELoss
from engine.layers.rearranging import Flatten
from engine.layers.softmax import Softmax
from engine.shapes import Misfit, Shapes


@dataclass(frozen=True, slots=True)
class Fix:
    """A way out: a pure edit, and what it does in a few words."""

    text: str
    edit: Callable[[Graph], Graph] = field(compare=False)


@dataclass(frozen=True, slots=True)
class Problem:
    """One complaint. `node` is where (None: the drawing as a whole), `port` is the input that is meant."""

    severity: Literal["error", "advice"]
    node: NodeId | None
    message: str
    port: str | None = None
    wanted: str = ""
    got: str = ""
    fix: Fix | None = None
    detail: str = ""


def find_problems(graph: Graph, shapes: Shapes, target: Target) -> tuple[Problem, ...]:
    """All complaints, errors first, each kind in the order of the network."""
    found = [*_missing(graph), *_loose_ends(graph), *_misfits(graph, shapes, target)]
    found += [*_nothing_to_learn(graph, shapes), *_unused(graph)]
    found += [*_softmax_twice(graph), *_linear_after_linear(graph)]
    return tuple(sorted(found, key=lambda problem: problem.severity != "error"))


def circle(error: GraphError) -> Problem:
    """The complaint about a drawing that runs in a circle, which shapes cannot be inferred for."""
    return Problem("error", None, f"{error} Cut one of the wires between them.")


def _missing(graph: Graph) -> Iterator[Problem]:
    if not graph.of_kind(Input):
        yield Problem(
            "error", None, "There is no Input: nothing brings the data in. Drag one from Data."
        )
    if not graph.of_kind(Loss):
        message = (
            "There is no loss: training would not know what to make small. Drag one from Loss."
        )
        yield Problem("error", None, message)


def _loose_ends(graph: Graph) -> Iterator[Problem]:
    for name, node in graph.nodes.items():
        joined = {edge.target_port for edge in graph.incoming.get(name, ())}
        for port in node.layer.inputs:
            if port.name not in joined and not port.optional:
                message = f"Nothing flows into {name}. Draw a wire to its input, or remove it."
                fix = Fix(f"Remove {name}", partial(_remove, name))
                yield Problem("error", name, message, port.name, fix=fix)


def _nothing_to_learn(graph: Graph, shapes: Shapes) -> Iterator[Problem]:
    """The complaint about a drawing that fits but has no weight to change."""
    used = graph.ancestors(*(node.id for node in graph.of_kind(Loss)))
    sizes = [shapes.sized[name] for name in used if name in shapes.sized]
    if sizes and len(sizes) == len(used) and not any(size.cost.parameters for size in sizes):
        message = (
            "There is nothing to train: no layer that leads to the loss has weights. "
            "Drag one from Dense or Convolution, and wire it in."
        )
        yield Problem("error", None, message)


def _unused(graph: Graph) -> Iterator[Problem]:
    if not graph.of_kind(Loss):
        return  # that there is none is said already
    useful = graph.ancestors(*(node.id for node in graph.of_kind(Loss)))
    for name, node in graph.nodes.items():
        fed = bool(graph.incoming.get(name)) or not node.layer.inputs
        if name not in useful and fed:
            message = f"{name} leads to no loss, so it is neither trained nor run."
            yield Problem("advice", name, message)


def _misfits(graph: Graph, shapes: Shapes, target: Target) -> Iterator[Problem]:
    for name, misfit in shapes.misfits.items():
        message = f"{name} wants {misfit.wanted}, but gets {misfit.got}."
        fix = _fix(graph, name, misfit, target) if name in graph.nodes else None
        yield Problem(
            "error",
            drawn(name),
            message,
            misfit.port,
            misfit.wanted,
            misfit.got,
            fix,
            misfit.detail,
        )


def _fix(graph: Graph, name: NodeId, misfit: Misfit, target: Target) -> Fix | None:
    """The edit that mends a misfit, where one is known."""
    edges = [edge for edge in graph.incoming.get(name, ()) if edge.target_port == misfit.port]
    layer = graph.nodes[name].layer
    came = next(iter(misfit.inputs), None)
    if len(edges) != 1 or came is None or came.count is None:
        return _loss_fix(graph, name, layer, misfit, target)
    takes_row = any(issubclass(Row, kind) for kind in layer.takes[0])
    if takes_row and not came.whole and not isinstance(came, layer.takes[0]):
        return Fix("Insert Flatten", lambda graph: graph.insert(edges[0], Flatten()))
    return _loss_fix(graph, name, layer, misfit, target)


def _loss_fix(
    graph: Graph, name: NodeId, layer: Layer, misfit: Misfit, target: Target
) -> Fix | None:
    """For a loss that does not suit the data: one that does, or as many scores as the data ask for."""
    if not isinstance(layer, Loss):
        return None
    if not isinstance(target, layer.target):
        suited = CrossEntropyLoss() if isinstance(target, Labels) else MSELoss()
        return Fix(f"Use {suited.label}", lambda graph: graph.put(name, suited))
    edge = next(iter(graph.incoming.get(name, ())), None)
    if edge is None or not isinstance(misfit.inputs[0], Row):
        return None
    before = graph.nodes[edge.source].layer
    if isinstance(before, Dense):
        text = f"Give {edge.source} {target.count} units"
        changed = before.but(out_features=target.count)
        return Fix(text, lambda graph: graph.put(edge.source, changed))
    return Fix(
        f"Insert Dense with {target.count} units",
        lambda graph: graph.insert(edge, Dense(out_features=target.count)),
    )


def _softmax_twice(graph: Graph) -> Iterator[Problem]:
    for node in graph.of_kind(CrossEntropyLoss):
        for edge in graph.incoming.get(node.id, ()):
            if isinstance(graph.nodes[edge.source].layer, Softmax):
                name = edge.source
                message = (
                    f"{node.id} applies softmax itself: with {name} before it, it is applied twice "
                    "and training is slow."
                )
                fix = Fix(f"Remove {name}", partial(bypass, name=name))
                yield Problem("advice", name, message, fix=fix)


def _linear_after_linear(graph: Graph) -> Iterator[Problem]:
    for edge in graph.edges:
        ends = (graph.nodes[edge.source].layer, graph.nodes[edge.target].layer)
        if all(isinstance(layer, Dense) for layer in ends):
            message = (
                f"{edge.source} and {edge.target} follow each other without an activation: "
                "together they are one linear layer."
            )
            fix = Fix("Insert ReLU", partial(_insert_relu, edge))
            yield Problem("advice", edge.target, message, fix=fix)


def _remove(name: NodeId, graph: Graph) -> Graph:
    return graph.remove(name)


def _insert_relu(edge: Edge, graph: Graph) -> Graph:
    return graph.insert(edge, ReLU())


def bypass(graph: Graph, name: NodeId) -> Graph:
    """Take a node out and join its neighbours, where it has one wire in."""
    incoming, outgoing = graph.incoming.get(name, ()), graph.outgoing.get(name, ())
    after = graph.remove(name)
    if len(incoming) != 1:
        return after
    source = incoming[0]
    return after.connect(
        *(Edge(source.source, out.target, source.source_port, out.target_port) for out in outgoing)
    )
