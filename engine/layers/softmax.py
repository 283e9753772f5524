"""Activations that look at several numbers together: gates, and scores that become probabilities."""

from typing import ClassVar

from pydantic import Field

from engine.axes import Axes, Image, Signal, Volume
from engine.layer import Call, InitialWeights, Layer, LayerError, call
from engine.parameters import labels


class GLU(Layer, group="Activation", label="Gated linear unit"):
    """Halves the features: one half passes through the sigmoid of the other, as through a gate."""

    suggests: ClassVar[InitialWeights | None] = "xavier"
    dim: int | None = Field(
        None,
        ge=1,
        le=10,
        title="Axis",
        description="Which axis is halved, where 1 is the first; by itself the features or channels.",
        json_schema_extra=labels(none="the features"),
    )

    def call(self, numbers: Axes) -> Call:
        place = self.dim if self.dim is not None else last_features(numbers)
        if not 1 <= place <= len(numbers.sizes):
            raise LayerError(f"at least {max(place, 1)} axes", numbers.text)
        size = numbers.sizes[place - 1]
        if not isinstance(size, int) or size % 2:
            raise LayerError("an even size to be halved", numbers.text)
        return call("torch.nn.GLU", dim=place)


def last_features(numbers: Axes) -> int:
    """Which axis holds the features or channels, where 0 is the batch."""
    if isinstance(numbers, Image | Volume | Signal):
        return 1
    return len(numbers.sizes)


_DIM = "Along which axis they sum to 1, where 1 is the first; by itself the features or channels."
_FEATURES = labels(none="the features")


class _Softmax(Layer, group="Activation"):
    reads: ClassVar[dict[str, str]] = {"lengths": "in"}
    log: ClassVar[bool] = False
    dim: int | None = Field(
        None, ge=1, le=10, title="Axis", description=_DIM, json_schema_extra=_FEATURES
    )

    def call(self, numbers: Axes) -> Call:
        if not numbers.sizes:
            raise LayerError("at least one axis", "single numbers")
        place = self.dim if self.dim is not None else last_features(numbers)
        if place > len(numbers.sizes):
            raise LayerError(f"at least {place} axes", numbers.text)
        if numbers.free and numbers.sizes[place - 1] in numbers.free:
            if numbers.sizes[place - 1] != numbers.free[0]:
                wanted = "scores of which a single length is free; Attention takes two"
                raise LayerError(wanted, numbers.text)
            options = {"log": True} if self.log else {}
            return call("engine.modules.select.Softmax", dim=place, **options)
        return call(f"torch.nn.{type(self).__name__}", dim=place)


class Softmax(_Softmax, group="Activation"):
    """Turns scores into probabilities that sum to 1.

    Cross-entropy does this by itself: do not put a Softmax before it.
    """


class LogSoftmax(_Softmax, group="Activation", label="Log softmax"):
    """The logarithms of the probabilities that scores stand for, as NLL loss wants them."""

    log: ClassVar[bool] = True
