"""What may be shown a little later: where hundreds of nodes change their words, those in view come first.

The others follow a few at a time, each time the window has lived, so that nobody waits for what nobody sees.
"""

from collections.abc import Callable, Iterable

from PySide6.QtCore import QObject, QTimer, Signal

from engine.graph import NodeId

AT_ONCE, A_TIME = 60, 8  # nodes that are shown at once; and that follow each time


class Backlog(QObject):
    """Hands nodes to `show`: at once, or later; `seen` says which are in view."""

    emptied = Signal()

    def __init__(
        self,
        show: Callable[[list[NodeId]], None],
        seen: Callable[[], set[NodeId]],
        parent: QObject,
    ) -> None:
        super().__init__(parent)
        self._show, self._seen = show, seen
        self._due: dict[NodeId, None] = {}
        self._timer = QTimer(self)
        self._timer.timeout.connect(self._go_on)

    @property
    def is_empty(self) -> bool:
        """Whether nothing is left to be shown."""
        return not self._due

    def take(self, names: Iterable[NodeId]) -> set[NodeId]:
        """Of nodes that look otherwise now, and those that still wait: which to show at once."""
        self._due.update(dict.fromkeys(names))
        now = set(self._due)
        if len(now) > AT_ONCE:
            now &= self._seen()
        for name in now:
            del self._due[name]
        if self._due:
            self._timer.start(0)
        return now

    def clear(self) -> None:
        """Let nothing wait any more."""
        self._due.clear()
        self._timer.stop()

    def finish(self) -> None:
        """Show all that waits."""
        while self._due:
            self._go_on()

    def _go_on(self) -> None:
        few = list(self._due)[:A_TIME]
        for name in few:
            del self._due[name]
        self._show(few)
        if not self._due:
            self._timer.stop()
            self.emptied.emit()
