from collections.abc import Callable

import numpy as np
import pytest
import torch
from torch import nn

from engine.optimizers import OPTIMIZERS, make_optimizer
from engine.settings import OptimizerName, Settings
from engine.weights import copy_in, copy_out, fit, optimizer_in, optimizer_out


def network(width: int = 4) -> nn.Sequential:
    return nn.Sequential(nn.Linear(3, width), nn.BatchNorm1d(width), nn.Linear(width, 2))


def test_weights_bear_the_names_of_their_places() -> None:
    weights = copy_out(network())
    assert {"0.weight", "0.bias", "1.running_mean", "1.num_batches_tracked"} <= set(weights)
    assert weights["0.weight"].shape == (4, 3)


def test_what_was_copied_out_does_not_follow_the_network() -> None:
    source = network()
    weights = copy_out(source)
    before = weights["0.weight"].copy()
    with torch.no_grad():
        next(source.parameters()).zero_()
    np.testing.assert_array_equal(weights["0.weight"], before)


def test_weights_come_back_bit_by_bit_and_stay_apart() -> None:
    source, target = network(), network()
    weights = copy_out(source)
    assert copy_in(target, weights) == []
    for name, tensor in target.state_dict().items():
        assert torch.equal(tensor, source.state_dict()[name])
    with torch.no_grad():
        next(target.parameters()).zero_()
    assert weights["0.weight"].any()


def test_what_no_longer_fits_is_named_and_left() -> None:
    target = network(5)
    before = copy_out(target)
    left = copy_in(target, {**copy_out(network(4)), "gone.weight": np.zeros(2)})
    assert set(left) == {
        "0.weight",
        "0.bias",
        "1.weight",
        "1.bias",
        "1.running_mean",
        "1.running_var",
        "2.weight",
        "gone.weight",
    }
    np.testing.assert_array_equal(copy_out(target)["0.weight"], before["0.weight"])


def test_only_the_weights_of_this_very_network_fit() -> None:
    assert fit(network(), copy_out(network()))
    assert not fit(network(5), copy_out(network(4)))
    assert not fit(network(), {})


def train(model: nn.Module, optimizer: torch.optim.Optimizer, steps: int) -> None:
    chance = torch.Generator().manual_seed(1)
    for _ in range(steps):
        optimizer.zero_grad()
        model(torch.randn(8, 3, generator=chance)).square().mean().backward()
        optimizer.step()


@pytest.mark.parametrize("name", OPTIMIZERS)
def test_an_optimiser_goes_on_as_if_nothing_had_happened(name: OptimizerName) -> None:
    make: Callable[[nn.Module], torch.optim.Optimizer] = lambda model: make_optimizer(  # noqa: E731
        Settings(optimizer=name, learning_rate=0.01), model.parameters()
    )
    first = network()
    optimizer = make(first)
    train(first, optimizer, 3)
    second = network()
    copy_in(second, copy_out(first))
    other = make(second)
    names = list(dict(first.named_parameters()))
    optimizer_in(other, optimizer_out(optimizer, names), names)
    train(first, optimizer, 2)
    train(second, other, 2)
    for name_, tensor in first.state_dict().items():
        assert torch.equal(tensor, second.state_dict()[name_]), name_


def test_an_optimiser_that_remembers_nothing_gives_nothing() -> None:
    model = network()
    optimizer = make_optimizer(Settings(), model.parameters())
    assert optimizer_out(optimizer, dict(model.named_parameters())) == {}
