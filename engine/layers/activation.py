"""Bends in the line: functions applied to each number by itself."""

from typing import ClassVar

from pydantic import Field

from engine.axes import Axes
from engine.layer import Call, InitialWeights, Layer, call


class _Activation(Layer, group="Activation"):
    def call(self, numbers: Axes) -> Call:  # noqa: ARG002 (each number is treated alike)
        return call(f"torch.nn.{type(self).__name__}", **self.model_dump())


class ReLU(_Activation, group="Activation"):
    """Passes what is positive and makes the rest 0: max(0, x). The usual first choice.

    It does not saturate on the right, but a unit that is never positive gets no gradient and is dead.
    """

    suggests: ClassVar[InitialWeights | None] = "he"


class LeakyReLU(_Activation, group="Activation", label="Leaky ReLU"):
    """Like ReLU, but lets a little of what is negative through, so that no unit dies."""

    suggests: ClassVar[InitialWeights | None] = "he"
    negative_slope: float = Field(
        0.01, ge=0, le=1, title="Slope", description="What negative numbers are multiplied by."
    )

    @property
    def caption(self) -> str:
        return f"{self.negative_slope:g}"


class ELU(_Activation, group="Activation"):
    """Like ReLU, but bends smoothly to −α on the left, so that its outputs lie nearer to 0."""

    suggests: ClassVar[InitialWeights | None] = "he"
    alpha: float = Field(
        1.0, gt=0, le=100, title="α", description="How far down the left end goes."
    )


class GELU(_Activation, group="Activation"):
    """x times the probability that a normal number is below x: a smooth ReLU, usual in Transformers."""

    suggests: ClassVar[InitialWeights | None] = "he"


class SiLU(_Activation, group="Activation"):
    """x · sigmoid(x), also called swish: a smooth ReLU."""

    suggests: ClassVar[InitialWeights | None] = "he"


class Sigmoid(_Activation, group="Activation"):
    """Squeezes any number between 0 and 1.

    Its slope is at most 0.25 and nearly 0 at both ends, so gradients shrink in every such layer; its outputs
    are never centred on 0.
    """

    suggests: ClassVar[InitialWeights | None] = "xavier"


class Tanh(_Activation, group="Activation"):
    """Squeezes any number between −1 and 1, centred on 0. It saturates at both ends."""

    suggests: ClassVar[InitialWeights | None] = "xavier"


class Softplus(_Activation, group="Activation"):
    """log(1 + eˣ): a ReLU without the corner."""

    suggests: ClassVar[InitialWeights | None] = "he"


class Softmax(Layer, group="Activation"):
    """Turns scores into probabilities that sum to 1.

    Cross-entropy does this by itself: do not put a Softmax before it.
    """

    def call(self, numbers: Axes) -> Call:
        return call("torch.nn.Softmax", dim=1 if len(numbers.sizes) != 2 else 2)
