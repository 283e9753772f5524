"""The list of problems of a drawing whose Flatten is missing."""

from collections.abc import Iterator

from app.portrait import Portrait, Sitting
from engine.layers.rearranging import Flatten
from engine.problems import bypass


class Problems(Sitting):
    """The list of problems of a drawing whose Flatten is missing."""

    order = 40

    def pictures(self) -> Iterator[Portrait]:
        graph, steps = self.studio.document.graph, self.studio.document.undo_stack.index()
        for node in graph.of_kind(Flatten):
            graph = bypass(graph, node.id)
        self.studio.document.edit("Remove Flatten", graph)
        self.window.status.show_problems()
        self.wait(lambda: self.window.status.sheet is not None)
        yield Portrait("dialogue-problems", self.window.grab())
        self.window.status.close_problems()
        self.undo_to(steps)
