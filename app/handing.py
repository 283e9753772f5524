"""What is handed on and brought in as code: the engine's rooms for that, asked when they are needed, in one shape.

Whatever is in the way comes as one exception with a sentence. Those rooms come with torch, so the window loads them
only when they are asked for.
"""

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any

from engine.dataset import DataError
from engine.graph import GraphError
from engine.project import Project

if TYPE_CHECKING:
    from engine.export import CannotExport
    from engine.imports import Report


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


# -- out -------------------------------------------------------------------------------------


def formats() -> tuple[Format, ...]:
    """The formats there are, the script first: it carries everything."""
    from engine.export import FORMATS

    found = [
        Format(name, form.title, form.suffix, " ".join(form.help().split("\n\n")[0].split()))
        for name, form in FORMATS.items()
    ]
    return tuple(sorted(found, key=lambda form: form.suffix != ".py"))


def written(
    project: Project, name: str, out: Path, keep: Callable[[], bool] = lambda: True
) -> tuple[Path, ...]:
    """Write a project in a format; the files. Nothing is put in place unless `keep()` says so at the end."""
    from engine.export import CannotExport, Missing, export

    try:
        with TemporaryDirectory(dir=out.parent, prefix=".export-") as folder:
            files = export(project, name, Path(folder, out.name))
            if not keep():
                return ()
            return tuple(file.replace(out.parent / file.name) for file in files)
    except OSError as error:
        raise Refused(f"{out.name} could not be written: {error.strerror or error}.") from error
    except CannotExport as error:
        raise _in_the_way(error) from error
    except (DataError, GraphError, Missing) as error:
        raise Refused(str(error)) from error


def code_of(project: Project) -> str:
    """The drawing as a script that needs PyTorch alone."""
    from engine.export import CannotExport, script_text

    try:
        return script_text(project)
    except CannotExport as error:
        raise _in_the_way(error) from error
    except (DataError, GraphError) as error:
        raise Refused(str(error)) from error


def _in_the_way(error: "CannotExport") -> Refused:
    if error.problems:
        messages = [problem.message for problem in error.problems]
        return Refused("The drawing has errors. Mend them first:", messages)
    return Refused("This cannot be written as it stands:", error.refusals)


# -- in --------------------------------------------------------------------------------------


def brought(target: str, inputs: Sequence[str], arguments: str, *, loss: bool = False) -> Brought:
    """Run a Python file and bring the module in it onto the canvas.

    Args:
        target: `file.py:Net`, or `file.py` alone where it defines one module.
        inputs: What each input looks like, such as `3,224,224` or `tokens:16:5000`; guessed where there are none.
        arguments: What the class is given, as JSON; nothing if it is empty.
        loss: Whether a loss is wired to the first result.
    """
    from engine.datasets.placeholder import axes_from
    from engine.imports import ImportRefused, guessed, imported, loaded, project_of

    try:
        axes = [axes_from(text) for text in inputs]
        module = loaded(target, _arguments(arguments))
        found = imported(module, axes or guessed(module))
        project = project_of(found, type(module).__name__, loss)
    except ImportRefused as error:
        raise Refused(str(error), error.detail.strip().splitlines()[-3:]) from error
    except (DataError, GraphError) as error:
        raise Refused(str(error)) from error
    return Brought(project, tuple(_said(found.report)))


def _arguments(text: str) -> Any:
    if not text:
        return None
    try:
        found = json.loads(text)
    except ValueError:
        found = None
    if not isinstance(found, dict | list):
        raise Refused(f'Arguments are written as [10] or {{"depth": 2}}, not as {text}.')
    return found


def _said(report: "Report") -> list[str]:
    """What became of a module, in lines."""
    listed = sorted(report.layers.items(), key=lambda item: -item[1])
    lines = [", ".join(f"{count} × {label}" if count > 1 else label for label, count in listed)]
    for node, steps in report.opaque.items():
        names = ", ".join(step.rpartition(".")[2] for step in steps)
        lines.append(f"{node} holds what no layer does, and runs all the same: {names}")
    if report.unused:
        lines.append(f"Not used, so not drawn: {', '.join(report.unused)}")
    lines += report.remarks
    lines.append(f"The largest difference of its outputs is {report.difference:.1e}.")
    lines.append("Its data are placeholders: choose your own before you train.")
    return [line for line in lines if line]
