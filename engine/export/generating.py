"""The part of a script that writes: text in, text out, by the very functions of `engine.generate.searching`.

They and the vocabulary are copied as they are; only what runs the network step by step is a script's own, for its
network is a class. Where the program carries the states of recurrent layers from step to step, so does the script.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from engine.answers import judged
from engine.export.looping import (
    BEGUN,
    BY_CHANCE,
    CONSTANTS,
    OPTIONS,
    STANDING,
    STEP,
    TRANSLATE,
    TRANSLATES,
    VOCABULARY_OF,
    WRITE,
    WRITES,
)
from engine.export.sources import Sources
from engine.export.subject import Subject
from engine.export.words import laid_out
from engine.generate.author import Author, CannotWrite
from engine.layers.loss import NLLLoss
from engine.planning import Feed
from engine.vocabulary import UNKNOWN

SEARCHING, VOCABULARY = "engine.generate.searching", "engine.vocabulary"
NAMES = (
    "UNIT FIRST STOP NEVER CARRIES WINDOW LONGEST Standing vocabulary step begun write translate json dataclass "
    "Callable Mapping partial"
).split()


@dataclass(frozen=True, slots=True)
class Generating:
    """What of it a script holds; all empty where a network does not write."""

    constants: str = ""
    definitions: tuple[str, ...] = ()
    options: str = ""
    action: str = ""
    usage: str = ""


def author_in(subject: Subject) -> Author | None:
    """The network as one that writes; None if it does not, or is fed what nobody would know then."""
    try:
        author = Author(subject.network, subject.job.graph, subject.job.data)
    except CannotWrite:
        return None
    known = all(feed.part in ("", author.written) for feed in subject.network.feeds)
    return author if known else None


def take_sources(author: Author | None, sources: Sources) -> None:
    """Copy the loop and the vocabulary, before anything else takes their names."""
    if author is None:
        return
    sources.taken |= set(NAMES)
    for name in ("Movable", "beam", "greedy" if author.translates else "sample"):
        sources.copy(SEARCHING, name)
    sources.copy(VOCABULARY, "Vocabulary")
    sources.imports.take("json")
    sources.imports.take("collections.abc", "Callable", "Mapping", "Sequence")
    sources.imports.take("dataclasses", "dataclass")
    sources.imports.take("functools", "partial")


def generating(
    author: Author | None, subject: Subject, result: Mapping[tuple[str, str], int], several: bool
) -> Generating:
    """What a script needs to write. `result` says where among the network's results a loss finds what it reads."""
    if author is None:
        return Generating()
    name = str(judged(subject.network))
    scores = f"results[{result[name, 'prediction']}]" if several else "results"
    plain = isinstance(subject.job.graph.nodes[name].layer, NLLLoss)  # type: ignore[index]
    inputs = "\n".join(
        f"            {_input(feed, author.written)}," for feed in subject.plan.feeds
    )
    step = STEP.replace("INPUTS", inputs).replace("SCORES", scores)
    step = step.replace("LOGS", "scores" if plain else "scores.log_softmax(-1)")
    last = TRANSLATE if author.translates else WRITE
    help_ = "translate a sentence" if author.translates else "go on with a text"
    return Generating(
        _constants(author),
        (STANDING, *(_reading(text, author) for text in (step, BEGUN)), VOCABULARY_OF, last),
        OPTIONS.format(help=help_) + ("" if author.translates else BY_CHANCE),
        TRANSLATES if author.translates else WRITES,
        f"{help_} (--weights: of which weights)",
    )


def _reading(text: str, author: Author) -> str:
    """With an argument for what is read, where anything is; in lines as they are laid out then."""
    if author.translates:
        return text.replace("READ", "read: Tensor, ").replace("TOO", ", read")
    text = text.replace("READ", "").replace("TOO", "")
    return text.replace(
        "def step(\n    network: Network, state: Standing, symbols: Tensor\n)",
        "def step(network: Network, state: Standing, symbols: Tensor)",
    )


def _input(feed: Feed, written: str) -> str:
    """What the network is fed at a step."""
    if feed.part == written:
        return "torch.full((len(seen),), seen.shape[1], device=DEVICE)" if feed.lengths else "seen"
    if feed.lengths:
        return "torch.full((len(seen),), read.shape[1], device=DEVICE)"
    return "read.expand(len(seen), -1)"


def _constants(author: Author) -> str:
    some = np.arange(min(3, len(author.source)), dtype=np.int64)
    with author.quiet():
        carries, window = author.loop(author.fed(some) if author.translates else {}).way
    longest = author.data.train.targets.shape[1] if author.translates else 200
    lines = laid_out("CARRIES: tuple[str, ...] = ", carries, "", "")
    return CONSTANTS.format(
        unit=author.words.unit,
        first=author.first,
        end=author.end,
        never=author.words.place(UNKNOWN),
        carries="\n".join(lines),
        window=window,
        longest=longest,
    )


def symbols_of(author: Author | None) -> dict[str, NDArray[np.uint8]]:
    """The symbols of what is read and written as JSON in bytes: an array of texts would lose some of them."""
    if author is None:
        return {}
    known = {
        "symbols": author.words,
        **({"symbols_read": author.source} if author.translates else {}),
    }
    return {
        name: np.frombuffer(json.dumps(words.symbols).encode(), np.uint8)
        for name, words in known.items()
    }
