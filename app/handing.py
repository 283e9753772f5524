"""What is handed on and brought in as code: the engine's rooms for that, asked when they are needed, in one shape.

Whatever is in the way comes as one exception with a sentence. They import torch, so they are not loaded before.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from engine.dataset import DataError
from engine.graph import GraphError
from engine.project import Project

NOT_HERE = "This Chainrule comes without it."


class Refused(Exception):  # noqa: N818 - says what happened, as people do
    """It cannot be done: a sentence, and what is in the way line by line."""

    def __init__(self, sentence: str, lines: Sequence[str] = ()) -> None:
        super().__init__(sentence)
        self.lines = tuple(lines)


@dataclass(frozen=True, slots=True)
class Format:
    """A format of export as the dialogue shows it."""

    name: str
    title: str
    suffix: str
    help: str


@dataclass(frozen=True, slots=True)
class Brought:
    """A module that was brought in as a project, and what is to be said of it."""

    project: Project
    lines: tuple[str, ...]


def formats() -> tuple[Format, ...]:
    """The formats there are, the script first: it carries everything."""
    declared = _room("engine.export").FORMATS
    found = (Format(name, form.title, form.suffix, _words(form)) for name, form in declared.items())
    return tuple(sorted(found, key=lambda form: form.suffix != ".py"))


def _words(form: Any) -> str:
    words: str = form.help().split("\n\n")[0]
    return " ".join(words.split())


def written(project: Project, name: str, out: Path, keep: Any) -> tuple[Path, ...]:
    """Write a project in a format; the files. Nothing is put in place unless `keep()` says so at the end."""
    try:
        with TemporaryDirectory(dir=out.parent, prefix=".export-") as folder:
            files: Sequence[Path] = _room("engine.export").export(
                project, name, Path(folder, out.name)
            )
            if not keep():
                return ()
            return tuple(file.replace(out.parent / file.name) for file in files)
    except OSError as error:
        raise Refused(f"{out.name} could not be written: {error.strerror or error}.") from error
    except (DataError, GraphError) as error:
        raise Refused(str(error)) from error
    except Exception as error:
        raise _refused(error) from error


def code_of(project: Project) -> str:
    """The drawing as a script that needs PyTorch alone."""
    try:
        subject = _room("engine.export.subject").subject_of(project)
        if not isinstance(subject, tuple):
            return str(_room("engine.export.script").script(subject, "network"))
    except (DataError, GraphError) as error:
        raise Refused(str(error)) from error
    except Exception as error:
        raise _refused(error) from error
    raise Refused("The code comes once the errors are mended.", [p.message for p in subject])


def brought(spec: str, inputs: Sequence[str], arguments: str) -> Brought:
    """Run a Python file and bring the module in it onto the canvas; `spec` is `file.py:Net`."""
    room = _room("engine.imports")
    if not hasattr(room, "import_module"):
        raise Refused(NOT_HERE)
    try:
        project, lines = room.import_module(spec, tuple(inputs), arguments)
    except Exception as error:
        raise _refused(error) from error
    return Brought(project, tuple(lines))


def _refused(error: Exception) -> Refused:
    """What the engine says cannot be; anything else is a fault, which is said as such."""
    known = {
        "CannotExport",
        "Missing",
        "ImportRefused",
        "ImportFailed",
        "ExportError",
        "Refused",
        "NoLiteral",
    }
    if isinstance(error, Refused):
        return error
    if type(error).__name__ not in known:
        return Refused(
            "A fault in the program is in the way.", [f"{type(error).__name__}: {error}"]
        )
    problems = [problem.message for problem in getattr(error, "problems", ())]
    lines = [*problems, *getattr(error, "refusals", ())]
    return Refused("It cannot be written as it stands." if lines else str(error), lines)


def _room(name: str) -> Any:
    try:
        return import_module(name)
    except ModuleNotFoundError as error:
        if error.name is not None and name.startswith(error.name):
            raise Refused(NOT_HERE) from error
        raise
