"""Layers that cut, pad or stretch: the numbers stay, their borders move."""

from typing import ClassVar, Literal

from pydantic import Field, model_validator

from engine.axes import Axes, Image, Sequence, Signal, Volume
from engine.layer import Call, Layer, LayerError, Stretch, call
from engine.parameters import labels


class Crop(Layer, group="Structure"):
    """Cuts a border off an image: so many pixels at the top, bottom, left and right."""

    border: tuple[int, int, int, int] = Field(
        (1, 1, 1, 1),
        title="Border",
        description="Pixels at the top, bottom, left and right.",
    )

    @model_validator(mode="after")
    def _not_negative(self) -> "Crop":
        if any(not 0 <= size <= 10_000 for size in self.border):
            raise ValueError("Border must be 0 to 10,000 pixels on each side.")
        return self

    def call(self, image: Image) -> Call:
        top, bottom, left, right = self.border
        if top + bottom >= image.height or left + right >= image.width:
            raise LayerError(f"more than {top + bottom}×{left + right} pixels", image.text)
        return call("engine.modules.shape.Pad", (-left, -right, -top, -bottom))


class Pad(Layer, group="Structure"):
    """Puts a border around a signal, an image or a volume.

    One number is the width everywhere. As many as there are sides are one for each (height, width). Twice as many are
    what stands before and after each: 2, 0 before a Conv 1d with a kernel of 3 keeps it from looking ahead.
    """

    reads: ClassVar[dict[str, str]] = {"lengths": "in"}
    padding: tuple[int, ...] = Field(
        (1,),
        min_length=1,
        max_length=6,
        title="Border",
        description="Width of the border: everywhere, for each side, or before and after each.",
    )
    mode: Literal["constant", "reflect", "replicate", "circular"] = Field(
        "constant",
        title="Filled with",
        description="What stands in the border.",
        json_schema_extra=labels(
            constant="A value", reflect="Mirrored", replicate="Edge", circular="Other end"
        ),
    )
    value: float = Field(
        0.0, ge=-1e6, le=1e6, title="Value", description="What the border holds, if it is a value."
    )

    def _borders(self, image: Axes) -> tuple[tuple[int, int], ...]:
        """What stands before and after each side."""
        given, count = self.padding, len(image.sizes) - 1
        if len(given) == 2 * count:
            borders = tuple(zip(given[::2], given[1::2], strict=True))
        else:
            each = given * count if len(given) == 1 else given
            borders = tuple((border, border) for border in each)
        if len(borders) != count or min(given) < 0:
            wanted = f"1, {count} or {2 * count} widths, none below 0".replace("1, 1 or", "1 or")
            raise LayerError(wanted, self.caption)
        for size, border in zip(image.sizes[1:], borders, strict=True):
            most = size - 1 if self.mode == "reflect" and isinstance(size, int) else size
            bound = self.mode in ("reflect", "circular") and isinstance(most, int)
            if bound and max(border) > most:  # type: ignore[operator]  # a text is no bound
                raise LayerError(f"a border of at most {most}", str(max(border)))
        return borders

    def call(self, image: Signal | Image | Volume) -> Call:
        ends = tuple(width for pair in reversed(self._borders(image)) for width in pair)
        return call("engine.modules.shape.Pad", ends, **self.options("padding"))

    def stretch(self, image: Axes) -> Stretch | None:
        return Stretch(plus=sum(self._borders(image)[0])) if isinstance(image, Signal) else None

    @property
    def caption(self) -> str:
        return "×".join(map(str, self.padding))[:16]


class PadSequence(Layer, group="Structure", label="Pad sequence", stem="pad"):
    """Brings every sequence to one number of steps: shorter ones are filled up, longer ones are cut off."""

    reads: ClassVar[dict[str, str]] = {"lengths": "in"}
    length: int = Field(
        32, ge=1, le=100_000, title="Steps", description="How many steps all have afterwards."
    )
    value: float = Field(
        0.0,
        ge=-1e6,
        le=1e6,
        title="Filled with",
        description="What stands where there was nothing.",
    )

    def call(self, numbers: Sequence) -> Call:  # noqa: ARG002 (any will do)
        return call("engine.modules.shape.PadSequence", self.length, **self.options("length"))

    @property
    def caption(self) -> str:
        return f"{self.length}"


class Upsample(Layer, group="Pooling"):
    """Makes a signal, an image or a volume larger by repeating or by blending neighbours."""

    reads: ClassVar[dict[str, str]] = {"lengths": "in"}
    size: int | None = Field(
        None,
        ge=1,
        le=10_000,
        title="Size",
        description="Size of each side afterwards, in place of a factor.",
        json_schema_extra=labels(none="by the factor"),
    )
    scale_factor: int = Field(
        2, ge=1, le=64, title="Factor", description="How many times as large each side becomes."
    )
    mode: Literal["nearest", "linear", "bicubic"] = Field(
        "nearest",
        title="Between",
        description="What stands between the numbers that were there.",
        json_schema_extra=labels(nearest="Repeated", linear="Blended", bicubic="Bicubic"),
    )
    align_corners: bool = Field(
        False, title="Corners stay", description="Whether the corners stay just where they were."
    )

    def call(self, image: Signal | Image | Volume) -> Call:
        modes = {Signal: "linear", Image: "bilinear", Volume: "trilinear"}
        mode = modes[type(image)] if self.mode == "linear" else self.mode
        if self.mode == "bicubic" and not isinstance(image, Image):
            raise LayerError("an image for bicubic", image.text)
        if self.size is not None and image.free:
            raise LayerError("a factor where lengths differ", f"a size of {self.size}")
        options: dict[str, object] = (
            {"scale_factor": self.scale_factor} if self.size is None else {"size": self.size}
        )
        if mode != "nearest":
            options["mode"] = mode
            if self.align_corners and image.free:
                raise LayerError("corners that may move where lengths differ", "fixed corners")
            if self.align_corners:
                options["align_corners"] = True
        blended = image.free and mode != "nearest"
        place = "engine.modules.window" if blended else "torch.nn"
        return call(f"{place}.Upsample", **options)

    def stretch(self, image: Axes) -> Stretch | None:
        return Stretch(times=self.scale_factor) if isinstance(image, Signal) else None

    @property
    def caption(self) -> str:
        return f"to {self.size}" if self.size else f"×{self.scale_factor}"


class PixelShuffle(Layer, group="Pooling", label="Pixel shuffle", stem="shuffle"):
    """Makes an image larger out of its channels: r² channels become r×r pixels."""

    upscale_factor: int = Field(
        2, ge=1, le=64, title="Factor", description="How many times as large each side becomes."
    )

    def call(self, image: Image) -> Call:
        if image.channels % self.upscale_factor**2:
            raise LayerError(f"channels that {self.upscale_factor**2} divides", image.text)
        return call("torch.nn.PixelShuffle", self.upscale_factor)


class PixelUnshuffle(Layer, group="Pooling", label="Pixel unshuffle", stem="unshuffle"):
    """Makes an image smaller and lays its pixels into channels: r×r pixels become r² channels; nothing is lost."""

    downscale_factor: int = Field(
        2, ge=1, le=64, title="Factor", description="How many times as small each side becomes."
    )

    def call(self, image: Image) -> Call:
        if image.height % self.downscale_factor or image.width % self.downscale_factor:
            raise LayerError(f"sides that {self.downscale_factor} divides", image.text)
        return call("torch.nn.PixelUnshuffle", self.downscale_factor)


class ChannelShuffle(Layer, group="Convolution", label="Channel shuffle", stem="shuffle"):
    """Mixes the order of channels, so that groups of the next convolution hear from all groups of the last."""

    groups: int = Field(
        2, ge=1, le=65_536, title="Groups", description="Of how many groups the channels are."
    )

    def call(self, image: Signal | Image | Volume) -> Call:
        if int(image.sizes[0]) % self.groups:
            raise LayerError(f"channels that {self.groups} groups divide", image.text)
        return call("torch.nn.ChannelShuffle", self.groups)
