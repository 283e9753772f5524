"""Docks of plots that are about something that not every drawing has: they are there while the drawing has it."""

from PySide6.QtCore import QObject

from app.frame.arrangement import Arrangement
from app.studio import Studio


class Suiting(QObject):
    """Shows such a dock as a tab behind the others once it suits the drawing, and puts it away when it no longer does.

    In between, whether it is shown is a person's own choice.
    """

    def __init__(self, studio: Studio, arrangement: Arrangement) -> None:
        super().__init__(arrangement)
        self._studio, self._arrangement = studio, arrangement
        self._suited: dict[str, bool] = {}
        studio.document.changed.connect(self.check)

    def check(self, *_: object) -> None:
        """Look at the drawing; nothing is moved while one plot fills the window."""
        if self._arrangement.filled is not None:
            return
        project = self._studio.document.project
        fronts = [
            d for d in self._arrangement.plots.values() if d.isVisible() and not d.plot.covered
        ]
        came = False
        for title, dock in self._arrangement.plots.items():
            suits = dock.plot.suits(project)
            if suits != self._suited.get(title, True if not dock.isHidden() else None):
                dock.setVisible(suits)
                came |= suits
            self._suited[title] = suits
        for dock in fronts if came else ():
            dock.raise_()
