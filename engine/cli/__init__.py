"""The command line: each verb of `engine.verbs`, under its name. It works where Qt cannot load.

How things are said is in `engine.cli.say`. What a verb needs is imported when it runs, so that a light one is quick.
"""

import shlex
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from importlib.metadata import PackageNotFoundError, version
from typing import Annotated

import typer

from engine.cli.asking import completion, desktop, help_, manual
from engine.cli.carrying import export, import_, report
from engine.cli.declared import Declared, declared
from engine.cli.interrupts import gently
from engine.cli.listings import datasets, layers, settings, templates
from engine.cli.making import check, new, runs, schema
from engine.cli.running import predict, resume, train, unseal
from engine.cli.say import EXITS, FAULT, FINE, USAGE, complain, guarded, lend_streams
from engine.cli.writing import generate
from engine.logs import end_log, log, log_file

Misuse: type[Exception] = typer.BadParameter.__mro__[1]
"""What is raised of every wrong word; typer gives it no name of its own."""
app = typer.Typer(
    name="chainrule",
    help="Draw a neural network, train it, and see why it learns or does not.",
    epilog="\n\n".join(
        [
            "Without a verb, “chainrule [FILE]” opens the window. “chainrule help VERB” shows its page of the manual.",
            "Exit codes:",
            *(f"{code}: {meaning}" for code, meaning in EXITS.items()),
            f"Log: {log_file()}",
        ]
    ),
    add_completion=True,
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
    began, code = time.monotonic(), _obey(words)
    log().info("%s: %d after %.1f s", shlex.join(words), code, time.monotonic() - began)
    end_log()
    return code


def _obey(words: list[str]) -> int:
    try:
        with gently():
            code = app(words, prog_name="chainrule", standalone_mode=False)
    except SystemExit as end:  # what a shell asked that completes words
        code = end.code
    except Misuse as error:
        return _refuse(error)
    except Exception as error:  # noqa: BLE001 (what was overlooked: a sentence for people, all of it for the log)
        log().exception("A fault that nobody caught: %s", shlex.join(words))
        kind = type(error).__name__
        complain(
            f"Something went wrong in Chainrule itself ({kind}). What happened is written in {log_file()}."
        )
        return FAULT
    return code if isinstance(code, int) else FINE


def _refuse(error: Exception) -> int:
    """One sentence on what is wrong with the words, and where to read more; the exit code."""
    context: typer.Context | None = getattr(error, "ctx", None)
    message = str(getattr(error, "format_message", error.__str__)()).rstrip(".")
    more = context.command_path if context else "chainrule"
    complain(f"{message}. “{more} --help” tells more.")
    return USAGE


def _say_version(wanted: bool) -> None:
    if wanted:
        try:
            typer.echo(f"chainrule {version('chainrule')}")
        except PackageNotFoundError:
            typer.echo("chainrule (not installed)")
        raise typer.Exit


@dataclass(frozen=True, slots=True)
class Told:
    """What all verbs declare, and the program itself: what the manual is made of."""

    verbs: Mapping[str, Declared]
    whole: Declared


@app.callback()
def _(
    context: typer.Context,
    _version: Annotated[
        bool,
        typer.Option(
            "--version", help="Print the version and exit.", callback=_say_version, is_eager=True
        ),
    ] = False,
) -> None:
    """Options that belong to no verb."""
    context.obj = Told({name: declared(verb) for name, verb in VERBS.items()}, WHOLE)


VERBS: dict[str, Callable[..., None]] = {
    "new": new,
    "check": check,
    "runs": runs,
    "schema": schema,
    "train": train,
    "resume": resume,
    "test": unseal,
    "generate": generate,
    "predict": predict,
    "export": export,
    "report": report,
    "import": import_,
    "layers": layers,
    "settings": settings,
    "datasets": datasets,
    "templates": templates,
    "help": help_,
    "manual": manual,
    "completion": completion,
    "desktop": desktop,
}
WHOLE = Declared(
    (
        "Draw a neural network, train it, and see why it learns or does not.",
        "Without a verb, “chainrule [FILE]” opens the window. Each verb does without a screen what the window does.",
    ),
    (
        "chainrule",
        "chainrule digits.chainrule",
        "chainrule new small-convnet digits.chainrule",
        "chainrule train digits.chainrule --epochs 5 --out trained.chainrule",
    ),
    (),
)
for name, verb in VERBS.items():
    told = declared(verb)
    shown = "\n\n".join(
        ["Examples:", *told.examples, f"Exit codes, records and more: chainrule help {name}"]
    )
    app.command(name, help=told.text, epilog=shown)(guarded(verb))
