"""The verb `import`: a PyTorch module becomes a project, after a warning that its Python is run."""

import json
import os
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import typer

from engine.aside import Aside
from engine.axes import Axes
from engine.cli.say import (
    FINE,
    PROBLEMS,
    USAGE,
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
    guessed,
    imported,
    loaded,
    project_of,
)
from engine.imports.guessing import needed, said
from engine.imports.names import proper
from engine.layer import Loss
from engine.samples import DataError
from engine.storage import save

NO_LOSS = "No loss fits its first result as it is: wire one to it yourself before you train."


def bring(
    target: str,
    inputs: list[str],
    args: str | None,
    out: Path | None,
    *,
    loss: bool,
    yes: bool,
    force: bool,
    here: bool,
    as_json: bool,
) -> int:
    """Import a module into a new project; the exit code. Raises ProjectError.

    The Python runs in a process of its own, which Ctrl-C ends whatever it does; or `here`, in that very process.
    """
    arguments, given = _arguments(args), _given(inputs)
    file = out or Path(
        f"{proper(target.rpartition(':')[2].removesuffix('.py'), 'imported')}.chainrule"
    )
    if os.path.lexists(file) and not force:
        wrong_usage(
            f"{file} is there already and is not overwritten. Choose another name, or say --force."
        )
    check_room(file)
    if here:
        return _run(target, arguments, given, file, loss=loss)
    _ask(target, yes)
    words = ["import", target, "--yes", "--force", "--here", "--json", "--out", str(file)]
    words += [word for text in inputs for word in ("--input", text)]
    words += [*(["--args", args] if args is not None else []), *(["--loss"] if loss else [])]
    return _aside(words, as_json)


def _aside(words: list[str], as_json: bool) -> int:
    """Have it done in a process of its own, and tell what came of it; the exit code."""
    with Aside(words) as aside:

        def relay() -> bool:
            typer.echo(aside.heard(), err=True, nl=False)
            return True

        code = aside.wait(relay)
        relay()
        records = aside.records()
    for record in records:
        if as_json and record["event"] in ("imported", "refused"):
            say_record(record)
        elif record["event"] == "imported":
            _tell(record)
        elif record["event"] == "refused":
            complain(record["message"])
            if record["detail"]:
                complain(record["detail"])
    if not records and code != USAGE:
        complain(
            f"The Python that was run ended its process (exit code {code}); nothing was imported."
        )
        return PROBLEMS
    return PROBLEMS if code is None else code


def _run(target: str, arguments: Any, given: list[Axes], file: Path, *, loss: bool) -> int:
    """Run the file, bring its module in and save it; all that is said are records."""
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
        say_record({"event": "refused", "message": str(error), "detail": error.detail})
        return PROBLEMS
    name = type(module).__name__
    project = project_of(brought, name, loss)
    save(project, file)
    lacking = loss and not project.graph.of_kind(Loss)
    remarks = [*brought.report.remarks, *([NO_LOSS] if lacking else [])]
    say_record(
        {
            "event": "imported",
            "module": name,
            "file": str(file),
            **_record(brought),
            "remarks": remarks,
        }
    )
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
    if yes:
        return
    what = target.partition(":")[0] or target
    warning = f"Importing runs the Python of {what}, with all that it may do on this machine."
    if not (sys.stdin and sys.stdin.isatty()):
        wrong_usage(f"{warning} Say --yes if you trust it.")
    complain(warning)
    if not typer.confirm("Do you trust it?", err=True):
        wrong_usage("Nothing was run.")


def _tell(record: Mapping[str, Any]) -> None:
    console = screen()
    console.print(
        f"{record['module']} became {record['nodes']} layers (reads {record['reads'] or 'nothing'}).",
        soft_wrap=True,
    )
    listed = table("Layer", "How many", right=("How many",))
    for label, count in sorted(record["layers"].items(), key=lambda item: -item[1]):
        listed.add_row(label, str(count))
    console.print(listed)
    _tell_rest(record)
    console.print(
        f"\nThe largest difference of outputs is {record['difference']:.1e}. Wrote {record['file']}.",
        soft_wrap=True,
    )
    console.print("Its data are placeholders: choose your own before you train.", soft_wrap=True)


def _tell_rest(record: Mapping[str, Any]) -> None:
    console = screen()
    if record["opaque"]:
        console.print(
            f"\n{len(record['opaque'])} stayed opaque: no layer does what they do, but they run and train."
        )
        for node, steps in record["opaque"].items():
            console.print(
                f"  {node}: {', '.join(step.rpartition('.')[2] for step in steps)}", soft_wrap=True
            )
    if record["unused"]:
        console.print(
            f"\nNot used when not training, so not drawn: {', '.join(record['unused'])}.",
            soft_wrap=True,
        )
    for remark in record["remarks"]:
        console.print(remark, soft_wrap=True)


def _record(brought: Imported) -> dict[str, Any]:
    report = brought.report
    return {
        "nodes": report.nodes,
        "reads": said(brought.parts),
        "inputs": {name or "sample": axes.text for name, axes in brought.parts.items()},
        "layers": dict(report.layers),
        "opaque": {node: list(steps) for node, steps in report.opaque.items()},
        "unused": list(report.unused),
        "difference": report.difference,
    }
