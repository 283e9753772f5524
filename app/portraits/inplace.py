"""Groups open in place: their inside within a frame on the same canvas, one of them within another."""

from collections.abc import Iterator

from app import marking
from app.portrait import Portrait, Sitting
from engine.graph import NodeId
from engine.layer import Weighted


class InPlace(Sitting):
    """Groups open in place."""

    order = 61

    def pictures(self) -> Iterator[Portrait]:
        studio, window = self.studio, self.window
        graph = studio.document.graph
        steps = studio.document.undo_stack.index()
        first = next(node.id for node in graph.nodes.values() if isinstance(node.layer, Weighted))
        names = [first, *(edge.target for edge in graph.outgoing[first])]
        studio.select(names)
        marking.group(studio)
        (box,) = studio.nodes
        marking.fold(studio, [box])
        window.view.fit()
        self.settle()
        yield Portrait("group-in-place", window.grab())
        studio.select([NodeId(f"{box}.{names[-1]}")])
        marking.group(studio)
        marking.fold(studio, studio.nodes)
        window.view.fit()
        self.settle()
        yield Portrait("group-in-a-group", window.grab())
        self.undo_to(steps)
        window.view.fit()
