"""Layers that make learning by heart harder."""

from typing import Any

from pydantic import Field

from engine.axes import Axes, Image, Sequence, Signal, Volume
from engine.layer import LIVE, Call, Layer, call

_SHARE = "The share of units switched off."
_CHANNELS = "The share of channels switched off."


class _Dropout(Layer, group="Regularisation"):
    def call(self, numbers: Any) -> Call:  # noqa: ARG002 (each number is treated alike)
        return call(f"torch.nn.{type(self).__name__}", self.p)  # type: ignore[attr-defined]

    @property
    def caption(self) -> str:
        return f"{self.p:g}"  # type: ignore[attr-defined]  # each declares its own


class Dropout(_Dropout, group="Regularisation", stem="drop"):
    """Switches units off at random while training, new ones each step, and scales the rest up.

    Each step trains another thinned network; the whole one used afterwards is like their average.
    """

    p: float = Field(0.5, ge=0, lt=1, title="Rate", description=_SHARE, json_schema_extra=LIVE)


class Dropout1d(_Dropout, group="Regularisation", label="Dropout 1d", stem="drop"):
    """Switches whole channels of a signal off at random while training."""

    p: float = Field(0.5, ge=0, lt=1, title="Rate", description=_CHANNELS, json_schema_extra=LIVE)

    def call(self, signal: Signal) -> Call:
        return super().call(signal)


class Dropout2d(_Dropout, group="Regularisation", label="Dropout 2d", stem="drop"):
    """Switches whole channels of an image off at random while training."""

    p: float = Field(0.5, ge=0, lt=1, title="Rate", description=_CHANNELS, json_schema_extra=LIVE)

    def call(self, image: Image) -> Call:
        return super().call(image)


class Dropout3d(_Dropout, group="Regularisation", label="Dropout 3d", stem="drop"):
    """Switches whole channels of a volume off at random while training."""

    p: float = Field(0.5, ge=0, lt=1, title="Rate", description=_CHANNELS, json_schema_extra=LIVE)

    def call(self, volume: Volume) -> Call:
        return super().call(volume)


class AlphaDropout(_Dropout, group="Regularisation", label="Alpha dropout", stem="drop"):
    """Dropout that keeps mean and variance as they are, for networks of SELUs."""

    p: float = Field(0.5, ge=0, lt=1, title="Rate", description=_SHARE, json_schema_extra=LIVE)


class FeatureAlphaDropout(
    _Dropout, group="Regularisation", label="Alpha dropout of channels", stem="drop"
):
    """Alpha dropout of whole channels."""

    p: float = Field(0.5, ge=0, lt=1, title="Rate", description=_CHANNELS, json_schema_extra=LIVE)

    def call(self, image: Signal | Image | Volume | Sequence) -> Call:
        return super().call(image)


class Noise(Layer, group="Regularisation", stem="noise"):
    """Adds a little Gaussian noise while training, other noise at each step."""

    std: float = Field(
        0.1,
        ge=0,
        le=1e6,
        title="Deviation",
        description="Standard deviation of what is added.",
        json_schema_extra=LIVE,
    )

    def call(self, numbers: Axes) -> Call:  # noqa: ARG002 (each number is treated alike)
        return call("engine.modules.source.Noise", self.std)

    @property
    def caption(self) -> str:
        return f"{self.std:g}"
