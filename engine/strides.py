"""How a run goes through sequences: how far gradients go back, and which states go on from one minibatch to the next.

Both act on the step of training alone: whoever else looks at the network finds its layers as they are.
"""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from engine.dataset import Part
from engine.modules.recurrent import GRU, LSTM, RNN
from engine.modules.stretches import Stretches
from engine.network import Network
from engine.settings import Settings

States = Mapping[str, tuple[Tensor, ...]]


class Strides:
    """The recurrent layers of a network while it is trained."""

    def __init__(self, network: Network, settings: Settings) -> None:
        layers = {
            name: module
            for name, module in network.module.named_modules()
            if isinstance(module, RNN | GRU | LSTM) and not module.bidirectional
        }
        self._stretches = {
            name: Stretches(module, settings.back_steps, settings.carry_state)
            for name, module in layers.items()
        }
        self.carries = settings.carry_state and bool(layers)
        self.acts = False
        self.adjust(settings)

    def adjust(self, settings: Settings) -> None:
        """Take over other settings from the next step on."""
        self.acts = bool(self._stretches) and (self.carries or settings.back_steps > 0)
        for stretches in self._stretches.values():
            stretches.back = settings.back_steps

    def order(self, part: Part, device: str) -> Tensor | None:
        """The order in which examples are taken, if states go on from one minibatch to the next."""
        return torch.from_numpy(in_order(part)).to(device) if self.carries else None

    @contextmanager
    def within(self, *, fresh: bool) -> Iterator[None]:
        """Where a step of training runs the network; a `fresh` one begins an epoch, with nothing carried."""
        for stretches in self._stretches.values():
            if fresh:
                stretches.forget()
            stretches.layer.forward = stretches
        try:
            yield
        finally:
            for stretches in self._stretches.values():
                del stretches.layer.forward

    @property
    def states(self) -> States:
        """What the next minibatch begins with, by layer."""
        return {name: stretches.kept for name, stretches in self._stretches.items()}

    def put(self, states: States) -> None:
        """Let the next minibatch begin with these."""
        for name, stretches in self._stretches.items():
            stretches.kept = states.get(name, ())

    def copied(self) -> dict[str, NDArray[np.generic]]:
        """The same as arrays, for a checkpoint: `carried/gru/0` → array."""
        return {
            f"carried/{name}/{place}": state.cpu().numpy().copy()
            for name, states in self.states.items()
            for place, state in enumerate(states)
        }

    def read(self, memory: Mapping[str, NDArray[np.generic]], device: str) -> None:
        """Take over from a checkpoint what `copied` put there."""
        for name, stretches in self._stretches.items():
            found = (memory.get(f"carried/{name}/{place}") for place in (0, 1))
            stretches.kept = tuple(
                torch.tensor(state, device=device) for state in found if state is not None
            )


def in_order(part: Part) -> NDArray[np.int64]:
    """The places of a part's examples as they follow one another in the data set."""
    order: NDArray[np.int64] = np.argsort(part.indices)
    return order
