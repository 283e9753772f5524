"""Pictures that are varied, seen before they are learnt from."""

from collections.abc import Iterator
from dataclasses import replace

from app.panels import DataPanel
from app.portrait import Portrait, Sitting
from engine.axes import Image
from engine.dataset import Recipe
from engine.datasets.icons import Icons32
from engine.variation import Variation


class Varied(Sitting):
    """Pictures that are varied, seen before they are learnt from."""

    order = 90

    def pictures(self) -> Iterator[Portrait]:
        document, panel = self.studio.document, self.window.findChild(DataPanel)
        if panel is None or not isinstance(document.meaning.data.axes, Image):
            return
        steps = document.undo_stack.index()
        variation = Variation(
            sideways=True, crop=3, zoom=0.2, rotate=15, brightness=0.3, noise=0.04
        )
        recipe = Recipe.usual(Icons32()).model_copy(update={"variation": variation})
        document.change("As by hand", replace(document.project, recipe=recipe))
        panel.fold.setChecked(True)
        self.window.show_panel("Data", shown=True)
        self.settle()
        area = panel.variation
        yield Portrait("panel-variation", area.grab())
        panel.reach(area)
        self.settle()
        yield Portrait("dock-data-varied", self.window.grab())
        panel.fold.setChecked(False)
        self.undo_to(steps)
