"""The undo commands. That of an edit holds the project before and after, so that there is no inverse to get wrong.

Runs come of themselves while edits are done and undone, so what is done to a run knows that run alone.
"""

from collections.abc import Callable
from datetime import datetime
from hashlib import blake2b

from PySide6.QtGui import QUndoCommand

from engine.history import History
from engine.project import Project, renamed_run, with_run, without_run
from engine.run import Run

Runs = Callable[[tuple[Run, ...]], tuple[Run, ...]]


class Step(QUndoCommand):
    """One step, which knows when it was taken; of several that became one, the last counts."""

    def __init__(self, text: str) -> None:
        super().__init__(text)
        self.when = datetime.now().astimezone()


class Change(Step):
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
        self.after, self.when = other.after, other.when
        return True


class ChangeRun(Step):
    """One thing done to one of the runs, which is known by its history: names change, and runs grow."""

    def __init__(self, text: str, do: Runs, undo: Runs, show: Callable[[Runs], None]) -> None:
        super().__init__(text)
        self._do, self._undo, self._show = do, undo, show

    def undo(self) -> None:
        self._show(self._undo)

    def redo(self) -> None:
        self._show(self._do)


def rename_run(run: Run, name: str, show: Callable[[Runs], None]) -> ChangeRun:
    """Give a run another name."""

    def named(name: str) -> Runs:
        return lambda runs: renamed_run(runs, run.history, name)

    return ChangeRun(f"Rename {run.name}", named(name), named(run.name), show)


def delete_run(run: Run, place: int, show: Callable[[Runs], None]) -> ChangeRun:
    """Forget a run, with its curves and weights, until that is undone."""
    history: History = run.history
    return ChangeRun(
        f"Delete {run.name}",
        lambda runs: without_run(runs, history),
        lambda runs: with_run(runs, run, place),
        show,
    )
