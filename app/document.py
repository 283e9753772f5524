"""The open project: its value, its file, its undo stack, and what is known of the drawing.

The one door in is `change`. Shapes and problems are found once for each state: before anyone is told of it as far as
that is quick, and then while the window lives (`learnt`).
"""

from collections.abc import Callable, Iterable
from dataclasses import replace
from pathlib import Path
from time import perf_counter

from PySide6.QtCore import QObject, Qt, QTimer, Signal
from PySide6.QtGui import QUndoStack

from app.commands import Change, Runs, delete_run, rename_run
from app.meaning import Later, Meaning
from engine.graph import Graph, NodeId
from engine.history import History
from engine.opening import Opening
from engine.project import Project, with_run, without_run
from engine.run import Run
from engine.source import Source
from engine.storage import load, save

TELL_S = 0.25  # between two times that more is told, while hundreds of shapes change
REMEMBERED = 12  # states whose shapes and problems are kept, for undo
MEANT = ("graph", "recipe", "settings")  # what shapes and problems follow from


def _nobody_reads(_history: History) -> None:
    """Nothing is being written."""


class Document(QObject):
    """The project on the desk. Widgets show it and ask it for changes; none of them holds any of it."""

    changed = Signal(object, object)  # before, after: Project
    leaving = Signal()  # another project is about to take its place
    opened = Signal()  # another project has taken its place
    understood = Signal()  # what follows from the drawing is known from now on
    filed = Signal()  # the path or the unsaved mark changed
    runs_changed = Signal()  # a run came, went, or has another name
    stepped = Signal()  # what can be undone and redone changed
    learnt = Signal()  # more is known of the drawing than when it changed

    def __init__(
        self, project: Project, path: Path | None = None, *, understood: bool = True
    ) -> None:
        """Shapes and problems are found at once; if not `understood`, from `understand` on."""
        super().__init__()
        self.project = project
        self.path = path
        self.in_view: Callable[[], Iterable[NodeId]] = tuple  # whose shapes are wanted first
        self.leave_alone: Callable[[History], None] = _nobody_reads  # before a run adds to this
        self._meant: type[Meaning] = Meaning if understood else Later
        self.meaning = self._meant(project, first=self._first)
        self._thinking = QTimer(self)
        self._thinking.timeout.connect(self._think)
        self._told = 0.0
        self._recent: list[Meaning] = []
        self.undo_stack = QUndoStack(self)
        self.undo_stack.cleanChanged.connect(self.filed)
        self.undo_stack.indexChanged.connect(self.stepped)
        self._unsaved_runs = self._is_jumping = self._is_writing = False

    def understands(self, wish: Callable[[], None]) -> bool:
        """Whether it is known what follows from the drawing; if not yet, the wish is fulfilled as soon as it is."""
        if not self.meaning.known:
            self.understood.connect(wish, type=Qt.ConnectionType.SingleShotConnection)
        return self.meaning.known

    def understand(self, meaning: Meaning | None = None) -> None:
        """Know from now on what follows from the drawing; `meaning` is what has been found out already."""
        self._meant = Meaning
        is_same = meaning is not None and meaning.project is self.project
        self.meaning = (
            meaning if meaning and is_same else Meaning(self.project, meaning, self._first)
        )
        self.changed.emit(self.project, self.project)
        self._think_on()
        self.understood.emit()

    @property
    def graph(self) -> Graph:
        """The drawing as it is now."""
        return self.project.graph

    @property
    def unsaved(self) -> bool:
        """Whether closing would lose something."""
        return self._is_writing or not self.undo_stack.isClean() or self._unsaved_runs

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

    def note_opening(self, opening: Opening) -> None:
        """Keep for good that the test set was opened; it is not an edit and is not undone."""
        openings = (*self.project.openings, opening)
        self.project = replace(self.project, openings=openings)
        self._unsaved_runs = True
        self.filed.emit()
        self.changed.emit(self.project, self.project)

    def hold_data(self, path: str, *, held: bool) -> None:
        """Let the file hold a copy of what the project learns from, or none, from the next save on."""
        known = self.project.sources.get(path, Source())
        sources = {**self.project.sources, path: known.model_copy(update={"held": held})}
        self.project = replace(self.project, sources=sources)
        self._unsaved_runs = True
        self.filed.emit()

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
        self.meaning, self._recent = self._meant(project, first=self._first), []
        self.path, self._unsaved_runs = path, not saved
        self.undo_stack.clear()
        self.changed.emit(before, project)
        self._think_on()
        self.opened.emit()
        self.filed.emit()

    def save(self, path: Path) -> None:
        """Write the project to a file, which becomes its file. Raises ProjectError; then nothing has changed."""
        save(self.project, path)
        self.begin_writing()
        self.end_writing(path)

    def begin_writing(self) -> bool:
        """The project as it is now is being written; what is done from now on is not in the file.

        It counts as unsaved until `end_writing`; whether it was so before is given back.
        """
        was_unsaved, self._is_writing = self.unsaved, True
        self._unsaved_runs = False
        self.undo_stack.setClean()
        self.filed.emit()
        return was_unsaved

    def end_writing(self, path: Path) -> None:
        """What was begun is in a file, which is the project's from now on."""
        self.path, self._is_writing = path, False
        self.filed.emit()

    def fail_writing(self, *, unsaved: bool) -> None:
        """What was begun is in no file: what was `unsaved` then still is."""
        self._is_writing = False
        if unsaved:
            self._unsaved_runs = True
            self.undo_stack.resetClean()
        self.filed.emit()

    def jump(self, step: int) -> None:
        """Undo or redo until so many steps are done; those between are passed over unseen."""
        before, self._is_jumping = self.project, True
        try:
            self.undo_stack.setIndex(step)
        finally:
            self._is_jumping = False
        if self.project is not before:
            self._arrive(before)

    def _show(self, project: Project) -> None:
        """Make a state of the undo stack the present one; runs stay as they are now."""
        before = self.project
        kept = {name: getattr(before, name) for name in ("runs", "openings", "sources")}
        self.project = replace(project, **kept)
        if not self._is_jumping:
            self._arrive(before)

    def _arrive(self, before: Project) -> None:
        project = self.project
        if any(getattr(project, part) != getattr(before, part) for part in MEANT):
            self.meaning = self._meaning_of(self.project)
        self.changed.emit(before, self.project)
        self._think_on()

    # -- finding out what follows ----------------------------------------------------------

    def _meaning_of(self, project: Project) -> Meaning:
        """What follows from a state: what was found already, if it was there a few steps ago, as after undo."""
        self._recent = [self.meaning, *(kept for kept in self._recent if kept is not self.meaning)]
        del self._recent[REMEMBERED:]
        known = next((kept for kept in self._recent if kept.is_of(project)), None)
        return known or self._meant(project, self.meaning, self._first)

    def _first(self) -> Iterable[NodeId]:
        return self.in_view()

    def _think_on(self) -> None:
        """Go on finding out what follows from the drawing, unless all is known."""
        if not self.meaning.known:
            return
        _ = self.meaning.shapes
        self._told = perf_counter()
        if not self.meaning.is_whole:
            self._thinking.start(0)

    def _think(self) -> None:
        """A stretch of thought; what came of it is told now and then, for telling costs time too."""
        self.meaning.go_on()
        if self.meaning.is_whole:
            self._thinking.stop()
        if self.meaning.is_whole or perf_counter() - self._told > TELL_S:
            self._told = perf_counter()
            self.learnt.emit()
