"""Losses that measure how far values are from others: those of the data, or those that another wire brings."""

from typing import Any, ClassVar, Literal

from pydantic import Field

from engine.axes import Axes, Row, Sequence, Target, Values
from engine.layer import Call, LayerError, Loss, call
from engine.layers.loss import REDUCED, REDUCTION, Reduction
from engine.parameters import labels


def _over_steps(name: str, prediction: Axes, **options: Any) -> Call | None:
    """The loss over the real steps of sequences, where these may differ in length; None where they do not."""
    if not prediction.free:
        return None
    if not isinstance(prediction, Sequence):
        wanted = "sequences with their steps first, or of one length"
        raise LayerError(wanted, prediction.text, "prediction")
    return call("engine.modules.loss.over_steps", name, **options)


class _Distance(Loss, group="Loss"):
    target: ClassVar[type[Target]] = Values
    reads: ClassVar[dict[str, str]] = {"lengths": "prediction"}
    reduction: Reduction = Field(
        "mean", title="Over the batch", description=REDUCTION, json_schema_extra=REDUCED
    )

    def call(self, prediction: Axes, target: Axes | None = None) -> Call:
        name, options = type(self).__name__, self.options()
        if target is not None and (made := _over_steps(name, prediction, **options)):
            return made
        return call(f"torch.nn.{name}", **options)


class MSELoss(_Distance, group="Loss", label="Mean squared error", stem="loss"):
    """The mean of the squared differences from the true values. Large misses weigh most."""

    unit: ClassVar[str] = "squared error"


class L1Loss(_Distance, group="Loss", label="Mean absolute error", stem="loss"):
    """The mean distance from the true values. Outliers weigh no more than others."""

    unit: ClassVar[str] = "absolute error"


class SmoothL1Loss(_Distance, group="Loss", label="Smooth L1", stem="loss"):
    """Squared below β and straight above: the mean absolute error without its corner."""

    unit: ClassVar[str] = "smooth L1"
    beta: float = Field(
        1.0, ge=0, le=1e6, title="β", description="Where the parabola becomes a line."
    )


class HuberLoss(_Distance, group="Loss", label="Huber", stem="loss"):
    """Squared for small misses, straight for large ones: a compromise that outliers do not rule."""

    unit: ClassVar[str] = "Huber loss"
    delta: float = Field(
        1.0, gt=0, le=1e6, title="δ", description="Where the parabola becomes a line."
    )


class PoissonNLLLoss(_Distance, group="Loss", label="Poisson", stem="loss"):
    """For counts: how surprised a Poisson law with the predicted rate is by the true count."""

    unit: ClassVar[str] = "nats"
    log_input: bool = Field(
        True, title="Logarithms", description="Whether the prediction is the logarithm of the rate."
    )
    full: bool = Field(
        False,
        title="Whole formula",
        description="Whether the term that no weight changes is added.",
    )
    eps: float = Field(
        1e-8, gt=0, le=1, title="ε", description="Added to the rate, so that no logarithm is of 0."
    )


class CosineLoss(_Distance, group="Loss", label="Cosine", stem="loss"):
    """1 − the cosine of the angle between prediction and target: only their direction counts.

    Of sequences the angle at each step counts.
    """

    unit: ClassVar[str] = "1 − cos"
    eps: float = Field(
        1e-8,
        gt=0,
        le=1,
        title="ε",
        description="The least length, so that nothing is divided by 0.",
    )

    def call(self, prediction: Axes, target: Axes | None = None) -> Call:  # noqa: ARG002
        options = self.options()
        if isinstance(prediction, Sequence):
            return call("engine.modules.loss.over_steps", "CosineLoss", **options)
        _over_steps("CosineLoss", prediction)  # which refuses signals of free length
        return call("engine.modules.loss.CosineLoss", **options)


class KLDivLoss(Loss, group="Loss", label="KL divergence", stem="loss"):
    """How far predicted log-probabilities are from probabilities that a second wire brings, as in distillation.

    Put a Log softmax before the prediction and a Softmax before the target.
    """

    target: ClassVar[type[Target]] = Values
    unit: ClassVar[str] = "nats"
    reads: ClassVar[dict[str, str]] = {"lengths": "prediction"}
    reduction: Literal["batchmean", "sum"] = Field(
        "batchmean",
        title="Over the batch",
        description="Whether the mean of the examples or steps counts, as in the formula, or the sum.",
        json_schema_extra=labels(batchmean="Mean", sum="Sum"),
    )
    log_target: bool = Field(
        False,
        title="Target in logarithms",
        description="Whether the target is given as logarithms.",
    )

    def call(self, prediction: Row | Sequence, target: Row | Sequence | None = None) -> Call:  # noqa: ARG002
        options: dict[str, object] = {"reduction": self.reduction}  # PyTorch's own is no formula's
        if self.log_target:
            options["log_target"] = True
        if isinstance(prediction, Sequence):
            return call("engine.modules.loss.over_steps", "KLDivLoss", **options)
        return call("torch.nn.KLDivLoss", **options)
