"""All that one run needs, made ready before any thread starts: or else all complaints at once."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from engine.dataset import Data, DataError, Recipe
from engine.events import Checkpoint
from engine.fingerprint import fingerprint
from engine.graph import Graph, GraphError
from engine.layers.data import Output
from engine.problems import Problem, circle, find_problems
from engine.project import Project
from engine.run import Run
from engine.settings import Settings
from engine.shapes import Shapes, infer

PROBE_EXAMPLES = 256  # fixed train examples on which instruments measure


@dataclass(frozen=True, slots=True, eq=False)
class Job:
    """A drawing without errors, its data, how to train it, and where to begin."""

    graph: Graph  # unfolded: groups opened, what is switched off left out
    shapes: Shapes
    data: Data
    settings: Settings
    start: Checkpoint | None = None
    carried: Mapping[str, NDArray[np.generic]] | None = None  # initial weights, where they fit
    recipe: Recipe | None = None  # that made the data; another process can make them again by it

    @property
    def last_epoch(self) -> int:
        """The epoch at which the run ends: that of the settings, or as many more if those are done already."""
        done = self.start.epoch if self.start else 0
        return self.settings.epochs if done < self.settings.epochs else done + self.settings.epochs


def prepare(
    project: Project, run: Run | None = None, *, training: bool = True
) -> Job | tuple[Problem, ...]:
    """The job of training a project, going on from a run if one is given; or its errors. Raises DataError.

    If it is not for `training` but to be run, what gives a result is enough: it need have no loss and no weights.
    """
    graph, data, settings = project.graph, project.recipe.prepare(), project.settings
    try:
        shapes = infer(graph, data.parts, data.target)
    except GraphError as error:
        return (circle(error),)
    smaller = settings.but(batch_size=min(settings.batch_size, data.train.count))
    problems = (*find_problems(graph, shapes, data.target, smaller, data), *_no_device(settings))
    if not training and graph.of_kind(Output):
        problems = tuple(problem for problem in problems if problem.hinders != "training")
    if any(problem.severity == "error" for problem in problems):
        return tuple(sorted(problems, key=lambda problem: problem.severity != "error"))
    return Job(
        graph.flat, shapes, data, settings, run.checkpoint if run else None, recipe=project.recipe
    )


def to_train(
    project: Project, run: Run, carried: Mapping[str, NDArray[np.generic]] | None = None
) -> Job | tuple[Problem, ...]:
    """The job of beginning a run, or of going on with it; or why it cannot be, data that are not there included."""
    try:
        job = prepare(project, run if run.checkpoint else None)
    except DataError as error:
        return (Problem("error", None, str(error)),)
    if isinstance(job, Job) and job.start and (problem := other_data(job, run)):
        return (problem,)
    return replace(job, carried=carried) if isinstance(job, Job) else job


def other_data(job: Job, run: Run) -> Problem | None:
    """The complaint about data that are no longer what a run was trained on, though they bear the same name."""
    if same_data(run, job.data):
        return None
    message = (
        f"The data have changed since {run.name} was trained: to go on would mix two data sets. "
        "Restart, or bring the data back as they were."
    )
    return Problem("error", None, message)


def same_data(run: Run, data: Data) -> bool:
    """Whether these are the numbers that a run learnt from; yes of a run from before that was written down."""
    started = run.history.started
    return started is None or not started.data or started.data == fingerprint(data)


def _no_device(settings: Settings) -> Iterator[Problem]:
    """The complaint about a device that this machine, or this build of PyTorch, does not have."""
    if settings.device not in devices():
        name = {"cuda": "CUDA", "mps": "Metal"}[settings.device]
        message = (
            f"The settings ask for {name}, but PyTorch finds no such device here. "
            "Choose the CPU, or install a PyTorch and a driver that know it."
        )
        yield Problem("error", None, message)
    if (settings.device, settings.precision) == ("mps", "float64"):
        message = "Metal computes in 32 bits at most. Choose the precision float32, or the CPU."
        yield Problem("error", None, message)


def devices() -> frozenset[str]:
    """Where PyTorch can compute on this machine."""
    import torch  # which the window does not wait for

    found = {"cpu"}
    if torch.cuda.is_available():
        found.add("cuda")
    if torch.backends.mps.is_available():
        found.add("mps")
    return frozenset(found)
