"""Batch norm that leaves padding out of its mean and variance."""

import torch
from torch import Tensor, nn


class BatchNorm1d(nn.BatchNorm1d):
    """torch's batch norm over signals (batch, channels, steps) of which `lengths` says how long each is."""

    def forward(self, x: Tensor, lengths: Tensor | None = None) -> Tensor:
        if lengths is None:
            return super().forward(x)
        real = torch.arange(x.shape[2], device=x.device) < lengths[:, None]  # (batch, steps)
        rows = x.transpose(1, 2)  # (batch, steps, channels)
        out = torch.zeros_like(rows)
        out[real] = super().forward(rows[real])
        return out.transpose(1, 2)
