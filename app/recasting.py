"""What a person makes of a recurrent layer: another cell, every step or the end; each a step that can be undone."""

from dataclasses import replace

from app.placing import make_room
from app.studio import Studio
from engine.axes import Labels
from engine.cells import CELLS, Cell, Read, asked_at, at_every_step, at_the_end, read_at, with_cell
from engine.dataset import DataError
from engine.graph import Graph, GraphError, Node

_KINDS = frozenset(CELLS)


def meant(studio: Studio) -> Node | None:
    """The recurrent layer that is selected, or the only one there is; asked often, and of large drawings too."""
    if studio.node is not None and type(studio.graph.nodes[studio.node].layer) in _KINDS:
        return studio.graph.nodes[studio.node]
    kinds = studio.graph.by_kind
    found = [node for kind in _KINDS & kinds.keys() for node in kinds[kind]]
    return found[0] if len(found) == 1 else None


def cast(studio: Studio, kind: type[Cell]) -> None:
    """Put another cell in the place of the one that is meant, and select it."""
    node = meant(studio)
    if node is None:
        return
    after = with_cell(studio.graph, node.id, kind)
    if after is not studio.graph:
        places = list(studio.graph.nodes)
        studio.edit(f"Change {node.id} to {kind.label}", after)
        studio.select([list(after.nodes)[places.index(node.id)]])


def read(studio: Studio, where: Read) -> None:
    """Let every step be read of the layer that is meant, or its last; data that can be asked so are asked so."""
    node = meant(studio)
    if node is None:
        return
    try:
        after = _read(studio, node, where)
    except GraphError as error:
        studio.say(str(error))
        return
    text = f"Predict at {where}"
    document = studio.document
    recipe = asked_at(document.project.recipe, where)
    if studio.path:
        studio.edit(text, after)
        return
    document.change(text, replace(document.project, graph=after, recipe=recipe))


def _read(studio: Studio, node: Node, where: Read) -> Graph:
    if where == "the end":
        return at_the_end(studio.graph, node.id, make_room)
    try:
        target = studio.document.meaning.data.target
    except DataError:
        target = None
    flat = target is not None and not isinstance(target, Labels)
    return at_every_step(studio.graph, node.id, make_room, flat=flat)


def is_read(studio: Studio, where: Read) -> bool:
    """Whether that is what is read of the layer that is meant."""
    node = meant(studio)
    return node is not None and read_at(studio.graph, node.id) == where
