"""The door of the test set, and what came out when it was opened for the second time."""

from collections.abc import Iterator

from app.frame.seal_dialog import SealDialog
from app.portrait import Portrait, Sitting


class Seal(Sitting):
    """The door of the test set, and what came out when it was opened for the second time."""

    order = 30

    def pictures(self) -> Iterator[Portrait]:
        self.studio.session.stop()
        self.wait(lambda: self.studio.session.state == "idle")
        for name in ("before", "once", "after"):
            dialog = SealDialog(self.studio, self.window.papers.errands, self.window)
            dialog.open()
            self.wait(dialog.buttons[0].isEnabled)
            if name != "before":
                dialog.begin()
                self.wait(dialog.buttons[0].isHidden)
            if name != "once":
                yield Portrait(f"dialogue-test-set-{name}", dialog.grab())
            dialog.reject()
