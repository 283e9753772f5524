"""Verbs that carry a project out of its file, or into one. What one needs is imported when it runs."""

from pathlib import Path
from typing import Annotated

import typer

from engine.cli.completing import formats as named_formats
from engine.cli.completing import kinds, runs
from engine.cli.options import AsJson, File, Trust


def export(
    file: Annotated[
        Path | None,
        typer.Argument(help="A project file.", metavar="FILE", show_default=False),
    ] = None,
    to: Annotated[
        str | None,
        typer.Option(
            metavar="FORMAT", help="python, onnx, pt2 or safetensors.", autocompletion=named_formats
        ),
    ] = None,
    out: Annotated[
        Path | None,
        typer.Option(
            metavar="PLACE",
            help="Where to write it; otherwise beside FILE. A single file goes to stdout with -.",
        ),
    ] = None,
    formats: Annotated[
        bool, typer.Option("--formats", help="List the formats and what each can carry.")
    ] = False,
    force: Annotated[
        bool, typer.Option("--force", help="Overwrite files that are there already.")
    ] = False,
    trust: Trust = False,
    json: AsJson = False,
) -> None:
    """Hand the project in FILE on: as a Python script, as ONNX, as pt2, or its weights as safetensors.

    What a format cannot carry is refused before a file is written.

    Examples:
        chainrule export trained.chainrule --to python
        chainrule export trained.chainrule --to onnx --out net.onnx
        chainrule export --formats

    Records:
        exported: format, files
        refused: format, message
        problem: severity, node, message, fix
        format: name, title, suffix, carries, leaves, sequences, needs, refuses, help
    """
    from engine.cli.export import run, show_formats

    if formats:
        show_formats(json)
        return
    raise typer.Exit(run(file, to, out, trust, force, json))


def report(
    file: File,
    to: Annotated[
        str,
        typer.Option(metavar="KIND", help="html, csv, svg or tensorboard.", autocompletion=kinds),
    ] = "html",
    run: Annotated[
        str | None,
        typer.Option(
            metavar="NAME",
            help="Which run, such as “run 2”; otherwise the last one.",
            autocompletion=runs,
        ),
    ] = None,
    out: Annotated[
        Path | None,
        typer.Option(
            metavar="PLACE",
            help="Where to write it; otherwise beside FILE. A single file goes to stdout with -.",
        ),
    ] = None,
    force: Annotated[
        bool, typer.Option("--force", help="Overwrite what is there already.")
    ] = False,
    trust: Trust = False,
    json: AsJson = False,
) -> None:
    """Write a run of FILE down: as a page for any browser, as a table, as a picture, or for TensorBoard.

    Examples:
        chainrule report trained.chainrule --to html
        chainrule report trained.chainrule --to csv --run "run 1" --out run1.csv
        chainrule report trained.chainrule --to svg --out - > losses.svg

    Records:
        reported: kind, run, files
    """
    from engine.cli.report import write

    raise typer.Exit(write(file, to, run, out, trust, force, json))


def import_(
    target: Annotated[
        str,
        typer.Argument(
            metavar="MODULE", help="module.py:Class, module.py:function or package.module:Class."
        ),
    ],
    input_: Annotated[
        list[str] | None,
        typer.Option(
            "--input",
            metavar="SIZES",
            help="What an argument of forward looks like: 3,224,224 or tokens:16:5000; once for each. "
            "Otherwise it is guessed.",
        ),
    ] = None,
    args: Annotated[
        str | None,
        typer.Option(metavar="JSON", help="""What the class is given, such as '{"depth": 2}'."""),
    ] = None,
    out: Annotated[
        Path | None,
        typer.Option(
            metavar="FILE", help="The project to make; otherwise named like the class, here."
        ),
    ] = None,
    loss: Annotated[
        bool, typer.Option("--loss", help="Put a loss behind the first result.")
    ] = False,
    yes: Annotated[
        bool, typer.Option("--yes", "-y", help="Run the file without being asked.")
    ] = False,
    force: Annotated[
        bool, typer.Option("--force", help="Overwrite FILE if it is there already.")
    ] = False,
    here: Annotated[
        bool, typer.Option("--here", hidden=True, help="Run it in this very process.")
    ] = False,
    json: AsJson = False,
) -> None:
    """Bring an existing PyTorch MODULE onto the canvas, with its weights. This runs the Python it is written in.

    Examples:
        chainrule import model.py:Net --out net.chainrule
        chainrule import nets.deep:Deep --input 3,32,32 --args '{"width": 8}' --yes

    Records:
        imported: module, file, nodes, reads, inputs, layers, opaque, unused, difference, remarks
        refused: message, detail
    """
    from engine.cli.imports import bring

    raise typer.Exit(
        bring(
            target,
            input_ or [],
            args,
            out,
            loss=loss,
            yes=yes,
            force=force,
            here=here,
            as_json=json,
        )  # fmt: skip
    )
