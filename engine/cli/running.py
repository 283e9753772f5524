"""Verbs that run a network. What one needs is imported when it runs."""

from pathlib import Path
from typing import Annotated

import typer

from engine.cli.completing import runs, settings
from engine.cli.completing import weights as named_weights
from engine.cli.options import AsJson, File, Trust


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
            help="Where to save the project with the run and its weights. Without it nothing is saved, "
            "unless the run is interrupted.",
        ),
    ] = None,
    set_: Annotated[
        list[str] | None,
        typer.Option(
            "--set",
            metavar="NAME=VALUE",
            help="Another setting, such as learning_rate=0.01 or optimizer=Adam; once for each. "
            "“chainrule settings” lists them.",
            autocompletion=settings,
        ),
    ] = None,
    trust: Trust = False,
    json: AsJson = False,
) -> None:
    """Train the network that FILE holds. FILE itself is not touched.

    With --seed the same numbers come out each time. Without it a run that takes long goes on with compiled steps, which
    differ in the last digits. Ctrl-C, and the system's request to end,
    stop training after the current step and save what was learnt: in --out, or else beside FILE in a file whose name
    ends in -kept. A second Ctrl-C ends at once.

    Examples:
        chainrule train digits.chainrule --epochs 5 --seed 7 --out trained.chainrule
        chainrule train digits.chainrule --set optimizer=Adam --set learning_rate=0.003 --json

    Records:
        problem: severity, node, message, fix
        started: step, epoch, epochs, steps_per_epoch, train_examples, dev_examples, parameters, seed, threads, device
        step: step, epoch, loss, losses
        validated: step, epoch, train_loss, dev_loss, train_accuracy, dev_accuracy, dev_f1, dev_r2
        finished: step, reason, epoch, train_loss, dev_loss, train_accuracy, dev_accuracy, seconds
        failed: step, node, message
        saved: run, step, file
    """
    from engine.cli.safekeeping import check_keeps
    from engine.cli.train import run

    if out is not None:
        check_keeps(out)
    raise typer.Exit(run(file, {"epochs": epochs, "seed": seed}, set_ or [], out, trust, json))


def unseal(
    file: File,
    run: Annotated[
        str | None,
        typer.Option(
            metavar="NAME",
            help="Which run, such as “run 2”; otherwise the last one.",
            autocompletion=runs,
        ),
    ] = None,
    weights: Annotated[
        str,
        typer.Option(
            metavar="WHICH",
            help="The best weights by dev, or the last ones: best, last.",
            autocompletion=named_weights,
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

    Examples:
        chainrule test trained.chainrule --why "to report it"
        chainrule test trained.chainrule --run "run 2" --yes --json

    Records:
        checked: good, title, detail
        opened: number, unbiased, when, run, weights, step, why, examples, measure, value, low, high, loss, dev,
            right?, asked?, by_class, part
    """
    from engine.cli.test import run as open_it

    raise typer.Exit(open_it(file, run, weights, why, yes, trust, json))


def resume(
    file: File,
    epochs: Annotated[
        str | None,
        typer.Option(metavar="N", help="How many epochs more; otherwise as FILE says."),
    ] = None,
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
        typer.Option(metavar="FILE", help="Where to save it; otherwise FILE itself."),
    ] = None,
    trust: Trust = False,
    json: AsJson = False,
) -> None:
    """Go on with a run of FILE where it stopped: weights, optimiser, order of examples and chance are those it had.

    Ctrl-C, and the system's request to end, stop it after the current step and save it, to be resumed once more.

    Examples:
        chainrule resume trained.chainrule --epochs 3

    Records:
        problem: severity, node, message, fix
        started: step, epoch, epochs, steps_per_epoch, train_examples, dev_examples, parameters, seed, threads, device
        step: step, epoch, loss, losses
        validated: step, epoch, train_loss, dev_loss, train_accuracy, dev_accuracy, dev_f1, dev_r2
        finished: step, reason, epoch, train_loss, dev_loss, train_accuracy, dev_accuracy, seconds
        failed: step, node, message
        saved: run, step, file
    """
    from engine.cli.train import go_on

    raise typer.Exit(go_on(file, epochs, run, out or file, trust, json))


def predict(
    file: File,
    inputs: Annotated[
        list[Path] | None,
        typer.Argument(
            metavar="INPUT",
            help="Pictures; tables with a row of numbers a sample; text or sequences, one a line; - for stdin.",
            show_default=False,
        ),
    ] = None,
    text: Annotated[
        list[str] | None,
        typer.Option(
            "--text", metavar="TEXT", help="A sample as it is typed: a name, a sentence, numbers."
        ),
    ] = None,
    run: Annotated[
        str | None,
        typer.Option(
            metavar="NAME",
            help="Which run, such as “run 2”; otherwise the last one.",
            autocompletion=runs,
        ),
    ] = None,
    weights: Annotated[
        str,
        typer.Option(
            metavar="WHICH",
            help="The best weights by dev, or the last ones: best, last.",
            autocompletion=named_weights,
        ),
    ] = "best",
    inverted: Annotated[
        bool, typer.Option("--inverted", help="Take dark for light: ink on paper.")
    ] = False,
    trust: Trust = False,
    json: AsJson = False,
) -> None:
    """Say what the trained network of FILE makes of each INPUT: the class, or the values.

    A picture's middle is cut to the network's proportions and resized. A table (CSV or text) has a sample a row. A name
    or a sentence is a line of text; a sequence a line of numbers or, of several numbers a step, a line a step, with an
    empty line after it. TEXT is one such sample, with ; between steps.

    Examples:
        chainrule predict trained.chainrule photo.png scan.jpg
        chainrule predict moons.chainrule points.csv --json
        printf '0.5 0.25' | chainrule predict moons.chainrule -
        chainrule predict surnames.chainrule --text Nakamura --text Rossi

    Records:
        predicted: sample, class?, shares?, values?
    """
    from engine.cli.predict import run as ask

    raise typer.Exit(ask(file, inputs or [], text or [], run, weights, inverted, trust, json))
