"""What draws one part of the program for a picture: a sitting, with a window whose network is trained and stands still.

The sittings are declared in `portraits/`. Each leaves the window as it found it.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import ClassVar

from PySide6.QtCore import QTimer
from PySide6.QtGui import QPixmap
from PySide6.QtWidgets import QApplication, QDialog

from app.frame.window import Window

Wait = Callable[[Callable[[], bool]], None]  # lets the window live until something is so


@dataclass(frozen=True, slots=True)
class Portrait:
    """A picture and the name of its file."""

    name: str
    picture: QPixmap


class Sitting:
    """Pictures of one part of the program."""

    order: ClassVar[int] = 100  # those that stop or break the run come late

    def __init__(self, window: Window, wait: Wait) -> None:
        self.window, self.wait = window, wait
        self.studio = window.studio

    def pictures(self) -> Iterator[Portrait]:
        """Draw what there is to be seen of it."""
        raise NotImplementedError

    def settle(self) -> None:
        """Let what was just asked for be measured and drawn."""
        settle = QTimer(self.window)
        settle.setSingleShot(True)
        settle.start(700)
        self.wait(lambda: not settle.isActive())

    def front(self) -> QPixmap:
        """Draw the dialogue that is open, and close it."""
        self.wait(lambda: _dialog() is not None)
        dialog = _dialog()
        picture = dialog.grab() if dialog else QPixmap()
        if dialog:
            dialog.reject()
        return picture

    def asked(self, ask: Callable[[], object]) -> QPixmap:
        """Draw the dialogue that `ask` opens and that waits for its answer: the picture is taken from within."""
        taken: list[QPixmap] = []
        QTimer.singleShot(300, self.window, lambda: taken.append(self.front()))
        ask()
        self.wait(lambda: bool(taken))
        return taken[0]

    def undo_to(self, steps: int) -> None:
        """Take back all that was done to the project since it had so many steps."""
        while self.studio.document.undo_stack.index() > steps:
            self.studio.document.undo_stack.undo()


def _dialog() -> QDialog | None:
    shown = (w for w in QApplication.topLevelWidgets() if isinstance(w, QDialog) and w.isVisible())
    return next(shown, None)
