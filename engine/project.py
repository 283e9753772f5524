"""What a person works on, as one frozen value: the drawing, the data, the settings, and the runs so far.

How it is kept in a file is in `engine.storage`.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field

from engine.dataset import Recipe
from engine.graph import Graph
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
    unknown: Mapping[str, object] = field(default_factory=dict)
    """What a file held that this version does not know; it is written back untouched."""


def fresh_run(project: Project) -> Run:
    """A run of this project that has yet to begin, under the first free number."""
    numbers = (name.removeprefix("run ") for name in (run.name for run in project.runs))
    number = 1 + max((int(text) for text in numbers if text.isdecimal()), default=0)
    return Run(f"run {number}", project.graph, project.recipe, project.settings)
