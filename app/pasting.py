"""Layers as text, for the clipboard and for whoever reads it; and what such a text becomes in a drawing.

The text is JSON as in project files, so that a template, a project or a part of either can be pasted too. A text from
elsewhere is a stranger's: code in it waits for trust. What was copied in this program comes back as it was.
"""

import json
from collections.abc import Iterable, Mapping
from dataclasses import replace
from reprlib import Repr
from types import MappingProxyType
from typing import Any

from app.copying import Names, with_copies
from app.placing import HEADER, home_of, outermost, own_name, size_of, snapped
from app.room import graph_at
from app.studio import Studio
from engine.graph import Graph, NodeId, Point, edges_between
from engine.graph.lending import Owner, relent, settled
from engine.records import RecordError, Unknown, graph_from, record_of_graph

MOST = 5_000  # layers in one paste: more than anyone draws, and as many as the canvas shows without waiting long
LONGEST = 64_000_000  # letters of a text that are read
_KEY = "chainrule"
_BEGINNING = Repr()
_BEGINNING.maxstring = 40


class PasteError(ValueError):
    """A text that is no drawing; its own text says what it is instead and what to do."""


def part(graph: Graph, names: Iterable[NodeId]) -> Graph:
    """Some nodes of a drawing with the wires between them."""
    chosen = outermost(names)
    kept = replace(
        graph.remove(*(name for name in graph.nodes if name not in chosen)),
        edges=edges_between(chosen, graph.edges),
    )
    return _by_own_names(kept) if any(map(home_of, chosen)) else kept


def _by_own_names(graph: Graph) -> Graph:
    """What was copied out of groups that are open in place, called as it is called there."""
    free = Names(())
    names = {n: free.take(own_name(n), node.layer.stem) for n, node in graph.nodes.items()}

    def lender(level: int, name: NodeId) -> Owner:
        return level, name if level else names.get(name, name)

    nodes = {
        names[n]: replace(relent(node, lender), id=names[n]) for n, node in graph.nodes.items()
    }
    edges = tuple(replace(e, source=names[e.source], target=names[e.target]) for e in graph.edges)
    return Graph(MappingProxyType(nodes), edges)


def text_of(graph: Graph) -> str:
    """Layers as text."""
    return json.dumps({_KEY: "layers", **record_of_graph(graph)}, indent=1, ensure_ascii=False)


def graph_in(text: str) -> Graph:
    """The layers that a text describes. Raises PasteError with what is wrong and what to do."""
    if not text.strip():
        raise PasteError("There is nothing to paste. Copy layers first.")
    if len(text) > LONGEST:
        raise PasteError(
            f"The text is {len(text):,} letters long; {LONGEST:,} are read. Open it as a file."
        )
    record = _drawing_in(_parsed(text))
    nodes = record.get("nodes")
    if isinstance(nodes, list) and len(nodes) > MOST:
        raise PasteError(
            f"These are {len(nodes):,} layers; {MOST:,} can be pasted at once. Paste it in parts, or open it as a file."
        )
    try:
        graph = graph_from(record)
    except (RecordError, RecursionError) as error:
        why = str(error) if isinstance(error, RecordError) else "it is nested too deeply."
        raise PasteError(f"The text cannot be pasted: {why} Nothing was changed.") from error
    if not graph.nodes:
        raise PasteError("The drawing in the text is empty: there is nothing to paste.")
    return graph


def _parsed(text: str) -> object:
    try:
        return json.loads(text)
    except (ValueError, RecursionError) as error:
        begins = _BEGINNING.repr(text.strip())
        raise PasteError(
            f"The clipboard holds no layers: its text begins with {begins}. Copy layers, or the text of a template."
        ) from error


def _drawing_in(found: object) -> Mapping[str, Any]:
    """The part of a record that describes a drawing: itself, or the drawing of a project."""
    inside = found.get("graph", found) if isinstance(found, Mapping) else found
    if isinstance(inside, Mapping) and "nodes" in inside:
        return inside
    raise PasteError(
        "The clipboard holds JSON, but no drawing: it has no “nodes”. Copy layers, or the text of a template."
    )


def paste(studio: Studio, pasted: Graph, at: Point) -> None:
    """Put layers into the drawing with their middle at a place, and select them."""
    nodes = tuple(pasted.nodes.values())
    edited, names = with_copies(studio.graph, nodes, pasted.edges, _offset(pasted, at))
    around = [
        graph_at(studio.document.graph, studio.path[:depth]) for depth in range(len(studio.path))
    ]
    kept = settled(edited.nodes, tuple(graph.nodes.keys() for graph in around))
    edited = replace(edited, nodes=MappingProxyType(kept))  # weights from where it was copied
    studio.edit(f"Paste {names[0] if len(names) == 1 else f'{len(names)} layers'}", edited)
    studio.select(names)
    unknown = [node.layer.caption for node in nodes if isinstance(node.layer, Unknown)]
    if unknown:
        studio.say(
            f"This version does not know the layer “{unknown[0]}”. It is kept as it is, but cannot be trained."
        )


def _offset(pasted: Graph, at: Point) -> Point:
    """How far what is pasted moves, in steps of the grid."""
    nodes = pasted.nodes.values()
    left, top = min(n.position[0] for n in nodes), min(n.position[1] for n in nodes)
    right = max(n.position[0] + size_of(n)[0] for n in nodes)
    bottom = max(n.position[1] + HEADER for n in nodes)
    return snapped((at[0] - (left + right) / 2, at[1] - (top + bottom) / 2))
