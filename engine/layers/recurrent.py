"""Layers that read a sequence step by step, with the same weights at each step."""

from collections.abc import Mapping
from typing import Any, ClassVar, Literal

from pydantic import Field

from engine.axes import Axes, Row, Sequence, Size
from engine.layer import LIVE, Call, LayerError, Port, Weighted, call
from engine.parameters import labels

STARTS = ("spectral_radius", "chrono", "forget_bias", "update_bias")  # what is set before training
CHRONO = Field(
    0,
    ge=0,
    le=1_000_000,
    title="Chrono bias",
    description=(
        "The longest stretch of steps T that is to be remembered; 0 leaves the bias as drawn. Each unit's gate begins "
        "with the bias log U(1, T − 1), so that its memories last from 1 to T steps (Tallec and Ollivier, 2018)."
    ),
)


class _Recurrent(Weighted, group="Recurrent"):
    slow: ClassVar[bool] = True
    reads: ClassVar[dict[str, str]] = {"lengths": "in"}
    gates: ClassVar[int] = 1
    inputs: ClassVar[tuple[Port, ...]] = (Port("in"), Port("hidden", optional=True))
    outputs: ClassVar[tuple[Port, ...]] = (Port("out"), Port("hidden"))
    hidden_size: int = Field(
        64,
        ge=1,
        le=65_536,
        title="Units",
        description="How many numbers are carried from step to step.",
        json_schema_extra={"first": True},
    )
    num_layers: int = Field(
        1,
        ge=1,
        le=64,
        title="Layers",
        description="How many are stacked, each reading the one below.",
        json_schema_extra={"first": True},
    )
    bias: bool = Field(True, title="Bias", description="Whether numbers are added in each unit.")
    dropout: float = Field(
        0.0,
        ge=0,
        lt=1,
        title="Dropout",
        description="The share switched off between stacked layers; a single layer has none.",
        json_schema_extra=LIVE,
    )
    bidirectional: bool = Field(
        False,
        title="Both ways",
        description="Whether a second one reads from the end to the start.",
    )

    recurrent_weights: Literal["drawn", "orthogonal", "identity"] = Field(
        "drawn",
        title="Recurrent weights",
        description=(
            "What W_hh (each gate's part of it) begins as. Orthogonal keeps lengths. Identity, for a plain layer with "
            "ReLU, keeps the state itself: the IRNN (Le, Jaitly and Hinton, 2015), whose other weights begin small and "
            "whose biases are 0."
        ),
        json_schema_extra=labels(
            drawn="as drawn", orthogonal="Orthogonal", identity="Identity (IRNN)"
        ),
    )
    spectral_radius: float = Field(
        0.0,
        ge=0,
        le=10,
        title="Spectral radius",
        description=(
            "To what the largest eigenvalue of W_hh (of each gate's part) is scaled before training; 0 leaves it as "
            "drawn. Below 1 a plain layer forgets, above 1 its signals may explode."
        ),
    )

    @property
    def starts(self) -> Mapping[str, float]:
        begun = {} if self.recurrent_weights == "drawn" else {self.recurrent_weights: 1.0}
        found = {name: float(getattr(self, name, 0)) for name in STARTS}
        without = {
            "spectral_radius": not self.is_square,
            "chrono": bool(found["forget_bias"] or found["update_bias"]),  # set by hand
        }
        return begun | {name: v for name, v in found.items() if v and not without.get(name)}

    @property
    def is_square(self) -> bool:
        """Whether W_hh has eigenvalues: it has none where states are shortened."""
        return not getattr(self, "proj_size", 0)

    def states(self, units: int) -> int:
        """How many numbers a whole state has: of all layers and directions."""
        return self.num_layers * (2 if self.bidirectional else 1) * units

    def check_state(self, state: Row | None, units: int, port: str) -> None:
        """Raise LayerError if a state to begin with is not as long as one that this layer gives."""
        if state is not None and state.features != self.states(units):
            raise LayerError(f"{self.states(units)} numbers to begin with", state.text, port)

    def called(self, numbers: Sequence) -> Call:
        """The call of the module. A dropout without a layer above it has nothing to do and is left out."""
        without = ("hidden_size", "dropout") if self.num_layers == 1 else ("hidden_size",)
        name = f"engine.modules.recurrent.{type(self).__name__}"
        options = self.options(*without)
        return call(name, numbers.features, self.hidden_size, batch_first=True, **options)

    def call(self, numbers: Sequence, hidden: Row | None = None) -> Call:
        self.check_state(hidden, self.hidden_size, "hidden")
        return self.called(numbers)

    def outcome(self, port: str, sizes: tuple[Size, ...], inputs: tuple[Any, ...]) -> Axes:
        if port == "out":
            return Sequence(sizes[0], int(sizes[1]))
        return super().outcome(port, sizes, inputs)

    @property
    def caption(self) -> str:
        layers = f" ×{self.num_layers}" if self.num_layers > 1 else ""
        return f"{self.hidden_size}{layers}{' ⇄' if self.bidirectional else ''}"

    def arithmetic(self, numbers: Sequence, *_: Axes | None) -> str:
        if self.num_layers > 1 or self.bidirectional or getattr(self, "proj_size", None):
            return ""
        h, i = self.hidden_size, numbers.features
        bias = f" + 2·{h}" if self.bias else ""
        total = self.gates * (h * (i + h) + 2 * h * int(self.bias))
        return f"{self.gates}·({h}·({i} + {h}){bias}) = {total:,} parameters"


class RNN(_Recurrent, group="Recurrent"):
    """At each step: new state = tanh(W·input + U·old state + b), the same weights at every step.

    What it gives at each step is its state; `hidden` is the last one. Its memory is short: the error signal fades on
    its way back through the steps.
    """

    nonlinearity: Literal["tanh", "relu"] = Field(
        "tanh",
        title="Activation",
        description="What the state goes through at each step.",
        json_schema_extra=labels(tanh="tanh", relu="ReLU"),
    )


class GRU(_Recurrent, group="Recurrent"):
    """A recurrent layer with two gates: one forgets, one decides how much of the state is replaced.

    Through an open gate the error signal passes many steps almost whole.
    """

    gates: ClassVar[int] = 3
    chrono: int = CHRONO
    update_bias: float = Field(
        0.0,
        ge=-10,
        le=10,
        title="Update bias",
        description=(
            "What the update gates' bias begins with; 0 leaves it as drawn. 3 opens them to 0.95: a state is kept."
        ),
    )


class LSTM(_Recurrent, group="Recurrent"):
    """A recurrent layer with a cell that gates protect: what to forget, what to write, what to show.

    The cell carries the error signal over many steps. `hidden` and `cell` are the last states, with which another
    LSTM can begin.
    """

    gates: ClassVar[int] = 4
    chrono: int = CHRONO
    forget_bias: float = Field(
        0.0,
        ge=-10,
        le=10,
        title="Forget bias",
        description=(
            "What the forget gates' bias begins with; 0 leaves it as drawn. 1 opens them to 0.73, 3 to 0.95: the cell "
            "keeps what it holds, and the error signal lasts."
        ),
    )
    inputs: ClassVar[tuple[Port, ...]] = (
        Port("in"),
        Port("hidden", optional=True),
        Port("cell", optional=True),
    )
    outputs: ClassVar[tuple[Port, ...]] = (Port("out"), Port("hidden"), Port("cell"))
    proj_size: int = Field(
        0,
        ge=0,
        le=65_536,
        title="Projection",
        description="To how many numbers each state is shortened, fewer than units; 0 for none.",
    )

    def call(self, numbers: Sequence, hidden: Row | None = None, cell: Row | None = None) -> Call:
        if self.proj_size >= self.hidden_size:
            raise LayerError(f"a projection below {self.hidden_size}", str(self.proj_size))
        self.check_state(hidden, self.proj_size or self.hidden_size, "hidden")
        self.check_state(cell, self.hidden_size, "cell")
        return self.called(numbers)
