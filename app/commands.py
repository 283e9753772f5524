"""The one undo command: it holds the project before and after, so that there is no inverse to get wrong."""

from collections.abc import Callable
from hashlib import blake2b

from PySide6.QtGui import QUndoCommand

from engine.project import Project


class Change(QUndoCommand):
    """One change of the project. Changes with the same `merge` word in a row become one step."""

    def __init__(
        self,
        text: str,
        before: Project,
        after: Project,
        show: Callable[[Project], None],
        merge: str = "",
    ) -> None:
        super().__init__(text)
        self.before, self.after = before, after
        self._show, self._merge = show, merge

    def undo(self) -> None:
        self._show(self.before)

    def redo(self) -> None:
        self._show(self.after)

    def id(self) -> int:
        """Equal for changes that may merge; −1 never merges. A hash, for Qt asks for a number."""
        if not self._merge:
            return -1
        return int.from_bytes(blake2b(self._merge.encode(), digest_size=3).digest())

    def mergeWith(self, other: QUndoCommand) -> bool:
        if not isinstance(other, Change) or other._merge != self._merge:
            return False
        self.after = other.after
        return True
