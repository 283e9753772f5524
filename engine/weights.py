"""Weights in and out of a network as plain numpy arrays, named like the nodes they belong to."""

from collections.abc import Iterable, Mapping

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn

Arrays = Mapping[str, NDArray[np.generic]]


def copy_out(network: nn.Module) -> dict[str, NDArray[np.generic]]:
    """A copy of all weights and running figures: `conv_1.weight` → array."""
    return {name: _array(tensor) for name, tensor in network.state_dict().items()}


def copy_in(network: nn.Module, weights: Arrays) -> list[str]:
    """Put back every array whose name and shape still fit; the names of those that found no place are returned."""
    state = network.state_dict()
    fitting = {
        name: torch.from_numpy(np.array(array)).reshape(state[name].shape)
        for name, array in weights.items()
        if name in state and _alike(tuple(state[name].shape), array.shape)
    }
    network.load_state_dict({**state, **fitting})
    return [name for name in weights if name not in fitting]


def named(network: nn.Module, state: Iterable[Tensor]) -> dict[str, NDArray[np.generic]]:
    """A copy of what `network` was at another time, given in the order of its state, by name."""
    return {name: _array(tensor) for name, tensor in zip(network.state_dict(), state, strict=True)}


def fit(network: nn.Module, weights: Arrays) -> bool:
    """Whether these are weights of exactly this network."""
    shapes = {name: tuple(tensor.shape) for name, tensor in network.state_dict().items()}
    return shapes.keys() == weights.keys() and all(
        _alike(shapes[name], array.shape) for name, array in weights.items()
    )


def _alike(shape: tuple[int, ...], other: tuple[int, ...]) -> bool:
    """Whether the shapes are the same; files of the first format wrote a single number as a row of one."""
    return shape == other or (shape, other) == ((), (1,))


def optimizer_out(
    optimizer: torch.optim.Optimizer, names: Iterable[str]
) -> dict[str, NDArray[np.generic]]:
    """What an optimiser remembers of each parameter, by its name: `conv_1.weight/exp_avg` → array."""
    known = list(names)
    state = optimizer.state_dict()["state"]
    return {
        f"{known[place]}/{name}": _array(torch.as_tensor(value))
        for place, memory in state.items()
        for name, value in memory.items()
        if value is not None
    }


def optimizer_in(optimizer: torch.optim.Optimizer, memory: Arrays, names: Iterable[str]) -> None:
    """Give an optimiser back what `optimizer_out` took from one of the same kind, where the parameter still is.

    Files of old name parameters by their place: `3.exp_avg`.
    """
    places = {name: place for place, name in enumerate(names)}
    state: dict[int, dict[str, Tensor]] = {}
    for key, array in memory.items():
        owner, _, name = key.rpartition("/") if "/" in key else key.partition(".")
        place = places.get(owner, int(owner) if owner.isdecimal() else -1)
        if 0 <= place < len(places):
            tensor = torch.from_numpy(np.array(array))
            state.setdefault(place, {})[name] = tensor.reshape(()) if name == "step" else tensor
    optimizer.load_state_dict({**optimizer.state_dict(), "state": state})


def _array(tensor: Tensor) -> NDArray[np.generic]:
    array: NDArray[np.generic] = tensor.detach().cpu().numpy().copy()
    return array
