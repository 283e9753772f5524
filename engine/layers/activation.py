"""Bends in the line: functions applied to each number by itself."""

from typing import ClassVar, Literal

from pydantic import Field, model_validator

from engine.axes import Axes, Sequence
from engine.layer import Call, InitialWeights, Layer, LayerError, call
from engine.parameters import labels


class _Activation(Layer, group="Activation"):
    def call(self, numbers: Axes) -> Call:  # noqa: ARG002 (each number is treated alike)
        return call(f"torch.nn.{type(self).__name__}", **self.options())


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
    approximate: Literal["none", "tanh"] = Field(
        "none",
        title="Approximation",
        description="Exact, or with tanh as the first GPTs had it.",
        json_schema_extra=labels(none="Exact", tanh="tanh"),
    )


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
    beta: float = Field(
        1.0, gt=0, le=1000, title="β", description="How sharp the bend is: log(1 + exp(βx)) / β."
    )
    threshold: float = Field(
        20.0,
        ge=0,
        le=1000,
        title="Straight from",
        description="Where βx is large enough for a line.",
    )


class ReLU6(_Activation, group="Activation"):
    """ReLU that goes no higher than 6, as small networks for phones have it."""

    suggests: ClassVar[InitialWeights | None] = "he"


class PReLU(_Activation, group="Activation"):
    """Leaky ReLU whose slope on the left is learnt, one for all channels or one for each."""

    suggests: ClassVar[InitialWeights | None] = "he"
    each: bool = Field(
        False, title="One a channel", description="Whether each channel has a slope of its own."
    )
    init: float = Field(0.25, ge=-10, le=10, title="Slope", description="The slope to begin with.")

    def call(self, numbers: Axes) -> Call:
        options = self.options("each")
        if not self.each:
            return call("torch.nn.PReLU", **options)
        channels = numbers.sizes[0]
        if not isinstance(channels, int) or isinstance(numbers, Sequence):
            raise LayerError("channels that come first, to give each a slope", numbers.text)
        return call("torch.nn.PReLU", num_parameters=channels, **options)


class RReLU(_Activation, group="Activation"):
    """Leaky ReLU whose slope on the left is drawn anew for each number while training; later it is the mean."""

    suggests: ClassVar[InitialWeights | None] = "he"
    lower: float = Field(
        1 / 8, ge=0, le=1, title="Least slope", description="The least slope that is drawn."
    )
    upper: float = Field(
        1 / 3, ge=0, le=1, title="Greatest slope", description="The greatest slope that is drawn."
    )

    @model_validator(mode="after")
    def _in_order(self) -> "RReLU":
        if self.lower > self.upper:
            raise ValueError("Least slope must be at most Greatest slope.")
        return self


class CELU(_Activation, group="Activation"):
    """ELU without the jump in its slope at 0, whatever α is."""

    suggests: ClassVar[InitialWeights | None] = "he"
    alpha: float = Field(
        1.0, gt=0, le=100, title="α", description="How far down the left end goes."
    )


class SELU(_Activation, group="Activation"):
    """ELU scaled so that deep nets keep mean 0 and variance 1 by themselves.

    It wants LeCun weights before it and Alpha dropout in place of Dropout.
    """

    suggests: ClassVar[InitialWeights | None] = "lecun"


class Mish(_Activation, group="Activation"):
    """x · tanh(softplus(x)): smooth, with a small dip left of 0."""

    suggests: ClassVar[InitialWeights | None] = "he"


class Softsign(_Activation, group="Activation"):
    """x / (1 + |x|): like tanh, but it flattens more slowly."""

    suggests: ClassVar[InitialWeights | None] = "xavier"


class Hardtanh(_Activation, group="Activation", label="Hard tanh"):
    """Cuts numbers off at −1 and 1: a tanh made of straight lines."""

    suggests: ClassVar[InitialWeights | None] = "xavier"
    min_val: float = Field(-1.0, ge=-1e6, le=1e6, title="Least", description="Less becomes this.")
    max_val: float = Field(1.0, ge=-1e6, le=1e6, title="Most", description="More becomes this.")

    @model_validator(mode="after")
    def _in_order(self) -> "Hardtanh":
        if self.min_val >= self.max_val:
            raise ValueError("Least must be less than Most.")
        return self


class Hardsigmoid(_Activation, group="Activation", label="Hard sigmoid"):
    """A sigmoid made of straight lines: 0 below −3, 1 above 3."""

    suggests: ClassVar[InitialWeights | None] = "xavier"


class Hardswish(_Activation, group="Activation", label="Hard swish"):
    """x times the hard sigmoid: a cheap swish."""

    suggests: ClassVar[InitialWeights | None] = "he"


class LogSigmoid(_Activation, group="Activation", label="Log sigmoid"):
    """The logarithm of a sigmoid: how sure, never above 0."""


class Tanhshrink(_Activation, group="Activation", label="Tanh shrink"):
    """x − tanh(x): small numbers become smaller still."""


class Softshrink(_Activation, group="Activation", label="Soft shrink"):
    """Moves numbers towards 0 by λ; those that are smaller become 0."""

    lambd: float = Field(0.5, ge=0, le=1e6, title="λ", description="How far towards 0.")


class Hardshrink(_Activation, group="Activation", label="Hard shrink"):
    """Makes numbers between −λ and λ 0 and leaves the others."""

    lambd: float = Field(0.5, ge=0, le=1e6, title="λ", description="What is too small to stay.")


class Threshold(_Activation, group="Activation"):
    """Leaves what is above a threshold; all else becomes one value."""

    threshold: float = Field(
        0.0, ge=-1e6, le=1e6, title="Threshold", description="What is above it stays."
    )
    value: float = Field(
        0.0, ge=-1e6, le=1e6, title="Otherwise", description="What the rest becomes."
    )

    def call(self, numbers: Axes) -> Call:  # noqa: ARG002 (each number is treated alike)
        return call("torch.nn.Threshold", self.threshold, self.value)
