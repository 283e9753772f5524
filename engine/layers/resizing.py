"""Layers that make signals, images and volumes larger or smaller without weights."""

from typing import ClassVar, Literal

from pydantic import Field

from engine.axes import Axes, Image, Signal, Volume
from engine.layer import Call, Layer, LayerError, Stretch, call
from engine.parameters import labels


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
