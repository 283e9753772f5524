"""Layers that bring numbers to mean 0 and variance 1."""

from typing import Any, ClassVar

from pydantic import Field

from engine.axes import Axes, General, Image, Row, Sequence, Signal, Volume
from engine.layer import Call, Layer, LayerError, call
from engine.parameters import labels

_EPS = "Added to the variance, so that nothing is divided by 0."
_AFFINE = "Whether a learnt scale and shift follow."
_SHIFT = "Whether a shift goes with the scale."
_TRACK = "Whether running figures are kept, to be used when not training."


def channels_of(image: Axes) -> int:
    """How many channels (or features of a row) there are. Raises LayerError if they are not known."""
    channels = image.sizes[0]
    if not isinstance(channels, int):
        raise LayerError("channels that are known", image.text)
    return channels


class _BatchNorm(Layer, group="Normalisation"):
    eps: float = Field(1e-5, gt=0, le=1, title="ε", description=_EPS)
    momentum: float | None = Field(
        0.1,
        ge=0,
        le=1,
        title="Momentum",
        description="How fast the running mean and variance follow.",
        json_schema_extra=labels(none="plain mean"),
    )
    affine: bool = Field(True, title="Scale and shift", description=_AFFINE)
    track_running_stats: bool = Field(True, title="Running figures", description=_TRACK)
    bias: bool = Field(True, title="Shift", description=_SHIFT)

    def call(self, image: Any) -> Call:
        return call(f"torch.nn.{type(self).__name__}", channels_of(image), **self.options())


class BatchNorm1d(_BatchNorm, group="Normalisation", label="Batch norm", stem="norm"):
    """Brings each feature to mean 0 and variance 1 over the minibatch; when not training, over the running figures.

    It keeps the error signal alive through deep sigmoid nets. It needs more than one example in a batch.
    Of sequences and signals it takes the figures over all real steps.
    """

    reads: ClassVar[dict[str, str]] = {"lengths": "in"}

    def call(self, numbers: Row | Signal | Sequence) -> Call:
        kind = "engine.modules.norm.BatchNorm1d"
        if isinstance(numbers, Sequence):
            return call(kind, numbers.features, steps_first=True, **self.options())
        if numbers.free:
            return call(kind, channels_of(numbers), **self.options())
        return super().call(numbers)


class BatchNorm2d(_BatchNorm, group="Normalisation", label="Batch norm 2d", stem="norm"):
    """Brings each channel of an image to mean 0 and variance 1 over the minibatch."""

    def call(self, image: Image) -> Call:
        return super().call(image)


class BatchNorm3d(_BatchNorm, group="Normalisation", label="Batch norm 3d", stem="norm"):
    """Brings each channel of a volume to mean 0 and variance 1 over the minibatch."""

    def call(self, volume: Volume) -> Call:
        return super().call(volume)


class _InstanceNorm(Layer, group="Normalisation"):
    eps: float = Field(1e-5, gt=0, le=1, title="ε", description=_EPS)
    momentum: float = Field(
        0.1,
        ge=0,
        le=1,
        title="Momentum",
        description="How fast the running mean and variance follow.",
    )
    affine: bool = Field(False, title="Scale and shift", description=_AFFINE)
    track_running_stats: bool = Field(False, title="Running figures", description=_TRACK)
    bias: bool = Field(True, title="Shift", description=_SHIFT)

    def call(self, image: Any) -> Call:
        if image.free:
            raise LayerError("signals of one length, or Layer norm", image.text)
        if image.count == image.sizes[0]:
            raise LayerError("more than one place a channel", image.text)
        return call(f"torch.nn.{type(self).__name__}", channels_of(image), **self.options())


class InstanceNorm1d(_InstanceNorm, group="Normalisation", label="Instance norm", stem="norm"):
    """Brings each channel of each single signal to mean 0 and variance 1."""

    def call(self, signal: Signal) -> Call:
        return super().call(signal)


class InstanceNorm2d(_InstanceNorm, group="Normalisation", label="Instance norm 2d", stem="norm"):
    """Brings each channel of each single image to mean 0 and variance 1: contrast is gone."""

    def call(self, image: Image) -> Call:
        return super().call(image)


class InstanceNorm3d(_InstanceNorm, group="Normalisation", label="Instance norm 3d", stem="norm"):
    """Brings each channel of each single volume to mean 0 and variance 1."""

    def call(self, volume: Volume) -> Call:
        return super().call(volume)


class GroupNorm(Layer, group="Normalisation", label="Group norm", stem="norm"):
    """Brings groups of channels of each single example to mean 0 and variance 1; the batch plays no part."""

    num_groups: int = Field(
        2, ge=1, le=65_536, title="Groups", description="How many groups the channels form."
    )
    eps: float = Field(1e-5, gt=0, le=1, title="ε", description=_EPS)
    affine: bool = Field(True, title="Scale and shift", description=_AFFINE)
    bias: bool = Field(True, title="Shift", description=_SHIFT)

    def call(self, image: Row | Signal | Image | Volume) -> Call:
        channels = channels_of(image)
        if channels % self.num_groups:
            raise LayerError(f"channels that {self.num_groups} groups divide", image.text)
        if image.free:
            raise LayerError("signals of one length, or Layer norm", image.text)
        return call("torch.nn.GroupNorm", self.num_groups, channels, **self.options("num_groups"))

    @property
    def caption(self) -> str:
        return f"{self.num_groups}"


def features_of(numbers: Axes) -> tuple[int, ...]:
    """The sizes over which a norm of single examples goes: all, but for sequences and the like only the last."""
    sizes = numbers.sizes[-1:] if isinstance(numbers, Sequence | General) else numbers.sizes
    known = tuple(size for size in sizes if isinstance(size, int))
    if len(known) < len(sizes):
        raise LayerError("sizes that are known", numbers.text)
    return known


class LayerNorm(Layer, group="Normalisation", label="Layer norm", stem="norm"):
    """Brings the numbers of each single example to mean 0 and variance 1; the batch plays no part.

    Of a sequence it takes each step by itself, of other numbers each row along the last axis.
    """

    eps: float = Field(1e-5, gt=0, le=1, title="ε", description=_EPS)
    elementwise_affine: bool = Field(True, title="Scale and shift", description=_AFFINE)
    bias: bool = Field(True, title="Shift", description=_SHIFT)

    def call(self, numbers: Row | Sequence | Image | Volume | General) -> Call:
        return call("torch.nn.LayerNorm", features_of(numbers), **self.options())


class RMSNorm(Layer, group="Normalisation", label="RMS norm", stem="norm"):
    """Divides the numbers of each single example by their root mean square: Layer norm without the mean."""

    eps: float | None = Field(
        None,
        gt=0,
        le=1,
        title="ε",
        description="Added to the mean square, so that nothing is divided by 0.",
        json_schema_extra=labels(none="the smallest there is"),
    )
    elementwise_affine: bool = Field(
        True, title="Scale", description="Whether a learnt scale follows."
    )

    def call(self, numbers: Row | Sequence | Image | Volume | General) -> Call:
        return call("torch.nn.RMSNorm", features_of(numbers), **self.options())


class LocalResponseNorm(Layer, group="Normalisation", label="Local response norm", stem="norm"):
    """Divides each number by what its neighbours in other channels say, as AlexNet did."""

    size: int = Field(
        5, ge=1, le=65_536, title="Channels", description="How many neighbouring channels count."
    )
    alpha: float = Field(1e-4, ge=0, le=1e3, title="α", description="How much they weigh.")
    beta: float = Field(0.75, ge=0, le=10, title="β", description="The power that is taken.")
    k: float = Field(1.0, gt=0, le=1e3, title="k", description="What is there without neighbours.")

    def call(self, image: Image | Signal | Volume) -> Call:  # noqa: ARG002 (any will do)
        return call("torch.nn.LocalResponseNorm", self.size, **self.options("size"))
