"""Drawings built: names, equality with nets written by hand, branches, and several losses."""

from collections.abc import Callable

import pytest
import torch
from torch import nn

from engine.axes import Image, Labels, Row, Values
from engine.graph import Edge, Graph, NodeId
from engine.layers import CATALOGUE
from engine.network import build, hits, outcomes
from engine.shapes import infer

TEN = Labels(tuple("0123456789"))


def test_submodules_bear_the_names_of_the_nodes(chain: Callable[..., Graph]) -> None:
    graph = chain(
        CATALOGUE["Conv2d"](),
        CATALOGUE["Flatten"](),
        CATALOGUE["Dense"](out_features=10),
        CATALOGUE["CrossEntropyLoss"](),
    )
    graph = graph.rename(NodeId("conv_1"), "edges")
    network = build(graph, infer(graph, Image(3, 32, 32), TEN))
    assert list(network.module.state_dict()) == [
        "edges.weight",
        "edges.bias",
        "dense_1.weight",
        "dense_1.bias",
    ]
    assert network.order == ("data", "edges", "flatten_1", "dense_1")


def test_a_residual_block_is_what_it_looks_like() -> None:
    graph = (
        Graph()
        .add(CATALOGUE["Input"](), name="data")
        .add(CATALOGUE["Dense"](out_features=4), name="inner")
    )
    graph = graph.add(CATALOGUE["Add"](), name="sum").add(CATALOGUE["Concat"](), name="both")
    graph = graph.add(CATALOGUE["MSELoss"](), name="loss")
    n = NodeId
    graph = graph.connect(
        Edge(n("data"), n("inner")), Edge(n("data"), n("sum")), Edge(n("inner"), n("sum")),
        Edge(n("sum"), n("both")), Edge(n("data"), n("both")), Edge(n("both"), n("loss"), "out", "prediction"),
    )  # fmt: skip
    network = build(graph, infer(graph, Row(4), Values(tuple("abcdefgh"))))
    x = torch.randn(5, 4)
    inner = network.module.get_submodule("inner")
    expected = torch.cat([x + inner(x), x], 1)
    torch.testing.assert_close(network.module(x)[0], expected)
    torch.testing.assert_close(network.trace(x).values[n("both")], expected)


def test_several_losses_are_summed(chain: Callable[..., Graph]) -> None:
    graph = chain(CATALOGUE["Dense"](out_features=3), CATALOGUE["MSELoss"]())
    graph = graph.add(CATALOGUE["L1Loss"](), name="second")
    graph = graph.connect(Edge(NodeId("dense_1"), NodeId("second"), "out", "prediction"))
    network = build(graph, infer(graph, Row(4), Values(("a", "b", "c"))))
    x, y = torch.randn(6, 4), torch.randn(6, 3)
    guess = network.module(x)[0]
    expected = nn.functional.mse_loss(guess, y) + nn.functional.l1_loss(guess, y)
    torch.testing.assert_close(network.loss(network.module(x), y), expected)


def test_what_leads_to_no_loss_is_not_built(chain: Callable[..., Graph]) -> None:
    graph = chain(CATALOGUE["Dense"](out_features=10), CATALOGUE["CrossEntropyLoss"]())
    graph = graph.add(CATALOGUE["ReLU"](), name="dead").connect(
        Edge(NodeId("dense_1"), NodeId("dead"))
    )
    network = build(graph, infer(graph, Row(4), TEN))
    assert "dead" not in network.order


@pytest.mark.parametrize(
    ("rule", "variance"),
    [("xavier", 2 / (400 + 300)), ("he", 2 / 400), ("default", 1 / (3 * 400)), ("zeros", 0.0)],
)
def test_initial_weights_have_the_variance_of_their_source(
    chain: Callable[..., Graph], rule: str, variance: float
) -> None:
    torch.manual_seed(0)
    graph = chain(
        CATALOGUE["Dense"](out_features=300, initial_weights=rule), CATALOGUE["MSELoss"]()
    )
    network = build(graph, infer(graph, Row(400), Values(tuple(map(str, range(300))))))
    weight = network.module.get_submodule("dense_1").weight
    assert isinstance(weight, torch.Tensor)
    assert weight.var().item() == pytest.approx(variance, rel=0.03)


def test_orthogonal_weights_are_orthogonal(chain: Callable[..., Graph]) -> None:
    graph = chain(
        CATALOGUE["Dense"](out_features=20, initial_weights="orthogonal"), CATALOGUE["MSELoss"]()
    )
    network = build(graph, infer(graph, Row(20), Values(tuple(map(str, range(20))))))
    weight = network.module.get_submodule("dense_1").weight.detach()  # type: ignore[union-attr, operator]
    torch.testing.assert_close(weight @ weight.T, torch.eye(20), atol=1e-5, rtol=0)


def test_hits_are_counted_for_classes_alone() -> None:
    scores = torch.tensor([[0.1, 0.9], [0.8, 0.2], [0.3, 0.7]])
    targets, pair = torch.tensor([1, 1, 1]), Labels(("a", "b"))
    found = outcomes((scores,), targets, pair)
    assert found is not None
    right = hits(found, targets, pair)
    assert right is not None
    assert int(right) == 2
    assert hits(scores, torch.tensor([[1.0, 2.0]]), Values(("a", "b"))) is None
