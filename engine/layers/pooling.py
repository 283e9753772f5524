"""Layers that make what comes in smaller by summing up its neighbourhoods."""

from typing import Any, ClassVar

from pydantic import Field

from engine.axes import Axes, Image, Row, Sequence, Signal, Size, Volume
from engine.layer import Call, Layer, LayerError, Stretch, call
from engine.layers.convolution import as_tuple, fits
from engine.parameters import Border, BorderPair, BorderTriple, Length, Pair, Triple, labels

_WINDOW = "Size of the neighbourhood."
_STRIDE = "How far the window moves each time; by itself as far as it is large."
_PADDING = "Border around what comes in, at most half the window."
_DILATION = "Distance between the places that a window reads."
_CEIL = "Whether a window may stick out at the far end, so that nothing is left over."
_OWN = labels(none="as the window")


class _Pool(Layer, group="Pooling"):
    sides: ClassVar[int] = 2
    ceil_mode: bool = Field(False, title="Keep the rest", description=_CEIL)

    def size(self, name: str) -> tuple[int, ...]:
        """A parameter for each side."""
        value = getattr(self, name, 1)
        if value is None:  # PyTorch's stride is the window unless said otherwise
            return self.size("kernel_size")
        return as_tuple(value, self.sides)

    def called(self, kind: str, image: Axes) -> Call:
        """The call of torch's pooling of this kind. Raises LayerError if the window does not fit."""
        kernel, padding = self.size("kernel_size"), self.size("padding")
        reach = tuple(d * (k - 1) + 1 for d, k in zip(self.size("dilation"), kernel, strict=True))
        fits(image.sizes[1:], reach, padding)
        if any(2 * p > k for p, k in zip(padding, kernel, strict=True)):
            raise LayerError("a padding of at most half the window", f"{padding[0]}")
        options = self.options("kernel_size")
        if self.size("stride") == kernel:
            options.pop("stride", None)
        first = self.kernel_size  # type: ignore[attr-defined]  # each declares its own
        if image.free and self.ceil_mode:
            raise LayerError("nothing kept of the rest where lengths differ", "windows that do")
        place = "engine.modules.window" if image.free and any(padding) else "torch.nn"
        return call(f"{place}.{kind}{self.sides}d", first, **options)

    def stretch(self, image: Axes) -> Stretch | None:  # noqa: ARG002 (the same for every input)
        if self.sides != 1:
            return None
        kernel, stride, padding, dilation = (
            self.size(name)[0] for name in ("kernel_size", "stride", "padding", "dilation")
        )
        return Stretch.window(kernel, stride, padding, dilation)

    @property
    def caption(self) -> str:
        return "×".join(map(str, self.size("kernel_size")))[:16]

    def arithmetic(self, image: Axes) -> str:
        size = image.sizes[-1] if self.sides == 1 else image.sizes[1]
        if self.ceil_mode or not isinstance(size, int):
            return ""
        kernel, padding, stride = (self.size(n)[0] for n in ("kernel_size", "padding", "stride"))
        reach = self.size("dilation")[0] * (kernel - 1) + 1
        out = (size - reach + 2 * padding) // stride + 1
        unit = "a side" if self.sides > 1 else "steps"
        return f"({size} − {reach} + 2·{padding}) / {stride} + 1 = {out} {unit}"


class MaxPool1d(_Pool, group="Pooling", label="Max pool 1d", stem="pool"):
    """Keeps the largest of each few steps of a signal."""

    reads: ClassVar[dict[str, str]] = {"lengths": "in"}
    sides: ClassVar[int] = 1
    kernel_size: Length = Field(2, title="Window", description=_WINDOW)
    stride: Length | None = Field(None, title="Stride", description=_STRIDE, json_schema_extra=_OWN)
    padding: Border = Field(0, title="Padding", description=_PADDING)
    dilation: Length = Field(1, title="Dilation", description=_DILATION)

    def call(self, signal: Signal) -> Call:
        return self.called("MaxPool", signal)


class MaxPool2d(_Pool, group="Pooling", label="Max pool", stem="pool"):
    """Keeps the largest number of each small neighbourhood: what was found there, not exactly where."""

    kernel_size: Pair = Field((2, 2), title="Window", description=_WINDOW)
    stride: Pair | None = Field(None, title="Stride", description=_STRIDE, json_schema_extra=_OWN)
    padding: BorderPair = Field((0, 0), title="Padding", description=_PADDING)
    dilation: Pair = Field((1, 1), title="Dilation", description=_DILATION)

    def call(self, image: Image) -> Call:
        return self.called("MaxPool", image)


class MaxPool3d(_Pool, group="Pooling", label="Max pool 3d", stem="pool"):
    """Keeps the largest number of each small neighbourhood of a volume."""

    sides: ClassVar[int] = 3
    kernel_size: Triple = Field((2, 2, 2), title="Window", description=_WINDOW)
    stride: Triple | None = Field(None, title="Stride", description=_STRIDE, json_schema_extra=_OWN)
    padding: BorderTriple = Field((0, 0, 0), title="Padding", description=_PADDING)
    dilation: Triple = Field((1, 1, 1), title="Dilation", description=_DILATION)

    def call(self, volume: Volume) -> Call:
        return self.called("MaxPool", volume)


_COUNT = "Whether the zeros of the border count in the mean."


class AvgPool1d(_Pool, group="Pooling", label="Average pool 1d", stem="pool"):
    """Keeps the mean of each few steps of a signal."""

    reads: ClassVar[dict[str, str]] = {"lengths": "in"}
    sides: ClassVar[int] = 1
    kernel_size: Length = Field(2, title="Window", description=_WINDOW)
    stride: Length | None = Field(None, title="Stride", description=_STRIDE, json_schema_extra=_OWN)
    padding: Border = Field(0, title="Padding", description=_PADDING)
    count_include_pad: bool = Field(True, title="Count the border", description=_COUNT)

    def call(self, signal: Signal) -> Call:
        return self.called("AvgPool", signal)


_DIVISOR = "What each sum is divided by; by itself the size of the window."
_SIZE = labels(none="the window")


class AvgPool2d(_Pool, group="Pooling", label="Average pool", stem="pool"):
    """Keeps the mean of each small neighbourhood: a smaller, smoother image."""

    kernel_size: Pair = Field((2, 2), title="Window", description=_WINDOW)
    stride: Pair | None = Field(None, title="Stride", description=_STRIDE, json_schema_extra=_OWN)
    padding: BorderPair = Field((0, 0), title="Padding", description=_PADDING)
    count_include_pad: bool = Field(True, title="Count the border", description=_COUNT)
    divisor_override: int | None = Field(
        None, ge=1, le=65_536, title="Divisor", description=_DIVISOR, json_schema_extra=_SIZE
    )

    def call(self, image: Image) -> Call:
        return self.called("AvgPool", image)


class AvgPool3d(_Pool, group="Pooling", label="Average pool 3d", stem="pool"):
    """Keeps the mean of each small neighbourhood of a volume."""

    sides: ClassVar[int] = 3
    kernel_size: Triple = Field((2, 2, 2), title="Window", description=_WINDOW)
    stride: Triple | None = Field(None, title="Stride", description=_STRIDE, json_schema_extra=_OWN)
    padding: BorderTriple = Field((0, 0, 0), title="Padding", description=_PADDING)
    count_include_pad: bool = Field(True, title="Count the border", description=_COUNT)
    divisor_override: int | None = Field(
        None, ge=1, le=65_536, title="Divisor", description=_DIVISOR, json_schema_extra=_SIZE
    )

    def call(self, volume: Volume) -> Call:
        return self.called("AvgPool", volume)


class _Adaptive(Layer, group="Pooling"):
    def call(self, image: Any) -> Call:
        if image.free:
            raise LayerError("a signal whose length is known, or Global average", image.text)
        size = self.output_size  # type: ignore[attr-defined]  # each declares its own
        return call(f"torch.nn.{type(self).__name__}", size)

    @property
    def caption(self) -> str:
        size = self.output_size  # type: ignore[attr-defined]  # each declares its own
        return f"to {'×'.join(map(str, as_tuple(size, 1)))}"


_OUT = "Size that comes out, whatever came in."


class AdaptiveAvgPool1d(_Adaptive, group="Pooling", label="Average pool to 1d", stem="pool"):
    """Averages each channel of a signal down to a fixed number of steps."""

    output_size: Length = Field(1, title="Output", description=_OUT)

    def call(self, signal: Signal) -> Call:
        return super().call(signal)


class AdaptiveAvgPool2d(_Adaptive, group="Pooling", label="Average pool to", stem="global_pool"):
    """Averages each channel down to a fixed size, whatever the image was; 1×1 leaves one number a channel."""

    output_size: Pair = Field((1, 1), title="Output", description=_OUT)

    def call(self, image: Image) -> Call:
        return super().call(image)


class AdaptiveAvgPool3d(_Adaptive, group="Pooling", label="Average pool to 3d", stem="pool"):
    """Averages each channel of a volume down to a fixed size."""

    output_size: Triple = Field((1, 1, 1), title="Output", description=_OUT)

    def call(self, volume: Volume) -> Call:
        return super().call(volume)


class AdaptiveMaxPool1d(_Adaptive, group="Pooling", label="Max pool to 1d", stem="pool"):
    """Keeps the largest numbers of a signal, down to a fixed number of steps."""

    output_size: Length = Field(1, title="Output", description=_OUT)

    def call(self, signal: Signal) -> Call:
        return super().call(signal)


class AdaptiveMaxPool2d(_Adaptive, group="Pooling", label="Max pool to", stem="pool"):
    """Keeps the largest numbers of each channel, down to a fixed size."""

    output_size: Pair = Field((1, 1), title="Output", description=_OUT)

    def call(self, image: Image) -> Call:
        return super().call(image)


class AdaptiveMaxPool3d(_Adaptive, group="Pooling", label="Max pool to 3d", stem="pool"):
    """Keeps the largest numbers of each channel of a volume, down to a fixed size."""

    output_size: Triple = Field((1, 1, 1), title="Output", description=_OUT)

    def call(self, volume: Volume) -> Call:
        return super().call(volume)


class _Global(Layer, group="Pooling"):
    reads: ClassVar[dict[str, str]] = {"lengths": "in"}

    def call(self, image: Signal | Image | Volume | Sequence) -> Call:
        last = {"channels_last": True} if isinstance(image, Sequence) else {}
        return call(f"engine.modules.select.{type(self).__name__}", **last)

    def outcome(self, port: str, sizes: tuple[Size, ...], inputs: tuple[Any, ...]) -> Axes:  # noqa: ARG002
        return Row(int(sizes[0]))


class GlobalAvgPool(_Global, group="Pooling", label="Global average", stem="global_pool"):
    """The mean of each channel over all its places, or of each feature over all steps: one row comes out."""


class GlobalMaxPool(_Global, group="Pooling", label="Global maximum", stem="global_pool"):
    """The largest number of each channel over all its places, or of each feature over all steps."""
