"""What is handed on and brought in as code: the engine's rooms for that, asked when they are needed, in one shape.

Whatever is in the way comes as one exception with a sentence. Those rooms come with torch, so the window loads them
only when they are asked for.
"""

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any

from engine.aside import Aside
from engine.dataset import DataError
from engine.graph import GraphError
from engine.project import Project
from engine.storage import load, save
from engine.trust import waiting

if TYPE_CHECKING:
    from engine.export import CannotExport

ERRORS, REFUSALS = (
    "The drawing has errors. Mend them first:",
    "This cannot be written as it stands:",
)
WRONG_USAGE = 2  # the exit code of the command line


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
    """Write a project in a format, in a process of its own; the files.

    `keep` is asked all the while: once it says no, the process is ended and nothing is put in place.
    """
    try:
        with TemporaryDirectory(dir=out.parent, prefix=".export-") as folder:
            whole = Path(folder, "whole.chainrule")
            save(project, whole)
            words = [
                "export",
                str(whole),
                "--to",
                name,
                "--out",
                str(Path(folder, out.name)),
                "--json",
            ]
            if not list(waiting(project.graph)):
                words.append("--trust")
            with Aside(words) as aside:
                code = aside.wait(keep)
                if code is None or not keep():
                    return ()
                records, said = aside.records(), aside.heard()
            for record in records:
                if record["event"] == "exported":
                    files = (Path(file) for file in record["files"])
                    return tuple(file.replace(out.parent / file.name) for file in files)
    except OSError as error:
        raise Refused(f"{out.name} could not be written: {error.strerror or error}.") from error
    raise _refused(records, said)


def _refused(records: Sequence[Mapping[str, Any]], said: str) -> Refused:
    """Why nothing was written: what is in the way line by line, or what was said last."""
    errors = [
        one["message"]
        for one in records
        if one["event"] == "problem" and one["severity"] == "error"
    ]
    if errors:
        return Refused(ERRORS, errors)
    refusals = [one["message"] for one in records if one["event"] == "refused"]
    if refusals:
        return Refused(REFUSALS, refusals)
    lines = said.strip().splitlines() or ["The process that wrote it ended."]
    return Refused(lines[-1], lines[-3:-1])


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
        return Refused(ERRORS, [problem.message for problem in error.problems])
    return Refused(REFUSALS, error.refusals)


# -- in --------------------------------------------------------------------------------------


def brought(
    target: str,
    inputs: Sequence[str],
    arguments: str,
    *,
    loss: bool = False,
    keep: Callable[[], bool] = lambda: True,
) -> Brought | None:
    """Run a Python file in a process of its own and bring the module in it onto the canvas.

    Args:
        target: `file.py:Net`, or `file.py` alone where it defines one module.
        inputs: What each input looks like, such as `3,224,224` or `tokens:16:5000`; guessed where there are none.
        arguments: What the class is given, as JSON; nothing if it is empty.
        loss: Whether a loss is wired to the first result.
        keep: Asked all the while; once it says no, the process is ended, and there is no result.
    """
    _check(arguments)
    with TemporaryDirectory(prefix="chainrule-") as folder:
        file = Path(folder, "imported.chainrule")
        words = ["import", target, "--yes", "--here", "--json", "--out", str(file)]
        words += [word for text in inputs for word in ("--input", text)]
        words += [*(["--args", arguments] if arguments else []), *(["--loss"] if loss else [])]
        with Aside(words) as aside:
            code = aside.wait(keep)
            if code is None:
                return None
            records, said = aside.records(), aside.heard()
        for record in records:
            if record["event"] == "imported":
                return Brought(load(file), tuple(_said(record)))
            if record["event"] == "refused":
                raise Refused(record["message"], record["detail"].strip().splitlines()[-3:])
    lines = said.strip().splitlines()
    if code == WRONG_USAGE and lines:
        raise Refused(lines[-1])
    raise Refused(f"The Python that was run ended its process (exit code {code}).", lines[-3:])


def _check(arguments: str) -> None:
    if not arguments:
        return
    try:
        found = json.loads(arguments)
    except ValueError:
        found = None
    if not isinstance(found, dict | list):
        raise Refused(f'Arguments are written as [10] or {{"depth": 2}}, not as {arguments}.')


def _said(report: Mapping[str, Any]) -> list[str]:
    """What became of a module, in lines."""
    listed = sorted(report["layers"].items(), key=lambda item: -item[1])
    lines = [", ".join(f"{count} × {label}" if count > 1 else label for label, count in listed)]
    for node, steps in report["opaque"].items():
        names = ", ".join(step.rpartition(".")[2] for step in steps)
        lines.append(f"{node} holds what no layer does, and runs all the same: {names}")
    if report["unused"]:
        lines.append(f"Not used, so not drawn: {', '.join(report['unused'])}")
    lines += report["remarks"]
    lines.append(f"The largest difference of its outputs is {report['difference']:.1e}.")
    lines.append("Its data are placeholders: choose your own before you train.")
    return [line for line in lines if line]
