"""The way back of a convolution: layers that make a signal, an image or a volume larger with learnt patterns."""

from typing import Any, ClassVar

from pydantic import Field

from engine.axes import Axes, Image, Signal, Volume
from engine.layer import Call, LayerError, Stretch, call
from engine.layers.convolution import DILATION, KERNEL, _Sliding
from engine.parameters import Border, BorderPair, BorderTriple, Length, Pair, Triple


class _Transposed(_Sliding, group="Convolution"):
    def call(self, image: Any) -> Call:
        channels = image.sizes[0]
        if not isinstance(channels, int):
            raise LayerError("channels that are known", image.text)
        self.check_groups(channels, image.text)
        steps = zip(self.size("stride"), self.size("dilation"), strict=True)
        for extra, (stride, dilation) in zip(self.size("output_padding"), steps, strict=True):
            if extra >= max(stride, dilation):
                raise LayerError("an extra border smaller than stride or dilation", str(extra))
        for size, out in zip(image.sizes[1:], self._outs(image), strict=True):
            if isinstance(size, int) and isinstance(out, int) and out < 1:
                raise LayerError("less padding, so that something comes out", image.text)
        kernel = self.kernel_size  # type: ignore[attr-defined]  # each declares its own
        place = "engine.modules.window" if image.free else "torch.nn"
        name = f"{place}.ConvTranspose{self.sides}d"
        options = self.options("out_channels", "kernel_size")
        return call(name, channels, self.out_channels, kernel_size=kernel, **options)

    def _stretches(self) -> tuple[Stretch, ...]:
        names = ("stride", "padding", "output_padding")
        return tuple(
            Stretch(times=s, plus=reach + extra - s - 2 * p)
            for reach, (s, p, extra) in zip(
                self.reach, zip(*(self.size(name) for name in names), strict=True), strict=True
            )
        )

    def _outs(self, image: Axes) -> tuple[Any, ...]:
        return tuple(
            stretch.of(size) if isinstance(size, int) else size
            for stretch, size in zip(self._stretches(), image.sizes[1:], strict=True)
        )

    def stretch(self, image: Axes) -> Stretch | None:  # noqa: ARG002 (the same for every input)
        return self._stretches()[0] if self.sides == 1 else None

    def arithmetic(self, image: Axes) -> str:
        size, out = image.sizes[1], self._outs(image)[0]
        if not isinstance(size, int):
            return ""
        stride, padding = self.size("stride")[0], self.size("padding")[0]
        extra, reach = self.size("output_padding")[0], self.reach[0]
        unit = "a side" if self.sides > 1 else "steps"
        more = f" + {extra}" if extra else ""
        return f"({size} − 1)·{stride} − 2·{padding} + {reach}{more} = {out} {unit}"


_EXTRA = "Added to one end of the result, where several sizes would shrink to the same."


class ConvTranspose1d(
    _Transposed, group="Convolution", label="Transposed conv 1d", stem="conv_transpose"
):
    """The way back of a convolution: makes a signal longer, each number painting a small pattern."""

    reads: ClassVar[dict[str, str]] = {"lengths": "in"}
    sides: ClassVar[int] = 1
    kernel_size: Length = Field(2, title="Kernel", description="Steps of the window.")
    stride: Length = Field(1, title="Stride", description="How far apart the patterns are painted.")
    padding: Border = Field(0, title="Padding", description="How much is cut off at both ends.")
    output_padding: Border = Field(0, title="Extra border", description=_EXTRA)
    dilation: Length = Field(1, title="Dilation", description=DILATION)

    def call(self, signal: Signal) -> Call:
        return super().call(signal)


class ConvTranspose2d(
    _Transposed, group="Convolution", label="Transposed conv 2d", stem="conv_transpose"
):
    """The way back of a convolution: makes an image larger, each number painting a small pattern."""

    kernel_size: Pair = Field(
        (2, 2), title="Kernel", description="Height and width of the window, in pixels."
    )
    stride: Pair = Field(
        (1, 1), title="Stride", description="How far apart the patterns are painted."
    )
    padding: BorderPair = Field(
        (0, 0), title="Padding", description="How much is cut off at each edge."
    )
    output_padding: BorderPair = Field((0, 0), title="Extra border", description=_EXTRA)
    dilation: Pair = Field((1, 1), title="Dilation", description=DILATION)

    def call(self, image: Image) -> Call:
        return super().call(image)


class ConvTranspose3d(
    _Transposed, group="Convolution", label="Transposed conv 3d", stem="conv_transpose"
):
    """The way back of a convolution through a volume: makes it larger."""

    sides: ClassVar[int] = 3
    kernel_size: Triple = Field((2, 2, 2), title="Kernel", description=KERNEL)
    stride: Triple = Field(
        (1, 1, 1), title="Stride", description="How far apart the patterns are painted."
    )
    padding: BorderTriple = Field(
        (0, 0, 0), title="Padding", description="How much is cut off at each edge."
    )
    output_padding: BorderTriple = Field((0, 0, 0), title="Extra border", description=_EXTRA)
    dilation: Triple = Field((1, 1, 1), title="Dilation", description=DILATION)

    def call(self, volume: Volume) -> Call:
        return super().call(volume)
