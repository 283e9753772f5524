"""Verbs that run a network. What one needs is imported when it runs."""

from pathlib import Path
from typing import Annotated

import typer

from engine.cli.options import AsJson, File, Trust
from engine.cli.say import check_room


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
