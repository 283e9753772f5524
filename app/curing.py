"""Cures of a network that does not learn, as one step that can be undone."""

from app.placing import make_room
from app.studio import Studio
from engine.cures import Cure
from engine.graph import Graph, GraphError


def apply(studio: Studio, cure: Cure) -> None:
    """Edit the whole drawing; say so where there is nothing to do."""
    document = studio.document
    try:
        after: Graph = cure.apply(document.graph, document.meaning.finish().shapes, make_room)
    except GraphError as error:
        studio.say(str(error))
        return
    if after is document.graph:
        studio.say(f"{cure.title}: there is nothing to do.")
        return
    document.edit(cure.title, after)
