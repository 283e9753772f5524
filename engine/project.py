"""What a person works on, as one frozen value: the drawing, the data, the settings, and the runs so far.

How it is kept in a file is in `engine.storage`.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from engine.dataset import Recipe
from engine.graph import Graph
from engine.history import History
from engine.opening import Opening
from engine.run import Run
from engine.settings import Settings


@dataclass(frozen=True, slots=True)
class Project:
    """A drawing with all that is needed to train it. Runs are added to it, never edited."""

    title: str
    graph: Graph
    recipe: Recipe
    settings: Settings = Settings()
    notes: str = ""
    runs: tuple[Run, ...] = field(default=(), compare=False)
    openings: tuple[Opening, ...] = field(default=(), compare=False)
    """Each time that the test set was opened. They are added to, like runs, and never taken away."""
    unknown: Mapping[str, object] = field(default_factory=dict)
    """What a file held that this version does not know; it is written back untouched."""


def fresh_run(project: Project) -> Run:
    """A run of this project that has yet to begin, under the first free number."""
    numbers = (name.removeprefix("run ") for name in (run.name for run in project.runs))
    number = 1 + max((int(text) for text in numbers if text.isdecimal()), default=0)
    return Run(f"run {number}", project.graph, project.recipe, project.settings)


def free_name(runs: tuple[Run, ...], name: str) -> str:
    """The name, or with a number behind it if one of the runs has it already."""
    taken = {run.name for run in runs}
    tries = (f"{name} ({number})" for number in range(2, len(taken) + 3))
    return name if name not in taken else next(other for other in tries if other not in taken)


def renamed_run(runs: tuple[Run, ...], history: History, name: str) -> tuple[Run, ...]:
    """The runs, of which that with this history has another name, or one like it that is free."""
    others = tuple(run for run in runs if run.history is not history)
    return tuple(
        run if run.history is not history else replace(run, name=free_name(others, name))
        for run in runs
    )


def without_run(runs: tuple[Run, ...], history: History) -> tuple[Run, ...]:
    """The runs without that of this history."""
    return tuple(run for run in runs if run.history is not history)


def with_run(runs: tuple[Run, ...], run: Run, place: int) -> tuple[Run, ...]:
    """The runs with one more at its place, under a name that is free."""
    name = free_name(runs, run.name)
    added = run if name == run.name else replace(run, name=name)
    return (*runs[:place], added, *runs[place:])
