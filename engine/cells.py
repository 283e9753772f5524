"""Edits of recurrent layers: another cell in the place of one, and what is read of it, every step or the end."""

from collections.abc import Callable
from dataclasses import replace
from typing import Literal

from engine.dataset import DataError, Recipe, dataset_from, record_of
from engine.graph import Edge, Graph, GraphError, NodeId
from engine.layer import Layer, Loss
from engine.layers.cutting import Select
from engine.layers.rearranging import Flatten
from engine.layers.recurrent import GRU, LSTM, RNN

Read = Literal["every step", "the end"]
Cell = RNN | GRU | LSTM
CELLS: tuple[type[RNN], type[GRU], type[LSTM]] = (RNN, GRU, LSTM)
Place = Callable[[Graph, NodeId], Graph]
"""Gives a node that was put into a wire its place."""


def cell_of(graph: Graph, name: NodeId) -> Cell:
    """The recurrent layer of a node. Raises GraphError if it is none."""
    layer = graph.nodes[name].layer if name in graph.nodes else None
    if not isinstance(layer, RNN | GRU | LSTM):
        raise GraphError(f"{name} is no RNN, GRU or LSTM: choose one of these.")
    return layer


def with_cell(graph: Graph, name: NodeId, kind: type[Cell]) -> Graph:
    """Another cell in the place of one, of the same size and with its wires; named for what it is, if it was before."""
    before = cell_of(graph, name)
    if type(before) is kind:
        return graph
    common = set(type(before).model_fields) & set(kind.model_fields)
    after = graph.put(name, kind(**{field: getattr(before, field) for field in common}))
    stem, _, number = name.partition("_")
    if stem != before.stem or not (number.isdecimal() or not number):
        return after
    wanted = kind.stem + name.removeprefix(stem)
    return after if wanted in after.nodes else after.rename(name, wanted)


def read_at(graph: Graph, name: NodeId) -> Read | None:
    """What is read of a recurrent layer: each of its steps, or the last; None if nothing is, or both are."""
    cell_of(graph, name)
    found: set[Read] = {
        "the end" if edge.source_port != "out" or _is_last(graph, edge.target) else "every step"
        for edge in graph.outgoing.get(name, ())
    }
    return found.pop() if len(found) == 1 else None


def _is_last(graph: Graph, name: NodeId) -> bool:
    layer = graph.nodes[name].layer
    return isinstance(layer, Select) and layer.which == "last"


def at_the_end(graph: Graph, name: NodeId, place: Place) -> Graph:
    """Only the last step is read: a Select stands in each wire that brought every step.

    What laid the values of all steps side by side for a loss goes.
    """
    cell_of(graph, name)
    for edge in graph.outgoing.get(name, ()):
        if edge.source_port == "out" and not _is_last(graph, edge.target):
            graph = _inserted(graph, edge, Select(which="last"), place)
    for edge in _into_losses(graph, name):
        if isinstance(graph.nodes[edge.source].layer, Flatten):
            graph = _taken_out(graph, edge.source)
    return graph


def at_every_step(graph: Graph, name: NodeId, place: Place, *, flat: bool = False) -> Graph:
    """Every step is read: what chose the last one is taken out, and wires of the last state start at the output.

    `flat` lays the values of all steps side by side for the loss, which measured values want.
    """
    cell_of(graph, name)
    for edge in graph.outgoing.get(name, ()):
        if edge.source_port == "hidden":
            moved = replace(edge, source_port="out")
            edges = tuple(moved if known == edge else known for known in graph.edges)
            graph = replace(graph, edges=edges)
        elif edge.source_port == "out" and _is_last(graph, edge.target):
            graph = _taken_out(graph, edge.target)
    for edge in _into_losses(graph, name) if flat else ():
        if not isinstance(graph.nodes[edge.source].layer, Flatten):
            graph = _inserted(graph, edge, Flatten(), place)
    return graph


def _into_losses(graph: Graph, name: NodeId) -> list[Edge]:
    """The wires from what a node leads to into the predictions of losses."""
    below = graph.descendants(name)
    return [
        edge
        for edge in graph.edges
        if edge.target in below
        and edge.target_port == "prediction"
        and isinstance(graph.nodes[edge.target].layer, Loss)
    ]


def _inserted(graph: Graph, edge: Edge, layer: Layer, place: Place) -> Graph:
    known = set(graph.nodes)
    graph = graph.insert(edge, layer)
    (new,) = set(graph.nodes) - known
    return place(graph, new)


def _taken_out(graph: Graph, name: NodeId) -> Graph:
    """Without a node of one input: what came to it goes on to where it led."""
    (came,), onward = graph.incoming[name], graph.outgoing.get(name, ())
    return graph.remove(name).connect(
        *(Edge(came.source, edge.target, came.source_port, edge.target_port) for edge in onward)
    )


def asked_at(recipe: Recipe, read: Read) -> Recipe:
    """The same data, asked about at every step or at the end, where they can be asked so."""
    if getattr(recipe.dataset, "asked", read) == read:
        return recipe
    try:
        dataset = dataset_from(record_of(recipe.dataset) | {"asked": read})
    except DataError:
        return recipe
    return recipe.model_copy(update={"dataset": dataset})
