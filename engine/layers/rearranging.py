"""Layers that lay numbers out differently: nothing is computed, only where each stands changes."""

from typing import Any

from pydantic import Field

from engine.axes import Axes, Image, Sequence, Signal, Size, Volume, axes_named
from engine.layer import Call, Layer, LayerError, call

_AXIS = "Which axis, where 1 is the first."


class Flatten(Layer, group="Structure"):
    """Lays all numbers of a sample out in one row, so that a Dense layer can read an image."""

    start_dim: int = Field(
        1,
        ge=1,
        le=10,
        title="From axis",
        description="The first axis that is laid out, 1 being the first.",
    )
    end_dim: int = Field(
        -1,
        ge=-10,
        le=10,
        title="To axis",
        description="The last axis that is laid out; −1 is the last.",
    )

    def call(self, numbers: Axes) -> Call:
        count = len(numbers.sizes)
        last = self.end_dim if self.end_dim >= 0 else count + 1 + self.end_dim
        if self.start_dim > max(count, 1) or last > count or last < self.start_dim:
            raise LayerError(f"axes {self.start_dim} to {self.end_dim}", numbers.text)
        if any(isinstance(size, str) for size in numbers.sizes[self.start_dim - 1 : last]):
            raise LayerError("sizes that are known", numbers.text)
        return call("torch.nn.Flatten", **self.options())

    def arithmetic(self, numbers: Axes) -> str:
        if not numbers.count or (self.start_dim, self.end_dim) != (1, -1):
            return ""
        return f"{numbers.text.replace('×', ' × ')} = {numbers.count:,}"


class Reshape(Layer, group="Structure", formerly=("Unflatten",)):
    """Lays the numbers of a sample out in other sizes, in the order in which they are stored: channels first."""

    shape: tuple[int, ...] = Field(
        (1, -1),
        max_length=8,
        title="Shape",
        description="The new sizes without the batch; one may be −1 and follows from the others.",
    )

    def call(self, numbers: Axes) -> Call:
        if numbers.count is None:
            raise LayerError("sizes that are known", numbers.text)
        known = 1
        for size in self.shape:
            known *= 1 if size == -1 else size
        free = self.shape.count(-1)
        whole = known > 0 and free <= 1 and all(size == -1 or size > 0 for size in self.shape)
        if not whole or (numbers.count % known if free else numbers.count != known):
            text = "×".join(map(str, self.shape)) or "nothing"
            raise LayerError(f"as many numbers as {text} holds", f"{numbers.count}")
        return call("engine.modules.shape.Reshape", self.shape)

    def outcome(self, port: str, sizes: tuple[Size, ...], inputs: tuple[Any, ...]) -> Axes:
        came = inputs[0]
        if isinstance(came, Image | Volume) and came.channels > 1 and len(sizes) == 2:
            first, rest = sizes
            if isinstance(first, int) and first % came.channels == 0:  # channels, and rows of each
                return Signal(first, rest)
        return super().outcome(port, sizes, inputs)

    @property
    def caption(self) -> str:
        return "×".join(map(str, self.shape))[:16]


class Permute(Layer, group="Structure"):
    """Puts the axes in another order. 2, 1 turns a sequence (steps first) into a signal (channels first) and back."""

    dims: tuple[int, ...] = Field(
        (2, 1),
        max_length=8,
        title="Order",
        description="The old axes in their new order, where 1 is the first.",
    )

    def call(self, numbers: Axes) -> Call:
        if sorted(self.dims) != list(range(1, len(numbers.sizes) + 1)):
            raise LayerError(f"{len(self.dims)} axes", f"{len(numbers.sizes)}, {numbers.text}")
        return call("engine.modules.shape.Permute", self.dims)

    def outcome(self, port: str, sizes: tuple[Size, ...], inputs: tuple[Any, ...]) -> Axes:  # noqa: ARG002
        came = inputs[0]
        if self.dims == (2, 1) and isinstance(came, Sequence):
            return Signal(came.features, came.steps)
        if self.dims == (2, 1) and isinstance(came, Signal):
            return Sequence(came.steps, came.channels)
        return axes_named(tuple(came.names[place - 1] for place in self.dims), sizes)

    @property
    def caption(self) -> str:
        return ", ".join(map(str, self.dims))[:16]


class Squeeze(Layer, group="Structure"):
    """Takes away an axis of size 1."""

    dim: int = Field(1, ge=1, le=10, title="Axis", description=_AXIS)

    def call(self, numbers: Axes) -> Call:
        if self.dim > len(numbers.sizes) or numbers.sizes[self.dim - 1] != 1:
            raise LayerError(f"a size of 1 at axis {self.dim}", numbers.text)
        return call("engine.modules.shape.Squeeze", self.dim)


class Unsqueeze(Layer, group="Structure"):
    """Puts in an axis of size 1."""

    dim: int = Field(1, ge=1, le=10, title="Axis", description=_AXIS)

    def call(self, numbers: Axes) -> Call:
        if self.dim > len(numbers.sizes) + 1:
            raise LayerError(f"at least {self.dim - 1} axes", numbers.text)
        return call("engine.modules.shape.Unsqueeze", self.dim)
