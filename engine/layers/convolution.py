"""Layers that slide small filters over a signal, an image or a volume."""

from typing import Any, ClassVar, Literal

from pydantic import Field

from engine.axes import Axes, Image, Signal, Size, Volume
from engine.layer import Call, LayerError, Stretch, Weighted, call
from engine.parameters import Border, BorderPair, BorderTriple, Length, Pair, Same, Triple

PaddingMode = Literal["zeros", "reflect", "replicate", "circular"]
KERNEL = "Size of the window."
_STRIDE = "How far the window moves each time."
_PADDING = "Border around what comes in; “same” keeps the size as it is."
DILATION = "Distance between the places that a window reads."


def as_tuple(value: object, count: int) -> tuple[int, ...]:
    """A size for each of so many sides; one number means all."""
    return tuple(value) if isinstance(value, tuple | list) else (value,) * count  # type: ignore[return-value]


def side(size: int, kernel: int, padding: int, stride: int, dilation: int = 1) -> int:
    """How many places a window has along one side: ⌊(W + 2P − D·(F − 1) − 1) / S⌋ + 1."""
    return (size + 2 * padding - dilation * (kernel - 1) - 1) // stride + 1


def fits(places: tuple[Size, ...], reach: tuple[int, ...], padding: tuple[int, ...]) -> None:
    """Raise LayerError if the window is larger than what comes in with its border; free lengths are not known."""
    room = tuple(
        size + 2 * border if isinstance(size, int) else size
        for size, border in zip(places, padding, strict=True)
    )
    if any(isinstance(have, int) and need > have for need, have in zip(reach, room, strict=True)):
        what = {1: "a signal of at least {} steps", 2: "an image of at least {}"}
        wanted = what.get(len(places), "a volume of at least {}").format("×".join(map(str, reach)))
        raise LayerError(wanted, f"one of {'×'.join(map(str, room))}")


class _Sliding(Weighted, group="Convolution"):
    """What all convolutions share; `out_channels` and the sizes are declared by each."""

    sides: ClassVar[int] = 2
    out_channels: int = Field(
        6,
        ge=1,
        le=65_536,
        title="Filters",
        description="How many patterns to look for.",
        json_schema_extra={"first": True},
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

    def size(self, name: str) -> tuple[int, ...]:
        """A parameter for each side; a padding of “same” as the border it comes to."""
        value = getattr(self, name)
        if value == "same":
            return tuple((reach - 1) // 2 for reach in self.reach)
        return as_tuple(value, self.sides)

    @property
    def reach(self) -> tuple[int, ...]:
        """How far apart the first and the last place are that a window reads, and 1."""
        pairs = zip(self.size("dilation"), self.size("kernel_size"), strict=True)
        return tuple(dilation * (kernel - 1) + 1 for dilation, kernel in pairs)

    def check_groups(self, channels: int, came: str) -> None:
        """Raise LayerError unless the groups divide channels and filters."""
        if channels % self.groups or self.out_channels % self.groups:
            raise LayerError(f"channels and filters that {self.groups} groups divide", came)

    @property
    def caption(self) -> str:
        text = "×".join(map(str, self.size("kernel_size")))
        return f"{text}, {self.out_channels}" if len(text) < 12 else text[:16]


class _Forward(_Sliding, group="Convolution"):
    def call(self, image: Any) -> Call:
        channels = image.sizes[0]
        if not isinstance(channels, int):
            raise LayerError("channels that are known", image.text)
        return self._called(image, channels, self.out_channels, groups=self.groups)

    def _called(self, image: Axes, channels: int, out: int, groups: int) -> Call:
        if groups == self.groups:
            self.check_groups(channels, image.text)
        self._check(image)
        options = self.options("out_channels", "kernel_size", "groups")
        if groups != 1:
            options["groups"] = groups
        # Without a border no window that counts looks beyond the end of a signal.
        ours = (image.free and self._bordered) or self._uneven
        name = f"{'engine.modules.window' if ours else 'torch.nn'}.Conv{self.sides}d"
        kernel = self.kernel_size  # type: ignore[attr-defined]  # each declares its own
        return call(name, channels, out, kernel_size=kernel, **options)

    @property
    def _bordered(self) -> bool:
        return getattr(self, "padding", 0) == "same" or any(self.size("padding"))

    @property
    def _uneven(self) -> bool:
        """Whether the border “same” is wider at the far ends, which torch warns of."""
        is_same = getattr(self, "padding", 0) == "same" and self.padding_mode == "zeros"  # type: ignore[attr-defined]
        return is_same and not all(reach % 2 for reach in self.reach)

    def _check(self, image: Axes) -> None:
        stride, padding = self.size("stride"), self.size("padding")
        if getattr(self, "padding", 0) == "same":
            if stride != (1,) * self.sides:
                raise LayerError("a stride of 1 with the padding “same”", f"{stride[0]}")
            padding = tuple(
                reach for reach in self.reach
            )  # it grows with the window: always enough
        fits(image.sizes[1:], self.reach, padding)
        mode = getattr(self, "padding_mode", "zeros")
        if image.free and mode != "zeros" and self._bordered:
            raise LayerError("a border of zeros where lengths differ", f"{mode}")
        for size, border in zip(image.sizes[1:], self.size("padding"), strict=True):
            most = size if mode == "circular" else size - 1 if isinstance(size, int) else size
            if mode in ("reflect", "circular") and isinstance(most, int) and border > most:
                raise LayerError(f"a padding of at most {most} with this border", f"{border}")

    def stretch(self, image: Axes) -> Stretch | None:  # noqa: ARG002 (the same for every input)
        if self.sides != 1 or getattr(self, "padding", 0) == "same":
            return None
        sizes = (self.size(name)[0] for name in ("kernel_size", "stride", "padding", "dilation"))
        return Stretch.window(*sizes)

    def arithmetic(self, image: Axes) -> str:
        size = image.sizes[-1] if self.sides == 1 else image.sizes[1]
        if getattr(self, "padding", 0) == "same" or not isinstance(size, int):
            return ""
        padding, stride, reach = self.size("padding")[0], self.size("stride")[0], self.reach[0]
        out = side(size, reach, padding, stride)
        unit = "a side" if self.sides > 1 else "steps"
        return f"({size} − {reach} + 2·{padding}) / {stride} + 1 = {out} {unit}"


class Conv1d(_Forward, group="Convolution", label="Conv 1d", stem="conv"):
    """Slides small filters along a signal; each filter draws one line of what it finds.

    It wants channels first: put a Permute before it if steps come first, as they do out of an Embedding.
    """

    reads: ClassVar[dict[str, str]] = {"lengths": "in"}
    sides: ClassVar[int] = 1
    kernel_size: Length = Field(3, title="Kernel", description="Steps of the window.")
    stride: Length = Field(1, title="Stride", description=_STRIDE)
    padding: Border | Same = Field(0, title="Padding", description=_PADDING)
    dilation: Length = Field(1, title="Dilation", description=DILATION)
    padding_mode: PaddingMode = Field(
        "zeros", title="Border", description="What the border is filled with."
    )

    def call(self, signal: Signal) -> Call:
        return super().call(signal)


class Conv2d(_Forward, group="Convolution", label="Conv 2d", stem="conv"):
    """Slides small filters over an image; each filter draws one activation map.

    A filter sees all channels of a small window at once. The same weights serve at every place.
    """

    kernel_size: Pair = Field(
        (5, 5), title="Kernel", description="Height and width of the window, in pixels."
    )
    stride: Pair = Field((1, 1), title="Stride", description=_STRIDE)
    padding: BorderPair | Same = Field((0, 0), title="Padding", description=_PADDING)
    dilation: Pair = Field((1, 1), title="Dilation", description=DILATION)
    padding_mode: PaddingMode = Field(
        "zeros", title="Border", description="What the border is filled with."
    )

    def call(self, image: Image) -> Call:
        return super().call(image)


class DepthwiseConv2d(_Forward, group="Convolution", label="Depthwise conv 2d", stem="depthwise"):
    """Slides filters over each channel of an image by itself: channels do not mix.

    A Conv 2d with a kernel of 1 after it mixes them; the two together cost far less than one full convolution.
    """

    out_channels: int = Field(
        1,
        ge=1,
        le=64,
        title="Filters a channel",
        description="How many patterns to look for in each channel.",
    )
    kernel_size: Pair = Field(
        (3, 3), title="Kernel", description="Height and width of the window, in pixels."
    )
    stride: Pair = Field((1, 1), title="Stride", description=_STRIDE)
    padding: BorderPair | Same = Field((0, 0), title="Padding", description=_PADDING)
    dilation: Pair = Field((1, 1), title="Dilation", description=DILATION)
    padding_mode: PaddingMode = Field(
        "zeros", title="Border", description="What the border is filled with."
    )
    groups: int = Field(
        1, ge=1, le=1, title="Groups", description="Each channel is a group of its own.",
        json_schema_extra={"hidden": True},
    )  # fmt: skip

    def call(self, image: Image) -> Call:
        channels = image.channels
        return self._called(image, channels, channels * self.out_channels, groups=channels)


class Conv3d(_Forward, group="Convolution", label="Conv 3d", stem="conv"):
    """Slides small filters through a volume or a film."""

    sides: ClassVar[int] = 3
    kernel_size: Triple = Field((3, 3, 3), title="Kernel", description=KERNEL)
    stride: Triple = Field((1, 1, 1), title="Stride", description=_STRIDE)
    padding: BorderTriple | Same = Field((0, 0, 0), title="Padding", description=_PADDING)
    dilation: Triple = Field((1, 1, 1), title="Dilation", description=DILATION)
    padding_mode: PaddingMode = Field(
        "zeros", title="Border", description="What the border is filled with."
    )

    def call(self, volume: Volume) -> Call:
        return super().call(volume)
