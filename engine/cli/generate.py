"""The verb `generate`: the network of a run goes on from a text, translates a sentence, or says how likely one is."""

import math
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from engine.authorship import author_of_run
from engine.bleu import bleu
from engine.cli.check import show
from engine.cli.opening import opened
from engine.cli.say import FINE, PROBLEMS, complain, say_record, screen, wrong_usage
from engine.declare import did_you_mean
from engine.generate.author import Author, CannotWrite, Manner
from engine.generate.marking import COUNTS, LENGTH, RIGHT, marked
from engine.generate.reading import peruse
from engine.project import Project
from engine.run import Run
from engine.vocabulary import Vocabulary

CHUNK = 256  # sentences translated at once


@dataclass(frozen=True, slots=True)
class Wish:
    """What the command line asks for."""

    text: str
    length: int
    temperature: float
    top_k: int
    beam: int
    seed: int
    probabilities: bool
    dev: bool


def write(file: Path, wish: Wish, name: str | None, trust: bool, as_json: bool) -> int:
    """Write what is wished for; the exit code. Raises ProjectError and DataError."""
    project = opened(file, trust)
    run = _run(project, name)
    try:
        author = author_of_run(run)
        if not isinstance(author, Author):
            show(file, trust, as_json)
            return PROBLEMS
        _obey(author, wish, as_json)
    except CannotWrite as error:
        complain(str(error))
        return PROBLEMS
    return FINE


def _run(project: Project, name: str | None) -> Run:
    """The run of this name, or the last, if it has weights."""
    known = [run for run in project.runs if run.checkpoint is not None]
    if not known:
        wrong_usage(
            "This project has no trained weights. Train it first: chainrule train FILE --out FILE"
        )
    if name is None:
        return known[-1]
    found = next((run for run in known if run.name == name), None)
    if found is None:
        names = [run.name for run in known]
        guess = did_you_mean(name, names) or f" There are {', '.join(names)}."
        wrong_usage(f"There is no run called {name} with weights.{guess}")
    return found


def _obey(author: Author, wish: Wish, as_json: bool) -> None:
    if wish.dev:
        _mark(author, as_json)
        return
    _note_unknown(author.source if author.translates else author.words, wish.text)
    if wish.probabilities:
        _say_probabilities(author, wish, as_json)
    elif author.translates:
        _translate(author, wish, as_json)
    else:
        manner = Manner(wish.temperature, wish.top_k or None, wish.beam, wish.length, wish.seed)
        text = author.go_on(wish.text, manner)
        numbers = [*author.opening(wish.text)[1:], *text.symbols]
        _say(author.words.decode(numbers), text.log, as_json)


def _note_unknown(words: Vocabulary, text: str) -> None:
    unknown = words.unknown("".join(words.typed(text)) if words.unit == "characters" else text)
    unknown = [symbol for symbol in unknown if symbol in words.typed(text)]
    if unknown:
        named = ", ".join(f"“{symbol}”" for symbol in unknown[:10])
        is_ = "is" if len(unknown) == 1 else "are"
        complain(f"{named} {is_} not in what was learnt from, and {is_} read as ⟨unk⟩.")


def _say(text: str, log: float, as_json: bool) -> None:
    if as_json:
        say_record({"event": "written", "text": text, "log_probability": log})
    else:
        screen().print(text, soft_wrap=True, markup=False, highlight=False)


def _translate(author: Author, wish: Wish, as_json: bool) -> None:
    for text in author.translate(wish.text, wish.beam):
        _say(author.words.decode(text.symbols), text.log, as_json)


def _say_probabilities(author: Author, wish: Wish, as_json: bool) -> None:
    """Each symbol with its p, then P of all: their product."""
    if author.translates:
        raise CannotWrite("A network that translates says no probability of a sentence by itself.")
    numbers = author.opening(wish.text)
    if len(numbers) < 2:
        raise CannotWrite("There is nothing to read yet. Give a text.")
    found = peruse(author, numbers)
    for symbol, log in zip(found.symbols, found.logs, strict=True):
        name, p = author.words.symbols[symbol], math.exp(log)
        if as_json:
            say_record({"event": "symbol", "symbol": name, "p": p, "bits": -log / math.log(2)})
        else:
            shown = {"\n": "⏎", " ": "␣"}.get(name, name)
            screen().print(f"{shown:12} {p:.6f}", markup=False, highlight=False)
    bits = -found.log / len(found.symbols) / math.log(2)
    if as_json:
        record = {"log_probability": found.log, "bits": bits, "perplexity": 2**bits}
        say_record({"event": "text", "symbols": len(found.symbols), **record})
    else:
        said = f"P = e^{found.log:.2f} = {math.exp(found.log):.3g}"
        said += f"; {bits:.2f} bits a symbol, perplexity {2**bits:.2f}"
        screen().print(said, markup=False, highlight=False)


def _mark(author: Author, as_json: bool) -> None:
    if not author.translates:
        raise CannotWrite("--dev translates the dev part; this network goes on from a text.")
    dev = author.data.dev
    chunks = (range(at, min(at + CHUNK, dev.count)) for at in range(0, dev.count, CHUNK))
    marks = np.concatenate([marked(author, dev, list(places)) for places in chunks])
    for kind, chosen in _kinds(dev.titles, marks):
        rows = marks[chosen]
        exact, blue = float(rows[:, RIGHT].mean()), bleu(rows[:, COUNTS].sum(0).astype(np.int64))
        if as_json:
            record = {"exact": exact, "bleu": blue, "sentences": len(rows)}
            say_record({"event": "marked", "which": kind, **record})
        else:
            said = (
                f"{kind:28} {len(rows):6,} sentences   exact match {exact:7.2%}   BLEU {blue:6.2f}"
            )
            screen().print(said, markup=False, highlight=False)


def _kinds(
    titles: tuple[str, ...] | None, marks: "np.ndarray[tuple[int, int], np.dtype[np.float64]]"
) -> Iterator[tuple[str, "np.ndarray[tuple[int], np.dtype[np.bool_]]"]]:
    yield "dev", np.ones(len(marks), bool)
    if titles:
        for kind in sorted(set(titles)):
            yield kind, np.array(titles) == kind
    for length in np.unique(marks[:, LENGTH]):
        yield f"{int(length)} words", marks[:, LENGTH] == length
