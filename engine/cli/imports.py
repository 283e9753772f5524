"""The verb `import`: a PyTorch module becomes a project, after a warning that its Python is run."""

import json
import os
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import typer

from engine.axes import Axes
from engine.cli.say import (
    FINE,
    PROBLEMS,
    check_room,
    complain,
    say_record,
    screen,
    table,
    wrong_usage,
)
from engine.datasets.placeholder import axes_from
from engine.imports import (
    Imported,
    ImportRefused,
    Report,
    guessed,
    imported,
    loaded,
    project_of,
)
from engine.imports.guessing import needed, said
from engine.imports.names import proper
from engine.samples import DataError
from engine.storage import save


def bring(
    target: str,
    inputs: list[str],
    args: str | None,
    out: Path | None,
    *,
    loss: bool,
    yes: bool,
    force: bool,
    as_json: bool,
) -> int:
    """Import a module into a new project; the exit code. Raises ProjectError."""
    arguments, given = _arguments(args), _given(inputs)
    file = out or Path(
        f"{proper(target.rpartition(':')[2].removesuffix('.py'), 'imported')}.chainrule"
    )
    if os.path.lexists(file) and not force:
        wrong_usage(
            f"{file} is there already and is not overwritten. Choose another name, or say --force."
        )
    check_room(file)
    _ask(target, yes)
    try:
        module = loaded(target, arguments)
        names = needed(module)
        if given and len(given) < len(names):
            wrong_usage(
                f"The module wants {len(names)} inputs: {', '.join(names)}. Say --input once for each."
            )
        axes: Mapping[str, Axes] | list[Axes] = given or guessed(module)
        brought = imported(module, axes)
    except ImportRefused as error:
        complain(str(error))
        if error.detail:
            complain(error.detail)
        return PROBLEMS
    project = project_of(brought, type(module).__name__, loss)
    save(project, file)
    _tell(brought, type(module).__name__, file, as_json)
    return FINE


def _arguments(text: str | None) -> dict[str, Any] | list[Any] | None:
    if text is None:
        return None
    try:
        found = json.loads(text)
    except ValueError:
        found = None
    if not isinstance(found, dict | list):
        wrong_usage(f"--args should be JSON such as '{{\"depth\": 2}}', but it is {text}.")
    return found


def _given(inputs: list[str]) -> list[Axes]:
    try:
        return [axes_from(text) for text in inputs]
    except DataError as error:
        wrong_usage(str(error))


def _ask(target: str, yes: bool) -> None:
    """Say what importing does, before anything is run."""
    complain(
        f"Importing runs the Python of {target.partition(':')[0] or target}, with all that it may do on this machine."
    )
    if yes:
        return
    if not (sys.stdin and sys.stdin.isatty()):
        wrong_usage("Say --yes if you trust it.")
    if not typer.confirm("Do you trust it?", err=True):
        wrong_usage("Nothing was run.")


def _tell(brought: Imported, name: str, file: Path, as_json: bool) -> None:
    report = brought.report
    if as_json:
        say_record({"event": "imported", "module": name, "file": str(file), **_record(brought)})
        return
    console = screen()
    console.print(
        f"{name} became {report.nodes} layers (reads {said(brought.parts) or 'nothing'}).",
        soft_wrap=True,
    )
    listed = table("Layer", "How many", right=("How many",))
    for label, count in sorted(report.layers.items(), key=lambda item: -item[1]):
        listed.add_row(label, str(count))
    console.print(listed)
    _tell_rest(report)
    console.print(
        f"\nThe largest difference of outputs is {report.difference:.1e}. Wrote {file}.",
        soft_wrap=True,
    )
    console.print("Its data are placeholders: choose your own before you train.", soft_wrap=True)


def _tell_rest(report: Report) -> None:
    console = screen()
    if report.opaque:
        console.print(
            f"\n{len(report.opaque)} stayed opaque: no layer does what they do, but they run and train."
        )
        for node, steps in report.opaque.items():
            console.print(
                f"  {node}: {', '.join(step.rpartition('.')[2] for step in steps)}", soft_wrap=True
            )
    if report.unused:
        console.print(
            f"\nNot used when not training, so not drawn: {', '.join(report.unused)}.",
            soft_wrap=True,
        )
    for remark in report.remarks:
        console.print(remark, soft_wrap=True)


def _record(brought: Imported) -> dict[str, Any]:
    report = brought.report
    return {
        "inputs": {name or "sample": axes.text for name, axes in brought.parts.items()},
        "layers": dict(report.layers),
        "opaque": {node: list(steps) for node, steps in report.opaque.items()},
        "unused": list(report.unused),
        "remarks": list(report.remarks),
        "difference": report.difference,
    }
