"""Verbs that make a project and look at it. What one needs is imported when it runs."""

from pathlib import Path
from typing import Annotated

import typer

from engine.cli.completing import templates
from engine.cli.options import AsJson, File, Trust
from engine.cli.say import wrong_usage


def new(
    names: Annotated[
        list[str],
        typer.Argument(
            metavar="[TEMPLATE] FILE",
            help="A template's name (see “chainrule templates”; not needed with --data), and the file to make.",
            autocompletion=templates,
        ),
    ],
    data: Annotated[
        Path | None,
        typer.Option(metavar="PATH", help="A file or folder of your own to learn from."),
    ] = None,
    target: Annotated[
        str | None,
        typer.Option(metavar="COLUMN", help="The column of a table that is to be predicted."),
    ] = None,
    kind: Annotated[
        str | None,
        typer.Option(
            metavar="DATASET", help="How to read PATH, where there are several ways, as TextFile."
        ),
    ] = None,
    json: AsJson = False,
) -> None:
    """Make a project FILE from a TEMPLATE, or on data of your own. A file that is there already is never overwritten.

    With --data and without a TEMPLATE, a first network of the right sizes is drawn for rows and images.

    Examples:
        chainrule new small-convnet digits.chainrule
        chainrule new --data penguins.csv --target species penguins.chainrule

    Records:
        created: template, title, file
    """
    from engine.cli.catalogue import make

    make(names, file_of(names, data, target, kind), data, target, kind, json)


def file_of(names: list[str], data: Path | None, target: str | None, kind: str | None) -> Path:
    """The file to be made, the last of the names; ends with a sentence where their number is wrong."""
    if len(names) > 2 or (len(names) < 2 and data is None):
        wrong_usage(
            "new takes a TEMPLATE and a FILE, or --data PATH and a FILE. “chainrule templates” lists templates."
        )
    if kind is not None and data is None:
        wrong_usage("--kind says how data are read: give them too, with --data PATH.")
    if target is not None and data is None:
        wrong_usage("--target names a column of a table: give the table too, with --data PATH.")
    if names[-1] == "-":
        wrong_usage("A project is kept in a file, not sent to stdout. Name a file instead of -.")
    return Path(names[-1])


def check(file: File, trust: Trust = False, json: AsJson = False) -> None:
    """Say the output shape and the parameters of each node, and what is wrong with the project.

    The exit code is 1 if there are errors; advice does not count.

    Examples:
        chainrule check digits.chainrule

    Records:
        node: node, kind, shape, sizes, axes, dtype, parameters, multiply_adds, activation_bytes, outputs?
        total: parameters, multiply_adds, activation_bytes, step_bytes
        problem: severity, node, message, fix
        shared: shared, advice
    """
    from engine.cli.check import show

    raise typer.Exit(show(file, trust, json))


def runs(file: File, json: AsJson = False) -> None:
    """List the runs of FILE: how long they went on, how good they are, whether the test set was opened for them.

    Examples:
        chainrule runs trained.chainrule

    Records:
        run: name, step, epoch, seconds, train_loss, dev_loss, dev_accuracy, best_dev_loss, can_go_on, openings
    """
    from engine.cli.runs import show

    raise typer.Exit(show(file, json))


def schema(json: AsJson = False) -> None:
    """Print the JSON schema of project.json, which each project file holds.

    It is one JSON document, with --json on a single line.

    Examples:
        chainrule schema > project.schema.json
    """
    from engine.cli.schema import show

    show(json)
