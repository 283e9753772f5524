"""Recurrent layers in training: gradients that go back so many steps, states that go on to the next minibatch."""

from typing import Any

import torch
from torch import Tensor, nn


class Stretches:
    """Stands in for the `forward` of a recurrent layer of ours: `layer.forward = Stretches(layer, back, carry)`.

    Truncated backpropagation through time (Williams and Peng, 1990): the steps are run in stretches of `back` (0: all
    at once), between which states are handed on without their history. With `carry`, a minibatch begins with the states
    that the one before it ended with, unless a wire brings others. What is computed is the same as without stretches;
    where no gradient is asked for, or a layer reads both ways, nothing is different at all.
    """

    def __init__(self, layer: nn.Module, back: int, carry: bool) -> None:
        self.layer, self.back, self.carry = layer, back, carry
        self.kept: tuple[Tensor, ...] = ()

    def forget(self) -> None:
        """Begin the next minibatch with nothing."""
        self.kept = ()

    def __call__(self, x: Tensor, *given: Tensor | None, lengths: Tensor | None = None) -> Any:
        if not torch.is_grad_enabled() or self.layer.bidirectional:
            return type(self.layer).forward(self.layer, x, *given, lengths=lengths)
        fits = self.carry and len(self.kept) > 0 and len(self.kept[0]) == len(x)
        brought = any(state is not None for state in given)
        out, ends = self._run(x, self.kept if fits and not brought else given, lengths)
        if self.carry:
            self.kept = tuple(state.detach() for state in ends)
        return out, *ends

    def _run(
        self, x: Tensor, start: tuple[Tensor | None, ...], lengths: Tensor | None
    ) -> tuple[Tensor, tuple[Tensor, ...]]:
        """The outputs of all steps (batch, steps, features), and the state(s) after the last."""
        back = self.back or x.shape[1]
        out, *ends = self._step(x[:, :back], start, lengths, 0)
        outs = [out]
        for first in range(back, x.shape[1], back):
            before = tuple(state.detach() for state in ends)
            out, *after = self._step(x[:, first : first + back], before, lengths, first)
            outs.append(out)
            if lengths is not None:  # a sequence that has ended keeps the state it ended with
                going = (lengths > first)[:, None]
                after = [torch.where(going, new, old) for new, old in zip(after, ends, strict=True)]
            ends = after
        return torch.cat(outs, 1) if len(outs) > 1 else out, tuple(ends)

    def _step(
        self, x: Tensor, start: tuple[Tensor | None, ...], lengths: Tensor | None, first: int
    ) -> tuple[Tensor, ...]:
        """One stretch; over the sequences that have ended before it something is run that nobody reads."""
        run = type(self.layer).forward
        if lengths is None:
            found: tuple[Tensor, ...] = run(self.layer, x, *start)
            return found
        left = lengths - first
        out, *states = run(self.layer, x, *start, lengths=left.clamp(1, x.shape[1]))
        if first:
            out = out * (left > 0)[:, None, None]
        return out, *states
