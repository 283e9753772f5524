"""Losses of questions that are answered with yes or no."""

from typing import ClassVar

from pydantic import Field

from engine.axes import Axes, Labels, Row, Sequence, Target
from engine.layer import Call, LayerError, Loss, call
from engine.layers.loss import REDUCED, REDUCTION, Reduction
from engine.parameters import labels


class _Binary(Loss, group="Loss"):
    target: ClassVar[type[Target]] = Target
    unit: ClassVar[str] = "nats"
    reads: ClassVar[dict[str, str]] = {"lengths": "prediction"}
    reduction: Reduction = Field(
        "mean", title="Over the batch", description=REDUCTION, json_schema_extra=REDUCED
    )

    def check(self, target: Target) -> None:
        if isinstance(target, Labels) and (target.count != 2 or type(target) is not Labels):
            wanted = "two classes or values from 0 to 1"
            raise LayerError(wanted, f"{target.count} classes", "prediction")

    def called(self, prediction: Axes, target: Axes | None, **options: object) -> Call:
        """The call for what the data ask for, or for anything alike that a wire brings."""
        name = type(self).__name__
        if target is None and not isinstance(prediction, Row):
            raise LayerError(
                "a row of scores", f"{prediction.kind}, {prediction.text}", "prediction"
            )
        if prediction.free and not isinstance(prediction, Sequence):
            wanted = "sequences with their steps first, or of one length"
            raise LayerError(wanted, prediction.text, "prediction")
        if prediction.free:
            return call("engine.modules.loss.over_steps", name, **options)
        return call(f"engine.modules.loss.{name}", **options)

    def scores(self, target: Target) -> int:
        return 1 if isinstance(target, Labels) else target.count

    def stepwise(self, target: Target) -> bool:  # noqa: ARG002 (never)
        return False


class BCEWithLogitsLoss(_Binary, group="Loss", label="Binary cross-entropy", stem="loss"):
    """Yes or no: how surprised the network is, of one plain score for each question. It applies the sigmoid itself.

    With two classes one score is enough: above 0 it means the second.
    """

    threshold: ClassVar[float | None] = 0.0
    pos_weight: tuple[float, ...] | None = Field(
        None,
        max_length=100_000,
        title="Weight of yes",
        description="How much more a yes counts than a no, for each score.",
        json_schema_extra=labels(none="alike"),
    )

    def call(self, prediction: Axes, target: Axes | None = None) -> Call:
        options = self.options("pos_weight")
        if self.pos_weight is None:
            return self.called(prediction, target, **options)
        if not isinstance(prediction, Row):
            raise LayerError("a row of scores, or no weights", prediction.text, "prediction")
        if len(self.pos_weight) != prediction.features or any(w <= 0 for w in self.pos_weight):
            raise LayerError(
                f"{prediction.features} weights above 0", f"{len(self.pos_weight)}", "prediction"
            )
        kind = "engine.modules.loss.weighted_BCEWithLogitsLoss"
        return call(kind, list(self.pos_weight), **options)


class BCELoss(_Binary, group="Loss", label="Binary cross-entropy of p", stem="loss"):
    """Yes or no, of probabilities: put a Sigmoid before it. Binary cross-entropy of scores is steadier."""

    threshold: ClassVar[float | None] = 0.5

    def call(self, prediction: Axes, target: Axes | None = None) -> Call:
        return self.called(prediction, target, **self.options())
