"""What helps to find one's way: the search, costs and named axes, the wires before training, the walk, the history."""

from collections.abc import Iterator

from app import building, marking
from app.portrait import Portrait, Sitting
from engine.layer import Loss, Weighted


class Finding(Sitting):
    """The search, costs and named axes, the wires before training, the keyboard on a wire, the history."""

    order = 20

    def pictures(self) -> Iterator[Portrait]:
        view, studio = self.window.view, self.studio
        view.fit()
        yield self._search()
        studio.show_costs(True)
        studio.show_axes(True)
        self.settle()
        yield Portrait("canvas-costs", self.window.grab())
        studio.show_costs(False)
        studio.show_axes(False)
        view.view.setFocus()
        loss = studio.graph.of_kind(Loss)[0].id
        view.view.walk.onto(studio.graph.incoming[loss][0])
        self.settle()
        yield Portrait("canvas-walk", self.window.grab())
        yield from self._edited(studio.document.undo_stack.index())

    def _search(self) -> Portrait:
        menu = self.window.view.bench.menu
        self.window.view.search()
        menu.field.setText("re")
        self.settle()
        found = Portrait("canvas-search", self.window.grab())
        menu.close_up()
        return found

    def _edited(self, steps: int) -> Iterator[Portrait]:
        """The wires before training, and the steps that led there."""
        studio, flight = self.studio, self.studio.preflight
        weighted = [n.id for n in studio.graph.nodes.values() if isinstance(n.layer, Weighted)]
        studio.select(weighted[:1])
        building.nudge(studio, 0, 1)
        marking.comment(studio, weighted[0], "What does it see?")
        marking.freeze(studio, frozen=True)
        building.rename(studio, weighted[-1], "last")
        studio.document.undo_stack.undo()
        shown, studio.shows_gradients = studio.shows_gradients, True
        studio.view_changed.emit()
        flight.begin()
        flight.fly()
        self.wait(lambda: not flight.is_flying)
        self.window.show_panel("History", shown=True)
        self.settle()
        yield Portrait("canvas-preflight", self.window.grab())
        studio.shows_gradients = shown
        studio.view_changed.emit()
        self.undo_to(steps)
