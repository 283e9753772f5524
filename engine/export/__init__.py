"""Code out: a project handed on as a script, as a file that other programs run, or as its weights alone.

`subject` what is exported · `body` the calls folded into the groups that were drawn · `forward`, `loops`, `classes`,
`layout` the network as code · `sources`, `snippets` what is copied into a script · `generating`, `looping` a network
that writes · `training`, `script` the script · `words` code in lines · `traceable` what an exporter can follow ·
`formats` every format, one file each · `writing` files put in place together.
"""

from pathlib import Path

from engine.export.format import Format, Missing
from engine.export.formats import FORMATS
from engine.export.script import script
from engine.export.subject import Subject, subject_of
from engine.export.writing import there_already, write_all
from engine.problem import Problem
from engine.project import Project


class CannotExport(ValueError):  # noqa: N818 - says what happened, as people do
    """What is in the way: the errors of the project, or what a format cannot carry, a sentence for each node."""

    def __init__(self, problems: tuple[Problem, ...] = (), refusals: tuple[str, ...] = ()) -> None:
        super().__init__(" ".join([*(problem.message for problem in problems), *refusals]))
        self.problems, self.refusals = problems, refusals


def refusals(project: Project, name: str) -> tuple[str, ...]:
    """Why a format cannot carry a project, a sentence for each node that is in the way; empty if it can.

    Raises CannotExport if the project has errors, Missing if a package is missing, DataError.
    """
    form = FORMATS[name]()
    form.require()
    return tuple(form.refusals(_subject(project, form)))


def export(project: Project, name: str, out: Path) -> tuple[Path, ...]:
    """Write a project in a format; the files, all of them or none. What is there is overwritten.

    Raises CannotExport, Missing, DataError and OSError.
    """
    form = FORMATS[name]()
    form.require()
    subject = _subject(project, form)
    if found := tuple(form.refusals(subject)):
        raise CannotExport(refusals=found)
    write_all(form.writers(subject, out))
    return form.files(out)


def script_text(project: Project) -> str:
    """The script of a project, to be read: what `export` would write. Raises CannotExport and DataError."""
    subject = _subject(project, FORMATS["python"]())
    if found := tuple(FORMATS["python"]().refusals(subject)):
        raise CannotExport(refusals=found)
    return script(subject, "network")


def _subject(project: Project, form: Format) -> Subject:
    found = subject_of(project, training=form.trains)
    if isinstance(found, Subject):
        return found
    raise CannotExport(problems=found)


__all__ = [
    "FORMATS",
    "CannotExport",
    "Format",
    "Missing",
    "export",
    "refusals",
    "script_text",
    "there_already",
]
