"""Symbols as rows of numbers, and where in a sequence each stands."""

from typing import Any, Literal

from pydantic import Field

from engine.axes import Axes, General, Indices, Row, Sequence, Size, Tokens, axes_of
from engine.layer import LIVE, Call, Layer, LayerError, Weighted, call
from engine.parameters import labels


def _vocabulary(symbols: Tokens | Indices, given: int | None) -> int:
    """How many symbols there are: as many as the data has, or as is said."""
    if given is not None:
        if isinstance(symbols, Tokens) and symbols.vocabulary > given:
            raise LayerError(f"at most {given} symbols", symbols.text)
        return given
    if not isinstance(symbols, Tokens):
        raise LayerError("the number of symbols, which the data does not say", symbols.text)
    return symbols.vocabulary


def _with_features(sizes: tuple[Size, ...], came: Axes) -> Axes:
    if len(sizes) == 2 and isinstance(sizes[1], int):
        return Sequence(sizes[0], sizes[1])
    return General((*came.names, "features"), sizes)


_SYMBOLS = "How many symbols there are; by itself as many as the data has."
_DATA = labels(none="as the data has")


class Embedding(Weighted, group="Embedding"):
    """Gives each symbol a learnt row of numbers; alike symbols come to lie near one another."""

    embedding_dim: int = Field(
        32, ge=1, le=65_536, title="Features", description="How many numbers stand for a symbol."
    )
    num_embeddings: int | None = Field(
        None,
        ge=1,
        le=100_000_000,
        title="Symbols",
        description=_SYMBOLS,
        json_schema_extra=_DATA,
    )
    padding_idx: int | None = Field(
        None,
        ge=0,
        le=100_000_000,
        title="Padding",
        description="A symbol that stands for nothing: its row is 0 and is not learnt.",
        json_schema_extra=labels(none="none"),
    )
    max_norm: float | None = Field(
        None,
        gt=0,
        le=1e6,
        title="Longest",
        description="Rows that grow longer than this are cut back.",
        json_schema_extra=labels(none="any length"),
    )
    norm_type: float = Field(
        2.0, ge=1, le=100, title="Norm", description="Which norm measures the length of a row."
    )
    scale_grad_by_freq: bool = Field(
        False,
        title="Gradients by frequency",
        description="Whether symbols that are frequent in a batch learn less from each time.",
    )
    both_ways: bool = Field(
        False,
        title="Both ways",
        description="Whether it also takes rows of numbers and scores each symbol, as the end of a language model "
        "that shares the weights of its beginning does.",
    )

    def call(self, symbols: Tokens | Indices | Row | Sequence) -> Call:
        if isinstance(symbols, Row | Sequence):
            return self._back(symbols)
        count = _vocabulary(symbols, self.num_embeddings)
        if self.padding_idx is not None and self.padding_idx >= count:
            raise LayerError(f"a padding symbol below {count}", str(self.padding_idx))
        return self._made(count)

    def _made(self, count: int) -> Call:
        place = (
            "engine.modules.embedding.TwoWayEmbedding" if self.both_ways else "torch.nn.Embedding"
        )
        options = self.options("embedding_dim", "num_embeddings", "both_ways")
        return call(place, count, self.embedding_dim, **options)

    def _back(self, rows: Row | Sequence) -> Call:
        if not self.both_ways:
            raise LayerError("symbols or whole numbers", f"{rows.kind}, {rows.text}")
        if rows.features != self.embedding_dim:
            raise LayerError(f"rows of {self.embedding_dim} numbers", rows.text)
        if self.num_embeddings is None:
            raise LayerError("the number of symbols, which rows do not say", rows.text)
        return self._made(self.num_embeddings)

    def outcome(self, port: str, sizes: tuple[Size, ...], inputs: tuple[Any, ...]) -> Axes:  # noqa: ARG002
        if isinstance(inputs[0], Row):
            return axes_of(sizes)
        return _with_features(sizes, inputs[0])

    @property
    def caption(self) -> str:
        return f"{self.embedding_dim}"

    def arithmetic(self, symbols: Tokens | Indices | Row | Sequence) -> str:
        if isinstance(symbols, Row | Sequence):
            return f"{self.num_embeddings} × {self.embedding_dim:,} parameters"
        count = _vocabulary(symbols, self.num_embeddings)
        total = count * self.embedding_dim
        return f"{count:,} × {self.embedding_dim:,} = {total:,} parameters"


class OneHot(Layer, group="Embedding", label="One-hot", stem="one_hot"):
    """Gives each symbol a row of zeros with a single one, in a place of its own. Nothing is learnt."""

    num_classes: int | None = Field(
        None, ge=1, le=1_000_000, title="Symbols", description=_SYMBOLS, json_schema_extra=_DATA
    )

    def call(self, symbols: Tokens | Indices) -> Call:
        return call("engine.modules.position.OneHot", _vocabulary(symbols, self.num_classes))

    def outcome(self, port: str, sizes: tuple[Size, ...], inputs: tuple[Any, ...]) -> Axes:  # noqa: ARG002
        return _with_features(sizes, inputs[0])


class PositionalEncoding(Layer, group="Embedding", label="Positional encoding", stem="position"):
    """Adds to each step a row of numbers that says where it stands: attention alone knows no order."""

    encoding: Literal["sinusoidal", "learnt"] = Field(
        "sinusoidal",
        title="Kind",
        description="Fixed waves, which serve any length, or numbers that are learnt.",
        json_schema_extra=labels(sinusoidal="Waves", learnt="Learnt"),
    )
    max_length: int = Field(
        512, ge=1, le=1_000_000, title="Most steps", description="How many steps can be learnt."
    )
    dropout: float = Field(
        0.0,
        ge=0,
        lt=1,
        title="Dropout",
        description="The share switched off afterwards.",
        json_schema_extra=LIVE,
    )

    def call(self, numbers: Sequence) -> Call:
        more = {"dropout": self.dropout} if self.dropout else {}
        if self.encoding == "sinusoidal":
            return call("engine.modules.position.SinusoidalEncoding", numbers.features, **more)
        if isinstance(numbers.steps, int) and numbers.steps > self.max_length:
            raise LayerError(f"at most {self.max_length} steps", numbers.text)
        if numbers.free and self.max_length == 1:
            raise LayerError("sequences of 1 step", numbers.text)
        kind = "engine.modules.position.LearntEncoding"
        return call(kind, self.max_length, numbers.features, **more)

    @property
    def longest(self) -> int | None:
        return self.max_length if self.encoding == "learnt" else None

    @property
    def caption(self) -> str:
        return self.encoding
