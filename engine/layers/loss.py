"""What training makes small."""

from typing import ClassVar

from pydantic import Field

from engine.axes import Labels, Row, Target, Values
from engine.layer import Call, Loss, call


class CrossEntropyLoss(Loss, group="Loss", label="Cross-entropy", stem="loss"):
    """How surprised the network is by the true class: −log of the probability it gave it, in nats.

    It wants one plain score a class and makes probabilities of them itself. Knowing nothing costs ln C.
    """

    target: ClassVar[type[Target]] = Labels
    unit: ClassVar[str] = "nats"
    label_smoothing: float = Field(
        0.0,
        ge=0,
        lt=1,
        title="Label smoothing",
        description="Share of the truth spread over all classes.",
    )

    def call(self, prediction: Row) -> Call:  # noqa: ARG002 (classes are counted against the data)
        options = {"label_smoothing": self.label_smoothing} if self.label_smoothing else {}
        return call("torch.nn.CrossEntropyLoss", **options)


class MSELoss(Loss, group="Loss", label="Mean squared error", stem="loss"):
    """The mean of the squared differences from the true values. Large misses weigh most."""

    target: ClassVar[type[Target]] = Values
    unit: ClassVar[str] = "squared error"

    def call(self, prediction: Row) -> Call:  # noqa: ARG002 (values are counted against the data)
        return call("torch.nn.MSELoss")


class L1Loss(Loss, group="Loss", label="Mean absolute error", stem="loss"):
    """The mean distance from the true values. Outliers weigh no more than others."""

    target: ClassVar[type[Target]] = Values
    unit: ClassVar[str] = "absolute error"

    def call(self, prediction: Row) -> Call:  # noqa: ARG002 (values are counted against the data)
        return call("torch.nn.L1Loss")


class HuberLoss(Loss, group="Loss", label="Huber", stem="loss"):
    """Squared for small misses, straight for large ones: a compromise that outliers do not rule."""

    target: ClassVar[type[Target]] = Values
    unit: ClassVar[str] = "Huber loss"
    delta: float = Field(
        1.0, gt=0, le=1e6, title="δ", description="Where the parabola becomes a line."
    )

    def call(self, prediction: Row) -> Call:  # noqa: ARG002 (values are counted against the data)
        return call("torch.nn.HuberLoss", delta=self.delta)
