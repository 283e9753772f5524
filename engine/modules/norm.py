"""Batch norm that knows where sequences end, and may have their steps first."""

from typing import Any

import torch
from torch import Tensor, nn


class BatchNorm1d(nn.BatchNorm1d):
    """torch's batch norm over signals (batch, channels, steps), of which `lengths` says how long each is.

    With `steps_first` over sequences (batch, steps, features).
    """

    def __init__(self, num_features: int, steps_first: bool = False, **options: Any) -> None:
        super().__init__(num_features, **options)
        self.steps_first = steps_first

    def forward(self, x: Tensor, lengths: Tensor | None = None) -> Tensor:
        if lengths is None and self.steps_first:
            return super().forward(x.transpose(1, 2)).transpose(1, 2)
        if lengths is None:
            return super().forward(x)
        rows = x if self.steps_first else x.transpose(1, 2)  # (batch, steps, channels)
        real = torch.arange(rows.shape[1], device=x.device) < lengths[:, None]  # (batch, steps)
        out = torch.zeros_like(rows)
        out[real] = super().forward(rows[real])
        return out if self.steps_first else out.transpose(1, 2)

    def extra_repr(self) -> str:
        text = super().extra_repr()  # type: ignore[no-untyped-call]
        return f"{text}, steps_first={self.steps_first}"
