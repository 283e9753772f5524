"""Numbers that stand in for data: of any arrangement, drawn at random, until a person chooses what is to be learnt."""

from typing import Literal

import numpy as np
from pydantic import Field, field_validator

from engine.axes import Axes, Indices, Labels, Signal, StepLabels, Target, Tokens, Values, axes_of
from engine.dataset import Dataset
from engine.samples import DataError, Inputs, Piece, Samples, Targets

LENGTHS = "lengths"  # what says that a part holds the lengths of the sequences
LARGEST = 1 << 27  # numbers that all examples may hold together


def is_length(axes: Axes) -> bool:
    """Whether a sample is one whole number, as the length of a sequence is."""
    return isinstance(axes, Indices) and not axes.sizes


def axes_from(text: str) -> Axes:
    """What a sample looks like, as people write it: `3,224,224`, `tokens:16:5000` or `signal:3,40`. Raises DataError.

    A length may be left free by giving it a name: `tokens:time:5000`. `lengths` alone stands for how long each sequence
    of the other parts is: one whole number a sample.
    """
    if text.strip() == LENGTHS:
        return Indices((), ())
    kind, _, rest = text.strip().rpartition(":") if ":" in text else ("", "", text.strip())
    words = [word.strip() for word in rest.split(",")]
    if kind.startswith("tokens"):
        words = [*kind.split(":")[1:], *words]
    sizes = tuple(int(word) if word.isdecimal() else word for word in words)
    numbers = [size for size in sizes if isinstance(size, int)]
    named = all(isinstance(size, int) or size.isidentifier() for size in sizes)
    if named and all(0 < size < LARGEST for size in numbers):
        match kind.split(":")[0], sizes:
            case "tokens", (steps, int(vocabulary)):
                return Tokens(steps, vocabulary)
            case "signal", (int(channels), steps):
                return Signal(channels, steps)
            case "", _ if numbers and (len(numbers) == len(sizes) or len(sizes) == 2):
                return axes_of(sizes)
    raise DataError(
        f"“{text}” does not say what a sample looks like. Write its sizes such as 3,224,224, or tokens:16:5000 for 16 "
        "symbols out of 5000, signal:3,40, or lengths for how long each sequence is."
    )


class Placeholder(Dataset, title="Placeholder"):
    """Random numbers that stand in for data until you choose some. Nothing can be learnt from them.

    An imported network gets them, in the arrangement that it reads.
    """

    sample: str = Field(
        "8",
        max_length=200,
        title="Sample",
        description="Sizes, such as 3,224,224 or tokens:16:5000.",
    )
    others: tuple[tuple[str, str], ...] = Field(
        (),
        max_length=16,
        title="Further parts",
        description="Names and sizes of further parts.",
        json_schema_extra={"hidden": True},
    )
    predicts: Literal["classes", "a class at each step", "values"] = Field(
        "classes", title="To predict", description="What a target is."
    )
    count: int = Field(
        2, ge=1, le=1_000_000, title="How many", description="How many classes or values."
    )
    steps: int | None = Field(
        None,
        ge=1,
        le=1_000_000,
        title="Steps",
        description="How many steps a target has, if not as many as a sample.",
        json_schema_extra={"hidden": True},
    )
    examples: int = Field(
        60, ge=10, le=100_000, title="Examples", description="How many there are."
    )

    @field_validator("sample")
    @classmethod
    def _is_a_sample(cls, text: str) -> str:
        try:
            axes_from(text)
        except DataError as error:
            wanted = "sizes such as 3,224,224 or tokens:16:5000"
            raise ValueError(f"Sample must be {wanted}, but it is “{text}”.") from error
        return text

    def load(self) -> Samples:
        chance = np.random.default_rng(0)
        axes = axes_from(self.sample)
        inputs = self._drawn(axes, chance)
        others = {}
        for name, text in self.others:
            part = axes_from(text)
            steps = inputs.shape[1] if inputs.ndim > 1 else 1
            drawn = (
                chance.integers(1, steps + 1, self.examples)
                if is_length(part)
                else self._drawn(part, chance)
            )
            others[name] = Piece(drawn, part)
        return Samples(inputs, self._targets(axes, chance), axes, self._target(), others=others)

    def _drawn(self, axes: Axes, chance: np.random.Generator) -> Inputs:
        shape = (self.examples, *(size if isinstance(size, int) else 16 for size in axes.sizes))
        if int(np.prod(shape, dtype=object)) > LARGEST:
            raise DataError(
                f"{self.examples} examples of {axes.text} are too many numbers to draw."
            )
        if axes.whole:
            top = axes.vocabulary if isinstance(axes, Tokens) else 2
            return chance.integers(0, top, shape, dtype=np.int64)
        return chance.standard_normal(shape, dtype=np.float32)

    def _targets(self, axes: Axes, chance: np.random.Generator) -> Targets:
        if self.predicts == "values":
            return chance.standard_normal((self.examples, self.count), dtype=np.float32)
        if self.predicts == "classes":
            return chance.permutation(np.arange(self.examples) % self.count).astype(np.int64)
        steps = self.steps or next((size for size in axes.sizes[:1] if isinstance(size, int)), 16)
        return chance.integers(0, self.count, (self.examples, steps), dtype=np.int64)

    def _target(self) -> Target:
        names = tuple(str(place) for place in range(self.count))
        kinds = {"classes": Labels, "values": Values, "a class at each step": StepLabels}
        return kinds[self.predicts](names)
