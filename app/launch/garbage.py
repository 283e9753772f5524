"""Python's garbage collector, kept to the thread of the window.

Widgets and what is connected to them refer to one another, so they die when the collector finds them; left to itself
it runs in whichever thread has just made an object, which is mostly the one that trains, and a widget that dies there
takes the program with it.
"""

import gc

from PySide6.QtCore import QObject, QTimer

EVERY_MS = 500


class Garbage(QObject):
    """Collects in this thread alone, as long as it is at work."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        gc.collect()
        gc.freeze()  # what the imports have made stays: looking through it would take a frame's time
        gc.disable()
        self._timer = QTimer(self)
        self._timer.timeout.connect(collect)
        self._timer.start(EVERY_MS)

    def release(self) -> None:
        """Let Python collect by itself again."""
        self._timer.stop()
        gc.enable()
        gc.unfreeze()


def collect() -> None:
    """Collect what is due: the oldest generation whose count is over its threshold."""
    counts, thresholds = gc.get_count(), gc.get_threshold()
    for generation in (2, 1, 0):
        if counts[generation] > thresholds[generation] > 0:
            gc.collect(generation)
            return
