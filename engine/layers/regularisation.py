"""Layers that make learning by heart harder."""

from pydantic import Field

from engine.axes import Axes, Image
from engine.layer import Call, Layer, call


class Dropout(Layer, group="Regularisation", stem="drop"):
    """Switches units off at random while training, new ones each step, and scales the rest up.

    Each step trains another thinned network; the whole one used afterwards is like their average.
    """

    p: float = Field(0.5, ge=0, lt=1, title="Rate", description="The share of units switched off.")

    def call(self, numbers: Axes) -> Call:  # noqa: ARG002 (each number is treated alike)
        return call("torch.nn.Dropout", self.p)

    @property
    def caption(self) -> str:
        return f"{self.p:g}"


class Dropout2d(Layer, group="Regularisation", label="Dropout 2d", stem="drop"):
    """Switches whole channels of an image off at random while training."""

    p: float = Field(
        0.5, ge=0, lt=1, title="Rate", description="The share of channels switched off."
    )

    def call(self, image: Image) -> Call:  # noqa: ARG002 (any image will do)
        return call("torch.nn.Dropout2d", self.p)

    @property
    def caption(self) -> str:
        return f"{self.p:g}"
