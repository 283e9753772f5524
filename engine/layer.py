"""What a layer is: one declaration that palette, form, shapes, network, export, file and help all read.

A layer is a frozen value: its fields are PyTorch's parameters under PyTorch's names. `call` says which module they
make. The call is run to get the module and printed to get its source, so that the two cannot differ. It names its
module by text, so that the whole catalogue is at hand before torch is.
"""

import importlib
import inspect
import types
import typing
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, ClassVar, Literal

from pydantic import BaseModel, ConfigDict, Field, JsonValue

from engine.axes import Axes, Size, StepLabels, Target, Transcript, axes_of
from engine.stretch import Stretch as Stretch

if TYPE_CHECKING:
    from torch import nn

GROUPS = (
    "Data",
    "Dense",
    "Convolution",
    "Pooling",
    "Activation",
    "Normalisation",
    "Regularisation",
    "Recurrent",
    "Attention",
    "Embedding",
    "Structure",
    "Loss",
    "Code",
)


@dataclass(frozen=True, slots=True)
class Port:
    """A place where a wire ends. An input takes one wire, or as many as come if it is `many`.

    One that is `optional` may stay open: the module then gets None for it. A `many` port is a layer's only input.
    """

    name: str
    many: bool = False
    optional: bool = False


@dataclass(frozen=True, slots=True)
class Call:
    """A module and its arguments: `Call("torch.nn.Linear", 784, 128)`, to be built or printed."""

    target: str
    arguments: tuple[object, ...]
    options: Mapping[str, object] = field(default_factory=dict)

    def build(self) -> "nn.Module":
        """Make the module. Raises what its constructor raises."""
        place, _, name = self.target.rpartition(".")
        module: nn.Module = getattr(importlib.import_module(place), name)(
            *self.arguments, **self.options
        )
        return module

    @property
    def source(self) -> str:
        """The call as a person would write it: `nn.Linear(784, 128)`."""
        words = [repr(value) for value in self.arguments]
        words += [f"{name}={value!r}" for name, value in self.options.items()]
        return f"{self.target.removeprefix('torch.')}({', '.join(words)})"


def call(target: str, *arguments: object, **options: object) -> Call:
    """`Call` as it reads best in a declaration."""
    return Call(target, arguments, options)


InitialWeights = Literal["default", "xavier", "he", "lecun", "orthogonal", "zeros"]


_OURS = (
    "initial_weights", "factor", "recurrent_weights", "spectral_radius", "chrono", "forget_bias", "update_bias",
)  # fmt: skip
"""Fields of declarations that are no parameters of a module."""


class LayerError(ValueError):
    """A layer cannot take what came: `wanted` and `got` in the user's words."""

    def __init__(self, wanted: str, got: str, port: str = "in") -> None:
        super().__init__(f"wants {wanted}, but gets {got}")
        self.wanted, self.got, self.port = wanted, got, port


def _kinds(cls: "type[Layer]") -> tuple[tuple[type[Axes], ...], ...]:
    """What each input port takes: the annotations of `call`'s parameters after `self`."""
    parameters = list(inspect.signature(cls.call).parameters.values())[1:]
    hints = typing.get_type_hints(cls.call)
    kinds: list[tuple[type[Axes], ...]] = []
    for parameter in parameters:
        hint = hints.get(parameter.name, Axes)
        is_union = isinstance(hint, types.UnionType) or typing.get_origin(hint) is typing.Union
        members = typing.get_args(hint) if is_union else (hint,)
        known = (kind for kind in members if isinstance(kind, type) and issubclass(kind, Axes))
        kinds.append(tuple(known) or (Axes,))
    return tuple(kinds)


LIVE: dict[str, JsonValue] = {"live": True}
"""Said of a field (`json_schema_extra`) that a running network reads anew at each step."""


class Layer(BaseModel):
    """A kind of layer with its parameters. Subclasses are declared in `engine/layers/`, one class each."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    group: ClassVar[str] = ""
    label: ClassVar[str] = ""
    formerly: ClassVar[tuple[str, ...]] = ()
    stem: ClassVar[str] = ""
    inputs: ClassVar[tuple[Port, ...]] = (Port("in"),)
    outputs: ClassVar[tuple[Port, ...]] = (Port("out"),)
    suggests: ClassVar[InitialWeights | None] = None
    """The initial weights that suit the layer *before* this one, if this is an activation."""
    takes: ClassVar[tuple[tuple[type[Axes], ...], ...]] = ()
    """Which kinds of sample each input takes, read off the annotations of `call`; `None` there says it may be open."""
    reads: ClassVar[Mapping[str, str]] = types.MappingProxyType({})
    """Which arguments of the module are lengths of which input: `{"lengths": "in"}`; passed where samples differ in
    length. If nothing is wired to that input, the lengths are those of the first."""
    slow: ClassVar[bool] = False
    """Whether running it takes longer the longer a sequence is, even on nothing."""

    def __init_subclass__(
        cls,
        group: str = "",
        label: str = "",
        stem: str = "",
        formerly: tuple[str, ...] = (),
        **options: Any,
    ) -> None:
        super().__init_subclass__(**options)
        cls.group = group or cls.group
        cls.label = label or cls.__name__
        cls.stem = stem or cls.label.lower().replace(" ", "_")
        cls.formerly = formerly
        cls.takes = _kinds(cls)

    @classmethod
    def kind(cls) -> str:
        """The name under which it is stored: PyTorch's class name."""
        return cls.__name__

    @classmethod
    def help(cls) -> str:
        """The docstring as one flowing text, for people."""
        return inspect.cleandoc(cls.__doc__ or "")

    def but(self, **changes: object) -> typing.Self:
        """The same layer with some parameters changed and checked. Raises pydantic's ValidationError."""
        return type(self).model_validate({**self.model_dump(), **changes})

    def as_own(self) -> typing.Self:
        """The same layer as it is when a person places it: what they write in it may be run."""
        return self

    def as_stranger(self) -> typing.Self:
        """The same layer as it is when it comes out of a file: what it would run waits for trust."""
        return self

    def call(self, *inputs: Any) -> Call:
        """Which module this is for inputs of these axes. Raises LayerError if they cannot be taken."""
        raise NotImplementedError

    def outcome(self, port: str, sizes: tuple[Size, ...], inputs: tuple[Axes | None, ...]) -> Axes:  # noqa: ARG002
        """Name the axes of what leaves an output port with these sizes (without the batch)."""
        return axes_of(sizes, like=inputs[0] if inputs else None)

    def stretch(self, *inputs: Any) -> Stretch | None:  # noqa: ARG002 (most layers leave time alone)
        """How the number of steps changes from the first input to the outputs; None where it does not."""
        return None

    @property
    def longest(self) -> int | None:
        """The most steps that it can take; None where that is any number."""
        return None

    def options(self, *without: str) -> dict[str, object]:
        """The parameters that differ from PyTorch's defaults, which keeps printed calls short."""
        fields = type(self).model_fields
        found = {name: getattr(self, name) for name in fields if name not in (*without, *_OURS)}
        return {name: value for name, value in found.items() if value != fields[name].default}

    @property
    def caption(self) -> str:
        """The parameters that matter most, in a few characters, for the node's second line."""
        return ""

    def arithmetic(self, *inputs: Any) -> str:  # noqa: ARG002 (layers without a size rule ignore it)
        """How the output's size comes about, with the numbers put in; empty where nothing changes."""
        return ""


class Weighted(Layer):
    """A layer with a weight matrix, whose first values can be chosen."""

    initial_weights: InitialWeights = Field(
        "default",
        title="Initial weights",
        description="How the weights are drawn before training. He suits ReLU, Xavier suits tanh and sigmoid.",
        json_schema_extra={
            "labels": {
                "default": "PyTorch default",
                "xavier": "Xavier",
                "he": "He normal",
                "lecun": "LeCun normal",
                "orthogonal": "Orthogonal",
                "zeros": "Zeros",
            }
        },
    )

    @property
    def starts(self) -> Mapping[str, float]:
        """What is set in the weights after they are drawn, by the names of `engine.initial.STARTS`."""
        return {}


class Loss(Layer, group="Loss"):
    """A layer that measures how wrong the prediction is; training makes it small."""

    outputs: ClassVar[tuple[Port, ...]] = ()
    inputs: ClassVar[tuple[Port, ...]] = (Port("prediction"), Port("target", optional=True))
    """What is judged, and what it should be: the data's target, unless a wire brings another."""
    target: ClassVar[type[Target]] = Target
    """What the data must ask for, where no wire ends at `target`."""
    unit: ClassVar[str] = ""
    threshold: ClassVar[float | None] = None
    """Above which a single score means the second of two classes, if it can."""

    def check(self, target: Target) -> None:
        """Raise LayerError if targets of this kind in particular cannot be judged."""

    def scores(self, target: Target) -> int:
        """How many numbers the prediction must hold (at each step, if it is stepwise) for this target."""
        return target.count

    def stepwise(self, target: Target) -> bool:
        """Whether it wants them at each step of a sequence."""
        return isinstance(target, StepLabels | Transcript)

    def compare(self, prediction: Axes, target: Axes | None) -> None:
        """Raise LayerError if a prediction cannot be compared with what a wire brings as its target."""
        if target is None or prediction.sizes != target.sizes:
            got = "nothing" if target is None else target.text
            raise LayerError(f"a target like the prediction, {prediction.text}", got, "target")

    factor: float = Field(
        1.0,
        ge=0,
        le=1e6,
        title="Factor",
        description="How much this loss counts in the sum of all losses.",
    )
