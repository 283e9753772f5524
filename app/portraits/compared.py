"""All runs so far laid over one another, how one of them differs, and what else the loss plot offers."""

from collections.abc import Iterator

from app.controls.flyout import Flyout
from app.plots.loss import Loss
from app.plots.runs import Runs
from app.portrait import Portrait, Sitting


class Compared(Sitting):
    """All runs so far laid over one another, how one of them differs, and what else the loss plot offers."""

    order = 210

    def pictures(self) -> Iterator[Portrait]:
        studio, plots = self.studio, self.window.arrangement.plots
        studio.overlay(studio.document.project.runs)
        for title in ("Loss", "Runs"):
            plots[title].raise_()
        loss, runs = plots["Loss"].plot, plots["Runs"].plot
        if isinstance(runs, Runs):
            runs.choose(studio.document.project.runs[0])
        if isinstance(loss, Loss):
            loss.more.click()
        self.settle()
        yield Portrait("runs-compared", self.window.grab())
        for flyout in self.window.findChildren(Flyout):
            flyout.close_up()
        studio.overlay(())
