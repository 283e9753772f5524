"""Layers in which each step looks at others and takes from those that matter to it."""

from typing import Any, ClassVar, Literal

from pydantic import Field

from engine.axes import Axes, General, Sequence, Size
from engine.layer import LIVE, Call, LayerError, Port, Weighted, call
from engine.parameters import labels


def _check_heads(features: int, heads: int) -> None:
    if features % heads:
        raise LayerError(f"features that {heads} heads divide", f"{features}")


_HEADS = "How many times attention is paid side by side, each to other things."
_DROPOUT = "The share switched off while training."


class MultiheadAttention(Weighted, group="Attention", label="Attention", stem="attention"):
    """Each step of the query asks, every step of the key answers how well it fits, and the values are mixed by that.

    Without a key it looks at itself; without a value the key serves for both. `weights` says who looked at whom.
    """

    reads: ClassVar[dict[str, str]] = {"lengths": "key"}
    inputs: ClassVar[tuple[Port, ...]] = (
        Port("query"),
        Port("key", optional=True),
        Port("value", optional=True),
    )
    outputs: ClassVar[tuple[Port, ...]] = (Port("out"), Port("weights"))
    num_heads: int = Field(4, ge=1, le=1024, title="Heads", description=_HEADS)
    dropout: float = Field(
        0.0, ge=0, lt=1, title="Dropout", description=_DROPOUT, json_schema_extra=LIVE
    )
    bias: bool = Field(
        True, title="Bias", description="Whether numbers are added in each projection."
    )
    add_bias_kv: bool = Field(
        False, title="Learnt step", description="Whether a learnt step is added to keys and values."
    )
    add_zero_attn: bool = Field(
        False,
        title="Empty step",
        description="Whether a step of zeros is added, to look at nothing.",
    )
    causal: bool = Field(
        False, title="Causal", description="Whether no step sees those that come after it."
    )

    def call(
        self, query: Sequence, key: Sequence | None = None, value: Sequence | None = None
    ) -> Call:
        _check_heads(query.features, self.num_heads)
        key = query if key is None else key
        value = key if value is None else value
        if key.steps != value.steps:
            raise LayerError(f"values at the steps of the keys, {key.text}", value.text, "value")
        if self.causal and (self.add_bias_kv or self.add_zero_attn):
            raise LayerError("no added steps where it is causal", "some", "query")
        options = self.options("num_heads")
        if (key.features, value.features) != (query.features, query.features):
            options |= {"kdim": key.features, "vdim": value.features}
        kind = "engine.modules.attention.MultiheadAttention"
        return call(kind, query.features, self.num_heads, **options)

    def outcome(self, port: str, sizes: tuple[Size, ...], inputs: tuple[Any, ...]) -> Axes:
        if port == "weights":
            return General(("queries", "keys"), sizes)
        return super().outcome(port, sizes, inputs)

    @property
    def caption(self) -> str:
        return f"{self.num_heads} head{'s' if self.num_heads > 1 else ''}"

    def arithmetic(self, query: Sequence, *others: Axes | None) -> str:
        if any(others) or self.add_bias_kv:
            return ""
        e = query.features
        bias = f" + 4·{e}" if self.bias else ""
        return f"4·{e}²{bias} = {4 * e * e + 4 * e * self.bias:,} parameters"


class _Transformer(Weighted, group="Attention"):
    nhead: int = Field(4, ge=1, le=1024, title="Heads", description=_HEADS)
    dim_feedforward: int = Field(
        2048, ge=1, le=1_000_000, title="Wide", description="Units of the two dense layers' middle."
    )
    dropout: float = Field(
        0.1, ge=0, lt=1, title="Dropout", description=_DROPOUT, json_schema_extra=LIVE
    )
    activation: Literal["relu", "gelu"] = Field(
        "relu",
        title="Activation",
        description="What stands between the two dense layers.",
        json_schema_extra=labels(relu="ReLU", gelu="GELU"),
    )
    layer_norm_eps: float = Field(
        1e-5, gt=0, le=1, title="ε", description="Added to the variance in the layer norms."
    )
    norm_first: bool = Field(
        False,
        title="Norm first",
        description="Whether layer norms stand before, not after, each part.",
    )
    bias: bool = Field(True, title="Bias", description="Whether numbers are added in each part.")

    def called(self, features: int) -> Call:
        """The call of the module. Raises LayerError if the heads do not divide the features."""
        _check_heads(features, self.nhead)
        kind = f"engine.modules.attention.{type(self).__name__}"
        return call(kind, features, self.nhead, **self.options("nhead"))

    @property
    def caption(self) -> str:
        return f"{self.nhead} head{'s' if self.nhead > 1 else ''}"


class TransformerEncoderLayer(
    _Transformer, group="Attention", label="Transformer encoder", stem="encoder"
):
    """Attention of a sequence to itself, then two dense layers at each step, with skips and layer norms around both.

    Set causal for a language model: then no step sees those that come after it.
    """

    reads: ClassVar[dict[str, str]] = {"lengths": "in"}
    causal: bool = Field(
        False, title="Causal", description="Whether no step sees those that come after it."
    )

    def call(self, numbers: Sequence) -> Call:
        return self.called(numbers.features)


class TransformerDecoderLayer(
    _Transformer, group="Attention", label="Transformer decoder", stem="decoder"
):
    """Attention of what is being written to itself, then to what was read (`memory`), then two dense layers."""

    reads: ClassVar[dict[str, str]] = {"lengths": "in", "memory_lengths": "memory"}
    inputs: ClassVar[tuple[Port, ...]] = (Port("in"), Port("memory"))
    causal: bool = Field(
        True, title="Causal", description="Whether no step sees those that come after it."
    )

    def call(self, numbers: Sequence, memory: Sequence) -> Call:
        if memory.features != numbers.features:
            raise LayerError(
                f"{numbers.features} features, as what is written", memory.text, "memory"
            )
        return self.called(numbers.features)
