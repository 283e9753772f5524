"""The run of the moment: starts it, tells it what to do, and lets its events in, once a frame.

It owns the runner and joins it; what a run said is kept in `run`, and handed to the document when it stands still.
"""

from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Literal

from PySide6.QtCore import QObject, QTimer, Signal

from app.courtesy import WindowFirst
from app.document import Document
from app.following import Weights, followed, moved_on, next_run, project_of
from app.turns import Turns
from app.watching import Watchers
from engine.control import Adjust, Command, Control, Epoch, Keep, Pause, Resume, Step, Stop, Watch
from engine.events import Checkpoint, Event, Failed, Finished, Paused, Resumed
from engine.job import Job, prepare, to_train
from engine.project import Project, fresh_run
from engine.run import Run, record
from engine.runner import Apart, Runner

State = Literal["idle", "training", "paused"]
FRAME_MS = 90  # a little more often than the quickest plot draws


class Session(QObject):
    """What the run bar drives and the plots watch."""

    state_changed = Signal(str)
    refused = Signal(object)  # tuple[Problem, ...]: why Train did not begin
    failed = Signal(object)  # Failed
    advanced = Signal(object)  # list[Event]: all that happened since the last frame
    example_changed = Signal()  # another example is shown
    rested = Signal()  # nothing goes on any more, not even a short look
    run_changed = Signal()  # another run is shown: plots begin anew

    def __init__(self, document: Document) -> None:
        super().__init__()
        self.document = document
        self.run: Run | None = None
        self.apart = False  # whether runs that begin from now on get a process of their own
        self.state: State = "idle"
        self._runner: Runner | None = None
        self.watchers = Watchers(self)
        self.watchers.asked.connect(self._watch)
        self.watchers.example_changed.connect(self.example_changed)
        self.turns = Turns(self)  # of all that draws what a run says
        self._window_first = WindowFirst(self)
        self._timer = QTimer(self)
        self._timer.setInterval(FRAME_MS)
        self._timer.timeout.connect(self.pump)
        document.leaving.connect(self.close)
        document.opened.connect(self._show_last_run)
        document.changed.connect(self._follow)
        document.runs_changed.connect(self._follow_runs)
        self._show_last_run()

    # -- what a person can ask for ---------------------------------------------------------

    def train(self) -> None:
        """Begin, go on after a pause, or go on with the last run where its network is still the drawn one."""
        if self.state == "paused":
            self.send(Resume())
        elif self.state == "idle" and self.document.understands(self.train):
            self._begin(self._next())

    def restart(self, carried: Weights | None = None) -> None:
        """Begin anew from the initial weights of the seed; from those that are carried over, where they fit."""
        self.stop()
        self._wait()
        self._begin(fresh_run(self.document.project), carried=carried)

    def begin(self, run: Run) -> None:
        """Begin a run that has yet to, of whatever drawing, data and settings it was given."""
        self.stop()
        self._wait()
        self._begin(run)

    def pause(self) -> None:
        """Stand still after the current minibatch."""
        self.send(Pause())

    def step(self) -> None:
        """Do one minibatch and stand still."""
        self._go(Step(1))

    def epoch(self) -> None:
        """Train to the end of the epoch and stand still."""
        self._go(Epoch())

    def _go(self, command: Command) -> None:
        if self.state != "idle":
            self.send(command)
        elif self.document.understands(lambda: self._go(command)):
            self._begin(self._next(), command)

    def stop(self) -> None:
        """End the run; what was learnt is kept."""
        self.send(Stop())

    def adjust(self, setting: str, value: float | str) -> None:
        """Change a setting of the run that is going."""
        self.send(Adjust(setting, value))

    def _follow(self, before: Project, after: Project) -> None:
        """Tell the run of the moment what was changed, or undone, of what it can take."""
        if self.state == "idle" or self.run is None:
            return
        commands, graph = followed(self.run.graph, before, after)
        for command in commands:
            self.send(command)
        self.run = replace(self.run, graph=graph)

    def keep(self) -> None:
        """Bring the run's weights into the project now, for saving; waits for one step at most."""
        if self.state != "idle":
            self.send(Keep())
            self._wait_for(Checkpoint)

    @property
    def moved_on(self) -> bool:
        """Whether the drawing is no longer the network that this run trains, or the data are others."""
        run, going = self.run, self.state != "idle"
        return run is not None and moved_on(run, self.document.project, going=going)

    # -- what is measured ------------------------------------------------------------------

    @property
    def example(self) -> tuple[str, int]:
        """The part and number of the example whose activations are shown."""
        return self.watchers.part, self.watchers.example

    def choose_example(self, part: str, number: int) -> None:
        """Show the activations of another example."""
        self.watchers.choose(part, number)

    def watch(self, watcher: object, probes: frozenset[str]) -> None:
        """Say which probes somebody reads from now on; an empty set is none. A probe nobody reads does not run."""
        before = self.watchers.wanted
        self.watchers.take(watcher, probes)
        wanted = self.watchers.wanted
        # Where nothing runs, only a probe that is new has to be read: one that is given up has been.
        if wanted - before or (self.state != "idle" and wanted != before):
            self._watch()

    def _watch(self) -> None:
        command = self.watchers.command
        if self.state != "idle":
            self.send(command)
        elif (
            self.run
            and self.run.checkpoint
            and command.probes
            and self.document.understands(self._watch)
        ):
            self._look(command)

    def _look(self, command: Watch) -> None:
        """Measure once with the weights at hand, without training."""
        self._wait()
        if self.run is None:
            return
        from engine.train import observe  # and torch, which the window does not wait for

        job = prepare(project_of(self.run, self.document.project), self.run)
        if isinstance(job, Job):
            control = Control()
            self._start(Runner(lambda: observe(job, command, control), control))

    def look_aside(self, work: Callable[[], Iterator[Event]]) -> bool:
        """Do something short in the run's place until it has `rested`; False while anything else goes on."""
        if is_free := self._runner is None:
            self._start(Runner(work, Control()))
        return is_free

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
        ended = not self._runner.alive  # asked first: what comes between is drained next time
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

    def _next(self) -> Run:
        """The last run, if it can go on (the same network and data, and weights to go on from), or a fresh one."""
        return next_run(self.run, self.document.project, moved_on=self.moved_on)

    def _begin(self, run: Run, *commands: Command, carried: Weights | None = None) -> None:
        self._wait()
        job = to_train(project_of(run, self.document.project), run, carried)
        if not isinstance(job, Job):
            self.refused.emit(job)
            return
        fresh, self.run = run.checkpoint is None, run
        if fresh:
            self.run_changed.emit()
        control = Control(self.watchers.command, *commands)
        self._start(self._window_first.runner(job, control, apart=self.apart))
        self._become("training")

    def _start(self, runner: Runner) -> None:
        if self.run is not None:
            self.document.leave_alone(self.run.history)
        self._runner = runner
        runner.start()
        self._timer.start()

    @property
    def is_apart(self) -> bool:
        """Whether the run that is going on has a process of its own."""
        return isinstance(self._runner, Apart)

    def _become(self, state: State) -> None:
        if state != self.state:
            self.state = state
            self.state_changed.emit(state)

    def _end(self) -> None:
        self._timer.stop()
        self._window_first.leave()
        if self._runner is not None:
            self._runner.join()
        self._runner = None
        self._become("idle")
        self.rested.emit()

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
        runs = self.document.project.runs
        same = (run for run in runs if self.run is not None and run.history is self.run.history)
        kept = next(same, None)
        if self.run is not None and kept is not None:
            if kept.name != self.run.name:
                self.run = replace(self.run, name=kept.name)
        elif self.state == "idle":
            self._show_last_run()

    def _show_last_run(self) -> None:
        """After another project was opened: show its last run."""
        self._wait()
        runs = self.document.project.runs
        self.run = runs[-1] if runs else None
        self.watchers.forget()
        self.run_changed.emit()
        self._watch()
