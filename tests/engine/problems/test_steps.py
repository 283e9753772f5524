"""What the lengths in the data say against a drawing: too short for a window, too long for what is learnt."""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
import pytest
import torch

from engine.axes import Axes, Labels, Row, Signal, StepLabels, Target, Transcript, Values
from engine.axes import Sequence as Steps
from engine.dataset import Data, Part, Sealed
from engine.graph import Graph, NodeId, grouped
from engine.lengths import at_full_length
from engine.network import build
from engine.problems import Problem, find_problems
from engine.samples import Piece
from engine.settings import Settings
from engine.shapes import infer
from tests.engine.famous import behind, linear, made, net, wire

STIFF = re.compile(r"\b(tensor|dim|torch|None|null|nan|inf|\w*Error)\b|Traceback")
TWO, WRITTEN, EACH = Labels(("no", "yes")), Transcript(("_", "a", "b")), StepLabels(("a", "b", "c"))
SIGNAL = Signal(2, "time")


class Untouchable(Part):
    """A test part that must not be read."""

    def __getattribute__(self, name: str) -> object:
        raise AssertionError(f"the sealed test part was read: {name}")


def data_of(
    lengths: Sequence[int],
    target: Target = TWO,
    axes: Axes = SIGNAL,
    targets: object = None,
    room: int | None = None,
) -> Data:
    """Random samples of these lengths, twice."""
    count, chance = len(lengths), np.random.default_rng(0)
    sizes = [size if isinstance(size, int) else room or max(lengths) for size in axes.sizes]
    inputs = chance.standard_normal((count, *sizes)).astype(np.float32)
    wanted = np.arange(count) % 2 if targets is None else np.array(targets)
    known = np.array(lengths, np.int64) if axes.free else None
    part = Part(inputs, wanted, np.arange(count), None, known)
    return Data(axes, target, part, part, Sealed(object.__new__(Untouchable)))


def problems(graph: Graph, data: Data) -> list[Problem]:
    shapes = infer(graph, data.parts, data.target)
    return [*find_problems(graph, shapes, data.target, Settings(batch_size=4), data)]


def window(kind: str = "Conv1d", **parameters: object) -> Graph:
    layer = made(kind, **parameters)
    return net(layer, made("Tanh"), made("GlobalAvgPool"), linear(2))


def learnt(most: int) -> Graph:
    place = made("PositionalEncoding", encoding="learnt", max_length=most)
    return net(made("Permute"), place, made("Select"), linear(2))


def each(layer: object) -> Graph:
    return net(layer, made("ReLU"), made("Permute"), linear(3))  # type: ignore[arg-type]


def writing(**parameters: object) -> Graph:
    graph = net(made("Permute"), linear(3), loss="CTCLoss")
    return graph.put(NodeId("loss"), made("CTCLoss", **parameters))


ROWS = [[1, 1, 1, -1], [1, 2, 1, 2], [1, -1, -1, -1]]  # which need 5, 4 and 1 steps


@dataclass(frozen=True)
class Case:
    rule: str
    words: str
    draw: Callable[[], Graph]
    data: Callable[[], Data]
    node: str
    severity: str = "error"
    fix: str | None = None


def data_at(room: int) -> Data:
    return data_of([room] * 3, EACH, targets=np.zeros((3, room), int))


FIXED = Steps(4, 2)
CASES = [
    Case("too_short", "at least 5 steps, but the longest that comes to it has 4", lambda: window(kernel_size=5),
         lambda: data_of([3, 4, 2]), "conv_1", fix="window of 2 steps"),
    Case("too_short", "at least 9 steps, but the longest", lambda: window(kernel_size=3, dilation=4),
         lambda: data_of([8, 8]), "conv_1", fix="window of 3 steps"),
    Case("too_short", "but 4 of 8 examples are shorter", lambda: window(kernel_size=5),
         lambda: data_of([3, 5, 4, 20]), "conv_1", "advice", "window of 3 steps"),
    Case("too_short", "but 2 of 4 examples", lambda: window("MaxPool1d", kernel_size=4, padding=1),
         lambda: data_of([1, 9]), "pool_1", "advice", "window of 3 steps"),
    Case("too_short", "but 2 of 4 examples", lambda: window("AvgPool1d", kernel_size=4),
         lambda: data_of([1, 9]), "pool_1", "advice", "window of 1 step"),
    Case("too_short", "slice_1 needs sequences of at least 4 steps", lambda: window("Slice", dim=2, start=3),
         lambda: data_of([2, 9]), "slice_1", "advice"),
    Case("too_long", "takes at most 8 steps, but sequences of 11", lambda: learnt(8), lambda: data_of([3, 11]),
         "position_1", fix="Give it 11 steps"),
    Case("other_steps_than_the_data", "each of the 9 steps", lambda: each(made("Conv1d")), lambda: data_at(9), "loss"),
    Case("other_steps_than_the_data", "gets them at 4", lambda: each(made("MaxPool1d")), lambda: data_at(9), "loss"),
    Case("other_steps_than_the_data", "gets them at 4", lambda: net(linear(3)),
         lambda: data_of([9] * 3, EACH, FIXED, np.zeros((3, 9), int)), "loss"),
    Case("too_short_for_its_transcript", "4 of 6 examples", writing,
         lambda: data_of([3, 3, 3], WRITTEN, targets=ROWS), "loss", fix="Leave these out"),
    Case("too_short_for_its_transcript", "6 of 6 examples", lambda: writing(zero_infinity=True),
         lambda: data_of([3, 3, 2], WRITTEN, targets=[[1, 1, 1, -1]] * 3), "loss"),
    Case("too_short_for_its_transcript", "2 of 6 examples", lambda: net(linear(3), loss="CTCLoss"),
         lambda: data_of([4] * 3, WRITTEN, FIXED, ROWS), "loss", fix="Leave these out"),
]  # fmt: skip


def named(case: Case) -> str:
    return f"{case.rule}: {case.words}"


@pytest.mark.parametrize("case", CASES, ids=named)
def test_a_rule_says_what_and_where_and_its_way_out_mends_it(case: Case) -> None:
    graph, data = case.draw(), case.data()
    found = problems(graph, data)
    assert len(found) == 1, found
    (problem,) = found
    assert case.words in problem.message
    assert (problem.severity, problem.node) == (case.severity, case.node)
    assert not STIFF.search(problem.message), problem.message
    if case.fix is None:
        assert problem.fix is None
        return
    assert problem.fix is not None
    assert case.fix in problem.fix.text
    assert problems(problem.fix.edit(graph), data) == []


@pytest.mark.parametrize("case", [case for case in CASES if case.node != "loss"], ids=named)
def test_a_rule_looks_into_groups(case: Case) -> None:
    graph, data = case.draw(), case.data()
    boxed = grouped(graph, [NodeId(case.node)], "box")
    (problem,) = problems(boxed, data)
    assert problem.node == "box"
    assert problem.within == f"box.{case.node}"
    if problem.fix is not None:
        assert problems(problem.fix.edit(boxed), data) == []


@pytest.mark.parametrize(
    ("graph", "data"),
    [
        (lambda: window(kernel_size=5), lambda: data_of([5, 9])),
        (lambda: window(kernel_size=5, padding="same"), lambda: data_of([1, 9])),
        (lambda: window(kernel_size=5, padding=2), lambda: data_of([1, 9])),
        (lambda: learnt(11), lambda: data_of([3, 11])),
        (lambda: each(made("Conv1d", padding=1)), lambda: data_at(9)),
        (lambda: writing(zero_infinity=True), lambda: data_of([3, 3, 3], WRITTEN, targets=ROWS)),
        (writing, lambda: data_of([5, 4, 1], WRITTEN, targets=ROWS)),
        (lambda: learnt(3), lambda: data_of([3, 3], axes=Signal(2, 3))),
    ],
)
def test_what_fits_is_not_complained_of(
    graph: Callable[[], Graph], data: Callable[[], Data]
) -> None:
    assert problems(graph(), data()) == []


def test_each_short_layer_on_the_way_is_named_once() -> None:
    """Examples that one layer has lost are not lost again at the next."""
    graph = net(*[made("Conv1d", kernel_size=3)] * 3, made("GlobalAvgPool"), linear(2))
    found = [p for p in problems(graph, data_of([2, 4, 20])) if "sequences" in p.message]
    assert [p.node for p in found] == ["conv_1", "conv_2"]
    assert "2 of 6" in found[0].message
    assert "2 of 4" in found[1].message


def test_a_branch_that_is_not_run_is_left_in_peace() -> None:
    graph = behind(window(kernel_size=2), [("far", made("Conv1d", kernel_size=50))], "data")
    assert "far needs" not in " ".join(p.message for p in problems(graph, data_of([9, 9])))


def test_the_second_part_has_lengths_of_its_own() -> None:
    graph = net(made("Permute"), made("Select"), linear(2))
    graph = graph.add(made("Input", part="second"), name="other")
    graph = behind(
        graph, [("conv", made("Conv1d", kernel_size=5)), ("pool", made("GlobalAvgPool"))], "other"
    )
    graph = behind(graph, [("join", made("Concat"))], "pool")
    last = graph.incoming[NodeId("loss")][0].source
    graph = wire(
        wire(graph.disconnect(*graph.incoming[NodeId("loss")]), last, "join"), "join", "loss"
    )
    long, short = data_of([9, 9]), data_of([2, 3])
    others = {"second": Piece(short.train.inputs, Signal(2, "other"), short.train.lengths)}
    part = Part(
        long.train.inputs, long.train.targets, long.train.indices, None, long.train.lengths, others
    )
    data = Data(SIGNAL, TWO, part, part, long.sealed, None, {"second": Signal(2, "other")})
    short_of = [p for p in problems(graph, data) if p.node == "conv"]
    assert "the longest that comes to it has 3" in short_of[0].message


@pytest.mark.parametrize("kind", ["GlobalAvgPool", "GlobalMaxPool"])
def test_of_a_sequence_that_is_too_short_one_window_is_left(kind: str) -> None:
    """It reads the padding behind the end, and gives numbers."""
    graph = net(made("Conv1d", kernel_size=5), made(kind), linear(2))
    data = data_of([9, 3, 4])
    torch.manual_seed(0)
    network = build(graph, infer(graph, data.parts, data.target))
    x = torch.tensor(data.train.inputs)
    x[1, :, 3:], x[2, :, 4:] = 0, 0
    (scores, *_) = network.module(x, torch.tensor(data.train.lengths))
    (alone, *_) = network.module(x[1:, :, :5], torch.tensor([5, 5]))
    torch.testing.assert_close(scores[1:], alone)


@pytest.mark.parametrize("end", ["LSTM", "MultiheadAttention", "Select", "BatchNorm1d"])
def test_whoever_reads_lengths_can_bear_short_ones(end: str) -> None:
    more = {"MultiheadAttention": {"num_heads": 2}}.get(end, {})
    layers = [made("Conv1d", kernel_size=3, stride=2, out_channels=4)] * 2
    closing = () if end == "Select" else (made("Select"),)
    graph = net(*layers, made("Permute"), made(end, **more), *closing, linear(2))
    data = data_of([15, 2, 5])
    network = build(graph, infer(graph, data.parts, data.target))
    results = network.module(torch.tensor(data.train.inputs), torch.tensor(data.train.lengths))
    assert results[0].isfinite().all()
    network.loss(results, torch.tensor(data.train.targets)).backward()
    assert all(
        p.grad is not None and p.grad.isfinite().all()
        for p in network.module.parameters()
        if p.requires_grad
    )


def test_a_single_example_of_a_single_step_cannot_be_normed_over_the_batch() -> None:
    graph = net(("norm", made("BatchNorm1d")), made("GlobalAvgPool"), linear(2))
    for lengths, batch, count in (([1, 9], 1, 1), ([1, 9], 2, 0), ([2, 9], 1, 0)):
        data = data_of(lengths)
        shapes = infer(graph, data.parts, data.target)
        found = find_problems(graph, shapes, data.target, Settings(batch_size=batch), data)
        assert [problem.node for problem in found] == ["norm"] * count
        assert all("two examples" in problem.message for problem in found)


def test_memory_is_reckoned_at_the_length_that_the_data_have(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Attention on 3,000 steps holds 9,000,000 numbers for each head of each example; on 32 next to nothing."""
    monkeypatch.setattr("engine.problems.room.installed", lambda: 2**28)
    graph = net(
        made("Permute"),
        ("look", made("MultiheadAttention", num_heads=2)),
        made("Select"),
        linear(2),
    )
    short, long = data_of([32, 20]), data_of([3000, 20])
    assert problems(graph, short) == []
    (problem,) = problems(graph, long)
    assert problem.node == "look"
    assert "memory" in problem.message
    full = at_full_length(graph, infer(graph, long.parts, TWO), long)
    assert full.sized[NodeId("look")].outputs["weights"].sizes == (3000, 3000)
    assert full.total.held > 2 * 9_000_000


def test_values_that_the_last_activation_never_gives_are_complained_of() -> None:
    target = Values(("a", "b"))

    def said(last: object, *numbers: float) -> list[Problem]:
        wanted = np.array(numbers, np.float32).reshape(-1, 2)
        data = data_of([3] * len(wanted), target, Row(4), wanted)
        graph = net(linear(8), made("ReLU"), linear(2), last, loss="MSELoss")  # type: ignore[arg-type]
        found = problems(graph, data)
        for problem in found:
            assert problem.fix is not None
            assert problems(problem.fix.edit(graph), data) == []
            assert not STIFF.search(problem.message)
        return found

    assert said(made("Sigmoid"), 0, 1, 0.5, 0.25) == []
    assert said(made("Tanh"), -1, 1, 0.5, 0.25) == []
    assert said(made("ReLU"), 0, 100, 0.5, 0.25) == []
    assert said(made("ELU"), -9, 100, 0.5, 0.25) == []
    assert (
        "from 0 to 3, but sigmoid_1 gives nothing above 1"
        in said(made("Sigmoid"), 0, 3, 1, 1)[0].message
    )
    assert (
        "from -2 to 3, but relu_2 gives nothing below 0"
        in said(made("ReLU"), -2, 3, 1, 1)[0].message
    )
    assert (
        "nothing below -3" in said(made("Hardtanh", min_val=-3, max_val=3), -4, 3, 1, 1)[0].message
    )


def test_a_target_that_a_wire_brings_is_another_matter() -> None:
    data = data_of([3, 3], Values(("a", "b")), Row(2), np.array([[9, 9], [9, 9]], np.float32))
    graph = net(linear(8), made("ReLU"), linear(2), made("Sigmoid"), loss="MSELoss")
    assert problems(wire(graph, "data", "loss", "target"), data) == []
