"""Layers that make an image smaller by summing up its neighbourhoods."""

from pydantic import Field

from engine.axes import Image
from engine.layer import BorderPair, Call, Layer, LayerError, Pair, call
from engine.layers.convolution import fits, side


class _Pool(Layer, group="Pooling"):
    kernel_size: Pair = Field(
        (2, 2), title="Window", description="Height and width of the neighbourhood, in pixels."
    )
    stride: Pair = Field((2, 2), title="Stride", description="How far the window moves each time.")
    padding: BorderPair = Field(
        (0, 0), title="Padding", description="Border around the image, in pixels."
    )

    def _options(self, image: Image) -> dict[str, object]:
        fits(image, self.kernel_size, self.padding)
        if any(2 * p > k for p, k in zip(self.padding, self.kernel_size, strict=True)):
            raise LayerError("a padding of at most half the window", f"{self.padding[0]} pixels")
        options: dict[str, object] = {}
        if self.stride != self.kernel_size:  # PyTorch's stride is the window unless said otherwise
            options["stride"] = self.stride
        if self.padding != (0, 0):
            options["padding"] = self.padding
        return options

    @property
    def caption(self) -> str:
        return f"{self.kernel_size[0]}×{self.kernel_size[1]}"

    def arithmetic(self, image: Image) -> str:
        size, kernel, padding = image.height, self.kernel_size[0], self.padding[0]
        out = side(size, kernel, padding, self.stride[0])
        return f"({size} − {kernel} + 2·{padding}) / {self.stride[0]} + 1 = {out} a side"


class MaxPool2d(_Pool, group="Pooling", label="Max pool", stem="pool"):
    """Keeps the largest number of each small neighbourhood: what was found there, not exactly where."""

    def call(self, image: Image) -> Call:
        return call("torch.nn.MaxPool2d", self.kernel_size, **self._options(image))


class AvgPool2d(_Pool, group="Pooling", label="Average pool", stem="pool"):
    """Keeps the mean of each small neighbourhood: a smaller, smoother image."""

    def call(self, image: Image) -> Call:
        return call("torch.nn.AvgPool2d", self.kernel_size, **self._options(image))


class AdaptiveAvgPool2d(Layer, group="Pooling", label="Global average", stem="global_pool"):
    """Averages each channel down to a fixed size, whatever the image was; 1×1 leaves one number a channel."""

    output_size: Pair = Field((1, 1), title="Output", description="Height and width that come out.")

    def call(self, image: Image) -> Call:  # noqa: ARG002 (any image will do)
        return call("torch.nn.AdaptiveAvgPool2d", self.output_size)

    @property
    def caption(self) -> str:
        return f"to {self.output_size[0]}×{self.output_size[1]}"
