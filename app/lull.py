"""What need not be seen the moment something changes: it is done once the canvas has drawn it, and once only.

An edit is heard of in several ways (the drawing, the selection, the steps that can be undone), and each would fill the
same panel anew before anybody sees what the edit did.
"""

from collections.abc import Callable

from PySide6.QtCore import QObject, QTimer

AFTER_MS = 24  # until the next frame has been drawn; nobody sees that a figure is as much later


class Lull(QObject):
    """Waits for a lull with something to be done; it lives as long as its owner."""

    def __init__(self, owner: QObject, do: Callable[[], object]) -> None:
        super().__init__(owner)
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setInterval(AFTER_MS)
        self._timer.timeout.connect(do)
        self._turn = QTimer(self)  # runs out as soon as the window lives again
        self._turn.setSingleShot(True)

    @property
    def is_awaited(self) -> bool:
        """Whether it is to be done."""
        return self._timer.isActive()

    @property
    def is_fresh(self) -> bool:
        """Whether it was asked for by what a person did just now, and the window has not lived since."""
        return self._turn.isActive()

    def ask(self, *_: object) -> None:
        """It is to be done; however often that is asked for, once."""
        self._turn.start(0)
        if not self._timer.isActive():
            self._timer.start()

    def drop(self) -> None:
        """It need not be done any more, or has been."""
        self._timer.stop()
        self._turn.stop()
