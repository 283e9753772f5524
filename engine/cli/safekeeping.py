"""Where a run is kept that was trained on the command line: where the person said, or else where it is not lost.

A run that was interrupted without --out, and one whose place can no longer be written to, lies beside its project
under a name of its own; in the folder for temporary files, if that is a folder where nothing can be written.
"""

import os
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from engine.cli.say import check_room, complain, say_record, wrong_usage
from engine.project import Project
from engine.run import Run
from engine.storage import ProjectError, save


@dataclass(frozen=True, slots=True)
class Kept:
    """Where a run lies, and whether that is where it was wished to be."""

    place: Path | None
    as_wished: bool = True


def keep(project: Project, out: Path | None, source: Path) -> Kept:
    """Save a project to `out`, or, without one or where that fails, to a new file near its source."""
    if out is not None:
        try:
            save(project, out)
        except ProjectError as error:
            complain(str(error))
        else:
            return Kept(out)
    for place in _refuges(source):
        try:
            save(project, place)
        except ProjectError:
            continue
        return Kept(place, out is None)
    complain("It could not be saved anywhere else either.")
    return Kept(None, as_wished=False)


def _refuges(source: Path) -> Iterator[Path]:
    for folder in (source.absolute().parent, Path(tempfile.gettempdir())):
        yield _free(folder, source.stem)


def _free(folder: Path, stem: str) -> Path:
    number, place = 1, folder / f"{stem}-kept.chainrule"
    while os.path.lexists(place):
        number += 1
        place = folder / f"{stem}-kept-{number}.chainrule"
    return place


def check_keeps(out: Path) -> None:
    """End with a sentence if no run can be kept there, before there is one."""
    check_room(out)
    if out.suffix == ".json":
        wrong_usage(f"{out.name} is text alone and can hold no run. Name a .chainrule file.")


def say_kept(run: Run, kept: Kept, as_json: bool) -> None:
    """Where the run lies: a sentence on stderr, or a record."""
    if kept.place is None:
        return
    if as_json:
        record = {"event": "saved", "run": run.name, "step": run.history.step}
        say_record({**record, "file": str(kept.place)})
    else:
        complain(f"Saved {run.name} with its weights in {kept.place}.")
