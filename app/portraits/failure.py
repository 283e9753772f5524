"""What is said of a run that has diverged, after a real one has."""

from collections.abc import Iterator
from dataclasses import replace

from app.portrait import Portrait, Sitting

# Weights grow 10⁵-fold a step.
RUIN = {"optimizer": "SGD", "learning_rate": 1000.0, "weight_decay": 100.0}


class Failure(Sitting):
    """What is said of a run that has diverged, after a real one has."""

    order = 200

    def pictures(self) -> Iterator[Portrait]:
        document, status = self.studio.document, self.window.status
        wild = document.project.settings.but(**RUIN)
        document.change("Ruin the settings", replace(document.project, settings=wild))
        self.window.trigger("run.restart")
        self.wait(lambda: status.card is not None)
        yield Portrait("dialogue-failure", self.window.grab())
        document.undo_stack.undo()
        if status.card is not None:
            status.card.close()
