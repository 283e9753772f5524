"""RNN, GRU and LSTM on the same data, one after the other: three runs of the drawing that differ in nothing else.

They begin with a short look at all three as they are before training. The run of the drawing itself comes last, so
that it is the one that is shown in the end; the others are laid over it.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from functools import partial

from PySide6.QtCore import QObject, QTimer, Signal

from app.studio import Studio
from app.timeline import KINDS, recurrent_in, with_layers
from engine.control import Watch
from engine.dataset import DataError
from engine.events import Event, Finished
from engine.graph import Graph
from engine.job import Job, prepare
from engine.layer import Layer
from engine.problem import Problem
from engine.project import fresh_run
from engine.run import Run, record

UNTRAINED = "untrained"  # the name of a look at the drawing itself
PROBES = frozenset({"TimeGradient", "CellGradient", "TimeRatio", "CellRatio"})


def as_kind(graph: Graph, kind: str) -> Graph:
    """The drawing with every recurrent layer of this kind, all that the kinds share left as it is."""
    return with_layers(graph, lambda layer: _like(layer, KINDS[kind]))


def _like(layer: Layer, kind: type[Layer]) -> Layer:
    if type(layer) is kind:
        return layer
    own = set(kind.model_fields) & set(type(layer).model_fields)
    return kind.model_validate({name: getattr(layer, name) for name in own})


def kinds_in(graph: Graph) -> list[str]:
    """The kinds of recurrent layers in a drawing."""
    flat = graph.flat
    return list(dict.fromkeys(type(flat.nodes[name].layer).__name__ for name in recurrent_in(flat)))


class Contest(QObject):
    """Looks at fresh cells, and lets three runs follow one another; `changed` when there is more to see."""

    changed = Signal()

    def __init__(self, studio: Studio, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._studio = studio
        self.fresh: tuple[Run, ...] = ()  # as they are before training
        self.entered: tuple[Run, ...] = ()  # the runs of the contest so far
        self._waiting: list[Run] = []
        self._asked: list[Run] = []  # whose first look is yet to be had
        self._look: tuple[list[Run], list[list[Event]]] | None = None  # the one under way
        studio.session.rested.connect(self._later)
        studio.document.opened.connect(self.forget)

    @property
    def goes_on(self) -> bool:
        """Whether a run of it is under way, or to come."""
        return bool(self._waiting) or self._is_ours

    @property
    def _is_ours(self) -> bool:
        run = self._studio.session.run
        ours = run is not None and any(run.history is one.history for one in self.entered)
        return ours and self._studio.session.state != "idle"

    def forget(self) -> None:
        """Another project is open."""
        self.fresh, self.entered, self._waiting, self._asked = (), (), [], []
        self._look = None

    # -- before training ----------------------------------------------------------------------------------------------

    def look(self, kinds: Sequence[str] = ()) -> None:
        """Look at the drawing as it is before training; at these kinds of it if any are named."""
        self._asked = [self._run(kind) for kind in kinds] or [self._run("")]
        self._later()

    def _run(self, kind: str) -> Run:
        project = self._studio.document.project
        graph = as_kind(project.graph, kind) if kind else project.graph
        return replace(fresh_run(project), graph=graph, name=kind or UNTRAINED)

    def _look_next(self) -> bool:
        """Begin the look that was asked for, if nothing else goes on; whether one is under way."""
        session, project = self._studio.session, self._studio.document.project
        if not self._asked:
            return False
        runs = self._asked
        jobs = [partial(prepare, replace(project, graph=run.graph)) for run in runs]
        heard: list[list[Event]] = [[] for _ in runs]

        def work() -> Iterator[Event]:
            for job, events in zip(jobs, heard, strict=True):
                events += _looked_at(job)
            yield from ()

        if session.look_aside(work):
            self._asked, self._look = [], (runs, heard)
        return True

    def _collect(self) -> None:
        """Take in what a look has found."""
        if self._look is None:
            return
        (runs, heard), self._look = self._look, None
        for run, events in zip(runs, heard, strict=True):
            for event in events:
                record(run, event)
        self.fresh = tuple(run for run, events in zip(runs, heard, strict=True) if events)

    # -- training -----------------------------------------------------------------------------------------------------

    def begin(self) -> None:
        """Look at all three, then train them one after the other; the kind that is drawn comes last."""
        graph = self._studio.document.graph
        drawn = next(iter(kinds_in(graph)), "")
        order = [kind for kind in KINDS if kind != drawn] + ([drawn] if drawn else [])
        self._studio.session.stop()
        self.entered, self._waiting = (), [self._run(kind) for kind in order]
        self.look(list(KINDS))

    def stop(self) -> None:
        """Let no more runs follow, and end the one that is going."""
        self._waiting = []
        self._studio.session.stop()

    def _later(self) -> None:
        QTimer.singleShot(0, self, self._go_on)

    def _go_on(self) -> None:
        session = self._studio.session
        if session.state != "idle":
            return
        self._collect()
        if self._look_next():
            return
        run = session.run
        if run is not None and self.entered and run.history is self.entered[-1].history:
            self.entered = (*self.entered[:-1], run)
            ended = run.history.ended
            if not isinstance(ended, Finished) or ended.reason == "stopped":
                self._waiting = []
        if self.entered:
            self._studio.overlay(
                [one for one in self.entered if run is None or one.history is not run.history]
            )
        if self._waiting:
            following = self._waiting.pop(0)
            self.entered = (*self.entered, following)
            session.begin(following)
            self._studio.overlay(self.entered[:-1])
        self.changed.emit()


def _looked_at(prepared: Callable[[], Job | tuple[Problem, ...]]) -> list[Event]:
    """What is read before training; nothing where the drawing cannot be trained: the list of problems says why."""
    from engine.train import untrained  # and torch, which the window does not wait for

    try:
        job = prepared()
    except DataError:
        return []
    return list(untrained(job, Watch(PROBES))) if isinstance(job, Job) else []
