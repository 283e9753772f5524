"""What follows from a project: its data, the shapes on its wires, what is wrong with it.

It is found out bit by bit, so that nobody has to wait for a large drawing: at once as far as that is quick, then a
stretch at a time. Until it `is_whole`, `shapes` holds what is known so far and `problems` what is still true of those
before; it can be made whole at any time by whoever cannot do without.
"""

from collections.abc import Callable, Iterable, Iterator
from functools import cached_property
from time import perf_counter

from engine.dataset import Data, DataError
from engine.graph import GraphError, NodeId
from engine.problems import Problem, circle, each_rule, ordered
from engine.project import Project
from engine.shapes import Inference, Shapes

AT_ONCE = 24  # layers tried before anybody is told; small drawings are whole then
LARGE = 300  # layers of a drawing whose complaints are found rule by rule
AT_ONCE_MS = 10.0  # and as long as this they may take if there are more
STRETCH_MS = 5.0  # so long the window may stand still each time afterwards
NOTHING = Shapes({}, {})


class Meaning:
    """One project's; `before` is that of the project which it was edited from: what is still true is taken over."""

    known = True

    def __init__(
        self,
        project: Project,
        before: "Meaning | None" = None,
        first: Callable[[], Iterable[NodeId]] = tuple,
    ) -> None:
        self.project, self._first = project, first
        self._old = (before.so_far, before.said) if before is not None else (NOTHING, ())
        self.so_far: Shapes = self._old[0]  # shapes as far as anybody has asked
        self.said: tuple[Problem, ...] = self._old[1]
        self._steps: Iterator[None] | None = None
        self.is_whole = False

    def is_of(self, project: Project) -> bool:
        """Whether this is what follows from a project, too."""
        own = self.project
        if project.graph is not own.graph:
            return False
        return project.recipe == own.recipe and project.settings == own.settings

    @cached_property
    def data(self) -> Data:
        """The data in their parts. Raises DataError."""
        return self.project.recipe.prepare()

    @property
    def shapes(self) -> Shapes:
        """What flows where, as far as that is known; nothing if the drawing runs in a circle or there are no data."""
        self._begin()
        return self.so_far

    @property
    def problems(self) -> tuple[Problem, ...]:
        """All complaints about the drawing and its data, as far as they are known."""
        self._begin()
        return self.said

    def finish(self) -> "Meaning":
        """Find out all that there is to know."""
        self._begin()
        while not self.is_whole:
            self.go_on()
        return self

    def go_on(self) -> None:
        """Find out more, for as long as a window may stand still."""
        self._spend(STRETCH_MS, 0)

    def _begin(self) -> None:
        if self._steps is None:
            self._steps = self._thought()
            self._spend(AT_ONCE_MS, AT_ONCE)

    def _spend(self, most_ms: float, least: int) -> None:
        until = perf_counter() + most_ms / 1000
        for count, _ in enumerate(self._steps or ()):
            if count >= least and perf_counter() > until:
                break
        else:
            self.is_whole = True
            self._old = (NOTHING, ())
            return
        self._look_up()

    def _look_up(self) -> None:
        """Make known what was found so far; complaints stay that are about what has not changed."""
        if self._inference is not None:
            self.so_far = self._inference.so_far()
        shapes, complaints = self._old
        self.said = tuple(
            problem
            for problem in complaints
            if (name := NodeId(problem.within or problem.node or "")) in self.so_far.run
            and self.so_far.sized.get(name) is shapes.sized.get(name)
            and name not in self.so_far.misfits
        )

    _inference: Inference | None = None

    def _thought(self) -> Iterator[None]:
        """Shapes, then rule by rule the complaints; each stop is a good one to let the window live."""
        project = self.project
        try:
            self._inference = Inference(
                project.graph, self.data.parts, self.data.target, self._old[0]
            )
        except GraphError as error:
            self.so_far, self.said = NOTHING, (circle(error),)
            return
        except DataError as error:
            self.so_far, self.said = NOTHING, (Problem("error", None, str(error)),)
            return
        yield from self._inference.steps(self._first)
        self.so_far, self._inference = self._inference.so_far(), None
        found: list[Problem] = []
        is_large = len(self.so_far.run) > LARGE
        for problems in self._turns():
            found += problems
            if is_large:
                yield
        self.said = ordered(found)

    def _turns(self) -> Iterator[list[Problem]]:
        project, data = self.project, self.data
        return each_rule(project.graph, self.so_far, data.target, project.settings, data)


class Later(Meaning):
    """Takes the place of what follows from a project until that has been found out: nothing is known, nothing wrong."""

    known = is_whole = False
    shapes = NOTHING
    problems = ()

    @property
    def data(self) -> Data:
        """The data cannot be had yet. Raises DataError."""
        raise DataError("The data are being read.")

    def finish(self) -> Meaning:
        return self
