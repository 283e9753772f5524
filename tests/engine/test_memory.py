"""The estimate of what a step of training takes, against what torch really allocates."""

import weakref
from typing import Any

import pytest
import torch
from torch import Tensor
from torch.utils._python_dispatch import TorchDispatchMode

from engine.axes import Axes, Image, Row, Sequence
from engine.graph import Graph
from engine.layers import CATALOGUE
from engine.memory import needed
from engine.network import build
from engine.optimizers import OPTIMIZERS, make_optimizer
from engine.rewind import mark, state_of
from engine.settings import OptimizerName, Settings
from engine.shapes import infer
from tests.engine.famous import MNIST_PADDED, TEN, lenet_5, linear, made, net, resnet_18


class Ledger(TorchDispatchMode):
    """What storages are alive, by the byte, and the most that there were at once."""

    def __init__(self) -> None:
        super().__init__()
        self.now = self.most = 0
        self.seen: set[int] = set()

    def __torch_dispatch__(
        self,
        func: Any,
        types: Any,
        args: tuple[Any, ...] = (),
        kwargs: dict[str, Any] | None = None,
    ) -> Any:
        result = func(*args, **(kwargs or {}))
        for found in result if isinstance(result, tuple | list) else (result,):
            if isinstance(found, Tensor):
                self.note(found)
        return result

    def note(self, tensor: Tensor) -> None:
        storage = tensor.untyped_storage()
        key, size = storage._cdata, storage.nbytes()
        if key in self.seen:
            return
        self.seen.add(key)
        self.now += size
        self.most = max(self.most, self.now)
        weakref.finalize(storage, self.forget, key, size)

    def forget(self, key: int, size: int) -> None:
        self.seen.discard(key)
        self.now -= size


def measured(graph: Graph, source: Axes, batch: int, optimizer: OptimizerName) -> int:
    """The most bytes alive at once in two steps of training, weights included."""
    shapes = infer(graph, source, TEN)
    sizes = [32 if isinstance(size, str) else size for size in source.sizes]
    with Ledger() as ledger:
        network = build(graph, shapes)
        for parameter in network.module.parameters():
            ledger.note(parameter)
        steps = make_optimizer(Settings(optimizer=optimizer), network.module.parameters())
        given = [
            torch.full((batch,), 32) if feed.lengths else torch.randn(batch, *sizes)
            for feed in network.feeds
        ]
        y = torch.randint(0, 10, (batch,))
        for _ in range(2):
            steps.zero_grad()
            network.loss(network.module(*given), y).backward()
            steps.step()
            kept = mark((0, 0, 0), network.module, steps), state_of(network.module)
        assert kept
    return ledger.most


def smaller_resnet() -> Graph:
    graph = resnet_18()
    last = next(node.id for node in graph.of_kind(CATALOGUE["Dense"]))
    return graph.put(last, linear(10))


WORDS = Sequence("time", 16)
NETS: dict[str, tuple[Graph, Axes, int]] = {
    "wide": (net(linear(2000), made("ReLU"), linear(2000), made("ReLU"), linear(10)), Row(784), 16),
    "LeNet-5": (lenet_5(), MNIST_PADDED, 256),
    "ResNet-18": (smaller_resnet(), Image(3, 64, 64), 8),
    "LSTM": (net(made("LSTM", hidden_size=128), made("Select"), linear(10)), WORDS, 64),
    "Transformer": (
        net(linear(64), made("TransformerEncoderLayer"), made("Select"), linear(10)),
        WORDS,
        32,
    ),
}


@pytest.mark.parametrize("name", NETS)
@pytest.mark.parametrize("optimizer", ["SGD", "Adam"])
def test_the_estimate_is_within_a_factor_of_two(name: str, optimizer: OptimizerName) -> None:
    graph, source, batch = NETS[name]
    estimate = needed(infer(graph, source, TEN).total, batch, optimizer)
    truth = measured(graph, source, batch, optimizer)
    assert 0.5 < estimate / truth < 2


@pytest.mark.parametrize("name", OPTIMIZERS)
def test_the_memories_of_each_optimiser_are_counted(name: OptimizerName) -> None:
    parameter = torch.nn.Parameter(torch.ones(1000))
    steps = make_optimizer(Settings(optimizer=name), [parameter])
    parameter.sum().backward()
    steps.step()
    kept = sum(
        value.numel()
        for value in steps.state[parameter].values()
        if isinstance(value, Tensor) and value.numel() > 1
    )
    total = infer(net(linear(1)), Row(999), TEN).total
    assert total.parameters == 1000
    bare = needed(total, 1, name) - needed(total, 1, "SGD")
    assert bare == 4 * 2 * kept  # and once more in the last good place
