"""A network that writes: text in, text out. It goes on from a beginning, or translates a sentence."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from engine.answers import judged
from engine.axes import StepLabels
from engine.dataset import Data, Part
from engine.feeding import on_device, tensors
from engine.generate.loop import Loop, State, loop_of
from engine.generate.searching import Text, beam, greedy, sample
from engine.graph import Graph
from engine.layers.loss import NLLLoss
from engine.look import quietly
from engine.network import Network
from engine.vocabulary import END, START, UNKNOWN, Vocabulary

LONGEST = 5000  # symbols that are written in one go, at most


class CannotWrite(ValueError):  # noqa: N818 - says what is the case
    """This network, or its data, has nothing that could be written; the message is a sentence for people."""


@dataclass(frozen=True, slots=True)
class Manner:
    """How a text is chosen: by chance at a temperature, from the `top_k` likeliest; or by a beam of some width.

    A temperature of 0 takes the likeliest symbol each time.
    """

    temperature: float = 1.0
    top_k: int | None = None
    width: int = 1
    steps: int = 200
    seed: int = 0


def refusal(data: Data) -> str | None:
    """Why nothing can be written with networks of these data; None if it can."""
    if data.written is None or not isinstance(data.target, StepLabels):
        return (
            "These data are no text, so there is nothing to write. Choose a text or sentence pairs, such as "
            "Shakespeare or English to French."
        )
    return None


class Author:
    """A network with the words of its data."""

    def __init__(self, network: Network, graph: Graph, data: Data, device: str = "cpu") -> None:
        if (why := refusal(data)) is not None:
            raise CannotWrite(why)
        self.network, self.graph, self.data, self.device = network, graph, data, device
        self.written = data.written or ""
        if not any(feed.part == self.written for feed in network.feeds):
            part = f"the part “{self.written}”" if self.written else "the text"
            raise CannotWrite(
                f"No Input of this network brings {part}: what it writes could not be fed back. Add one."
            )
        name = judged(network)
        if name is None:
            raise CannotWrite("No loss of this network judges what is to be written. Add one.")
        self._loss = graph.nodes[name].layer
        place = list(network.losses).index(name)
        self.result = network.judges[place].prediction
        self.words: Vocabulary = data.words[self.written]
        self.end = self.words.place(END)

    @property
    def translates(self) -> bool:
        """Whether it reads a sentence and writes another, rather than going on with one."""
        return self.written != ""

    @property
    def source(self) -> Vocabulary:
        """The words of what is read."""
        return self.data.words[""]

    @contextmanager
    def quiet(self) -> Iterator[None]:
        """Inference mode, without gradients, for a while; the network is as it was afterwards.

        Raises CannotWrite where a layer cannot take a text, such as one longer than the places that it learnt.
        """
        with quietly(self.network, by_batch=False), torch.no_grad():
            try:
                yield
            except (RuntimeError, IndexError) as error:
                raise CannotWrite(
                    f"A layer of this network cannot take a text like this ({error}). Try a shorter one."
                ) from error

    def logs(self, scores: Tensor) -> Tensor:
        """Log-probabilities of scores (…, symbols), in float64."""
        scores = scores.double()
        return scores if isinstance(self._loss, NLLLoss) else scores.log_softmax(-1)

    def loop(self, fed: Mapping[str, Tensor]) -> Loop:
        """How the network is run step by step; `fed` holds what is read of one text. In `quiet` alone."""
        return loop_of(self.network, self.written, self.result, fed, len(self.words), self._window)

    def _begun(self, fed: Mapping[str, Tensor], rows: int, told: Sequence[int]) -> "_Begun":
        """All texts after the same first symbols. `fed` holds what is read of each."""
        loop = self.loop({name: tensor[:1] for name, tensor in fed.items()})
        state = loop.begin(fed, rows)
        logs = torch.empty(0)
        for symbol in told:
            scores, state = loop.step(state, torch.full((rows,), symbol, device=self.device))
            logs = self.logs(scores)
        return _Begun(self, loop, state, logs)

    @property
    def _window(self) -> int | None:
        """The steps beyond which a text is no longer run whole: those that the network was made for."""
        steps = self.data.axes.sizes[0] if not self.translates and self.data.axes.sizes else None
        return steps if isinstance(steps, int) else None

    # -- going on with a text ---------------------------------------------------------------------

    def opening(self, text: str) -> list[int]:
        """The symbols that come before the first one that is written: a text's own, or what a line begins after."""
        given = self.words.numbers(self.words.typed(text)).tolist()
        return [self.first, *given]

    @cached_property
    def first(self) -> int:
        """What stands before a text: a line's end, a space, or whatever the vocabulary begins with."""
        found = (self.words.place(symbol) for symbol in (START, "\n", " "))
        return next((place for place in found if place is not None), min(1, len(self.words) - 1))

    def go_on(self, text: str, manner: Manner) -> Text:
        """What follows a text, without it."""
        steps = min(manner.steps, LONGEST)
        with self.quiet():
            begun = self._begun({}, 1, self.opening(text))
            if manner.width > 1:
                return begun.beam(steps, manner.width)[0]
            return begun.sample(steps, manner)[0]

    # -- translating --------------------------------------------------------------------------------

    def read_in(self, text: str) -> NDArray[np.int64]:
        """A typed sentence as the numbers of its words. Raises CannotWrite if there are none."""
        units = self.source.typed(text)
        if not units:
            raise CannotWrite("There is nothing to translate yet. Type a sentence.")
        return self.source.numbers(units)

    def fed(self, numbers: NDArray[np.int64]) -> dict[str, Tensor]:
        """What the network takes of one sentence, by feed."""
        found: dict[str, Tensor] = {}
        for feed in self.network.feeds:
            if feed.part == "":
                row = np.array([len(numbers)]) if feed.lengths else numbers[None]
                found[feed.name] = on_device(row, self.device)
        return found

    def translate(self, text: str, width: int = 1) -> list[Text]:
        """The likeliest translations that a beam of this width finds, the best first; of width 1, the greedy one."""
        return self.translate_numbers(self.read_in(text), width)

    def translate_numbers(self, numbers: NDArray[np.int64], width: int = 1) -> list[Text]:
        """The same of the numbers of a sentence's words."""
        known = int(self.data.train.targets.shape[1])
        steps = max(known, 2 * len(numbers) + 4)
        try:
            return self._translated(numbers, width, steps)
        except CannotWrite:
            if steps == known:
                raise
            return self._translated(numbers, width, known)  # as many as it has learnt to write

    def _translated(self, numbers: NDArray[np.int64], width: int, steps: int) -> list[Text]:
        with self.quiet():
            begun = self._begun(self.fed(numbers), 1, [self.first])
            return begun.beam(steps, width) if width > 1 else begun.greedy(steps)

    def own_words(self, inputs: Sequence[Tensor], before: Tensor) -> Tensor:
        """What it would have written before each step, (texts, steps): what every text begins with, then its choices.

        `inputs` are what the network takes of these texts; of `before`, the true words, only the first is read.
        """
        feeds = self.network.feeds
        fed = {f.name: tensor for f, tensor in zip(feeds, inputs, strict=True) if f.part == ""}
        with self.quiet():
            one = {name: tensor[:1] for name, tensor in fed.items()}
            loop = loop_of(self.network, self.written, self.result, one, len(self.words))
            state, words = loop.begin(fed, len(before)), [before[:, 0]]
            for _ in range(before.shape[1] - 1):
                scores, state = loop.step(state, words[-1])
                words.append(scores.argmax(-1))
        return torch.stack(words, 1)

    def translations(self, part: Part, places: "slice | list[int]") -> list[Text]:
        """The greedy translations of some examples of a part of the data, all at once."""
        feeds = self.network.feeds
        given = tensors(part, feeds, self.device, places)
        fed = {f.name: tensor for f, tensor in zip(feeds, given, strict=True) if f.part == ""}
        rows = len(next(iter(fed.values())))
        with self.quiet():
            return self._begun(fed, rows, [self.first]).greedy(part.targets.shape[1])


@dataclass(frozen=True, slots=True, eq=False)
class _Begun:
    """Some texts that have been begun, and the log-probabilities of what comes next."""

    author: Author
    loop: Loop
    state: State
    logs: Tensor

    def step(self, state: State, symbols: Tensor) -> tuple[Tensor, State]:
        scores, state = self.loop.step(state, symbols)
        return self.author.logs(scores), state

    @property
    def _never(self) -> int | None:
        return self.author.words.place(UNKNOWN)

    def greedy(self, steps: int) -> list[Text]:
        return greedy(self.step, self.state, self.logs, steps, self.author.end, self._never)

    def beam(self, steps: int, width: int) -> list[Text]:
        return beam(self.step, self.state, self.logs, steps, width, self.author.end, self._never)

    def sample(self, steps: int, manner: Manner) -> list[Text]:
        chance = torch.Generator().manual_seed(manner.seed)
        return sample(
            self.step,
            self.state,
            self.logs,
            steps,
            chance,
            manner.temperature,
            manner.top_k,
            self.author.end,
            self._never,
        )
