"""Tasks made by a formula that ask for a long memory: what matters came many steps ago."""

from typing import Literal

import numpy as np
from pydantic import Field

from engine.axes import Labels, Sequence, StepLabels, Tokens, Values
from engine.dataset import Dataset
from engine.parameters import slider
from engine.samples import DataError, Samples

_MOST_STEPS = 1 << 26  # of all examples together: about half a gigabyte


class _Memory(Dataset):
    """Sequences made by a formula."""

    count: int = Field(
        16_000,
        ge=50,
        le=1_000_000,
        title="Examples",
        description="How many sequences, all parts together.",
    )
    seed: int = Field(
        0, ge=0, lt=2**32, title="Seed", description="The same seed, the same sequences."
    )

    def chance(self, steps: int) -> np.random.Generator:
        """Where the numbers are drawn from. Raises DataError if all examples together are too many steps."""
        if self.count * steps > _MOST_STEPS:
            raise DataError(
                f"{self.count:,} examples of {steps:,} steps do not fit into memory. Make it at most "
                f"{_MOST_STEPS // steps:,} examples, or shorter ones."
            )
        return np.random.default_rng(self.seed)


class Adding(_Memory, title="Adding problem"):
    """Two of many numbers are marked, one in each half: after the last step, what is their sum?

    Whoever always says 1 is wrong by 1/6 on average, squared: 0.167. To do better, a network must remember the first
    number until the second comes. Arjovsky, Shah and Bengio, 2016, after Hochreiter and Schmidhuber, 1997.
    """

    steps: int = Field(
        50,
        ge=2,
        le=5_000,
        title="Steps",
        description="How long each sequence is: the longer, the further back the first marked number may lie.",
        json_schema_extra=slider(10, 200),
    )

    def load(self) -> Samples:
        chance = self.chance(2 * self.steps)
        inputs = np.zeros((self.count, self.steps, 2), np.float32)  # the number, and its mark
        inputs[:, :, 0] = chance.random((self.count, self.steps), np.float32)
        half, rows = self.steps // 2, np.arange(self.count)
        first = chance.integers(0, half, self.count)
        second = chance.integers(half, self.steps, self.count)
        inputs[rows, first, 1] = inputs[rows, second, 1] = 1
        sums = inputs[rows, first, 0] + inputs[rows, second, 0]
        return Samples(inputs, sums[:, None], Sequence(self.steps, 2), Values(("sum",)))


class Parity(_Memory, title="Running parity"):
    """A row of +1 and −1: has −1 come an odd number of times so far? Asked at every step, or only after the last.

    Each bit turns the answer over, so that nothing may ever be forgotten. At every step it is learnt in a minute by
    gates, but not by a plain RNN; asked only at the end, hardly by anyone.
    """

    steps: int = Field(
        30,
        ge=1,
        le=5_000,
        title="Steps",
        description="How long each sequence is.",
        json_schema_extra=slider(5, 120),
    )
    asked: Literal["every step", "the end"] = Field(
        "every step", title="Asked at", description="When the network should say the parity."
    )

    def load(self) -> Samples:
        bits = self.chance(self.steps).integers(0, 2, (self.count, self.steps))
        inputs = (1 - 2 * bits).astype(np.float32)[:, :, None]
        odd = bits.cumsum(1) % 2
        axes, names = Sequence(self.steps, 1), ("even", "odd")
        if self.asked == "the end":
            return Samples(inputs, odd[:, -1].astype(np.int64), axes, Labels(names))
        return Samples(inputs, odd.astype(np.int64), axes, StepLabels(names))


class CopyMemory(_Memory, title="Copy memory"):
    """Some symbols, a long pause, a sign: now repeat the symbols in their order.

    Until the sign, the answer is a blank. Whoever remembers nothing but when the sign comes has a loss of
    n·ln 8 / steps, n being the number of symbols. Arjovsky, Shah and Bengio, 2016.
    """

    symbols: int = Field(
        10, ge=1, le=100, title="To copy", description="How many symbols are to be remembered."
    )
    delay: int = Field(
        20,
        ge=0,
        le=5_000,
        title="Pause",
        description="Steps between the last symbol and the sign to repeat them.",
        json_schema_extra=slider(0, 200),
    )
    asked: Literal["every step", "the copy"] = Field(
        "every step",
        title="Asked at",
        description="Whether the blanks before the sign count too, or the copied symbols alone.",
    )

    def load(self) -> Samples:
        kinds, n = 8, self.symbols
        blank, sign, steps = kinds, kinds + 1, 2 * n + self.delay
        drawn = self.chance(2 * steps).integers(0, kinds, (self.count, n), dtype=np.int64)
        inputs = np.full((self.count, steps), blank, np.int64)
        inputs[:, :n], inputs[:, -n - 1 if self.delay else -n] = drawn, sign
        targets = np.full((self.count, steps), blank if self.asked == "every step" else -100)
        targets[:, -n:] = drawn
        names = (*"ABCDEFGH", "·")
        return Samples(
            inputs,
            targets.astype(np.int64),
            Tokens(steps, kinds + 2),
            StepLabels(names),
            symbols=(*names, "?"),
        )
