"""What training makes small: how far the prediction is from what it should be."""

from typing import ClassVar, Literal

from pydantic import Field

from engine.axes import Axes, Labels, Row, Sequence, StepLabels, Target, Transcript
from engine.layer import Call, LayerError, Loss, call
from engine.parameters import labels

Reduction = Literal["mean", "sum"]
REDUCTION = "Whether the mean over the batch counts, or the sum."
REDUCED = labels(mean="Mean", sum="Sum")


_WEIGHTS = "How much each class counts, in the order of the classes."


def _check_weights(weights: tuple[float, ...], count: int | None) -> None:
    if len(weights) != count or any(weight < 0 for weight in weights):
        wanted = f"{count} class weights, none below 0"
        raise LayerError(wanted, f"{len(weights)}", "prediction")


class _Classes(Loss, group="Loss"):
    target: ClassVar[type[Target]] = Labels
    unit: ClassVar[str] = "nats"
    reads: ClassVar[dict[str, str]] = {"lengths": "prediction"}
    reduction: Reduction = Field(
        "mean", title="Over the batch", description=REDUCTION, json_schema_extra=REDUCED
    )
    weight: tuple[float, ...] | None = Field(
        None,
        max_length=100_000,
        title="Class weights",
        description=_WEIGHTS,
        json_schema_extra=labels(none="all alike"),
    )
    ignore_index: int = Field(
        -100,
        ge=-1_000_000,
        le=1_000_000,
        title="Ignored class",
        description="Examples or steps with this class number do not count.",
    )

    def called(self, name: str, prediction: Axes) -> Call:
        """The call, with class weights that are as many as the scores. Raises LayerError."""
        options = self.options()
        count = prediction.features if isinstance(prediction, Row | Sequence) else None
        if self.weight is not None:
            _check_weights(self.weight, count)
            options["weight"] = list(self.weight)
            steps = isinstance(prediction, Sequence)
            return call(f"engine.modules.loss.weighted_{name}", steps=steps, **options)
        if isinstance(prediction, Sequence):
            return call(f"engine.modules.loss.{name}", **options)
        return call(f"torch.nn.{name}", **options)

    def check(self, target: Target) -> None:
        if isinstance(target, Transcript):
            got = "shorter rows of classes, which CTC is for"
            raise LayerError("a class for each example or step", got, "prediction")


class CrossEntropyLoss(_Classes, group="Loss", label="Cross-entropy", stem="loss"):
    """How surprised the network is by the true class: −log of the probability it gave it, in nats.

    It wants one plain score a class and makes probabilities of them itself. Knowing nothing costs ln C. Of a sequence
    it takes the scores at each step.
    """

    label_smoothing: float = Field(
        0.0,
        ge=0,
        lt=1,
        title="Label smoothing",
        description="Share of the truth spread over all classes.",
    )

    def call(self, prediction: Row | Sequence, target: Row | None = None) -> Call:
        whole = isinstance(prediction, Row) and self.ignore_index == -100
        if target is not None and not whole:
            raise LayerError("a row of scores, and no ignored class", prediction.text, "prediction")
        return self.called("CrossEntropyLoss", prediction)


class NLLLoss(_Classes, group="Loss", label="Negative log-likelihood", stem="loss"):
    """−log p of the true class, of log-probabilities: put a Log softmax before it.

    The two together are cross-entropy.
    """

    def call(self, prediction: Row | Sequence) -> Call:
        return self.called("NLLLoss", prediction)


class MultiMarginLoss(Loss, group="Loss", label="Margin", stem="loss"):
    """Wants the score of the true class above all others by a margin, as support vector machines do."""

    target: ClassVar[type[Target]] = Labels
    unit: ClassVar[str] = "hinge"
    p: int = Field(1, ge=1, le=2, title="Power", description="1 for plain, 2 for squared misses.")
    margin: float = Field(
        1.0, gt=0, le=1e6, title="Margin", description="By how much it must be above the others."
    )
    weight: tuple[float, ...] | None = Field(
        None,
        max_length=100_000,
        title="Class weights",
        description=_WEIGHTS,
        json_schema_extra=labels(none="all alike"),
    )
    reduction: Reduction = Field(
        "mean", title="Over the batch", description=REDUCTION, json_schema_extra=REDUCED
    )

    def call(self, prediction: Row) -> Call:
        if self.weight is None:
            return call("torch.nn.MultiMarginLoss", **self.options())
        kind, weights = "engine.modules.loss.weighted_MultiMarginLoss", list(self.weight)
        _check_weights(self.weight, prediction.features)
        return call(kind, weights, **self.options("weight"))

    def check(self, target: Target) -> None:
        if isinstance(target, StepLabels | Transcript):
            raise LayerError("one class for each example", "several", "prediction")


class CTCLoss(Loss, group="Loss", label="CTC", stem="loss"):
    """For a row of classes that is shorter than the sequence and not aligned with it, as in handwriting or speech.

    It sums over all alignments. One class, the blank, means nothing is said at a step. It makes probabilities itself.
    """

    target: ClassVar[type[Target]] = Transcript
    unit: ClassVar[str] = "nats"
    reads: ClassVar[dict[str, str]] = {"lengths": "prediction"}
    blank: int = Field(
        0, ge=0, le=1_000_000, title="Blank", description="The class that says nothing."
    )
    reduction: Reduction = Field(
        "mean", title="Over the batch", description=REDUCTION, json_schema_extra=REDUCED
    )
    zero_infinity: bool = Field(
        False,
        title="Leave out the impossible",
        description="Whether targets too long for their sequence count as 0.",
    )

    def call(self, prediction: Sequence) -> Call:
        if self.blank >= prediction.features:
            raise LayerError(f"a blank below {prediction.features}", str(self.blank), "prediction")
        return call("engine.modules.loss.CTCLoss", **self.options())
