"""Layers that keep a part of what comes in, or put a border around it."""

from typing import Any, ClassVar, Literal

from pydantic import Field, model_validator

from engine.axes import Axes, General, Image, Row, Sequence, Signal, Size, Volume, axes_of
from engine.layer import Call, Layer, LayerError, Stretch, call
from engine.parameters import labels


class Slice(Layer, group="Structure"):
    """Keeps a stretch of one axis: some features, some channels, some steps.

    Where sequences differ in length, it can leave out steps at the start and at the end.
    """

    dim: int = Field(1, ge=1, le=10, title="Axis", description="Which axis, where 1 is the first.")
    start: int = Field(
        0,
        ge=-1_000_000,
        le=1_000_000,
        title="From",
        description="The first that stays; 0 is the first.",
    )
    stop: int | None = Field(
        None,
        ge=-1_000_000,
        le=1_000_000,
        title="Up to",
        description="The first that no longer stays.",
        json_schema_extra=labels(none="the end"),
    )
    step: int = Field(1, ge=1, le=1_000_000, title="Step", description="Every how many-th stays.")

    def call(self, numbers: Axes) -> Call:
        if self.dim > len(numbers.sizes):
            raise LayerError(f"at least {self.dim} axes", numbers.text)
        size = numbers.sizes[self.dim - 1]
        if isinstance(size, str):
            # Each sequence ends elsewhere: what is counted from the start cannot be its last steps.
            if self.start < 0 or (self.stop is not None and self.stop >= 0):
                wanted = "a start from 0 on and an end below 0 where lengths differ"
                raise LayerError(wanted, self.caption)
        elif not range(size)[self.start : self.stop : self.step]:
            raise LayerError("a stretch in which something stands", f"none of the {size}")
        return call("engine.modules.shape.Slice", self.dim, **self.options("dim"))

    def stretch(self, numbers: Axes) -> Stretch | None:
        if not isinstance(numbers.sizes[self.dim - 1], str):
            return None
        return Stretch(plus=(self.stop or 0) - self.start + self.step - 1, over=self.step)

    @property
    def caption(self) -> str:
        stop = "" if self.stop is None else self.stop
        return f"{self.start}:{stop}" + (f":{self.step}" if self.step > 1 else "")


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


class Select(Layer, group="Structure"):
    """Keeps one step of a sequence, such as the last, or one number for all steps: their mean or maximum."""

    reads: ClassVar[dict[str, str]] = {"lengths": "in"}
    which: Literal["last", "first", "mean", "max", "index"] = Field(
        "last",
        title="What",
        description="The step that stays, or what stands for all of them.",
        json_schema_extra=labels(
            last="Last step", first="First step", mean="Mean", max="Maximum", index="Step number"
        ),
    )
    index: int = Field(
        0,
        ge=0,
        le=100_000,
        title="Step",
        description="Which step, if it is one by number; 0 is the first.",
    )

    def call(self, numbers: Sequence | General) -> Call:
        if not numbers.sizes or len(numbers.sizes) < 2:
            raise LayerError("steps to choose from", numbers.text)
        steps = numbers.sizes[0]
        if self.which == "index" and isinstance(steps, int) and self.index >= steps:
            raise LayerError(f"at least {self.index + 1} steps", numbers.text)
        if self.which == "index" and isinstance(steps, str) and self.index:
            raise LayerError("sequences that all have this step", numbers.text)
        options = {"which": self.which} if self.which != "last" else {}
        index = {"index": self.index} if self.which == "index" and self.index else {}
        return call("engine.modules.select.Select", **options, **index)

    def outcome(self, port: str, sizes: tuple[Size, ...], inputs: tuple[Any, ...]) -> Axes:  # noqa: ARG002
        if len(sizes) == 1 and isinstance(sizes[0], int):
            return Row(sizes[0])
        return axes_of(sizes)

    @property
    def caption(self) -> str:
        return f"step {self.index}" if self.which == "index" else self.which
