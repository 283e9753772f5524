"""How a network is trained: one declaration that form, command line, project file and run record all read."""

from typing import Any, Literal, Self

from pydantic import BaseModel, ConfigDict, Field

OptimizerName = Literal["SGD", "Momentum", "Nesterov", "RMSprop", "Adagrad", "Adam", "AdamW"]
ScheduleName = Literal["constant", "step", "cosine", "one-cycle", "plateau"]
Clipping = Literal["none", "norm", "value"]
Precision = Literal["float32", "float64", "mixed"]


UPDATE, SCHEDULE, SEQUENCES, MACHINE = "Update", "Schedule and end", "Sequences", "Numbers"
"""The headings of a form, below the settings that are changed most."""


def _in(section: str = "", **others: str | tuple[str, ...]) -> dict[str, Any]:
    """Under which heading a field stands; it matters only where others have one of these values, if any are given."""
    when = {name: (of,) if isinstance(of, str) else of for name, of in others.items()}
    return {"section": section, "when": when}


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
        description="How many examples one step looks at. 1 updates after each example; as many as there are, or "
        "more, is the full batch.",
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
        description="How much of the last step goes on.",
        json_schema_extra=_in("", optimizer=("Momentum", "Nesterov")),
    )
    beta_1: float = Field(
        0.9,
        ge=0,
        lt=1,
        title="Beta 1",
        description="How slowly the mean of the gradient follows.",
        json_schema_extra=_in("", optimizer=("Adam", "AdamW")),
    )
    beta_2: float = Field(
        0.999,
        ge=0,
        lt=1,
        title="Beta 2",
        description="How slowly the mean of its square follows.",
        json_schema_extra=_in("", optimizer=("Adam", "AdamW")),
    )
    alpha: float = Field(
        0.99,
        ge=0,
        lt=1,
        title="Smoothing",
        description="How slowly the mean of the squared gradient follows.",
        json_schema_extra=_in("", optimizer="RMSprop"),
    )
    weight_decay: float = Field(
        0.0,
        ge=0,
        le=100,
        allow_inf_nan=False,
        title="Weight decay",
        description="Pulls weights towards 0 at each step (L2; of AdamW, decoupled).",
        json_schema_extra=_in(UPDATE),
    )
    l1: float = Field(
        0.0,
        ge=0,
        le=100,
        allow_inf_nan=False,
        title="L1",
        description="Pulls weights towards 0 by the same amount each, so that small ones vanish.",
        json_schema_extra=_in(UPDATE),
    )
    clipping: Clipping = Field(
        "none",
        title="Clip gradient",
        description="Shortens a gradient that is too long (norm: of all weights together), or cuts off each of its "
        "numbers (value).",
        json_schema_extra=_in(UPDATE),
    )
    clip_at: float = Field(
        1.0,
        gt=0,
        le=1e9,
        allow_inf_nan=False,
        title="Clip at",
        description="The longest gradient, or the largest number in it, that is let through.",
        json_schema_extra=_in(UPDATE, clipping=("norm", "value")),
    )
    accumulate: int = Field(
        1,
        ge=1,
        le=10_000,
        title="Accumulate",
        description="How many batches one update adds up: as good as a batch that much larger, in less memory.",
        json_schema_extra=_in(UPDATE),
    )
    teacher_forcing: float = Field(
        1.0,
        ge=0,
        le=1,
        title="Teacher forcing",
        description="Of networks that write: the share of sentences whose true words are read while learning to go on "
        "from them. The others read the network's own words.",
        json_schema_extra=_in(UPDATE),
    )
    schedule: ScheduleName = Field(
        "constant",
        title="Schedule",
        description="How the rate changes while a run goes on.",
        json_schema_extra=_in(SCHEDULE) | {"labels": {"plateau": "on plateau"}},
    )
    schedule_epochs: int = Field(
        3,
        ge=1,
        le=1_000_000,
        title="Every",
        description="Epochs between two falls of the rate; on a plateau, epochs without a better dev loss.",
        json_schema_extra=_in(SCHEDULE, schedule=("step", "plateau")),
    )
    schedule_factor: float = Field(
        0.3,
        gt=0,
        lt=1,
        title="Factor",
        description="What the rate is multiplied by when it falls.",
        json_schema_extra=_in(SCHEDULE, schedule=("step", "plateau")),
    )
    warm_up: int = Field(
        0,
        ge=0,
        le=1_000_000,
        title="Warm-up",
        description="Steps over which the rate climbs to what it should be; 0: none.",
        json_schema_extra=_in(SCHEDULE),
    )
    patience: int = Field(
        0,
        ge=0,
        le=1_000_000,
        title="Patience",
        description="Early stopping: ends the run after so many epochs without a better dev loss, with the weights of "
        "the best one; 0: never.",
        json_schema_extra=_in(SCHEDULE),
    )
    back_steps: int = Field(
        0,
        ge=0,
        le=1_000_000,
        title="Steps back",
        description="Truncated backpropagation through time: how many steps a gradient goes back through RNN, GRU and "
        "LSTM, counted from the start of a sequence in stretches; 0: all.",
        json_schema_extra=_in(SEQUENCES),
    )
    carry_state: bool = Field(
        False,
        title="Carry state",
        description="A batch begins with the states of RNN, GRU and LSTM that the one before it ended with. Examples "
        "are taken in the order of the data, each row of a batch going on where it stopped; a rest is left out.",
        json_schema_extra=_in(SEQUENCES),
    )
    seed: int = Field(
        0,
        ge=0,
        le=2**31 - 1,
        title="Seed",
        description="The same seed gives the same initial weights and the same order of examples.",
        json_schema_extra=_in(MACHINE),
    )
    exact: bool = Field(
        False,
        title="Exact",
        description="The same seed gives the same numbers to the last digit. Otherwise a run that takes long is "
        "compiled while it goes on: faster, and alike to about six digits.",
        json_schema_extra=_in(MACHINE),
    )
    threads: int = Field(
        1,
        ge=1,
        le=256,
        title="Threads",
        description="Processor threads. Small networks are fastest with one; the last digits depend on it.",
        json_schema_extra=_in(MACHINE),
    )
    device: Literal["cpu", "cuda", "mps"] = Field(
        "cpu",
        title="Device",
        description="Where the numbers are computed.",
        json_schema_extra=_in(MACHINE) | {"labels": {"cpu": "CPU", "cuda": "CUDA", "mps": "Metal"}},
    )
    precision: Precision = Field(
        "float32",
        title="Precision",
        description="How many digits numbers have. Mixed computes in 16 bits where that is safe: faster on a GPU.",
        json_schema_extra=_in(MACHINE),
    )

    def but(self, **changes: object) -> Self:
        """The same settings with some changed and checked. Raises pydantic's ValidationError."""
        return type(self).model_validate({**self.model_dump(), **changes})


ADJUSTABLE = frozenset(
    {
        "learning_rate",
        "batch_size",
        "momentum",
        "weight_decay",
        "l1",
        "clipping",
        "clip_at",
        "patience",
        "teacher_forcing",
        "back_steps",
    }
)
"""What may change while a run is going."""
