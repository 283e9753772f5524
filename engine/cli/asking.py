"""Verbs about the program itself: its manual, what a shell needs to complete words, its place on the desktop."""

import sys
from pathlib import Path
from typing import Annotated, Any

import typer

from engine.cli.options import AsJson
from engine.cli.say import PROBLEMS, complain, say_record, wrong_usage

SHELLS = ("bash", "zsh", "fish")


def help_(
    context: typer.Context,
    verb: Annotated[
        str, typer.Argument(metavar="VERB", show_default=False, help="Which one.")
    ] = "",
    json: AsJson = False,
) -> None:
    """Show the manual's page of a VERB, or of the program.

    On a terminal it is shown a screen at a time, as “man” does.

    Examples:
        chainrule help train

    Records:
        page: name, text
    """
    from engine.cli.manual import as_text

    found = {page.verb: page for page in _pages(context)}
    if verb not in found:
        from engine.declare import did_you_mean

        guess = did_you_mean(verb, found) or " “chainrule help” lists all."
        wrong_usage(f"There is no verb called {verb}.{guess}")
    text = as_text(found[verb])
    if json:
        say_record({"event": "page", "name": found[verb].name, "text": text})
    elif sys.stdout.isatty() and sys.stdin.isatty():
        from pydoc import pager

        pager(text)
    else:
        typer.echo(text, nl=False)


def manual(
    context: typer.Context,
    write: Annotated[
        Path | None,
        typer.Option("--write", metavar="DIR", help="Write pages for “man” into DIR/man1."),
    ] = None,
    json: AsJson = False,
) -> None:
    """Print the whole manual, or write it as pages for “man”.

    What is in ~/.local/share/man is found by “man chainrule” and “man chainrule-train” on most systems.

    Examples:
        chainrule manual --write ~/.local/share/man

    Records:
        page: name, text
        written: file
    """
    from engine.cli.manual import as_text
    from engine.cli.manual import write as write_pages

    found = _pages(context)
    if write is not None:
        try:
            files = write_pages(found, write)
        except OSError as error:
            complain(
                f"Nothing can be written in {write}: {error.strerror or error}. Choose another place."
            )
            raise typer.Exit(PROBLEMS) from error
        for file in files:
            if json:
                say_record({"event": "written", "file": str(file)})
            else:
                typer.echo(f"Wrote {file}.")
        return
    for page in found:
        if json:
            say_record({"event": "page", "name": page.name, "text": as_text(page)})
        else:
            typer.echo(as_text(page))


def completion(
    shell: Annotated[str, typer.Argument(metavar="SHELL", help="bash, zsh or fish.")],
    json: AsJson = False,
) -> None:
    """Print the script with which a SHELL completes verbs, options, files and names of templates and settings.

    In bash and zsh, a line of the start-up file says: eval "$(chainrule completion bash)". In fish, write it to
    ~/.config/fish/completions/chainrule.fish.

    Examples:
        eval "$(chainrule completion bash)"
        chainrule completion fish > ~/.config/fish/completions/chainrule.fish

    Records:
        completion: shell, script
    """
    from engine.cli.completing import script

    if shell not in SHELLS:
        wrong_usage(f"There are scripts for {', '.join(SHELLS)}, but not for {shell}.")
    if json:
        say_record({"event": "completion", "shell": shell, "script": script(shell)})
    else:
        typer.echo(script(shell))


def desktop(
    remove: Annotated[
        bool, typer.Option("--remove", help="Take away again what was put there.")
    ] = False,
    json: AsJson = False,
) -> None:
    """Put Chainrule among the applications of a Linux desktop, with its icon, and let it open .chainrule files.

    All goes into your own folder for data, ~/.local/share or where XDG_DATA_HOME says; nothing needs the administrator.

    Examples:
        chainrule desktop
        chainrule desktop --remove

    Records:
        written: file
        removed: file
    """
    from engine.cli.desktop import run

    raise typer.Exit(run(remove, json))


def _pages(context: typer.Context) -> tuple[Any, ...]:
    from engine.cli.manual import pages

    said = context.obj
    return pages(context.find_root().command, said.verbs, said.whole)
