"""Fully connected layers."""

from typing import Any, ClassVar

from pydantic import Field

from engine.axes import Axes, General, Row, Sequence, Size, axes_of
from engine.layer import Call, LayerError, Port, Weighted, call


def last_of(numbers: Axes) -> int:
    """The size of the last axis. Raises LayerError if there is none, or it is not known."""
    size = numbers.sizes[-1] if numbers.sizes else None
    if not isinstance(size, int):
        raise LayerError("a last axis of known size", numbers.text)
    return size


class Dense(Weighted, group="Dense"):
    """Every unit sees every number that comes in: y = xW + b.

    Each unit is one weighted sum. Put an activation after it, or several Dense layers are no more than one. Of a
    sequence it sees each step by itself, of other numbers each row along the last axis.
    """

    out_features: int = Field(
        64, ge=1, le=1_000_000_000, title="Units", description="How many sums are formed."
    )
    bias: bool = Field(
        True, title="Bias", description="Whether each unit adds a number of its own."
    )

    def call(self, numbers: Row | Sequence | General) -> Call:
        features = last_of(numbers)
        return call("torch.nn.Linear", features, self.out_features, **self.options("out_features"))

    def outcome(self, port: str, sizes: tuple[Size, ...], inputs: tuple[Any, ...]) -> Axes:
        if not inputs or not isinstance(inputs[0], General):
            return super().outcome(port, sizes, inputs)
        return General(inputs[0].names, sizes) if len(sizes) > 1 else axes_of(sizes)

    @property
    def caption(self) -> str:
        return f"{self.out_features:,}"

    def arithmetic(self, numbers: Row | Sequence | General) -> str:
        bias = f" + {self.out_features:,}" if self.bias else ""
        features = last_of(numbers)
        total = features * self.out_features + self.bias * self.out_features
        return f"{features:,} × {self.out_features:,}{bias} = {total:,} parameters"


class Bilinear(Weighted, group="Dense"):
    """Every unit weighs every product of a number of the one input with one of the other: y = x₁ᵀ W x₂ + b."""

    inputs: ClassVar[tuple[Port, ...]] = (Port("first"), Port("second"))
    out_features: int = Field(
        64, ge=1, le=1_000_000, title="Units", description="How many sums are formed."
    )
    bias: bool = Field(
        True, title="Bias", description="Whether each unit adds a number of its own."
    )

    def call(self, first: Row | Sequence, second: Row | Sequence) -> Call:
        if first.sizes[:-1] != second.sizes[:-1]:
            raise LayerError(f"as many steps as {first.text}", second.text, "second")
        features = (first.features, second.features)
        return call(
            "torch.nn.Bilinear", *features, self.out_features, **self.options("out_features")
        )

    @property
    def caption(self) -> str:
        return f"{self.out_features:,}"

    def arithmetic(self, first: Axes, second: Axes) -> str:
        bias = f" + {self.out_features:,}" if self.bias else ""
        a, b = first.sizes[-1], second.sizes[-1]
        total = int(a) * int(b) * self.out_features + self.bias * self.out_features
        return f"{a} × {b} × {self.out_features:,}{bias} = {total:,} parameters"
