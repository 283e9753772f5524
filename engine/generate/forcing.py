"""What a decoder is fed while it is trained: the true words before (teacher forcing), or those that it says itself.

Its own words are those it finds likeliest, step by step, each fed back to it, as when it writes. No gradient flows
through the choice of a word, whoever makes it; so the loss and the gradients of an ordinary pass over these words are
exactly those of a decoder that is run freely. Dropout is off while they are found.
"""

import numpy as np
import torch
from torch import Tensor

from engine.dataset import Data
from engine.generate.author import Author, CannotWrite
from engine.graph import Graph
from engine.network import Network


class Forcing:
    """Who says the words before, of the batches of one run."""

    def __init__(self, network: Network, graph: Graph, data: Data, device: str) -> None:
        self._author: Author | None = None
        if data.written:
            try:
                self._author = Author(network, graph, data, device)
            except CannotWrite:
                return

    def fed(
        self, inputs: tuple[Tensor, ...], share: float, chance: tuple[int, int]
    ) -> tuple[Tensor, ...]:
        """The inputs of a batch, of which a `share` is fed the true words and the others their own.

        `chance` decides which: the same numbers give the same choice, and no other generator is touched.
        """
        author = self._author
        if author is None or share >= 1:
            return inputs
        place = next(
            i
            for i, feed in enumerate(author.network.feeds)
            if feed.part == author.written and not feed.lengths
        )
        forced = np.random.default_rng(chance).random(len(inputs[place])) < share
        own = author.own_words(inputs, inputs[place])
        mask = torch.from_numpy(forced).to(own.device)[:, None]
        return (*inputs[:place], torch.where(mask, inputs[place], own), *inputs[place + 1 :])
