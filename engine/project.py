"""What a person works on, as one frozen value: the drawing, the data, the settings, and the runs so far.

How it is kept in a file is in `engine.storage`.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from engine.dataset import Recipe
from engine.graph import Graph
from engine.history import History
from engine.opening import Opening, moved_part
from engine.run import Run
from engine.settings import Settings
from engine.source import Source, renamed


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
    sources: Mapping[str, Source] = field(default_factory=dict, compare=False)
    """What the file knew of the files and folders that it learns from, by their paths; made anew at each save."""

    thumbnail: bytes = field(default=b"", compare=False, repr=False)
    """A small PNG of the drawing for file managers, made by the window at each save; empty if there never was one."""

    @property
    def recipes(self) -> tuple[Recipe, ...]:
        """Its own recipe, and those of its runs."""
        return (self.recipe, *(run.recipe for run in self.runs))


def fresh_run(project: Project) -> Run:
    """A run of this project that has yet to begin, under the first free number."""
    numbers = (name.removeprefix("run ") for name in (run.name for run in project.runs))
    number = 1 + max((int(text) for text in numbers if text.isdecimal()), default=0)
    return Run(f"run {number}", project.graph, project.recipe, project.settings)


def relocated(project: Project, moved: Mapping[str, str]) -> Project:
    """The project after files that it learns from have moved, from one path to another each: nothing else is new.

    Runs go on as those of the same data, and the test set that was opened counts as opened.
    """
    runs = tuple(replace(run, recipe=renamed(run.recipe, moved)) for run in project.runs)
    openings = tuple(
        opening.model_copy(update={"part": _moved_part(opening.part, moved)})
        for opening in project.openings
    )
    sources = {moved.get(path, path): source for path, source in project.sources.items()}
    recipe = renamed(project.recipe, moved)
    return replace(project, recipe=recipe, runs=runs, openings=openings, sources=sources)


def still_opened(project: Project, other: Project) -> Project:
    """The project, put in place of another state of it, whose openings stay: what was seen cannot be unseen."""
    more = tuple(opening for opening in other.openings if opening not in project.openings)
    return replace(project, openings=(*project.openings, *more)) if more else project


def _moved_part(part: str, moved: Mapping[str, str]) -> str:
    for old, new in moved.items():
        part = moved_part(part, old, new)
    return part


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
