"""The open project: its value, its file, its undo stack, and what is known of the drawing.

The one door in is `change`. Shapes and problems are found once for each state, before anyone is told of it.
"""

from collections.abc import Callable
from dataclasses import replace
from functools import cached_property
from pathlib import Path

from PySide6.QtCore import QObject, Qt, Signal
from PySide6.QtGui import QUndoStack

from app.commands import Change, Runs, delete_run, rename_run
from engine.dataset import Data, DataError
from engine.graph import Graph, GraphError
from engine.problems import Problem, circle, find_problems
from engine.project import Project, with_run, without_run
from engine.run import Run
from engine.shapes import Shapes, infer
from engine.storage import load, save

MEANT = ("graph", "recipe", "settings")  # what shapes and problems follow from


class Meaning:
    """What follows from a project: its data, the shapes on its wires, what is wrong with it."""

    known = True

    def __init__(self, project: Project, before: "Meaning | None" = None) -> None:
        self.project = project
        # What is still true after an edit is taken over: shapes that were found, if any were.
        self._known = before.__dict__.get("shapes") if before is not None else None

    @cached_property
    def data(self) -> Data:
        """The data in their parts. Raises DataError."""
        return self.project.recipe.prepare()

    @cached_property
    def shapes(self) -> Shapes:
        """What flows where; nothing while the drawing runs in a circle or the data cannot be had."""
        try:
            return infer(self.project.graph, self.data.parts, self.data.target, self._known)
        except (GraphError, DataError):
            return Shapes({}, {})

    @cached_property
    def problems(self) -> tuple[Problem, ...]:
        """All complaints about the drawing and its data."""
        try:
            _ = self.project.graph.flat.order, self.data
        except GraphError as error:
            return (circle(error),)
        except DataError as error:
            return (Problem("error", None, str(error)),)
        project = self.project
        return find_problems(
            project.graph, self.shapes, self.data.target, project.settings, self.data
        )


class Later(Meaning):
    """Takes the place of what follows from a project until that has been found out: nothing is known, nothing wrong."""

    known = False
    shapes = Shapes({}, {})
    problems = ()

    @property
    def data(self) -> Data:
        """The data cannot be had yet. Raises DataError."""
        raise DataError("The data are being read.")


class Document(QObject):
    """The project on the desk. Widgets show it and ask it for changes; none of them holds any of it."""

    changed = Signal(object, object)  # before, after: Project
    leaving = Signal()  # another project is about to take its place
    opened = Signal()  # another project has taken its place
    understood = Signal()  # what follows from the drawing is known from now on
    filed = Signal()  # the path or the unsaved mark changed
    runs_changed = Signal()  # a run came, went, or has another name
    stepped = Signal()  # what can be undone and redone changed

    def __init__(
        self, project: Project, path: Path | None = None, *, understood: bool = True
    ) -> None:
        """Shapes and problems are found at once; if not `understood`, from `understand` on."""
        super().__init__()
        self.project = project
        self.path = path
        self._meant: type[Meaning] = Meaning if understood else Later
        self.meaning = self._meant(project)
        self.undo_stack = QUndoStack(self)
        self.undo_stack.cleanChanged.connect(self.filed)
        self.undo_stack.indexChanged.connect(self.stepped)
        self._unsaved_runs = False

    def understands(self, wish: Callable[[], None]) -> bool:
        """Whether it is known what follows from the drawing; if not yet, the wish is fulfilled as soon as it is."""
        if not self.meaning.known:
            self.understood.connect(wish, type=Qt.ConnectionType.SingleShotConnection)
        return self.meaning.known

    def understand(self, meaning: Meaning | None = None) -> None:
        """Know from now on what follows from the drawing; `meaning` is what has been found out already."""
        self._meant = Meaning
        is_same = meaning is not None and meaning.project is self.project
        self.meaning = meaning if meaning and is_same else Meaning(self.project, meaning)
        self.changed.emit(self.project, self.project)
        self.understood.emit()

    @property
    def graph(self) -> Graph:
        """The drawing as it is now."""
        return self.project.graph

    @property
    def unsaved(self) -> bool:
        """Whether closing would lose something."""
        return not self.undo_stack.isClean() or self._unsaved_runs

    def change(self, text: str, after: Project, merge: str = "") -> None:
        """Make this the project, as a step that can be undone; equal `merge` words in a row are one step."""
        if after != self.project:
            self.undo_stack.push(Change(text, self.project, after, self._show, merge))

    def edit(self, text: str, graph: Graph, merge: str = "") -> None:
        """Make this the drawing, as a step that can be undone."""
        self.change(text, replace(self.project, graph=graph), merge)

    def record(self, run: Run) -> None:
        """Keep a run, in place of an earlier state of it; a run is not an edit and is not undone."""
        others = without_run(self.project.runs, run.history)
        is_last = bool(self.project.runs) and self.project.runs[-1].history is run.history
        self.project = replace(self.project, runs=with_run(others, run, len(others)))
        self._unsaved_runs = True
        self.filed.emit()
        if not is_last:
            self.runs_changed.emit()

    def rename_run(self, run: Run, name: str) -> None:
        """Give a run another name, as a step that can be undone; an empty one is not taken."""
        if name.strip() and name.strip() != run.name:
            self.undo_stack.push(rename_run(run, name.strip(), self._show_runs))

    def delete_run(self, run: Run) -> None:
        """Forget a run, as a step that can be undone."""
        place = next(n for n, kept in enumerate(self.project.runs) if kept.history is run.history)
        self.undo_stack.push(delete_run(run, place, self._show_runs))

    def _show_runs(self, change: Runs) -> None:
        self.project = replace(self.project, runs=change(self.project.runs))
        self.runs_changed.emit()

    def open(self, path: Path) -> None:
        """Put the project of a file in place of this one. Raises ProjectError; then nothing has changed."""
        self.begin(load(path), path)

    def begin(self, project: Project, path: Path | None = None, *, saved: bool = True) -> None:
        """Put another project in place of this one; if not `saved`, closing would lose it."""
        self.leaving.emit()
        before, self.project = self.project, project
        self.meaning = self._meant(project)
        self.path, self._unsaved_runs = path, not saved
        self.undo_stack.clear()
        self.changed.emit(before, project)
        self.opened.emit()
        self.filed.emit()

    def save(self, path: Path) -> None:
        """Write the project to a file, which becomes its file. Raises ProjectError; then nothing has changed."""
        save(self.project, path)
        self.path, self._unsaved_runs = path, False
        self.undo_stack.setClean()
        self.filed.emit()

    def _show(self, project: Project) -> None:
        """Make a state of the undo stack the present one; runs stay as they are now."""
        before = self.project
        self.project = replace(project, runs=before.runs)
        if any(getattr(project, part) != getattr(before, part) for part in MEANT):
            self.meaning = self._meant(self.project, self.meaning)
        self.changed.emit(before, self.project)
