"""The command line: each verb of `engine.verbs`, its options and its help. It works where Qt cannot load.

How things are said is in `engine.cli.say`. What a verb needs is imported when it runs, so that a light one is quick.
"""

import sys
from collections.abc import Sequence
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Annotated

import typer

from engine.cli.listings import datasets, layers, settings, templates
from engine.cli.options import AsJson, File, Trust
from engine.cli.say import check_room, guarded, lend_streams

app = typer.Typer(
    name="chainrule",
    help="Draw a neural network, train it, and see why it learns or does not.",
    epilog="Without a verb, “chainrule [FILE]” opens the window. Exit codes: 0 fine · 1 the project has problems · "
    "2 wrong usage · 3 training failed · 130 interrupted.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)


def main(arguments: Sequence[str] | None = None) -> int:
    """Obey a command line (that of the process, if none is given); the exit code."""
    words = list(sys.argv[1:] if arguments is None else arguments)
    lend_streams()
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):  # × and → also where the system's encoding lacks them
            stream.reconfigure(encoding="utf-8", errors="replace")
    try:
        app(words, prog_name="chainrule")
    except SystemExit as end:
        return end.code if isinstance(end.code, int) else 0
    return 0


def _say_version(wanted: bool) -> None:
    if wanted:
        try:
            typer.echo(f"chainrule {version('chainrule')}")
        except PackageNotFoundError:
            typer.echo("chainrule (not installed)")
        raise typer.Exit


@app.callback()
def _(
    _version: Annotated[
        bool,
        typer.Option(
            "--version", help="Print the version and exit.", callback=_say_version, is_eager=True
        ),
    ] = False,
) -> None:
    """Options that belong to no verb."""


@app.command()
@guarded
def new(
    template: Annotated[
        str, typer.Argument(metavar="TEMPLATE", help="Its name; see “chainrule templates”.")
    ],
    file: Annotated[Path, typer.Argument(metavar="FILE", help="The file to make.")],
    json: AsJson = False,
) -> None:
    """Make a project FILE from a TEMPLATE. A file that is there already is never overwritten."""
    from engine.cli.catalogue import make

    make(template, file, json)


@app.command()
@guarded
def check(file: File, trust: Trust = False, json: AsJson = False) -> None:
    """Say the output shape and the parameters of each node, and what is wrong with the project.

    The exit code is 1 if there are errors; advice does not count.
    """
    from engine.cli.check import show

    raise typer.Exit(show(file, trust, json))


@app.command()
@guarded
def train(
    file: File,
    epochs: Annotated[
        str | None,
        typer.Option(metavar="N", help="How often to go through the data; otherwise as FILE says."),
    ] = None,
    seed: Annotated[
        str | None,
        typer.Option(
            metavar="S",
            help="Decides initial weights and order of examples; otherwise as FILE says.",
        ),
    ] = None,
    out: Annotated[
        Path | None,
        typer.Option(
            metavar="FILE",
            help="Where to save the project with the run and its weights. Without it nothing is saved.",
        ),
    ] = None,
    set_: Annotated[
        list[str] | None,
        typer.Option(
            "--set",
            metavar="NAME=VALUE",
            help="Another setting, such as learning_rate=0.01 or optimizer=Adam; once for each. "
            "“chainrule settings” lists them.",
        ),
    ] = None,
    trust: Trust = False,
    json: AsJson = False,
) -> None:
    """Train the network that FILE holds. FILE itself is not touched.

    With --seed the same numbers come out each time. Without it a run that takes long goes on with compiled steps, which
    differ in the last digits. Ctrl-C ends training after the current step and saves what was learnt.
    """
    from engine.cli.train import run

    if out is not None:
        check_room(out)
    raise typer.Exit(run(file, {"epochs": epochs, "seed": seed}, set_ or [], out, trust, json))


@app.command()
@guarded
def export(
    file: Annotated[
        Path | None,
        typer.Argument(help="A project file.", metavar="FILE", show_default=False),
    ] = None,
    to: Annotated[
        str | None,
        typer.Option(metavar="FORMAT", help="python, onnx, pt2 or safetensors."),
    ] = None,
    out: Annotated[
        Path | None,
        typer.Option(metavar="PLACE", help="Where to write it; otherwise beside FILE."),
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
    """
    from engine.cli.export import run, show_formats

    if formats:
        show_formats(json)
        return
    raise typer.Exit(run(file, to, out, trust, force, json))


@app.command()
@guarded
def report(
    file: File,
    to: Annotated[
        str, typer.Option(metavar="KIND", help="html, csv, svg or tensorboard.")
    ] = "html",
    run: Annotated[
        str | None,
        typer.Option(metavar="NAME", help="Which run, such as “run 2”; otherwise the last one."),
    ] = None,
    out: Annotated[
        Path | None,
        typer.Option(metavar="PLACE", help="Where to write it; otherwise beside FILE."),
    ] = None,
    force: Annotated[
        bool, typer.Option("--force", help="Overwrite what is there already.")
    ] = False,
    trust: Trust = False,
    json: AsJson = False,
) -> None:
    """Write a run of FILE down: as a page for any browser, as a table, as a picture, or for TensorBoard."""
    from engine.cli.report import write

    raise typer.Exit(write(file, to, run, out, trust, force, json))


@app.command("test")
@guarded
def unseal(
    file: File,
    run: Annotated[
        str | None,
        typer.Option(metavar="NAME", help="Which run, such as “run 2”; otherwise the last one."),
    ] = None,
    weights: Annotated[
        str,
        typer.Option(
            metavar="WHICH", help="The best weights by dev, or the last ones: best, last."
        ),
    ] = "best",
    why: Annotated[
        str, typer.Option(metavar="TEXT", help="Why it is opened; kept with the result.")
    ] = "",
    yes: Annotated[bool, typer.Option("--yes", "-y", help="Open it without being asked.")] = False,
    trust: Trust = False,
    json: AsJson = False,
) -> None:
    """Open the sealed test set for a run of FILE, once, and write what came out into FILE for good.

    Before it, a checklist says whether the run is ready. Each later opening is counted: it is no longer unbiased.
    """
    from engine.cli.test import run as open_it

    raise typer.Exit(open_it(file, run, weights, why, yes, trust, json))


@app.command("import")
@guarded
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
    """Bring an existing PyTorch MODULE onto the canvas, with its weights. This runs the Python it is written in."""
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


for verb in (layers, settings, datasets, templates):
    app.command()(guarded(verb))
