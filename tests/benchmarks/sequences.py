"""Sequences: what training the templates costs beside loops written by hand, and what they reach at full size.

`python tests/benchmarks/sequences.py [--json] [--case NAME] [--only TEMPLATE]`: a table, or one object a line. What is
compared alternates in one run; `value` is the median of the ratios. `bar` is what was asked for and `met` whether it
was reached; rows without a bar inform. One torch thread.

Each case is a function in `CASES` that takes the templates asked for and yields rows, each in less than 8 minutes. The
loops by hand are in `sequence_loops.py` and know no engine.
"""

import math
import os
import statistics
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from functools import partial
from pathlib import Path

os.environ.setdefault("OMP_NUM_THREADS", "1")
os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
sys.path.insert(0, str(Path(__file__).parents[2]))

import numpy as np
import torch
from sequence_loops import BY_HAND, by_hand
from table import Measured, options, say
from table import row as figure

from engine.bleu import bleu
from engine.cells import CELLS, with_cell
from engine.control import Control
from engine.dataset import Data, Part, dataset_from, record_of
from engine.datasets.english_french import NEW_PAIR
from engine.events import Checkpoint, Event, Finished, Started, Steps
from engine.generate.author import Author
from engine.generate.marking import COUNTS, RIGHT, marked
from engine.job import Job, prepare
from engine.layers.recurrent import GRU, LSTM, RNN
from engine.network import build
from engine.project import Project, fresh_run
from engine.run import record
from engine.template import template
from engine.train import train
from engine.weights import copy_in

row = partial(figure, least=True)  # more is better, of most
Case = Callable[[tuple[str, ...]], Iterator[Measured]]
TURNS, SECONDS = 7, 2.0  # of each; about how long a turn of the loop by hand takes


def cast(name: str, cell: str | None = None, **settings: object) -> Project:
    """A template with other settings, and another cell if one is named."""
    project = template(name)
    graph = project.graph
    if cell is not None:
        (node,) = graph.of_kind(RNN, GRU, LSTM)
        graph = with_cell(graph, node.id, next(kind for kind in CELLS if kind.__name__ == cell))
    return replace(project, graph=graph, settings=project.settings.but(**settings))


def job_of(project: Project) -> Job:
    """The job of a project. Raises TypeError if it is refused."""
    job = prepare(project)
    if not isinstance(job, Job):
        raise TypeError(f"The template is refused: {job}")
    return job


# -- throughput -----------------------------------------------------------------------------------


def headless(job: Job) -> float:
    """Seconds from the beginning of a run to its end, each event recorded as the command line does."""
    run, begun = fresh_run(Project("benchmark", job.graph, None, job.settings)), 0.0  # type: ignore[arg-type]
    for event in train(job, Control()):
        run = record(run, event)
        if isinstance(event, Started):
            begun = time.perf_counter()
        elif isinstance(event, Finished):
            return time.perf_counter() - begun
    raise RuntimeError(f"The run failed: {run.history.ended}")


def throughput(names: tuple[str, ...]) -> Iterator[Measured]:
    """Training of each template beside a careful loop by hand, in turns; both validate after each epoch."""
    torch.set_num_threads(1)
    for name in names:
        project = cast(name)
        data, settings = short(name, project), project.settings
        once = min(by_hand(name, data, settings, 1) for _ in range(2))
        epochs = max(1, round(SECONDS / once))
        job = job_of(replace(project, settings=settings.but(epochs=epochs, patience=0)))
        job = replace(job, data=data)
        steps = epochs * -(-data.train.count // settings.batch_size)
        ratios, speeds = [], []
        before = by_hand(name, data, settings, epochs)
        for turn in range(TURNS + 1):
            ours, after = headless(job), by_hand(name, data, settings, epochs)
            if turn:  # the first warms up
                ratios.append((before + after) / 2 / ours)
                speeds.append(steps / after)
            before = after
        yield row("throughput", f"{name}: by hand", statistics.median(speeds), "steps/s", None)
        yield row("throughput", f"{name}: ours / by hand", statistics.median(ratios), "×", 0.97)


def short(name: str, project: Project) -> Data:
    """As much of the data, and of dev in proportion, as the loop by hand goes through in a turn."""
    data = project.recipe.prepare()
    share = min(1.0, 10 * project.settings.batch_size / data.train.count)
    tried = cut(data, share)
    spent = min(by_hand(name, tried, project.settings, 1) for _ in range(2)) / share
    return data if spent < 1.5 * SECONDS else cut(data, SECONDS / spent)


def cut(data: Data, share: float) -> Data:
    """The first examples of train and dev."""
    return replace(data, train=_first(data.train, share), dev=_first(data.dev, share))


def _first(part: Part, share: float) -> Part:
    chosen = slice(0, max(1, round(share * part.count)))
    others = {
        key: replace(
            piece,
            inputs=piece.inputs[chosen],
            lengths=None if piece.lengths is None else piece.lengths[chosen],
        )
        for key, piece in part.others.items()
    }
    lengths = None if part.lengths is None else part.lengths[chosen]
    titles = None if part.titles is None else part.titles[chosen]
    arrays = (part.inputs[chosen], part.targets[chosen], part.indices[chosen])
    return Part(*arrays, titles, lengths, others)


# -- in the window --------------------------------------------------------------------------------

OPEN = ("Loss", "Through time", "Gates")
STRETCHES, STRETCH = 5, 4.0  # of the window, and seconds of each
MOST_SLOW = 1.2  # so many times what the loop by hand takes, where that is longer: an epoch with its validation
LONG: tuple[tuple[str, str, dict[str, object]], ...] = (
    ("copy-memory", "copy-memory, T = 2,000", {"delay": 1990, "count": 1000}),
    ("adding", "adding, T = 500", {"steps": 500, "count": 4000}),
    ("parity", "parity, T = 1,000", {"steps": 1000, "count": 2000}),
)


def docks(names: tuple[str, ...]) -> Iterator[Measured]:
    """Training in the window with the docks of gates and of gradients through time open, beside the loop by hand.

    The steps of all stretches are set beside the seconds of all, for some hold a validation and some none.
    """
    torch.set_num_threads(1)
    for name in names:
        yield from _docks(name, name, cast(name))


def long(names: tuple[str, ...]) -> Iterator[Measured]:
    """The same over hundreds and thousands of steps, where one look at all of them takes as long as a step."""
    torch.set_num_threads(1)
    for name, title, data in LONG:
        if name in names:
            project = cast(name)
            dataset = dataset_from(record_of(project.recipe.dataset) | data)
            recipe = project.recipe.model_copy(update={"dataset": dataset})
            yield from _docks(name, title, replace(project, recipe=recipe))


def _docks(name: str, title: str, project: Project) -> Iterator[Measured]:
    from window import Bench

    data, settings = short(name, project), project.settings
    once = by_hand(name, data, settings, 1)
    epochs = max(1, round(SECONDS / once))
    steps = epochs * -(-data.train.count // settings.batch_size)
    endless = settings.but(epochs=1_000_000, patience=0, exact=True)
    bench = Bench(replace(project, settings=endless), docks=OPEN)
    bench.stretch(2.0)
    hand, ours, read = [steps / by_hand(name, data, settings, epochs)], [], 0
    for _ in range(STRETCHES):
        seen = bench.stretch(max(STRETCH, MOST_SLOW * epochs * once))
        ours.append(seen.speed)
        read += len(seen.readings.get("TimeGradient", ()))
        hand.append(steps / by_hand(name, data, settings, epochs))
    bench.close()
    value = statistics.mean(ours) / statistics.mean(hand)
    yield row("docks", f"{title}: docks open / by hand", value, "×", 0.9)
    yield row("docks", f"{title}: gradients through time", read / STRETCHES, "a stretch", None)


# -- figures --------------------------------------------------------------------------------------


def ended(project: Project) -> tuple[Finished, Checkpoint, Job]:
    """A run to its end."""
    job = job_of(project)
    events: list[Event] = list(train(job, Control()))
    end, checkpoint = events[-1], events[-2]
    if not isinstance(end, Finished) or not isinstance(checkpoint, Checkpoint):
        raise TypeError(f"The run failed: {end}")
    return end, checkpoint, job


def at_last_step(checkpoint: Checkpoint, job: Job) -> float:
    """The share of dev that is right at its last step."""
    network = build(job.graph, job.shapes)
    copy_in(network.module, checkpoint.weights)
    network.train(False)
    with torch.no_grad():
        (scores,) = network.module(torch.tensor(job.data.dev.inputs))
    said = scores[:, -1].argmax(-1).numpy()
    return float((said == job.data.dev.targets[:, -1]).mean())


FIGURES: dict[str, tuple[tuple[str, str, float | None, bool], ...]] = {
    # template: (cell, what, bar, at least)
    "surnames": (
        ("RNN", "accuracy", None, True),
        ("GRU", "accuracy", 0.72, True),
        ("LSTM", "accuracy", None, True),
    ),
    "japanese-vowels": (("GRU", "accuracy", 0.95, True),),
    "parity": (
        ("RNN", "last step", 0.6, False),
        ("GRU", "last step", 0.98, True),
        ("LSTM", "last step", 0.98, True),
    ),
    "adding": (
        ("RNN", "loss", None, False),
        ("GRU", "loss", 0.01, False),
        ("LSTM", "loss", None, False),
    ),
    "copy-memory": (("RNN", "loss", None, False), ("GRU", "loss", None, False)),
    "sunspots": (("GRU", "loss", None, False),),
    "sunspots-every-year": (("GRU", "loss", None, False),),
}


def figures(names: tuple[str, ...]) -> Iterator[Measured]:
    """What each template reaches on dev at full size, with its own seed."""
    for name in names:
        for cell, what, bar, least in FIGURES.get(name, ()):
            end, checkpoint, job = ended(cast(name, cell))
            value = end.dev_accuracy if what == "accuracy" else end.dev_loss
            if what == "last step":
                value = at_last_step(checkpoint, job)
            yield row(
                "figures", f"{name}, {cell}: {what} on dev", float(value or 0), "", bar, least=least
            )
            yield row("figures", f"{name}, {cell}: {end.step:,} steps", end.seconds, "s", None)


def words(names: tuple[str, ...]) -> Iterator[Measured]:
    """Bits a character of the language model, and exact match on dev of the translators, at full size."""
    torch.set_num_threads(1)
    for name in names:
        if name == "language-model":
            yield from _bits(name)
        elif name in EXACT:
            yield from _exact(name, *EXACT[name])


def _bits(name: str) -> Iterator[Measured]:
    job = job_of(cast(name))
    losses = next(event for event in train(job, Control()) if isinstance(event, Steps)).losses
    apart = abs(float(losses[0]) - math.log(job.data.target.count))
    yield row("words", f"{name}: first loss from ln V", apart, "nats", 0.15, least=False)
    end, _, _ = ended(cast(name))
    bits = (end.dev_loss or math.nan) / math.log(2)
    yield row("words", f"{name}: dev", bits, "bits a character", 2.56, least=False)
    yield row("words", f"{name}: {end.step:,} steps", end.seconds, "s", None)


EXACT: dict[
    str, tuple[float | None, float | None]
] = {  # on sentences, on pairs of words never seen
    "translation": (0.98, None),
    "translation-one-vector": (None, None),
    "number-words": (0.99, None),
}


def _exact(name: str, bar: float | None, of_pairs: float | None) -> Iterator[Measured]:
    end, checkpoint, job = ended(cast(name))
    network = build(job.graph, job.shapes)
    copy_in(network.module, checkpoint.weights)
    dev, author = job.data.dev, Author(network, job.graph, job.data)
    places = [list(range(at, min(at + 256, dev.count))) for at in range(0, dev.count, 256)]
    marks = np.concatenate([marked(author, dev, some) for some in places])
    new = np.array([title == NEW_PAIR for title in dev.titles or [""] * dev.count])
    for kind, chosen, asked in (("dev", ~new, bar), ("new pairs of words", new, of_pairs)):
        if chosen.any():
            right = float(marks[chosen, RIGHT].mean())
            yield row("words", f"{name}: exact match, {kind}", right, "", asked)
    yield row("words", f"{name}: BLEU", bleu(marks[:, COUNTS].sum(0).astype(int)), "", None)
    yield row("words", f"{name}: {end.step:,} steps", end.seconds, "s", None)


CASES: dict[str, Case] = {
    "throughput": throughput,
    "docks": docks,
    "long": long,
    "figures": figures,
    "words": words,
}


def _names(only: list[str] | None) -> tuple[str, ...]:
    return tuple(only or BY_HAND)


def main() -> None:
    """Print what was measured."""
    parser = options(__doc__, CASES)
    parser.add_argument("--only", choices=BY_HAND, action="append", help="a template, and no other")
    wishes = parser.parse_args()
    for case in wishes.case or CASES:
        say(CASES[case](_names(wishes.only)), wishes)


if __name__ == "__main__":
    main()
