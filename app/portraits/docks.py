"""Each dock by itself."""

from collections.abc import Iterator

import numpy as np

from app.portrait import Portrait, Sitting
from engine.layer import Weighted


class Docks(Sitting):
    """Each dock by itself."""

    order = 0

    def pictures(self) -> Iterator[Portrait]:
        self._look_closely()
        project, plots = self.studio.document.project, self.window.arrangement.plots
        for dock in self.window.arrangement.docks:
            title = dock.windowTitle()
            if title in plots and not plots[title].plot.suits(project):
                continue
            self.window.show_panel(title, shown=True)
            self.settle()
            yield Portrait(f"dock-{title.lower().replace(' ', '-')}", dock.grab())

    def _look_closely(self) -> None:
        """Look at a cell in the middle of the first layer with weights."""
        run, nodes = self.studio.session.run, self.studio.document.graph.flat.nodes
        for node in run.graph.flat.order if run else ():
            reading = run.history.latest.get(("Activations", node)) if run else None
            if reading is not None and isinstance(nodes[node].layer, Weighted):
                self.studio.look_at(node, tuple(size // 2 for size in np.shape(reading.value)))
                return
