"""Attention over sequences (batch, steps, features), never to padding, nor to the future where it is causal."""

from typing import Any

import torch
from torch import Tensor, nn


def beyond(x: Tensor, lengths: Tensor | None) -> Tensor | None:
    """Where the steps of `x` are padding, (batch, steps); None where there is none."""
    if lengths is None:
        return None
    return torch.arange(x.shape[1], device=x.device) >= lengths[:, None]


def future(steps: int, x: Tensor) -> Tensor:
    """Which steps each step must not see, (steps, steps): those that come after it."""
    return torch.ones(steps, steps, dtype=torch.bool, device=x.device).triu(1)


class MultiheadAttention(nn.MultiheadAttention):
    """torch's attention; without a key the query attends to itself. Gives the mean weights of the heads too."""

    def __init__(self, size: int, heads: int, causal: bool = False, **options: Any) -> None:
        super().__init__(size, heads, batch_first=True, **options)
        self.causal = causal

    def forward(  # type: ignore[override]
        self,
        query: Tensor,
        key: Tensor | None = None,
        value: Tensor | None = None,
        lengths: Tensor | None = None,
    ) -> tuple[Tensor, Tensor]:
        key = query if key is None else key
        value = key if value is None else value
        mask = None
        if self.causal:
            mask = torch.ones(query.shape[1], key.shape[1], dtype=torch.bool, device=query.device)
            mask = mask.triu(1)
        hidden = beyond(key, lengths)
        out, weights = super().forward(query, key, value, key_padding_mask=hidden, attn_mask=mask)
        return out, out.new_empty(0) if weights is None else weights


class TransformerEncoderLayer(nn.TransformerEncoderLayer):
    """torch's encoder layer, which knows lengths and may be causal."""

    def __init__(self, size: int, heads: int, causal: bool = False, **options: Any) -> None:
        super().__init__(size, heads, batch_first=True, **options)
        self.causal = causal

    def forward(self, x: Tensor, lengths: Tensor | None = None) -> Tensor:  # type: ignore[override]
        mask = future(x.shape[1], x) if self.causal else None
        return super().forward(x, src_mask=mask, src_key_padding_mask=beyond(x, lengths))


class TransformerDecoderLayer(nn.TransformerDecoderLayer):
    """torch's decoder layer, which knows the lengths of both sides; what it writes does not see its future."""

    def __init__(self, size: int, heads: int, causal: bool = True, **options: Any) -> None:
        super().__init__(size, heads, batch_first=True, **options)
        self.causal = causal

    def forward(  # type: ignore[override]
        self,
        x: Tensor,
        memory: Tensor,
        lengths: Tensor | None = None,
        memory_lengths: Tensor | None = None,
    ) -> Tensor:
        return super().forward(
            x,
            memory,
            tgt_mask=future(x.shape[1], x) if self.causal else None,
            tgt_key_padding_mask=beyond(x, lengths),
            memory_key_padding_mask=beyond(memory, memory_lengths),
        )
