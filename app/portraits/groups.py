"""A group beside layers that bear marks, and its inside."""

from collections.abc import Iterator

from app import marking
from app.portrait import Portrait, Sitting
from engine.layer import Loss, Weighted


class Groups(Sitting):
    """A group beside layers that bear marks, and its inside."""

    order = 60

    def pictures(self) -> Iterator[Portrait]:
        studio, window = self.studio, self.window
        graph = studio.document.graph
        steps = studio.document.undo_stack.index()
        last = next(iter(graph.incoming[graph.of_kind(Loss)[0].id])).source
        bends = [node.id for node in graph.nodes.values() if node.layer.group == "Activation"]
        studio.select(bends[-1:])
        marking.switch(studio, enabled=False)
        studio.select([last])
        marking.comment(studio, last, "As many units as there are classes.")
        marking.freeze(studio, frozen=True)
        first = next(node.id for node in graph.nodes.values() if isinstance(node.layer, Weighted))
        studio.select([first, *(edge.target for edge in graph.outgoing[first])])
        marking.group(studio)
        window.view.fit()
        self.settle()
        yield Portrait("group-and-marks", window.grab())
        studio.enter(next(iter(studio.nodes)))
        studio.select([first])
        self.settle()
        yield Portrait("group-inside", window.grab())
        studio.leave()
        self.undo_to(steps)
