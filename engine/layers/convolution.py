"""Layers that slide small filters over an image."""

from pydantic import Field

from engine.axes import Image
from engine.layer import BorderPair, Call, LayerError, Pair, Weighted, call


def side(size: int, kernel: int, padding: int, stride: int, dilation: int = 1) -> int:
    """How many places a window has along one side: ⌊(W + 2P − D·(F − 1) − 1) / S⌋ + 1."""
    return (size + 2 * padding - dilation * (kernel - 1) - 1) // stride + 1


def fits(image: Image, kernel: tuple[int, int], padding: tuple[int, int]) -> None:
    """Raise LayerError if the window is larger than the padded image."""
    room = (image.height + 2 * padding[0], image.width + 2 * padding[1])
    if kernel[0] > room[0] or kernel[1] > room[1]:
        wanted = f"an image of at least {kernel[0]}×{kernel[1]}"
        raise LayerError(wanted, f"one of {room[0]}×{room[1]}")


class Conv2d(Weighted, group="Convolution", label="Conv 2d", stem="conv"):
    """Slides small filters over an image; each filter draws one activation map.

    A filter sees all channels of a small window at once. The same weights serve at every place.
    """

    out_channels: int = Field(
        6, ge=1, le=65_536, title="Filters", description="How many patterns to look for."
    )
    kernel_size: Pair = Field(
        (5, 5), title="Kernel", description="Height and width of the window, in pixels."
    )
    stride: Pair = Field((1, 1), title="Stride", description="How far the window moves each time.")
    padding: BorderPair = Field(
        (0, 0), title="Padding", description="Border of zeros around the image, in pixels."
    )
    dilation: Pair = Field(
        (1, 1), title="Dilation", description="Distance between the pixels that a window reads."
    )
    groups: int = Field(
        1,
        ge=1,
        le=65_536,
        title="Groups",
        description="Channels are split into this many parts that do not see one another.",
    )
    bias: bool = Field(
        True, title="Bias", description="Whether each filter adds a number of its own."
    )

    def call(self, image: Image) -> Call:
        if image.channels % self.groups or self.out_channels % self.groups:
            raise LayerError(f"channels and filters that {self.groups} groups divide", image.text)
        reach = tuple(d * (k - 1) + 1 for d, k in zip(self.dilation, self.kernel_size, strict=True))
        fits(image, (reach[0], reach[1]), self.padding)
        return call(
            "torch.nn.Conv2d",
            image.channels,
            self.out_channels,
            kernel_size=self.kernel_size,
            **changed(self, "stride", "padding", "dilation", "groups", "bias"),
        )

    @property
    def caption(self) -> str:
        return f"{self.kernel_size[0]}×{self.kernel_size[1]}, {self.out_channels}"

    def arithmetic(self, image: Image) -> str:
        size, kernel, padding = image.height, self.kernel_size[0], self.padding[0]
        stride, dilation = self.stride[0], self.dilation[0]
        out = side(size, kernel, padding, stride, dilation)
        reach = dilation * (kernel - 1) + 1
        return f"({size} − {reach} + 2·{padding}) / {stride} + 1 = {out} a side"


def changed(layer: Weighted, *names: str) -> dict[str, object]:
    """Those of the named parameters that differ from their defaults, to keep printed calls short."""
    fields = type(layer).model_fields
    values = {name: getattr(layer, name) for name in names}
    return {name: value for name, value in values.items() if value != fields[name].default}
