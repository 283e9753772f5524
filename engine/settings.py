"""How a network is trained: one declaration that form, command line, project file and run record all read."""

from typing import Literal, Self

from pydantic import BaseModel, ConfigDict, Field

from engine.optimizers import OptimizerName


class Settings(BaseModel):
    """How the network is trained. All that decides a run's numbers, besides the drawing and the data, is here."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    epochs: int = Field(
        10,
        ge=1,
        le=1_000_000,
        title="Epochs",
        description="How often training goes through the data.",
    )
    batch_size: int = Field(
        64,
        ge=1,
        le=1_000_000,
        title="Batch",
        description="How many examples one step looks at. 1 updates after each example.",
    )
    optimizer: OptimizerName = Field(
        "SGD", title="Optimiser", description="The rule that turns gradients into updates."
    )
    learning_rate: float = Field(
        0.1,
        gt=0,
        le=1000,
        allow_inf_nan=False,
        title="Rate",
        description="Learning rate: how far a step goes.",
    )
    momentum: float = Field(
        0.9,
        ge=0,
        lt=1,
        title="Momentum",
        description="How much of the last step goes on (Momentum only).",
    )
    weight_decay: float = Field(
        0.0,
        ge=0,
        le=100,
        title="Weight decay",
        description="Pulls weights towards 0 at each step (L2).",
    )
    seed: int = Field(
        0,
        ge=0,
        le=2**31 - 1,
        title="Seed",
        description="The same seed gives the same initial weights and the same order of examples.",
    )
    threads: int = Field(
        1,
        ge=1,
        le=256,
        title="Threads",
        description="Processor threads. Small networks are fastest with one; the last digits depend on it.",
    )
    device: Literal["cpu", "cuda", "mps"] = Field(
        "cpu",
        title="Device",
        description="Where the numbers are computed.",
        json_schema_extra={"labels": {"cpu": "CPU", "cuda": "CUDA", "mps": "Metal"}},
    )

    def but(self, **changes: object) -> Self:
        """The same settings with some changed and checked. Raises pydantic's ValidationError."""
        return type(self).model_validate({**self.model_dump(), **changes})


ADJUSTABLE = frozenset({"learning_rate", "batch_size", "momentum", "weight_decay"})
"""What may change while a run is going."""
