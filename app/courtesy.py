"""While the window is busy, a run with short steps waits: both are faster for it (`engine.runner.Courtesy`)."""

from PySide6.QtCore import QAbstractEventDispatcher, QObject

from engine.runner import Courtesy


class WindowFirst(QObject):
    """Tells a run's courtesy when the event loop of this thread is awake."""

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self._courtesy: Courtesy | None = None

    def attend(self, courtesy: Courtesy) -> None:
        """Tell this one from now on."""
        self.leave()
        self._courtesy = courtesy
        dispatcher = QAbstractEventDispatcher.instance()
        dispatcher.awake.connect(courtesy.begin)
        dispatcher.aboutToBlock.connect(courtesy.end)

    def leave(self) -> None:
        """Tell nobody any more."""
        if self._courtesy is None:
            return
        dispatcher = QAbstractEventDispatcher.instance()
        dispatcher.awake.disconnect(self._courtesy.begin)
        dispatcher.aboutToBlock.disconnect(self._courtesy.end)
        self._courtesy.end()
        self._courtesy = None
