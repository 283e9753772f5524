"""The run of the moment: starts it, tells it what to do, and lets its events in, once a frame.

It owns the runner and joins it; what a run said is kept in `run`, and handed to the document when it stands still.
"""

from dataclasses import replace
from typing import Literal

from PySide6.QtCore import QObject, QTimer, Signal

from app.document import Document
from engine.control import (
    Adjust,
    Command,
    Control,
    Focus,
    Keep,
    Own,
    Pause,
    Resume,
    Step,
    Stop,
    Watch,
)
from engine.dataset import DataError
from engine.events import Checkpoint, Event, Failed, Finished, Paused, Resumed
from engine.graph import Graph, NodeId
from engine.job import Job, prepare
from engine.probes import PROBES
from engine.problems import Problem
from engine.project import Project, fresh_run
from engine.run import Run, record, same_network
from engine.runner import Apart, Runner
from engine.settings import ADJUSTABLE
from engine.train import observe, train

State = Literal["idle", "training", "paused"]
FRAME_MS = 33


class Session(QObject):
    """What the run bar drives and the plots watch."""

    state_changed = Signal(str)
    refused = Signal(object)  # tuple[Problem, ...]: why Train did not begin
    failed = Signal(object)  # Failed
    advanced = Signal(object)  # list[Event]: all that happened since the last frame
    example_changed = Signal()  # another example is shown
    focus_changed = Signal()  # another node or cell is looked at closely
    run_changed = Signal()  # another run is shown: plots begin anew

    def __init__(self, document: Document) -> None:
        super().__init__()
        self.document = document
        self.run: Run | None = None
        self.apart = False  # whether runs that begin from now on get a process of their own
        self.state: State = "idle"
        self._runner: Runner | None = None
        self._watchers: dict[int, frozenset[str]] = {}
        self._part, self._example = "dev", 0
        self.focus: Focus | None = None  # the node, and perhaps the cell, that is looked at closely
        self.own: Own | None = None  # what a person brought, in place of the example
        self._timer = QTimer(self)
        self._timer.setInterval(FRAME_MS)
        self._timer.timeout.connect(self.pump)
        document.leaving.connect(self.close)
        document.opened.connect(self._show_last_run)
        document.changed.connect(self._follow_settings)
        document.runs_changed.connect(self._follow_runs)
        self._show_last_run()

    # -- what a person can ask for ---------------------------------------------------------

    def train(self) -> None:
        """Begin, go on after a pause, or go on with the last run where its network is still the drawn one."""
        if self.state == "paused":
            self.send(Resume())
        elif self.state == "idle":
            self._begin(self._continued() or self._fresh())

    def restart(self) -> None:
        """Begin anew from the initial weights of the seed."""
        self.stop()
        self._wait()
        self._begin(self._fresh())

    def pause(self) -> None:
        """Stand still after the current minibatch."""
        self.send(Pause())

    def step(self) -> None:
        """Do one minibatch and stand still."""
        if self.state == "idle":
            self._begin(self._continued() or self._fresh(), Step(1))
        else:
            self.send(Step(1))

    def stop(self) -> None:
        """End the run; what was learnt is kept."""
        self.send(Stop())

    def adjust(self, setting: str, value: float) -> None:
        """Change a setting of the run that is going."""
        self.send(Adjust(setting, value))

    def _follow_settings(self, before: Project, after: Project) -> None:
        """Tell the run of the moment what was changed, or undone, of the settings it can take."""
        for name in sorted(ADJUSTABLE):
            value = getattr(after.settings, name)
            if self.state != "idle" and value != getattr(before.settings, name):
                self.adjust(name, value)

    def keep(self) -> None:
        """Bring the run's weights into the project now, for saving; waits for one step at most."""
        if self.state != "idle":
            self.send(Keep())
            self._wait_for(Checkpoint)

    @property
    def moved_on(self) -> bool:
        """Whether the drawing is no longer the network that this run trains, or the data are others."""
        run, project = self.run, self.document.project
        if run is None:
            return False
        if run.recipe != project.recipe or not same_network(run.graph, project.graph):
            return True
        return self.state != "idle" and _frozen(run.graph) != _frozen(project.graph)

    # -- what is measured ------------------------------------------------------------------

    @property
    def example(self) -> tuple[str, int]:
        """The part and number of the example whose activations are shown."""
        return self._part, self._example

    def choose_example(self, part: str, number: int) -> None:
        """Show the activations of another example."""
        self._part, self._example, self.own = part, number, None
        self.example_changed.emit()
        self._watch()

    def show_own(self, own: Own) -> None:
        """Show the activations of what a person brought, until another example is chosen."""
        self.own = own
        self.example_changed.emit()
        self._watch()

    def look_closely(self, focus: Focus | None) -> None:
        """Look closely at a node, and perhaps at one cell of what it gives out."""
        if focus == self.focus:
            return
        self.focus = focus
        self.focus_changed.emit()
        if any(PROBES[name].follows for name in self._wanted() & PROBES.keys()):
            self._watch()

    def watch(self, watcher: object, probes: frozenset[str]) -> None:
        """Say which probes somebody reads from now on; an empty set is none. A probe nobody reads does not run."""
        before = self._wanted()
        self._watchers[id(watcher)] = probes
        # Where nothing runs, only a probe that is new has to be read: one that is given up has been.
        if self._wanted() - before or (self.state != "idle" and self._wanted() != before):
            self._watch()

    def _wanted(self) -> frozenset[str]:
        return frozenset[str]().union(*self._watchers.values())

    def _watch(self) -> None:
        command = self._wish()
        if self.state != "idle":
            self.send(command)
        elif self.run and self.run.checkpoint and self._wanted():
            self._look(command)

    def _wish(self) -> Watch:
        return Watch(self._wanted(), self._part, self._example, self.focus, self.own)

    def _look(self, command: Watch) -> None:
        """Measure once with the weights at hand, without training."""
        self._wait()
        if self.run is None:
            return
        job = prepare(self._project_of(self.run), self.run)
        if isinstance(job, Job):
            self._start(Runner(lambda: observe(job, command), Control()))

    # -- the run ---------------------------------------------------------------------------

    def send(self, command: Command) -> None:
        """Tell the run something; nothing happens if there is none."""
        if self._runner is not None and self.state != "idle":
            self._runner.control.send(command)

    def close(self) -> None:
        """Stop and join; to be called before the window goes."""
        self.stop()
        self._wait()

    def pump(self) -> None:
        """Let in what happened since the last frame."""
        if self._runner is None:
            return
        ended = (
            not self._runner.alive
        )  # asked before draining: what comes between is drained next time
        events = self._runner.drain()
        for event in events:
            self._take(event)
        if events:
            self.advanced.emit(events)
        if ended:
            self._end()

    def _take(self, event: Event) -> None:
        if self.run is not None:
            self.run = record(self.run, event)
        match event:
            case Paused():
                self._become("paused")
            case Resumed():
                self._become("training")
            case Failed():
                self.failed.emit(event)
            case Checkpoint() | Finished() if self.run is not None:
                self.document.record(self.run)

    def _continued(self) -> Run | None:
        """The last run, if it can go on: the same network and data, and weights to go on from."""
        run, project = self.run, self.document.project
        if run is None or run.checkpoint is None or self.moved_on:
            return None
        return replace(run, graph=project.graph, settings=project.settings)

    def _fresh(self) -> Run:
        return fresh_run(self.document.project)

    def _project_of(self, run: Run) -> Project:
        return replace(
            self.document.project, graph=run.graph, recipe=run.recipe, settings=run.settings
        )

    def _begin(self, run: Run, *commands: Command) -> None:
        self._wait()
        try:
            job = prepare(self._project_of(run), run if run.checkpoint else None)
        except DataError as error:
            job = (Problem("error", None, str(error)),)
        if not isinstance(job, Job):
            self.refused.emit(job)
            return
        fresh, self.run = run.checkpoint is None, run
        if fresh:
            self.run_changed.emit()
        control = Control(self._wish(), *commands)
        self._start(self._runner_of(job, control))
        self._become("training")

    def _runner_of(self, job: Job, control: Control) -> Runner:
        if self.apart:
            return Apart(job, control, exact=False)
        return Runner(lambda: train(job, control, exact=False), control)

    def _start(self, runner: Runner) -> None:
        self._runner = runner
        runner.start()
        self._timer.start()

    def _become(self, state: State) -> None:
        if state != self.state:
            self.state = state
            self.state_changed.emit(state)

    def _end(self) -> None:
        self._timer.stop()
        if self._runner is not None:
            self._runner.join()
        self._runner = None
        self._become("idle")

    def _wait(self) -> None:
        """Join what still runs: one step at most."""
        if self._runner is not None:
            self._runner.join()
            self.pump()

    def _wait_for(self, kind: type[Event]) -> None:
        """Let events in until one of this kind has come, or the run has ended."""
        seen: list[Event] = []
        self.advanced.connect(seen.extend)
        while self._runner is not None and not any(isinstance(event, kind) for event in seen):
            self._runner.wait()
            self.pump()
        self.advanced.disconnect(seen.extend)

    def show(self, run: Run) -> None:
        """Show a past run; Train goes on with it where its network is the drawn one."""
        if self.state == "idle":
            self._wait()
            self.run = run
            self.run_changed.emit()
            self._watch()

    def _follow_runs(self) -> None:
        """The run that is shown may have got another name, or may be gone."""
        self.focus = self.own = None
        runs = self.document.project.runs
        same = (run for run in runs if self.run is not None and run.history is self.run.history)
        kept = next(same, None)
        if self.run is not None and kept is not None:
            self.run = replace(self.run, name=kept.name)
        elif self.state == "idle":
            self._show_last_run()

    def _show_last_run(self) -> None:
        """After another project was opened: show its last run."""
        self._wait()
        runs = self.document.project.runs
        self.run = runs[-1] if runs else None
        self.run_changed.emit()
        self._watch()


def _frozen(graph: Graph) -> set[NodeId]:
    """The layers whose weights stay as they are; a run takes that in when it begins or goes on from rest."""
    return {name for name, node in graph.flat.nodes.items() if node.frozen}
