"""Fully connected layers."""

from pydantic import Field

from engine.axes import Row, Sequence
from engine.layer import Call, Weighted, call


class Dense(Weighted, group="Dense"):
    """Every unit sees every number that comes in: y = xW + b.

    Each unit is one weighted sum. Put an activation after it, or several Dense layers are no more than one.
    """

    out_features: int = Field(
        64, ge=1, le=1_000_000_000, title="Units", description="How many sums are formed."
    )
    bias: bool = Field(
        True, title="Bias", description="Whether each unit adds a number of its own."
    )

    def call(self, numbers: Row | Sequence) -> Call:
        features = numbers.features
        return call("torch.nn.Linear", features, self.out_features, **_unless(self.bias))

    @property
    def caption(self) -> str:
        return f"{self.out_features:,}"

    def arithmetic(self, numbers: Row | Sequence) -> str:
        bias = f" + {self.out_features:,}" if self.bias else ""
        total = numbers.features * self.out_features + self.bias * self.out_features
        return f"{numbers.features:,} × {self.out_features:,}{bias} = {total:,} parameters"


def _unless(bias: bool) -> dict[str, object]:
    return {} if bias else {"bias": False}
