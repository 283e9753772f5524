"""Layers that bring numbers to mean 0 and variance 1."""

from pydantic import Field

from engine.axes import Image, Row, Sequence
from engine.layer import Call, Layer, LayerError, call


class _BatchNorm(Layer, group="Normalisation"):
    eps: float = Field(
        1e-5,
        gt=0,
        le=1,
        title="ε",
        description="Added to the variance, so that nothing is divided by 0.",
    )
    momentum: float = Field(
        0.1,
        ge=0,
        le=1,
        title="Momentum",
        description="How fast the running mean and variance follow.",
    )
    affine: bool = Field(
        True, title="Scale and shift", description="Whether a learnt scale and shift follow."
    )

    def _options(self) -> dict[str, object]:
        values = self.model_dump()
        defaults = {name: field.default for name, field in type(self).model_fields.items()}
        return {name: value for name, value in values.items() if value != defaults[name]}


class BatchNorm1d(_BatchNorm, group="Normalisation", label="Batch norm", stem="norm"):
    """Brings each feature to mean 0 and variance 1 over the minibatch; when not training, over the running figures.

    It keeps the error signal alive through deep sigmoid nets. It needs more than one example in a batch.
    """

    def call(self, numbers: Row) -> Call:
        return call("torch.nn.BatchNorm1d", numbers.features, **self._options())


class BatchNorm2d(_BatchNorm, group="Normalisation", label="Batch norm 2d", stem="norm"):
    """Brings each channel of an image to mean 0 and variance 1 over the minibatch."""

    def call(self, image: Image) -> Call:
        return call("torch.nn.BatchNorm2d", image.channels, **self._options())


class LayerNorm(Layer, group="Normalisation", label="Layer norm", stem="norm"):
    """Brings the numbers of each single example to mean 0 and variance 1; the batch plays no part."""

    eps: float = Field(
        1e-5,
        gt=0,
        le=1,
        title="ε",
        description="Added to the variance, so that nothing is divided by 0.",
    )
    elementwise_affine: bool = Field(
        True, title="Scale and shift", description="Whether a learnt scale and shift follow."
    )

    def call(self, numbers: Row | Sequence | Image) -> Call:
        sizes = numbers.sizes[1:] if isinstance(numbers, Sequence) else numbers.sizes
        if None in sizes:
            raise LayerError("sizes that are known", numbers.text)
        options = {} if self.elementwise_affine else {"elementwise_affine": False}
        return call("torch.nn.LayerNorm", sizes, eps=self.eps, **options)
