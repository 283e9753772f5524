"""Verbs with which a trained network writes. What one needs is imported when it runs."""

from typing import Annotated

import typer

from engine.cli.completing import runs
from engine.cli.options import AsJson, File, Trust


def generate(
    file: File,
    text: Annotated[
        str,
        typer.Argument(
            metavar="TEXT",
            help="What it goes on from, or the sentence to be translated.",
            show_default=False,
        ),
    ] = "",
    length: Annotated[
        int, typer.Option(metavar="N", min=1, max=5000, help="Symbols to be written, at most.")
    ] = 300,
    temperature: Annotated[
        float,
        typer.Option(metavar="T", min=0, max=100, help="0 takes the likeliest symbol each time."),
    ] = 0.8,
    top_k: Annotated[
        int, typer.Option(metavar="K", min=0, help="Choose among the K likeliest; 0: among all.")
    ] = 0,
    beam: Annotated[
        int, typer.Option(metavar="W", min=1, max=1000, help="Keep the W likeliest texts.")
    ] = 1,
    seed: Annotated[int, typer.Option(metavar="S", min=0, help="Another one, another text.")] = 0,
    run: Annotated[
        str | None,
        typer.Option(
            metavar="NAME",
            help="Whose weights, such as “run 2”; otherwise the last.",
            autocompletion=runs,
        ),
    ] = None,
    probabilities: Annotated[
        bool,
        typer.Option(
            "--probabilities", help="Say how likely each symbol of TEXT is, and write no more."
        ),
    ] = False,
    dev: Annotated[
        bool, typer.Option("--dev", help="Translate the dev part: exact match and BLEU.")
    ] = False,
    trust: Trust = False,
    json: AsJson = False,
) -> None:
    """Let the trained network in FILE write: go on from TEXT, or translate it.

    Examples:
        chainrule generate shakespeare.chainrule "To be" --length 200
        chainrule generate translation.chainrule "she sings" --beam 3

    Records:
        written: text, log_probability
        symbol: symbol, p, bits
        text: symbols, log_probability, bits, perplexity
        marked: which, exact, bleu, sentences
    """
    from engine.cli.generate import Wish, write

    wish = Wish(text, length, temperature, top_k, beam, seed, probabilities, dev)
    raise typer.Exit(write(file, wish, run, trust, json))
