"""Where files can be dropped."""

from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import QEvent, QObject, QTimer
from PySide6.QtGui import QDropEvent
from PySide6.QtWidgets import QWidget


class DropZone(QObject):
    """Lets a file or folder be dropped on widgets, whatever else those take, and gives its place to `take`."""

    def __init__(self, parent: QObject, take: Callable[[Path], object], *targets: QWidget) -> None:
        super().__init__(parent)
        self._take = take
        for target in targets:
            target.setAcceptDrops(True)
            target.installEventFilter(self)

    def eventFilter(self, _watched: QObject, event: QEvent) -> bool:
        if not isinstance(event, QDropEvent):  # entering and moving are kinds of it
            return False
        path = _dropped(event)
        if path is None:
            return False
        event.acceptProposedAction()
        if event.type() == QEvent.Type.Drop:
            QTimer.singleShot(0, self, lambda: self._take(path))  # not while dragging
        return True


def _dropped(event: QDropEvent) -> Path | None:
    """The one file that hangs under the mouse."""
    urls = event.mimeData().urls()
    return Path(urls[0].toLocalFile()) if len(urls) == 1 and urls[0].isLocalFile() else None
