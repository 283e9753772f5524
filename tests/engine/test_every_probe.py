"""Every probe reads any network: forks, several losses, recurrent, frozen, shared and repeated layers."""

import numpy as np
import pytest
from probing import Kind, chain_of, dense, digits, readings

from engine.graph import Edge, Graph, NodeId, grouped
from engine.layers import CATALOGUE
from engine.probes import PROBES

ROWS: Kind = ("Reshape", {"shape": (8, 8)})
CHAINS: dict[str, tuple[Kind, ...]] = {
    "recurrent": (ROWS, ("LSTM", {"hidden_size": 6, "num_layers": 2}), "Tanh", "Flatten", dense(10)),
    "both ways": (ROWS, ("GRU", {"hidden_size": 5, "bidirectional": True}), "Flatten", dense(10)),
    "layer norm": (ROWS, "LayerNorm", "Flatten", dense(10)),
    "image": (("Conv2d", {"out_channels": 3, "kernel_size": 3}), "BatchNorm2d", "PReLU", "Flatten", dense(10)),
    "learnt slopes": ("Flatten", dense(8), ("PReLU", {"each": True}), dense(10)),
    "one layer": ("Flatten", dense(10)),
    "all flat": ("Flatten", dense(8), "Hardtanh", "Softsign", "Hardsigmoid", "Sigmoid", dense(10)),
}  # fmt: skip


def check(graph: Graph) -> None:
    said = readings(digits(graph), *PROBES)
    nodes = set(graph.flat.nodes)
    assert any(probe == "ErrorSignal" for probe, _ in said)
    for (probe, node), value in said.items():
        assert node is None or node in nodes or node.rpartition(".")[0] in nodes, (probe, node)
        assert isinstance(value, float | np.ndarray)
    for (probe, node), value in said.items():
        if probe in ("ErrorSignal", "WeightGradient", "ParameterGradient"):
            assert np.isfinite(value), (probe, node)
            assert float(value) >= 0


@pytest.mark.parametrize("name", CHAINS)
def test_a_chain(name: str) -> None:
    check(chain_of(*CHAINS[name], "CrossEntropyLoss"))


def forked() -> Graph:
    graph = Graph().add(CATALOGUE["Input"](), name="data").add(CATALOGUE["Flatten"](), name="flat")
    for name, size in (("trunk", 16), ("left", 10), ("right", 10)):
        graph = graph.add(CATALOGUE["Dense"](out_features=size), name=name)
    for name in ("first", "second"):
        graph = graph.add(CATALOGUE["CrossEntropyLoss"](), name=name)
    return graph.connect(
        Edge("data", "flat"), Edge("flat", "trunk"), Edge("trunk", "left"), Edge("trunk", "right"),
        Edge("left", "first", "out", "prediction"), Edge("right", "second", "out", "prediction"),
    )  # fmt: skip


def test_a_fork_with_two_losses() -> None:
    check(forked())


def test_a_group_that_is_repeated() -> None:
    graph = chain_of("Flatten", dense(16), dense(16), "ReLU", dense(10), "CrossEntropyLoss")
    graph = grouped(graph, [NodeId("dense_2"), NodeId("relu_1")], "block")
    layer = graph.nodes[NodeId("block")].layer
    graph = graph.put(NodeId("block"), layer.model_copy(update={"repeat": 3}))
    check(graph)
    said = readings(digits(graph), "ErrorSignal")
    turns = [f"block.{turn}.relu_1" for turn in range(3)]
    assert all(("ErrorSignal", turn) in said for turn in turns)


def test_frozen_layers_have_no_gradient_of_their_weights_but_an_error_signal() -> None:
    graph = chain_of("Flatten", dense(8), "ReLU", dense(8), "ReLU", dense(10), "CrossEntropyLoss")
    graph = graph.change(NodeId("dense_2"), frozen=True)
    check(graph)
    said = readings(digits(graph), "ErrorSignal", "WeightGradient", "GradientSpread")
    assert ("WeightGradient", "dense_2") not in said
    assert ("GradientSpread", "dense_2.weight") not in said
    assert float(said["ErrorSignal", "dense_2"]) > 0
    assert float(said["WeightGradient", "dense_1"]) > 0
