"""Networks with several ways through: shared and frozen weights, groups, several inputs, losses and outputs, lengths.

Each is held against a module written by hand: values and gradients.
"""

from typing import ClassVar

import pytest
import torch
from torch import Tensor, nn

from engine.axes import Axes, Row, Sequence, Values
from engine.graph import Edge, Graph, NodeId
from engine.layer import Call, Layer, Port, call
from engine.layers.data import Input, Output
from engine.network import Network, build
from engine.planning import plan
from engine.problems import find_problems
from engine.shapes import infer
from tests.engine.famous import TEN, behind, box, linear, made, net, wire

N = NodeId
TWO = Values(("a", "b"))


def built(graph: Graph, source: Axes | dict[str, Axes], target: object = TEN) -> Network:
    torch.manual_seed(0)
    shapes = infer(graph, source, target)  # type: ignore[arg-type]
    errors = [p for p in find_problems(graph, shapes, target) if p.severity == "error"]  # type: ignore[arg-type]
    assert not errors, errors
    return build(graph, shapes)


def weight(network: Network, name: str) -> nn.Linear:
    found = network.module.get_submodule(name)
    assert isinstance(found, nn.Linear)
    return found


def test_shared_weights_are_one_module_with_the_sum_of_both_gradients() -> None:
    graph = net(("a", linear(6)), ("bend", made("Tanh")), ("b", linear(6)), ("last", linear(10)))
    network = built(graph.share(N("b"), N("a")), Row(6))
    assert list(network.module.state_dict()) == ["a.weight", "a.bias", "last.weight", "last.bias"]
    assert network.owners[N("b")] == "a"
    assert network.of(N("b")) is network.of(N("a"))
    a, last = weight(network, "a"), weight(network, "last")
    x, y = torch.randn(5, 6), torch.tensor([0, 1, 2, 3, 4])
    network.loss(network.module(x), y).backward()
    found = a.weight.grad
    network.module.zero_grad()
    nn.functional.cross_entropy(last(a(torch.tanh(a(x)))), y).backward()
    torch.testing.assert_close(found, a.weight.grad)


def test_a_repeated_group_with_one_set_of_weights_is_a_loop() -> None:
    graph = net(("block", box(("a", linear(6)), made("Tanh"), repeat=4, shared=True)), linear(10))
    network = built(graph, Row(6))
    assert [name for name in network.module.state_dict() if "block" in name] == [
        "block.a.weight",
        "block.a.bias",
    ]
    a, x = weight(network, "block.a"), torch.randn(3, 6)
    expected = x
    for _ in range(4):
        expected = torch.tanh(a(expected))
    traced = network.trace(x).values
    torch.testing.assert_close(list(traced.values())[-2], expected)


def test_a_repeated_group_has_weights_for_each_turn() -> None:
    graph = net(("block", box(("a", linear(6)), made("Tanh"), repeat=3)), ("last", linear(10)))
    network = built(graph, Row(6))
    weights = [weight(network, f"block.{turn}.a") for turn in range(3)]
    assert len({id(one) for one in weights}) == 3
    x = torch.randn(3, 6)
    expected = x
    for one in weights:
        expected = torch.tanh(one(expected))
    torch.testing.assert_close(network.module(x)[0], weight(network, "last")(expected))


def test_two_groups_can_share_all_their_weights() -> None:
    """As twins do that are compared."""
    block = box(("a", linear(6)), made("Tanh"), ("b", linear(3)))
    graph = net(("left", block), ("last", linear(10)))
    graph = behind(graph, [("right", block)], "data").add(made("Add"), name="sum")
    graph = graph.disconnect(*graph.incoming[N("last")])
    graph = wire(wire(wire(graph, "left", "sum"), "right", "sum"), "sum", "last")
    network = built(graph.share(N("right"), N("left")), Row(6))
    assert [name for name in network.module.state_dict() if "weight" in name] == [
        "left.a.weight", "left.b.weight", "last.weight"
    ]  # fmt: skip
    x = torch.randn(3, 6)
    traced = network.trace(x).values
    torch.testing.assert_close(traced[N("right.b")], traced[N("left.b")])


@pytest.mark.parametrize("how", ["off", "dead"])
def test_weights_whose_owner_is_not_run_are_there_all_the_same(how: str) -> None:
    graph = net(("a", linear(6)), made("Tanh"), ("b", linear(6)), ("last", linear(10)))
    if how == "off":
        graph = graph.share(N("b"), N("a")).change(N("a"), enabled=False)
    else:
        graph = behind(graph, [("dead", linear(6)), ("deader", made("ReLU"))], "data").share(
            N("b"), N("dead")
        )
    shapes = infer(graph, Row(6), TEN)
    network = built(graph, Row(6))
    owner = "a" if how == "off" else "dead"
    assert f"{owner}.weight" in network.module.state_dict()
    assert network.of(N("b")) is weight(network, owner)
    if how == "off":
        assert shapes.total.parameters == 42 + 70


def test_frozen_weights_get_no_gradient_and_stay_out_of_training_mode() -> None:
    layers = [
        ("a", linear(6, bias=False)),
        ("norm", made("BatchNorm1d")),
        made("ReLU"),
        ("b", linear(10)),
    ]
    network = built(net(*layers).change(N("a"), N("norm"), frozen=True), Row(6))  # type: ignore[arg-type]
    assert set(network.frozen) == {"a", "norm"}
    network.train()
    before = {key: value.clone() for key, value in network.module.state_dict().items()}
    network.loss(network.module(torch.randn(8, 6)), torch.arange(8)).backward()
    grads = {name for name, p in network.module.named_parameters() if p.grad is not None}
    assert grads == {"b.weight", "b.bias"}
    for key, value in network.module.state_dict().items():
        torch.testing.assert_close(value, before[key], rtol=0, atol=0)


def test_several_losses_count_by_their_factors() -> None:
    graph = net(("a", linear(2)), loss="MSELoss").put(N("loss"), made("MSELoss", factor=0.25))
    graph = behind(graph, [("other", made("L1Loss", factor=3.0))], "a")
    network = built(graph, Row(4), TWO)
    x, y = torch.randn(6, 4), torch.randn(6, 2)
    guess = weight(network, "a")(x)
    expected = 0.25 * nn.functional.mse_loss(guess, y) + 3 * nn.functional.l1_loss(guess, y)
    torch.testing.assert_close(network.loss(network.module(x), y), expected)


def test_a_wire_can_bring_the_target_of_a_loss() -> None:
    """An autoencoder: what comes in is to come out again."""
    graph = net(("short", linear(2)), made("Tanh"), ("back", linear(5)), loss="MSELoss")
    network = built(wire(graph, "data", "loss", "target"), Row(5), TEN)
    x = torch.randn(6, 5)
    results = network.module(x)
    expected = nn.functional.mse_loss(results[0], x)
    torch.testing.assert_close(network.loss(results, torch.zeros(6, dtype=torch.long)), expected)


def test_outputs_are_given_under_their_names() -> None:
    graph = behind(net(("a", linear(6)), made("Tanh"), linear(10)), [("middle", Output())], "a")
    network = built(graph, Row(4))
    x = torch.randn(3, 4)
    torch.testing.assert_close(
        network.module(x)[network.outputs[N("middle")]], weight(network, "a")(x)
    )


@pytest.mark.parametrize(
    "part", ["second", "sample", "class", "self", "torch", "9", "input", "forward", "inf"]
)
def test_each_part_of_a_sample_enters_where_it_is_named(part: str) -> None:
    graph = net(("a", linear(6)), ("sum", made("Add")), ("last", linear(10)))
    graph = graph.add(Input(part=part), name="other")
    graph = behind(graph, [("b", linear(6))], "other")
    network = built(wire(graph, "b", "sum"), {"": Row(4), part: Row(3)})
    assert [feed.part for feed in network.feeds] == ["", part]
    x, z = torch.randn(5, 4), torch.randn(5, 3)
    expected = weight(network, "last")(weight(network, "a")(x) + weight(network, "b")(z))
    torch.testing.assert_close(network.module(x, z)[0], expected)


def test_two_inputs_may_bring_the_same_part() -> None:
    graph = net(("a", linear(6)), ("sum", made("Add")), ("last", linear(10)))
    graph = behind(graph.add(Input(), name="again"), [("b", linear(6))], "again")
    network = built(wire(graph, "b", "sum"), Row(4))
    assert len(network.feeds) == 1
    assert network.module(torch.randn(2, 4))[0].shape == (2, 10)


# -- several outputs, several lengths --------------------------------------------------------------------------------


class Halves(nn.Module):
    def forward(self, numbers: Tensor) -> tuple[Tensor, Tensor]:
        return numbers[:, ::2], numbers[:, 1::2]


class _Halves(Layer, group="Structure", stem="halves"):
    outputs: ClassVar[tuple[Port, ...]] = (Port("even"), Port("odd"))

    def call(self, numbers: Row) -> Call:
        return call(f"{__name__}.Halves")


def windows(filters: int = 4) -> list[Layer]:
    """A convolution over the steps of a sequence, two at a time."""
    filters_1d = made("Conv1d", out_channels=filters, kernel_size=3, stride=2)
    return [made("Permute"), filters_1d, made("Permute")]


def mean() -> Layer:
    return made("Select", which="mean")


@pytest.fixture(autouse=True)
def _importable(monkeypatch: pytest.MonkeyPatch) -> None:
    """The modules of this file under its name, which the way of importing tests does not always leave there."""
    import sys
    import types

    room = types.ModuleType(__name__)
    room.__dict__.update(Halves=Halves)
    monkeypatch.setitem(sys.modules, __name__, room)


def test_each_output_of_a_layer_goes_its_own_way() -> None:
    graph = net(("halves", _Halves()), ("sum", made("Add")), ("last", linear(10)))
    graph = behind(graph, [("b", linear(3))], "halves")
    graph = graph.disconnect(*graph.incoming[N("b")])
    graph = graph.connect(Edge(N("halves"), N("b"), "odd"), Edge(N("b"), N("sum")))
    network = built(graph, Row(6))
    x = torch.randn(4, 6)
    expected = weight(network, "last")(x[:, ::2] + weight(network, "b")(x[:, 1::2]))
    torch.testing.assert_close(network.module(x)[0], expected)


def test_lengths_flow_along_and_shrink_with_the_steps() -> None:
    graph = net(linear(4), *windows(), made("Tanh"), *windows(), mean(), linear(10))
    shapes = infer(graph, Sequence("time", 5), TEN)
    assert shapes.sized[N("permute_2")].outputs["out"] == Sequence("⌊(time − 1) / 2⌋", 4)
    network = built(graph, Sequence("time", 5))
    assert [feed.lengths for feed in network.feeds] == [False, True]
    lengths = torch.tensor([9, 15, 20])
    x = torch.randn(3, 20, 5)
    for row, length in zip(x, lengths, strict=True):
        row[int(length) :] = 0
    found = network.module(x, lengths)[0]
    for row, length in enumerate(lengths):
        alone = network.module(x[row : row + 1, : int(length)], lengths[row : row + 1])[0]
        torch.testing.assert_close(found[row : row + 1], alone)


def test_lengths_go_into_groups_and_through_sums() -> None:
    graph = net(("block", box(*windows())), ("sum", made("Add")), ("p", mean()), linear(10))
    graph = behind(graph, [*windows()[:2], ("other", windows()[2])], "data")
    shapes = infer(wire(graph, "other", "sum"), Sequence("time", 5), TEN)
    planned = plan(wire(graph, "other", "sum").flat, shapes)
    (pooled,) = (node for node in planned.graph.nodes if node.meta.get("nodes") == ("p",))
    assert set(pooled.kwargs) == {"lengths"}


def test_known_lengths_need_not_flow() -> None:
    network = built(net(mean(), linear(10)), Sequence(7, 5))
    assert len(network.feeds) == 1


def test_a_group_has_the_shapes_at_its_doors_and_the_cost_of_what_is_within() -> None:
    block = box(("a", linear(6)), made("ReLU"), ("b", linear(4)), repeat=2)
    shapes = infer(net(("block", block), linear(10)), Row(4), TEN)
    found = shapes.sized[N("block")]
    assert (found.inputs, dict(found.outputs)) == ((Row(4),), {"go": Row(4)})
    assert found.drawn
    assert found.cost.parameters == 2 * (30 + 28)
    assert found.cost.multiply_adds == 2 * 48
    assert shapes.total.parameters == found.cost.parameters + 50
    off = infer(net(("block", block), linear(10)).change(N("block"), enabled=False), Row(4), TEN)
    assert off.sized[N("block")].outputs["go"] == Row(4)
    assert off.sized[N("block")].cost.parameters == 0


def test_group_in_group_counts_once() -> None:
    graph = net(("outer", box(("inner", box(("a", linear(4)))), ("b", linear(4)))), linear(10))
    shapes = infer(graph, Row(4), TEN)
    assert shapes.sized[N("outer")].cost.parameters == 40
    assert shapes.sized[N("outer.inner")].cost.parameters == 20
    assert shapes.total.parameters == 40 + 50
