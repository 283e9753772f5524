"""A look at data of a person's own, done beside the window: what was found, and a first network for it."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from app.panels.glance import Counts, Glance, Pictures, counted, glance
from engine.beginning import first_project
from engine.dataset import Dataset, Recipe
from engine.preview import Preview, first_of, has_own_symbols, preview, readings
from engine.project import Project
from engine.waiting import heard_by


@dataclass(frozen=True, slots=True, eq=False)
class Found:
    """What was found: each way to read it, the one that is shown, its picture, and a network that would suit it."""

    readings: Sequence[Dataset]
    preview: Preview
    glance: Glance | None = None
    counts: Counts | None = None  # where the glance shows pictures
    first: Project | None = None


class Look:
    """One look. The thread that looks writes how far it is; the window reads it, and says when nobody waits."""

    def __init__(self) -> None:
        self.share, self.doing, self.left = -1.0, "Looking", False

    def _hear(self, share: float, doing: str) -> bool:
        self.share, self.doing = share, doing
        return not self.left

    def at(self, work: Callable[[], Found]) -> Found:
        """Do the work, in the thread that asks for it. Raises GivenUp once nobody waits, and DataError."""
        with heard_by(self._hear):
            return work()


def at_path(path: Path) -> Found:
    """What is at a place. Raises DataError if it is no data at all."""
    found = readings(path)
    return _found(found, first_of(found))


def at_recipe(recipe: Recipe, known: Sequence[Dataset]) -> Found:
    """What a recipe gives; the ways to read the file are known already."""
    return _found(known, preview(recipe))


def _found(known: Sequence[Dataset], seen: Preview) -> Found:
    data = seen.data
    if data is None:
        return Found(known, seen)
    picture = None if has_own_symbols(data) else glance(data)
    counts = counted(data) if isinstance(picture, Pictures) else None
    return Found(known, seen, picture, counts, first_project(seen.recipe, title_of(seen.recipe)))


def title_of(recipe: Recipe) -> str:
    """What a project on these data is called: as their file is."""
    file = getattr(recipe.dataset, "file", "") or getattr(recipe.dataset, "folder", "")
    return Path(str(file).strip("\"' ")).stem or recipe.dataset.title
