"""Recurrent layers with plain states: one row an example, which one layer gives and another can begin with.

The state of all layers and directions is one row: those of the first layer (forward, then backward) first. Where
sequences differ in length, `lengths` says how long each is; padding is not run over.
"""

import warnings
from collections.abc import Callable
from typing import Any

import torch
from torch import Tensor, nn
from torch.nn.utils.rnn import pack_padded_sequence, pad_packed_sequence


def to_row(state: Tensor) -> Tensor:
    """(layers · directions, batch, units) as (batch, layers · directions · units)."""
    return state.transpose(0, 1).flatten(1)


def from_row(row: Tensor, count: int) -> Tensor:
    """(batch, layers · directions · units) as (layers · directions, batch, units)."""
    return row.reshape(row.shape[0], count, -1).transpose(0, 1).contiguous()


def packed(x: Tensor, lengths: Tensor) -> torch.nn.utils.rnn.PackedSequence:
    """The real steps of (batch, steps, features)."""
    return pack_padded_sequence(x, lengths.cpu(), batch_first=True, enforce_sorted=False)


def padded(x: torch.nn.utils.rnn.PackedSequence, steps: int) -> Tensor:
    """What was packed, with zeros for padding, as long as before."""
    return pad_packed_sequence(x, batch_first=True, total_length=steps)[0]


def over_real_steps(
    run: Callable[..., tuple[Any, Any]],
    x: Tensor,
    start: object,
    lengths: Tensor | None,
    *,
    whole: bool = True,
) -> tuple[Tensor, Any]:
    """The outputs of all steps and the last state(s) of one of torch's layers, which knows packed sequences only.

    If they need not be `whole`, the outputs are left as they are packed, for nobody reads them.
    """
    if lengths is None:
        return run(x, start)
    result, last = run(packed(x, lengths), start)
    return padded(result, x.shape[1]) if whole else result.data, last


class RNN(nn.RNN):
    """torch's RNN: (batch, steps, features) to the outputs of all steps and the last state."""

    whole = True  # whether anyone reads the outputs of all steps

    def forward(  # type: ignore[override]
        self, x: Tensor, hidden: Tensor | None = None, lengths: Tensor | None = None
    ) -> tuple[Tensor, Tensor]:
        count = self.num_layers * (2 if self.bidirectional else 1)
        start = None if hidden is None else from_row(hidden, count)
        out, last = over_real_steps(super().forward, x, start, lengths, whole=self.whole)
        return out, to_row(last)


class GRU(nn.GRU):
    """torch's GRU: (batch, steps, features) to the outputs of all steps and the last state."""

    whole = True  # whether anyone reads the outputs of all steps

    def forward(  # type: ignore[override]
        self, x: Tensor, hidden: Tensor | None = None, lengths: Tensor | None = None
    ) -> tuple[Tensor, Tensor]:
        count = self.num_layers * (2 if self.bidirectional else 1)
        start = None if hidden is None else from_row(hidden, count)
        out, last = over_real_steps(super().forward, x, start, lengths, whole=self.whole)
        return out, to_row(last)


class LSTM(nn.LSTM):
    """torch's LSTM: (batch, steps, features) to the outputs of all steps, the last state and the last cell."""

    whole = True  # whether anyone reads the outputs of all steps

    def forward(  # type: ignore[override]
        self,
        x: Tensor,
        hidden: Tensor | None = None,
        cell: Tensor | None = None,
        lengths: Tensor | None = None,
    ) -> tuple[Tensor, Tensor, Tensor]:
        count = self.num_layers * (2 if self.bidirectional else 1)
        start = None
        if hidden is not None or cell is not None:
            start = (self._start(x, hidden, count, self.proj_size), self._start(x, cell, count, 0))
        with warnings.catch_warnings():
            if self.proj_size:  # which oneDNN does not know, and says so each time
                warnings.simplefilter("ignore")
            out, (last, memory) = over_real_steps(
                super().forward, x, start, lengths, whole=self.whole
            )
        return out, to_row(last), to_row(memory)

    def _start(self, x: Tensor, row: Tensor | None, count: int, size: int) -> Tensor:
        if row is not None:
            return from_row(row, count)
        return x.new_zeros(count, x.shape[0], size or self.hidden_size)
