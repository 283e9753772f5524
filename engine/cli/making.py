"""Verbs that make a project and look at it. What one needs is imported when it runs."""

from pathlib import Path
from typing import Annotated

import typer

from engine.cli.completing import templates
from engine.cli.options import AsJson, File, Trust


def new(
    template: Annotated[
        str,
        typer.Argument(
            metavar="TEMPLATE",
            help="Its name; see “chainrule templates”.",
            autocompletion=templates,
        ),
    ],
    file: Annotated[Path, typer.Argument(metavar="FILE", help="The file to make.")],
    json: AsJson = False,
) -> None:
    """Make a project FILE from a TEMPLATE. A file that is there already is never overwritten.

    Examples:
        chainrule new small-convnet digits.chainrule

    Records:
        created: template, title, file
    """
    from engine.cli.catalogue import make

    make(template, file, json)


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
