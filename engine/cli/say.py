"""How the command line says things: JSON lines and tables on stdout, sentences on stderr, and the exit codes."""

import functools
import json
import math
import os
import sys
import tempfile
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import NoReturn, ParamSpec, TypeVar

import typer
from rich.console import Console
from rich.table import Table

from engine.logs import log

FINE, PROBLEMS, USAGE, FAILED, FAULT, INTERRUPTED = 0, 1, 2, 3, 70, 130
SIGNALLED = 128  # and the number of the signal that ended a run
EXITS = {
    FINE: "All went well.",
    PROBLEMS: "It cannot be done: the project has problems, a file cannot be read or written.",
    USAGE: "The command makes no sense: an option, a name or a value is wrong. Nothing was done.",
    FAILED: "Training failed, because numbers overflowed for instance; what was learnt before is kept.",
    FAULT: "Something went wrong in Chainrule itself; the log tells what.",
    INTERRUPTED: "Ctrl-C. A run is saved first; 143 and 129 if the system or a closed terminal ended it.",
}
"""Exit codes, of every verb."""
PIPE_WIDTH = 160  # columns of a table that is not shown on a terminal

Given = ParamSpec("Given")
Result = TypeVar("Result")


def say_record(record: Mapping[str, object]) -> None:
    """One JSON object on a line of its own, at once; a number that JSON lacks (NaN, infinity) becomes null."""
    text = json.dumps(_strict(record), ensure_ascii=False, allow_nan=False)
    typer.echo(text)


def _strict(value: object) -> object:
    match value:
        case float():
            return value if math.isfinite(value) else None
        case Mapping():
            return {name: _strict(inner) for name, inner in value.items()}
        case list() | tuple():
            return [_strict(inner) for inner in value]
    return value


def complain(sentence: str) -> None:
    """A sentence on stderr, and in the log."""
    log().warning(sentence)
    typer.echo(sentence, err=True)


def wrong_usage(sentence: str) -> NoReturn:
    """Say what is wrong with the command, and end with the exit code for it."""
    complain(sentence)
    raise typer.Exit(USAGE)


def screen(*, aside: bool = False) -> Console:
    """Where tables are drawn: the terminal, or a wide page if stdout is none.

    What comes `aside` (progress, advice) goes to stderr: on stdout is only what was asked for.
    """
    stream = sys.stderr if aside else sys.stdout
    wide = None if stream.isatty() else PIPE_WIDTH
    return Console(highlight=False, markup=False, emoji=False, width=wide, stderr=aside)


def table(*columns: str, right: tuple[str, ...] = ()) -> Table:
    """An open table with these columns, the named ones flush right."""
    made = Table(box=None, pad_edge=False, header_style="bold")
    for column in columns:
        made.add_column(column, justify="right" if column in right else "left")
    return made


def guarded(verb: Callable[Given, Result]) -> Callable[Given, Result]:
    """A verb in whose place a sentence and an exit code stand, where it cannot do what it should."""

    @functools.wraps(verb)
    def obeyed(*arguments: Given.args, **options: Given.kwargs) -> Result:
        try:
            return _obey(lambda: verb(*arguments, **options))
        except (KeyboardInterrupt, typer.Abort) as error:  # the latter at a question
            raise typer.Exit(INTERRUPTED) from error
        except BrokenPipeError as error:
            silence()
            raise typer.Exit(FINE) from error

    return obeyed


def _obey(act: Callable[[], Result]) -> Result:
    from engine.dataset import DataError
    from engine.storage import ProjectError

    try:
        result = act()
        sys.stdout.flush()
    except (ProjectError, DataError) as error:
        complain(str(error))
        raise typer.Exit(PROBLEMS) from error
    except BrokenPipeError:
        raise
    except OSError as error:  # a full disk that stdout leads to, a name that no file can have
        silence()
        what = f" ({error.filename})" if error.filename else ""
        complain(f"The system refused it{what}: {error.strerror or error}.")
        raise typer.Exit(PROBLEMS) from error
    return result


def check_room(out: Path) -> None:
    """End with a sentence if no file can be written there: not when hours of training are to be saved."""
    folder = out.absolute().parent
    if str(out) == "-":
        wrong_usage("A project is kept in a file, not sent to stdout. Name a file instead of -.")
    if out.is_dir():
        wrong_usage(f"{out} is a folder. Name a file to save the project in.")
    if not folder.is_dir():
        wrong_usage(f"There is no folder {folder} to save in. Make it first.")
    try:
        with tempfile.TemporaryFile(dir=folder):
            pass
    except OSError as error:
        reason = error.strerror or error
        wrong_usage(f"Nothing can be saved in {folder}: {reason}. Choose another place.")


def lend_streams() -> None:
    """Where the process was started with stdout or stderr closed, what is said goes nowhere."""
    for name in ("stdout", "stderr"):
        if getattr(sys, name) is None:
            setattr(sys, name, open(os.devnull, "w", encoding="utf-8"))  # noqa: SIM115 (kept open)


def silence() -> None:
    """Nobody reads any more (`chainrule layers | head`): what is still to be said goes nowhere."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
