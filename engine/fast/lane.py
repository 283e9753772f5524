"""What a run asks between two steps: whether compiled ones are ready, and whether they really are faster.

A lane begins with plain steps. Once it is worth while it has a step compiled in another process; when that is there it
lets plain and compiled steps take turns for a moment, and whichever took less time stays. Where single steps are very
short it then tries several in one call.
"""

import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from typing import NamedTuple

import torch
from torch import Tensor

from engine.course import Course
from engine.events import Remarked
from engine.fast import packages
from engine.fast.errand import Errand
from engine.fast.program import Program
from engine.fast.refusal import refusal
from engine.fast.rules import knobs_of
from engine.fast.whole import Size, memory, state
from engine.job import Job
from engine.storage import ProjectError

WORTH = 20.0  # seconds a run must still have before it: compiling takes about as long
WAIT = 1.0  # seconds of a run after which it is asked how long it will be
LOOK = 0.05  # seconds between two looks at the helper
WINDOW = 0.03  # seconds that plain and compiled steps take turns for
WINDOWS = 4  # of each, of which the best counts
MARGIN = 1.0  # of the old way's time that the new one may take
SHORT = 3e-4  # seconds: steps shorter than this are done several in one call
TOGETHER = 8


class Leap(NamedTuple):
    """Minibatches that were just done."""

    steps: int
    epoch_over: bool


@dataclass(slots=True)
class Trial:
    """Two ways of doing steps take turns: the one of the moment, and a new one."""

    program: Program
    size: Size
    turn: int = 0
    steps: int = 0
    since: float = 0.0
    best: dict[bool, float] = field(default_factory=dict)  # new? → seconds of a step

    @property
    def is_new(self) -> bool:
        """Whether it is the new way's turn."""
        return self.turn % 2 == 1


class Lane:
    """The way in which one run does its steps."""

    def __init__(self, course: Course, clock: Callable[[], float] = time.thread_time) -> None:
        self._course, self._clock = course, clock
        self._settings, self._graph = course.settings, course.graph
        self._programs: dict[int, Program] = {}  # by minibatches in one call
        self._errand: Errand | None = None
        self._trial: Trial | None = None
        self._said: list[Remarked] = []
        self._next_look = time.perf_counter() + WAIT
        self._ended = False  # nothing more will be compiled
        self._key, self._reason = "", ""
        self._given: tuple[object, list[Tensor], list[Tensor]] | None = None
        self._knobs, self._constant = knobs_of(course.settings), dict[int, Tensor]()
        if (reason := refusal(self._job)) is not None:
            self._end(reason)

    # -- what the loop asks --------------------------------------------------------------------

    def go(self, most: int | None) -> Leap | None:
        """Do compiled steps, `most` at most; None if the next step has to be a plain one."""
        if self._settings is not self._course.settings or self._graph is not self._course.graph:
            self._follow()
        if self._trial is None and not self._ended and time.perf_counter() >= self._next_look:
            self._look()
        if self._trial is not None:
            return self._try(self._trial, most)
        if not self._programs:
            return None
        return self._do(max(self._programs), most)

    def said(self) -> Iterator[Remarked]:
        """What there is to say about how steps are done, since the last time."""
        said, self._said = self._said, []
        yield from said

    def close(self) -> None:
        """Call the helper back."""
        if self._errand is not None:
            self._errand.close()
            self._errand = None
        for program in self._programs.values():
            program.close()
        self._programs = {}

    # -- doing -----------------------------------------------------------------------------

    def _do(self, count: int, most: int | None) -> Leap | None:
        """So many steps in one call, or a single one if there are not so many left."""
        if count > 1 and ((most is not None and most < count) or self._ahead(count) is None):
            count = 1
        places = self._ahead(count)
        program = self._programs.get(count)
        if places is None or program is None:
            return None
        return self._run(program, count, places)

    def _run(self, program: Program, count: int, places: Tensor) -> Leap:
        before, data = self._arguments()
        given = [*before, self._knobs, self._rates(count), *data, places]
        return Leap(count, self._course.leap(count, lambda: program(given)))

    def _ahead(self, count: int) -> Tensor | None:
        course = self._course
        return course.batches.ahead(course.settings.batch_size, count)

    def _rates(self, count: int) -> Tensor:
        """The learning rates of the next updates, (count,); made anew only where they change by themselves."""
        course, settings = self._course, self._course.settings
        if settings.schedule != "constant" or settings.warm_up:
            return torch.tensor([course.rate_after(n) for n in range(count)], dtype=torch.float64)
        if count not in self._constant:
            self._constant[count] = torch.full((count,), course.rate, dtype=torch.float64)
        return self._constant[count]

    def _arguments(self) -> tuple[list[Tensor], list[Tensor]]:
        """The tensors of the run, gathered again when the optimiser's memory was replaced."""
        updates = self._course.updates
        mind = updates.optimizer.state.get(updates.parameters[0]) if updates.parameters else None
        if self._given is None or self._given[0] is not mind:
            before = [*state(self._course.network), *memory(updates)]
            batches = self._course.batches  # whose inputs are in memory: others are refused
            inputs = [given for given in batches.inputs if isinstance(given, Tensor)]
            self._given = mind, before, [*inputs, batches.targets]
        return self._given[1], self._given[2]

    # -- getting there ---------------------------------------------------------------------

    def _look(self) -> None:
        """See whether a package is worth while, on its way, or there."""
        self._next_look = time.perf_counter() + LOOK
        if self._errand is None:
            size = Size(self._course.settings.batch_size, TOGETHER if self._programs else 1)
            self._send(size)
        elif (package := self._errand.look()) is not None:
            self._begin_trial(package, self._errand.size)
        elif self._errand.refused:
            self._end(f"the compiler refused ({self._errand.refused})")

    def _send(self, size: Size) -> None:
        course = self._course
        if size.batch * size.count > course.batches.count or not course.step:
            self._ended = size.batch > course.batches.count
            return
        self._key = self._name(Size(size.batch, 1))
        known = packages.found(self._name(size)) is not None
        if not known and self._left() < WORTH:
            self._next_look = time.perf_counter() + WAIT
            return
        try:
            self._errand = Errand(self._job, size)
        except (OSError, ProjectError) as error:
            self._end(f"the compiler could not be started ({error})")

    @property
    def _job(self) -> Job:
        """What is trained, as it has become since the run began."""
        course = self._course
        return replace(
            course.job, graph=course.graph, settings=course.settings, start=None, carried=None
        )

    def _name(self, size: Size) -> str:
        return packages.key(self._job, size)

    def _left(self) -> float:
        """Seconds that the run will still take, if it goes on as it has."""
        course = self._course
        begun = course.job.start.epoch if course.job.start else 0
        epochs = course.batches.epochs
        done = epochs - begun
        return course.clock.seconds * (course.job.last_epoch - epochs) / done if done else 0.0

    def _begin_trial(self, package: object, size: Size) -> None:
        self._errand = None
        before, data = self._arguments()
        try:
            program = Program(package, len(before) + len(data) + 3)  # type: ignore[arg-type]
        except (OSError, RuntimeError, AttributeError) as error:
            self._end(f"the package could not be loaded ({error})")
            return
        self._trial = Trial(program, size, since=self._clock())

    def _try(self, trial: Trial, most: int | None) -> Leap | None:
        """The next step of a trial, by whose turn it is."""
        now = self._clock()
        if now - trial.since > WINDOW and trial.steps:
            spent = (now - trial.since) / trial.steps
            trial.best[trial.is_new] = min(spent, trial.best.get(trial.is_new, spent))
            trial.turn, trial.steps, trial.since = trial.turn + 1, 0, now
            if trial.turn == 2 * WINDOWS:
                self._judge(trial)
                return None
        count, places = trial.size.count, self._ahead(trial.size.count)
        if trial.is_new and places is not None and (most is None or most >= count):
            if not self._programs and trial.turn == 1 and not trial.steps:
                self._say(
                    "compiled",
                    "From here on steps are compiled: numbers differ in their last digits.",
                )
            done: Leap | None = self._run(trial.program, count, places)
        else:
            done, count = self._do(1, most) if self._programs else None, 1
        trial.steps += count
        return done

    def _judge(self, trial: Trial) -> None:
        self._trial = None
        if trial.best[True] >= trial.best[False] * MARGIN:
            trial.program.close()
            self._ended = True
            if not self._programs:
                self._say("plain", "Steps are not compiled: plain ones are faster here.")
            return
        self._programs[trial.size.count] = trial.program
        self._ended = trial.size.count > 1 or trial.best[True] > SHORT

    def _follow(self) -> None:
        """Take over other settings: most are numbers that a compiled step is given; some ask for another program."""
        course = self._course
        self._settings, self._graph = course.settings, course.graph
        self._knobs, self._constant = knobs_of(course.settings), {}
        if (reason := refusal(self._job)) is not None:
            if reason != self._reason:
                self._reset()
                self._end(reason)
        elif self._key and self._key != self._name(Size(course.settings.batch_size, 1)):
            self._reset()

    def _reset(self) -> None:
        """Go back to plain steps, until a new program is there."""
        if self._programs:
            self._say(
                "plain", "Steps are plain again until they are compiled for the new settings."
            )
        if self._trial is not None:
            self._trial.program.close()
            self._trial = None
        self.close()
        self._ended, self._reason, self._key = False, "", ""
        self._next_look = time.perf_counter() + LOOK

    def _end(self, reason: str) -> None:
        self._ended, self._errand, self._reason = True, None, reason
        self._say("plain", f"Steps are not compiled: {reason}.")

    def _say(self, words: str, detail: str) -> None:
        self._said.append(Remarked(self._course.step, words, detail))
