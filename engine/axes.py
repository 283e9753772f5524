"""What one sample looks like, axis by axis, and what is to be predicted for it.

The batch is never part of it. Sizes are in PyTorch's order (channels first); texts are in the order
people say them (height×width×channels).
"""

import math
from collections.abc import Sequence as Sequenced
from dataclasses import dataclass, field, fields, replace
from typing import ClassVar

Size = int | str  # a text names a free length, which differs from sample to sample, such as "time"


@dataclass(frozen=True, slots=True)
class Axes:
    """What one sample looks like. A subclass names its axes by its fields, in PyTorch's order."""

    kind: ClassVar[str] = "numbers"
    whole: ClassVar[bool] = False  # whether the numbers are indices, not measurements

    def __post_init__(self) -> None:
        for name, size in zip(self.names, self.sizes, strict=True):
            if isinstance(size, int) and size < 1:
                raise ValueError(f"The {name} of {self.kind} must be at least 1, but it is {size}.")

    @property
    def names(self) -> tuple[str, ...]:
        """What each axis is called, in PyTorch's order."""
        return tuple(axis.name for axis in fields(self))

    @property
    def sizes(self) -> tuple[Size, ...]:
        """How long each axis is, in PyTorch's order, without the batch; a text is a free length."""
        return tuple(getattr(self, axis.name) for axis in fields(self))

    @property
    def count(self) -> int | None:
        """How many numbers one sample holds; None if a length is free."""
        known = [size for size in self.sizes if isinstance(size, int)]
        return math.prod(known) if len(known) == len(self.sizes) else None

    @property
    def free(self) -> tuple[str, ...]:
        """The names of the free lengths, in the order of the axes."""
        return tuple(dict.fromkeys(size for size in self.sizes if isinstance(size, str)))

    @property
    def text(self) -> str:
        """The sizes as they are said to a person, such as "32×32×3", "784" or "time×64"."""
        spoken = self._spoken()
        if len(spoken) > 1:
            spoken = [f"({size})" if _is_sum(size) else size for size in spoken]
        return "×".join(spoken) or "1"

    def _spoken(self) -> list[str]:
        return [str(size) for _, size in self._named()]

    @property
    def by_name(self) -> tuple[str, ...]:
        """Each axis by its name, in the order of the text: "height 28"; a free length by its own, such as "time"."""
        return tuple(
            str(size) if isinstance(size, str) and size.isidentifier() else f"{name} {size}"
            for name, size in self._named()
        )

    def _named(self) -> list[tuple[str, Size]]:
        """Names and sizes in the order in which they are said."""
        return list(zip(self.names, self.sizes, strict=True))


def _is_sum(size: str) -> bool:
    return " " in size and not (size[0] == "⌊" and size[-1] == "⌋")


@dataclass(frozen=True, slots=True)
class Row(Axes):
    """A row of numbers."""

    kind: ClassVar[str] = "a row of numbers"
    features: int


class _ChannelsLast(Axes):
    """Said with the channels last, as painters of pictures do, though they are stored first."""

    __slots__ = ()

    def _named(self) -> list[tuple[str, Size]]:
        channels, *rest = zip(self.names, self.sizes, strict=True)
        return [*rest, channels]


@dataclass(frozen=True, slots=True)
class Image(_ChannelsLast):
    """A picture; said as height×width×channels."""

    kind: ClassVar[str] = "an image"
    channels: int
    height: int
    width: int


@dataclass(frozen=True, slots=True)
class Signal(_ChannelsLast):
    """Channels that change over time, channels first, as filters in one dimension want it; said as steps×channels."""

    kind: ClassVar[str] = "a signal"
    channels: int
    steps: Size


@dataclass(frozen=True, slots=True)
class Volume(_ChannelsLast):
    """A picture with depth, or a film; said as depth×height×width×channels."""

    kind: ClassVar[str] = "a volume"
    channels: int
    depth: int
    height: int
    width: int


@dataclass(frozen=True, slots=True)
class Sequence(Axes):
    """A row of numbers at each of several steps; said as steps×features."""

    kind: ClassVar[str] = "a sequence"
    steps: Size
    features: int


@dataclass(frozen=True, slots=True)
class Tokens(Axes):
    """One symbol at each step, given as its index in a vocabulary."""

    kind: ClassVar[str] = "tokens"
    whole: ClassVar[bool] = True
    steps: Size
    vocabulary: int

    @property
    def names(self) -> tuple[str, ...]:
        return ("steps",)

    @property
    def sizes(self) -> tuple[Size, ...]:
        return (self.steps,)

    @property
    def text(self) -> str:
        steps = "" if isinstance(self.steps, str) else f"{self.steps} "
        return f"{steps}tokens of {self.vocabulary}"


@dataclass(frozen=True, slots=True)
class General(Axes):
    """Any other arrangement of numbers; one without axes is a single number."""

    kind: ClassVar[str] = "numbers"
    names: tuple[str, ...] = field()
    sizes: tuple[Size, ...] = field()


@dataclass(frozen=True, slots=True)
class Indices(General):
    """Whole numbers in any arrangement."""

    kind: ClassVar[str] = "whole numbers"
    whole: ClassVar[bool] = True


def axes_of(sizes: Sequenced[Size], like: Axes | None = None) -> Axes:
    """The axes that samples of these sizes have, in the sense of `like` where it still fits.

    One size is a row, two a sequence, three an image, four a volume; anything else is general. What stood in channels
    and still does is a signal, if one other axis is left.
    """
    sizes = tuple(sizes)
    if like is not None and like.sizes == sizes and not like.whole:
        return like
    if isinstance(like, General) and len(like.sizes) == len(sizes):
        return General(like.names, sizes)
    if len(sizes) == 2 and isinstance(sizes[0], int):
        was_signal = isinstance(like, Signal)
        if was_signal or (isinstance(like, _ChannelsLast) and sizes[0] == like.sizes[0]):
            return Signal(sizes[0], sizes[1])
    match sizes:
        case (int(features),):
            return Row(features)
        case (steps, int(features)):
            return Sequence(steps, features)
        case (int(channels), int(height), int(width)):
            return Image(channels, height, width)
        case (int(channels), int(depth), int(height), int(width)):
            return Volume(channels, depth, height, width)
    return General(tuple(f"axis {place}" for place in range(1, len(sizes) + 1)), sizes)


def fixed(axes: Axes, sizes: Sequenced[int]) -> Axes:
    """The axes with the sizes that samples have in fact in place of free lengths."""
    known = tuple(
        now if isinstance(size, str) else size for size, now in zip(axes.sizes, sizes, strict=True)
    )
    if isinstance(axes, General):
        return replace(axes, sizes=known)
    free = {
        name for name, size in zip(axes.names, axes.sizes, strict=True) if isinstance(size, str)
    }
    changes = {name: now for name, now in zip(axes.names, known, strict=True) if name in free}
    return replace(axes, **changes)


def axes_named(names: tuple[str, ...], sizes: tuple[Size, ...]) -> Axes:
    """The axes that bear these names: an image if they are channels, height and width, and so on."""
    match names, sizes:
        case ("steps", "features"), (steps, int(features)):
            return Sequence(steps, features)
        case ("channels", "steps"), (int(channels), steps):
            return Signal(channels, steps)
        case ("channels", "height", "width"), (int(channels), int(height), int(width)):
            return Image(channels, height, width)
        case ("channels", "depth", *_), (int(channels), int(depth), int(height), int(width)):
            return Volume(channels, depth, height, width)
    return General(names, sizes)


@dataclass(frozen=True, slots=True)
class Target:
    """What is to be predicted for a sample. The names are those of its classes or its values."""

    names: tuple[str, ...]

    def __post_init__(self) -> None:
        if not self.names:
            raise ValueError("There must be at least one thing to predict.")
        if len(set(self.names)) < len(self.names):
            raise ValueError("No two things to predict may have the same name.")

    @property
    def count(self) -> int:
        """How many numbers a network gives for one sample."""
        return len(self.names)


@dataclass(frozen=True, slots=True)
class Labels(Target):
    """One class out of several, given as its index."""

    @property
    def classes(self) -> int:
        """How many classes there are."""
        return len(self.names)


@dataclass(frozen=True, slots=True)
class StepLabels(Labels):
    """One class at each step of a sequence, given as (steps,) indices."""


@dataclass(frozen=True, slots=True)
class Transcript(Labels):
    """A shorter row of classes for a whole sequence, not aligned with its steps; class 0 is the blank."""


@dataclass(frozen=True, slots=True)
class Values(Target):
    """One or more measured numbers."""
