"""The menu with a process of its own asked for, and what is said when that process is killed."""

import multiprocessing
from collections.abc import Iterator
from dataclasses import replace

from PySide6.QtWidgets import QApplication, QMenu

from app.controls.button import Button
from app.portrait import Portrait, Sitting


class Apart(Sitting):
    """The menu with a process of its own asked for, and what is said when that process is killed."""

    order = 220

    def pictures(self) -> Iterator[Portrait]:
        studio, window, session = self.studio, self.window, self.studio.session
        studio.train_apart(apart=True)
        yield from self._menu()
        longer = studio.document.project.settings.but(epochs=10_000)
        studio.document.change("Train longer", replace(studio.document.project, settings=longer))
        session.restart()
        self.wait(lambda: session.run is not None and session.run.history.step > 20)
        self.settle()
        yield Portrait("run-apart", window.grab())
        for process in multiprocessing.active_children():
            process.kill()
        self.wait(lambda: window.status.card is not None)
        self.settle()
        yield Portrait("run-apart-crashed", window.grab())
        studio.train_apart(apart=False)
        studio.document.undo_stack.undo()

    def _menu(self) -> Iterator[Portrait]:
        buttons = self.window.findChildren(Button)
        next(b for b in buttons if b.accessibleName() == "Menu").click()
        shown = QApplication.topLevelWidgets()
        whole = next(w for w in shown if isinstance(w, QMenu) and w.isVisible())
        part = next(m for m in whole.findChildren(QMenu) if m.title() == "Run")
        part.popup(whole.geometry().topRight())
        self.settle()
        yield Portrait("menu-run", part.grab())
        part.close()
        whole.close()
