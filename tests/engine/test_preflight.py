"""The pre-flight's numbers against networks written by hand and torch's own autograd, in training mode."""

from collections.abc import Callable, Mapping
from dataclasses import replace

import numpy as np
import pytest
import torch
from probing import chain_of, dense, digits
from torch import Tensor, nn
from torch.nn import functional

from engine.events import Flight
from engine.graph import Edge, Graph, GraphError, Group, NodeId, bundles, grouped
from engine.job import Job
from engine.layers import CATALOGUE
from engine.preflight import affordable, fly
from engine.sizing import Cost

Wires = Mapping[tuple[str, str], Tensor]  # what flows from one node to another


def made(kind: str, name: str, **parameters: object) -> tuple[object, str]:
    return CATALOGUE[kind](**parameters), name


def drawn(nodes: list[tuple[object, str]], *wires: str) -> Graph:
    """A drawing; a wire is written `a>b`, `a.port>b.port` where a port is not the usual one."""
    graph = Graph()
    for layer, name in nodes:
        graph = graph.add(layer, name=name)
    for wire in wires:
        (source, _, out), (target, _, into) = (end.partition(".") for end in wire.split(">"))
        port = into or graph.nodes[NodeId(target)].layer.inputs[0].name
        graph = graph.connect(Edge(NodeId(source), NodeId(target), out or "out", port))
    return graph


def flown(job: Job) -> dict[tuple[str, str], float]:
    """The pre-flight's ‖∂L/∂x‖ of each wire of the unfolded drawing."""
    found = fly(job)
    assert isinstance(found, Flight)
    assert not found.refusal
    assert found.examples == 64
    rows = {r.node: r.value for r in found.readings if r.probe == "WireSignal"}
    return {
        (str(bundle[0].source), str(bundle[0].target)): float(row[place])
        for name, row in rows.items()
        for place, bundle in enumerate(bundles(job.graph, NodeId(name)))
        if len(bundle) == 1 and row[place] >= 0
    }


def check(graph: Graph, by_hand: Callable[[Tensor], tuple[Tensor, Wires]]) -> None:
    """Compare every wire with plain autograd on the same weights and the same chance."""
    job = digits(graph)
    sample = torch.tensor(job.data.train.inputs[:64]).requires_grad_()
    targets = torch.tensor(job.data.train.targets[:64])
    torch.manual_seed(job.settings.seed)
    scores, wires = by_hand(sample)
    loss = functional.cross_entropy(scores, targets) if scores.ndim == 2 else scores
    grads = torch.autograd.grad(loss, list(wires.values()), allow_unused=True)
    wanted = {
        key: float(torch.linalg.vector_norm(grad.double()))
        for key, grad in zip(wires, grads, strict=True)
    }
    found = flown(job)
    assert found.keys() == wanted.keys()
    for key, value in wanted.items():
        assert found[key] == pytest.approx(value, rel=1e-5), key


def test_batch_norm_takes_its_figures_from_the_batch() -> None:
    def by_hand(x: Tensor) -> tuple[Tensor, Wires]:
        conv, norm, last = nn.Conv2d(1, 3, 3), nn.BatchNorm2d(3), nn.Linear(108, 10)
        a = conv(x)
        b = norm(a)
        c = functional.relu(b)
        d = c.flatten(1)
        e = last(d)
        return e, {
            ("data", "conv_1"): x, ("conv_1", "norm_1"): a, ("norm_1", "relu_1"): b,
            ("relu_1", "flatten_1"): c, ("flatten_1", "dense_1"): d, ("dense_1", "loss_1"): e,
        }  # fmt: skip

    conv = ("Conv2d", {"out_channels": 3, "kernel_size": 3})
    check(chain_of(conv, "BatchNorm2d", "ReLU", "Flatten", dense(10), "CrossEntropyLoss"), by_hand)


def test_dropout_drops() -> None:
    def by_hand(x: Tensor) -> tuple[Tensor, Wires]:
        first, last = nn.Linear(64, 32), nn.Linear(32, 10)
        a = x.flatten(1)
        b = first(a)
        c = torch.tanh(b)
        d = functional.dropout(c, 0.4)
        e = last(d)
        return e, {
            ("data", "flatten_1"): x, ("flatten_1", "dense_1"): a, ("dense_1", "tanh_1"): b,
            ("tanh_1", "drop_1"): c, ("drop_1", "dense_2"): d, ("dense_2", "loss_1"): e,
        }  # fmt: skip

    drop = ("Dropout", {"p": 0.4})
    check(chain_of("Flatten", dense(32), "Tanh", drop, dense(10), "CrossEntropyLoss"), by_hand)


def residual() -> Graph:
    nodes = [
        made("Input", "data"), made("Flatten", "flat"), made("Dense", "a", out_features=16),
        made("Dense", "b", out_features=16), made("Sigmoid", "bend"), made("Add", "add"),
        made("Dense", "last", out_features=10), made("CrossEntropyLoss", "loss"),
    ]  # fmt: skip
    return drawn(
        nodes, "data>flat", "flat>a", "a>b", "b>bend", "bend>add", "a>add", "add>last", "last>loss"
    )


def test_a_skip_and_the_way_around_it_are_told_apart() -> None:
    def by_hand(x: Tensor) -> tuple[Tensor, Wires]:
        first, second, last = nn.Linear(64, 16), nn.Linear(16, 16), nn.Linear(16, 10)
        a = x.flatten(1)
        b = first(a)
        way, skip = b.clone(), b.clone()
        c = second(way)
        d = torch.sigmoid(c)
        e = d + skip
        f = last(e)
        return f, {
            ("data", "flat"): x, ("flat", "a"): a, ("a", "b"): way, ("a", "add"): skip,
            ("b", "bend"): c, ("bend", "add"): d, ("add", "last"): e, ("last", "loss"): f,
        }  # fmt: skip

    check(residual(), by_hand)


def test_two_stacked_lstms_with_dropout_between_them() -> None:
    def by_hand(x: Tensor) -> tuple[Tensor, Wires]:
        lstm, last = nn.LSTM(8, 6, 2, batch_first=True, dropout=0.5), nn.Linear(48, 10)
        a = x.reshape(-1, 8, 8)
        b = lstm(a)[0]
        c = b.flatten(1)
        d = last(c)
        return d, {
            ("data", "reshape_1"): x, ("reshape_1", "lstm_1"): a, ("lstm_1", "flatten_1"): b,
            ("flatten_1", "dense_1"): c, ("dense_1", "loss_1"): d,
        }  # fmt: skip

    lstm = ("LSTM", {"hidden_size": 6, "num_layers": 2, "dropout": 0.5})
    rows = ("Reshape", {"shape": (8, 8)})
    check(chain_of(rows, lstm, "Flatten", dense(10), "CrossEntropyLoss"), by_hand)


def test_several_outputs_of_one_node_and_two_losses() -> None:
    nodes = [
        made("Input", "data"), made("Reshape", "rows", shape=(8, 8)), made("LSTM", "lstm", hidden_size=5),
        made("Dense", "one", out_features=10), made("Dense", "two", out_features=10),
        made("CrossEntropyLoss", "first"), made("CrossEntropyLoss", "second"),
    ]  # fmt: skip
    graph = drawn(
        nodes, "data>rows", "rows>lstm", "lstm.hidden>one", "lstm.cell>two", "one>first", "two>second"
    )  # fmt: skip
    job = digits(graph)
    targets = torch.tensor(job.data.train.targets[:64])

    def by_hand(x: Tensor) -> tuple[Tensor, Wires]:
        lstm, one, two = nn.LSTM(8, 5, batch_first=True), nn.Linear(5, 10), nn.Linear(5, 10)
        a = x.reshape(-1, 8, 8)
        hidden, cell = (state[0] for state in lstm(a)[1])
        left, right = one(hidden), two(cell)
        loss = functional.cross_entropy(left, targets) + functional.cross_entropy(right, targets)
        return loss, {
            ("data", "rows"): x, ("rows", "lstm"): a, ("lstm", "one"): hidden, ("lstm", "two"): cell,
            ("one", "first"): left, ("two", "second"): right,
        }  # fmt: skip

    check(graph, by_hand)


def test_what_enters_a_group_that_forks_inside_is_one_wire_and_the_sum() -> None:
    plain = residual()
    graph = grouped(plain, [NodeId("b"), NodeId("bend"), NodeId("add")], "block")
    job = digits(graph)
    found = fly(job)
    assert found is not None
    rows = {r.node: r.value for r in found.readings if r.probe == "WireSignal"}
    whole = {r.node: r.value for r in found.readings if r.probe == "ErrorSignal"}
    wires = bundles(job.graph, NodeId("a"))
    assert [len(bundle) for bundle in wires] == [1, 1, 2]
    assert rows["a"][2] == pytest.approx(whole["a"], rel=1e-6)
    assert rows["a"][2] != pytest.approx(
        np.hypot(*rows["a"][:2]), rel=1e-3
    )  # they are not at right angles


def test_turns_with_shared_weights_leave_their_wires_by_name() -> None:
    graph = grouped(residual(), [NodeId("b"), NodeId("bend"), NodeId("add")], "block")
    layer = graph.nodes[NodeId("block")].layer
    assert isinstance(layer, Group)
    try:
        graph = graph.put(NodeId("block"), layer.but(repeat=3, shared=True))
    except GraphError:
        pytest.fail("a residual block can be repeated")
    found = flown(digits(graph))
    assert ("block.add", "block#2.b") in found
    assert ("block#3.add", "last") in found


def test_the_same_wish_gives_the_same_numbers_and_chance_decides() -> None:
    drop = ("Dropout", {"p": 0.4})
    graph = chain_of("Flatten", dense(32), "Tanh", drop, dense(10), "CrossEntropyLoss")
    job = digits(graph)
    assert flown(job) == flown(job)
    assert flown(job) != flown(replace(job, settings=job.settings.but(seed=1)))


def test_in_64_bits_the_numbers_are_those_of_32_to_their_last_digits() -> None:
    graph = chain_of("Flatten", *["Sigmoid", dense(20)] * 8, dense(10), "CrossEntropyLoss")
    job = digits(graph)
    single, double = flown(job), flown(replace(job, settings=job.settings.but(precision="float64")))
    assert single == pytest.approx(double, rel=1e-2)
    assert min(single.values()) < 1e-4 * max(single.values())


def test_the_budget_takes_fewer_examples_and_refuses_in_words() -> None:
    assert affordable(Cost(10, 10, 10, 10), 1000) == (64, "")
    assert affordable(Cost(10, 10, 10, 10), 5) == (5, "")
    count, refusal = affordable(Cost(10, 1_000_000_000, 10, 10), 1000)
    assert (count, refusal) == (10, "")
    assert "billion multiply-adds" in affordable(Cost(10, 10**11, 10, 10), 1000)[1]
    assert "memory" in affordable(Cost(10**10, 10, 10, 10), 1000)[1]
    assert "memory" in affordable(Cost(10, 10, 10**9, 10**9), 1000)[1]


def test_a_layer_that_breaks_is_named() -> None:
    code = CATALOGUE["Code"](source="x.view(3) if len(x) == 64 else x").as_own()
    graph = chain_of("Flatten", dense(10), "CrossEntropyLoss")
    graph = graph.add(code, name="mine").remove(NodeId("loss_1"))
    graph = graph.add(CATALOGUE["CrossEntropyLoss"](), name="loss")
    graph = graph.connect(
        Edge("dense_1", "mine", "out", "x"), Edge("mine", "loss", "out", "prediction")
    )
    found = fly(digits(graph))
    assert found is not None
    assert found.refusal.startswith("mine cannot run")


def test_what_is_no_longer_wanted_is_left() -> None:
    graph = chain_of("Flatten", dense(10), "CrossEntropyLoss")
    assert fly(digits(graph), lambda: False) is None
