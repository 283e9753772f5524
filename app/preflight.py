"""The pre-flight of the drawing on the desk: half a second after an edit, beside the window, until the next edit.

What it says is kept as a run that never trained, so that whatever shows a run's error signals can show these.
"""

from dataclasses import replace
from functools import partial

from PySide6.QtCore import QObject, QTimer, Signal

from app.document import Document
from app.errand import Errand, Errands
from app.health import Verdict, error_signals, verdict
from app.session import Session
from engine.events import Flight
from engine.graph import NodeId
from engine.pilot import Pilot
from engine.project import Project
from engine.run import Run, same_network

REST_MS = 500  # after an edit, before it is worth looking
NAME = "Pre-flight"


class Preflight(QObject):
    """Flies whenever the network was edited; `changed` when there is something else to show."""

    changed = Signal()

    def __init__(self, document: Document, session: Session) -> None:
        super().__init__(document)
        self._document, self._session = document, session
        self.run: Run | None = None  # what it said; one flight late while another is under way
        self.examples = 0
        self.refusal = ""  # why there is nothing to show
        self.is_on = False
        self._pilot = Pilot()
        self._wanted = [
            False
        ]  # whether what was sent off last is still wanted; its thread looks here
        self._errands = Errands(self, one_by_one=True)
        self._errand: Errand | None = None
        self._rest = QTimer(self)
        self._rest.setSingleShot(True)
        self._rest.setInterval(REST_MS)
        self._rest.timeout.connect(self.fly)
        document.changed.connect(self._follow)
        document.opened.connect(self._forget)

    def begin(self) -> None:
        """From now on fly after each edit."""
        self.is_on = True

    def close(self) -> None:
        """Fly no more; waits a moment for what is under way."""
        self.is_on = False
        self._leave()
        self._errands.end()
        self._pilot.close()

    @property
    def speaks(self) -> bool:
        """Whether what it said is what there is to say of the drawing: no run has measured this network."""
        run = self._session.run
        known = run is not None and bool(error_signals(run.history))
        return self.run is not None and not (known and not self._session.moved_on)

    @property
    def is_flying(self) -> bool:
        """Whether one is under way, or will soon be."""
        return self._rest.isActive() or self._errand is not None

    @property
    def verdict(self) -> Verdict | None:
        """What it means, in a sentence; or why there is none."""
        if self.run is not None:
            found = verdict(self.run.graph.flat, error_signals(self.run.history))
            return replace(found, before=f"{NAME}: {found.before}") if found else None
        return Verdict("none", f"No pre-flight: {self.refusal}") if self.refusal else None

    def fly(self) -> None:
        """Fly now, instead of what is under way; as soon as it can be known whether the drawing has errors."""
        self._leave()
        if not self._document.understands(self.fly):
            return
        if not self._document.meaning.is_whole:  # much is to be found out first
            self._rest.start()
            return
        if self.refusal_now:
            self._land(Flight(refusal=self.refusal_now))
            return
        project = replace(self._document.project, runs=())
        self._wanted = wanted = [True]
        self._errand = self._errands.begin(
            lambda: self._pilot.fly(project, lambda: wanted[0]),
            partial(self._landed, project),
            self._failed,
        )

    def ask(self) -> None:
        """Somebody wants to see it: fly, unless it is known or under way."""
        if self.is_on and self.run is None and not self.is_flying and not self._is_measured:
            self._rest.start()

    @property
    def _is_measured(self) -> bool:
        run = self._session.run
        return run is not None and not self._session.moved_on and bool(error_signals(run.history))

    @property
    def refusal_now(self) -> str:
        """What must be done first, in words; nothing if it can fly."""
        problems = self._document.meaning.problems
        errors = [problem for problem in problems if problem.severity == "error"]
        if not errors:
            return ""
        count = len(errors)
        return "mend the error first" if count == 1 else f"mend the {count} errors first"

    def _follow(self, before: Project, after: Project) -> None:
        if before.graph is after.graph and _data(before) == _data(after):
            return
        same = same_network(before.graph, after.graph) and _frozen(before) == _frozen(after)
        if same and _data(before) == _data(after):
            return
        self._leave()
        if self.is_on:
            self._rest.start()
        else:
            self._forget()

    def _forget(self) -> None:
        self._leave()
        if self.run is not None or self.refusal:
            self.run, self.refusal, self.examples = None, "", 0
            self.changed.emit()

    def _leave(self) -> None:
        """Give up what is under way."""
        self._rest.stop()
        self._wanted[0] = False
        if self._errand is not None:
            self._errand.leave()
            self._errand = None

    def _landed(self, project: Project, found: object) -> None:
        self._errand = None
        if isinstance(found, Flight):
            self._land(found, project)

    def _failed(self, error: Exception) -> None:
        self._errand = None
        self._land(Flight(refusal=str(error)))

    def _land(self, flight: Flight, project: Project | None = None) -> None:
        self.refusal, self.examples, self.run = flight.refusal, flight.examples, None
        if project is not None and flight.readings:
            self.run = Run(NAME, project.graph, project.recipe, project.settings)
            for reading in flight.readings:
                self.run.history.add(reading)
        self.changed.emit()


def _frozen(project: Project) -> frozenset[NodeId]:
    """Whose weights stay as they are: no error signal is needed in front of the first that learns."""
    nodes = project.graph.flat.nodes.values()
    return frozenset(node.id for node in nodes if node.frozen)


def _data(project: Project) -> tuple[object, ...]:
    """What else the first step depends on."""
    return project.recipe, project.settings.seed, project.settings.precision
