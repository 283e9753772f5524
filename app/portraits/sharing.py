"""What the parts of the data share, said in the panel, and the choice of how they are shared out."""

from collections.abc import Iterator
from dataclasses import replace

from app.panels.data_panel import DataPanel
from app.portrait import Portrait, Sitting
from engine.dataset import Recipe
from engine.datasets import DATASETS


class Sharing(Sitting):
    """What the parts of the data share, said in the panel, and the choice of how they are shared out."""

    order = 35

    def pictures(self) -> Iterator[Portrait]:
        document, panel = self.studio.document, self.window.findChild(DataPanel)
        if panel is None:  # behind the rail of a narrow window
            return
        steps = document.undo_stack.index()
        recipe = Recipe.usual(DATASETS["Iris"]())  # which holds a flower twice
        document.change("Use Iris", replace(document.project, recipe=recipe))
        self.wait(panel.shared.isVisible)
        self.settle()
        yield Portrait("data-shared-examples", panel.grab())
        panel.fold.setChecked(True)
        self.settle()
        panel.reach(panel.of_split)
        self.settle()
        yield Portrait("data-share-out", self.window.grab())
        panel.fold.setChecked(False)
        self.undo_to(steps)
