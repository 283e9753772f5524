"""A layer of steps that the catalogue has no layer for: data, never code, as an import leaves them."""

import math
from typing import Annotated, Any

from pydantic import (
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    PlainSerializer,
    field_validator,
)

from engine.axes import Axes, General, Image, Indices, Signal, Size, Tokens, axes_of
from engine.layer import Call, Layer, Port, call

DEEPEST = 12  # values within values that a step is given
MOST_STEPS = 10_000


def _frozen(value: object, depth: int = 0) -> object:
    """A value of JSON with tuples in place of lists. Raises ValueError for what no step can be given."""
    if depth > DEEPEST:
        raise ValueError("What a step is given is nested too deeply.")
    if isinstance(value, list | tuple):
        return tuple(_frozen(inner, depth + 1) for inner in value)
    if value is None or isinstance(value, bool | int | str):
        return value
    if isinstance(value, float) and math.isfinite(value):
        return value
    raise ValueError("A step is given only numbers, words and lists of them.")


def _listed(value: object) -> object:
    return [_listed(inner) for inner in value] if isinstance(value, tuple) else value


Given = Annotated[Any, BeforeValidator(_frozen), PlainSerializer(_listed, when_used="json")]
"""What a step is given: a plain value, or a tuple whose first word says what it is."""


class _Record(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Step(_Record):
    """One operation and what it is given; `engine.modules.operations` says how that is written."""

    op: str = Field(max_length=60)
    given: Given = ()
    named: Given = ()

    @property
    def plain(self) -> tuple[str, Any, Any]:
        """The step as its module takes it."""
        return (self.op, self.given, self.named)


class Own(_Record):
    """A tensor that belongs to the layer: learnt, or kept with its values."""

    name: str = Field(pattern=r"^[a-z][a-z0-9_]{0,39}$")
    shape: tuple[Annotated[int, Field(ge=0, le=1 << 31)], ...] = Field(max_length=12)
    dtype: str = Field("float32", max_length=12)
    learnt: bool = True
    mean: float = Field(0.0, allow_inf_nan=False)
    deviation: float = Field(0.0, ge=0, allow_inf_nan=False)
    values: str = Field("", max_length=8_000_000)

    @property
    def plain(self) -> tuple[str, tuple[int, ...], str, bool, float, float, str]:
        """The tensor as its module takes it."""
        return (
            self.name,
            self.shape,
            self.dtype,
            self.learnt,
            self.mean,
            self.deviation,
            self.values,
        )


class Operations(Layer, group="Code", label="Operations", stem="operations"):
    """Steps that no other layer stands for, as they were found in a module that was imported.

    They are a list of PyTorch's pure operations with their arguments: data and not code, so a file that holds them
    needs no trust. What they hold of weights is trained like any other.
    """

    steps: tuple[Step, ...] = Field(
        (Step(op="Tensor.clone", given=(("in", 0),)),),
        max_length=MOST_STEPS,
        title="Steps",
        description="The operations, one after another.",
        json_schema_extra={"hidden": True},
    )
    results: Given = Field(
        (("step", 0),),
        title="Results",
        description="What flows out, one value for each output.",
        json_schema_extra={"hidden": True},
    )
    tensors: tuple[Own, ...] = Field(
        (),
        max_length=1000,
        title="Tensors",
        description="Weights and fixed numbers of its own.",
        json_schema_extra={"hidden": True},
    )
    into: int = Field(
        1,
        ge=1,
        le=256,
        title="Inputs",
        description="How many wires come in.",
        json_schema_extra={"hidden": True},
    )
    senses: tuple[str, ...] = Field(
        (),
        max_length=256,
        title="Senses",
        description="What each output is: signal, image or plain numbers.",
        json_schema_extra={"hidden": True},
    )

    @field_validator("steps")
    @classmethod
    def _are_pure(cls, steps: tuple[Step, ...]) -> tuple[Step, ...]:
        from engine.modules.operations import operation  # with torch, which declarations do without

        for step in steps:
            operation(step.op)
        return steps

    @property
    def inputs(self) -> tuple[Port, ...]:  # type: ignore[override]  # each has its own
        """`in`, or `in_1` and so on where there are several."""
        if self.into == 1:
            return (Port("in"),)
        return tuple(Port(f"in_{place}") for place in range(1, self.into + 1))

    @property
    def outputs(self) -> tuple[Port, ...]:  # type: ignore[override]  # each has its own
        """`out`, or `out_1` and so on where there are several."""
        if len(self.results) == 1:
            return (Port("out"),)
        return tuple(Port(f"out_{place}") for place in range(1, len(self.results) + 1))

    def call(self, *inputs: Axes | Tokens | Indices) -> Call:  # noqa: ARG002 (whatever comes is handed over)
        return call(
            "engine.modules.operations.Operations",
            tuple(step.plain for step in self.steps),
            self.results,
            tuple(own.plain for own in self.tensors),
        )

    def outcome(self, port: str, sizes: tuple[Size, ...], inputs: tuple[Any, ...]) -> Axes:  # noqa: ARG002
        place = 0 if port == "out" else int(port.removeprefix("out_")) - 1
        return sensed(sizes, self.senses[place] if place < len(self.senses) else "")

    @property
    def caption(self) -> str:
        text = ", ".join(dict.fromkeys(step.op.rpartition(".")[2] for step in self.steps))
        return text if len(text) <= 16 else text[:15] + "…"


def sensed(sizes: tuple[Size, ...], sense: str) -> Axes:
    """The axes of these sizes in a sense: `signal`, `image`, `general`, or what they usually are."""
    match sense, sizes:
        case "signal", (int(channels), steps):
            return Signal(channels, steps)
        case "image", (int(channels), int(height), int(width)):
            return Image(channels, height, width)
        case "general", _:
            return General(tuple(f"axis {place}" for place in range(1, len(sizes) + 1)), sizes)
    return axes_of(sizes)
