"""What is known of a node: what comes in, what goes out, its module and its cost; or why it cannot be."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

from engine.axes import Axes
from engine.layer import Call

TYPICAL = 32  # steps of a free length, for what a layer costs
REFUSED = "parameters and a shape that go together"


def said(inputs: tuple[Axes | None, ...]) -> str:
    """What comes in, in words."""
    return " and ".join(axes.text for axes in inputs if axes is not None) or "nothing"


@dataclass(frozen=True, slots=True)
class Cost:
    """What one example costs: parameters, multiply-adds of the forward pass, numbers in the output.

    A free length counts as 32 steps.
    """

    parameters: int
    multiply_adds: int
    activations: int
    held: int = (
        0  # numbers brought forth on the way to the output, which the backward pass may need
    )

    @property
    def activation_bytes(self) -> int:
        """Memory of the output in float32."""
        return 4 * self.activations


def summed(costs: Sequence[Cost]) -> Cost:
    """What several nodes cost together."""
    return Cost(
        sum([cost.parameters for cost in costs]),
        sum([cost.multiply_adds for cost in costs]),
        sum([cost.activations for cost in costs]),
        sum([cost.held for cost in costs]),
    )


@dataclass(frozen=True, slots=True)
class Sized:
    """A node that fits: what comes in (in the order of its ports), what goes out, its module and its cost."""

    inputs: tuple[Axes | None, ...]
    outputs: Mapping[str, Axes]
    call: Call
    cost: Cost
    dtypes: Mapping[str, str] = field(default_factory=dict)  # of each output, in torch's words
    shared: bool = False  # whether its weights are another node's, and counted there
    drawn: bool = False  # whether it is a group or switched off: drawn, but not run as it is
    own_parameters: int = 0  # what its weights count where they are its own

    def in_form(self, *, shared: bool) -> "Sized":
        """The same with weights that are another's, or its own."""
        if shared == self.shared:
            return self
        count = 0 if shared else self.own_parameters
        return replace(self, shared=shared, cost=replace(self.cost, parameters=count))


@dataclass(frozen=True, slots=True)
class Misfit:
    """A node that cannot take what comes: what it wanted and what it got, in words; torch's own text is detail."""

    port: str
    wanted: str
    got: str
    inputs: tuple[Axes | None, ...]
    detail: str = ""
