"""Layers that join wires, number by number or side by side, without weights."""

from typing import Any, ClassVar, Literal

from pydantic import Field

from engine.axes import Axes, General, Size, axes_of
from engine.layer import Call, Layer, LayerError, Port, Stretch, call
from engine.parameters import labels


def broadcast(first: Axes, second: Axes) -> tuple[Size, ...]:
    """The sizes that two samples have together, where a size of 1 stretches. Raises LayerError if they do not fit."""
    a, b = first.sizes, second.sizes
    if len(a) == len(b) and all(x == y or 1 in (x, y) for x, y in zip(a, b, strict=True)):
        return tuple(y if x == 1 else x for x, y in zip(a, b, strict=True))
    raise LayerError(f"inputs of one shape, like {first.text}", second.text)


class _Alike(Layer, group="Structure"):
    inputs: ClassVar[tuple[Port, ...]] = (Port("in", many=True),)

    def call(self, *numbers: Axes) -> Call:
        together = numbers[0]
        for other in numbers[1:]:
            together = axes_of(broadcast(together, other), like=numbers[0])
        return call(f"engine.modules.merge.{type(self).__name__}")


class Add(_Alike, group="Structure"):
    """Adds its inputs number by number; with a wire around a block it makes a skip connection."""


class Multiply(_Alike, group="Structure"):
    """Multiplies its inputs number by number, as a gate does."""


class Maximum(_Alike, group="Structure"):
    """Keeps the largest of its inputs, number by number."""


class Minimum(_Alike, group="Structure"):
    """Keeps the smallest of its inputs, number by number."""


class _Pairwise(Layer, group="Structure"):
    inputs: ClassVar[tuple[Port, ...]] = (Port("first"), Port("second"))

    def call(self, first: Axes, second: Axes) -> Call:
        broadcast(first, second)
        return call(f"engine.modules.merge.{type(self).__name__}")


class Subtract(_Pairwise, group="Structure"):
    """The first input less the second, number by number."""


class Divide(_Pairwise, group="Structure"):
    """The first input over the second, number by number."""


class Concat(Layer, group="Structure"):
    """Puts its inputs one after another along one axis: features of rows, channels of images.

    Axis 1 is the first of a sample: the channels of an image, but the steps of a sequence, whose features are axis 2.
    """

    inputs: ClassVar[tuple[Port, ...]] = (Port("in", many=True),)
    dim: int = Field(
        1, ge=1, le=10, title="Axis", description="Along which axis, where 1 is the first."
    )

    def call(self, *numbers: Axes) -> Call:
        first, place = numbers[0], self.dim - 1
        if place >= len(first.sizes):
            raise LayerError(f"at least {self.dim} axes", first.text)
        for other in numbers[1:]:
            rest = (*other.sizes[:place], *other.sizes[place + 1 :])
            if len(other.sizes) != len(first.sizes) or rest != (
                *first.sizes[:place],
                *first.sizes[place + 1 :],
            ):
                what = "their first axis" if self.dim == 1 else f"axis {self.dim}"
                raise LayerError(
                    f"inputs that differ in {what} alone, like {first.text}", other.text
                )
        for before in numbers[:-1]:
            if isinstance(before.sizes[place], str):  # its padding would stand in the middle
                raise LayerError("what differs in length as the last input", before.text)
        return call("engine.modules.merge.Concat", **self.options())

    def stretch(self, *numbers: Axes) -> Stretch | None:
        sizes = [axes.sizes[self.dim - 1] for axes in numbers]
        if not isinstance(sizes[-1], str):
            return None
        return Stretch(plus=sum(size for size in sizes if isinstance(size, int)))


class Stack(Layer, group="Structure"):
    """Puts its inputs, which must be alike, side by side along a new axis."""

    inputs: ClassVar[tuple[Port, ...]] = (Port("in", many=True),)
    dim: int = Field(
        1, ge=1, le=10, title="Axis", description="Where the new axis stands, 1 being the first."
    )

    def call(self, *numbers: Axes) -> Call:
        for other in numbers[1:]:
            if other.sizes != numbers[0].sizes:
                raise LayerError(f"inputs of one shape, like {numbers[0].text}", other.text)
        if self.dim > len(numbers[0].sizes) + 1:
            raise LayerError(f"at least {self.dim - 1} axes", numbers[0].text)
        return call("engine.modules.merge.Stack", **self.options())


class Dot(Layer, group="Structure"):
    """The inner product of two inputs along their last axis: how far they point the same way."""

    inputs: ClassVar[tuple[Port, ...]] = (Port("first"), Port("second"))
    normalize: bool = Field(
        False, title="Cosine", description="Whether both are brought to length 1 before."
    )

    def call(self, first: Axes, second: Axes) -> Call:
        broadcast(first, second)
        if not first.sizes or first.sizes[-1] != second.sizes[-1]:
            raise LayerError(f"inputs of one shape, like {first.text}", second.text, "second")
        if isinstance(first.sizes[-1], str):
            raise LayerError("a last axis of known size", first.text)
        return call("engine.modules.merge.Dot", **self.options())


class MatMul(Layer, group="Structure", label="Matrix product", stem="matmul"):
    """The matrix product of two inputs, example by example, such as attention's weights with its values."""

    reads: ClassVar[dict[str, str]] = {"lengths": "second"}
    inputs: ClassVar[tuple[Port, ...]] = (Port("first"), Port("second"))
    transpose: bool = Field(
        False,
        title="Second turned",
        description="Whether rows and columns of the second are exchanged before.",
    )

    def call(self, first: Axes, second: Axes) -> Call:
        if min(len(first.sizes), len(second.sizes)) < 2:
            raise LayerError("two matrices", f"{first.text} and {second.text}")
        needed = second.sizes[-1 if self.transpose else -2]
        if first.sizes[-1] != needed or first.sizes[:-2] != second.sizes[:-2]:
            wanted = f"a second input that {first.text} can be multiplied with"
            raise LayerError(wanted, second.text, "second")
        options = self.options()
        if isinstance(needed, str):  # it sums over steps
            if second.free != (needed,) or second.sizes.count(needed) > 1:
                raise LayerError("a second input with a single free length", second.text, "second")
            options["over_steps"] = True
        return call("engine.modules.merge.MatMul", **options)


class Constant(Layer, group="Structure"):
    """The same numbers for every example, such as a start symbol; they can be learnt."""

    inputs: ClassVar[tuple[Port, ...]] = ()
    shape: tuple[int, ...] = Field(
        (1,), max_length=8, title="Shape", description="Sizes of what it gives, without the batch."
    )
    value: float = Field(
        0.0, ge=-1e6, le=1e6, title="Value", description="What all its numbers are to begin with."
    )
    learnable: bool = Field(
        False, title="Learnt", description="Whether training changes its numbers."
    )

    def call(self) -> Call:
        if not self.shape or any(size < 1 for size in self.shape):
            raise LayerError("sizes of at least 1", str(self.shape))
        return call("engine.modules.source.Constant", self.shape, **self.options("shape"))

    @property
    def caption(self) -> str:
        return "×".join(map(str, self.shape))[:16]


class Scale(Layer, group="Structure"):
    """Multiplies each feature or channel by a learnt number of its own."""

    initial: float = Field(
        1.0, ge=-1e6, le=1e6, title="To begin with", description="What all factors are at first."
    )

    def call(self, numbers: Axes) -> Call:
        channels_first = numbers.kind in ("an image", "a volume", "a signal")
        size = numbers.sizes[0 if channels_first else -1] if numbers.sizes else None
        if not isinstance(size, int):
            raise LayerError("features that are known", numbers.text)
        sizes = (size, *(1,) * (len(numbers.sizes) - 1)) if channels_first else (size,)
        return call("engine.modules.source.Scale", sizes, **self.options())


class Reduce(Layer, group="Structure"):
    """One number in place of a whole axis: the mean, the sum, the largest, the smallest or the length of it."""

    how: Literal["mean", "sum", "max", "min", "norm"] = Field(
        "mean",
        title="What",
        description="What stands for the axis.",
        json_schema_extra=labels(
            mean="Mean", sum="Sum", max="Largest", min="Smallest", norm="Length"
        ),
    )
    dim: int = Field(
        1, ge=1, le=10, title="Axis", description="Which axis goes, where 1 is the first."
    )
    keepdim: bool = Field(
        False, title="Keep the axis", description="Whether it stays, with a size of 1."
    )

    def call(self, numbers: Axes) -> Call:
        if self.dim > len(numbers.sizes):
            raise LayerError(f"at least {self.dim} axes", numbers.text)
        if isinstance(numbers.sizes[self.dim - 1], str):
            raise LayerError(
                "an axis of known size; Select or Global average take others", numbers.text
            )
        return call("engine.modules.select.Reduce", **self.options())

    def outcome(self, port: str, sizes: tuple[Size, ...], inputs: tuple[Any, ...]) -> Axes:  # noqa: ARG002
        came = inputs[0]
        if len(sizes) == 1 or (self.dim > 1 and came.names[0] == "channels"):
            return axes_of(sizes, like=came)
        names = list(came.names)
        if not self.keepdim:
            names.pop(self.dim - 1)
        return General(tuple(names), sizes)

    @property
    def caption(self) -> str:
        return self.how
