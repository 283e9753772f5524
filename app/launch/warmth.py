"""What is loaded in the background once the window stands: PyTorch, what follows from the drawing, and more.

PyTorch takes longer to load than all of Qt, and the first layer that is tried on nothing as long again; the window is
there before them, and says so.
"""

from collections.abc import Iterator
from importlib import import_module

from PySide6.QtCore import QObject, QTimer

from app.document import Document
from app.meaning import Meaning
from engine.control import Control
from engine.events import Event
from engine.runner import Runner

LATER = ("engine.train", "sklearn.datasets", "pyqtgraph")  # so that the first of each need not wait
LOOK_MS = 10


class Warmth(QObject):
    """Loads in a thread of its own; the document understands its drawing as soon as it can."""

    def __init__(self, document: Document, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._document, self._project = document, document.project
        self._found: Meaning | None = None
        self._runner = Runner(self._load, Control())
        self._timer = QTimer(self)
        self._timer.setInterval(LOOK_MS)
        self._timer.timeout.connect(self._look)

    def begin(self) -> None:
        """Begin to load; whoever asks for it joins later."""
        self._runner.start()
        self._timer.start()

    def join(self) -> None:
        """Wait until nothing is being loaded any more."""
        self._timer.stop()
        self._runner.join()

    def _look(self) -> None:
        if self._found is not None or not self._runner.alive:
            self._timer.stop()
            self._document.understand(self._found)

    def _load(self) -> Iterator[Event]:
        meaning = Meaning(self._project)
        self._found = meaning.finish()  # data are read and each layer is tried
        for name in LATER:
            import_module(name)
        yield from ()
