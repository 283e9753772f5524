"""Padding changes no loss, no figure and no gradient: the same sequences, one by one without it, give the same."""

import pytest
import torch
from torch import Tensor

import engine.evaluation as evaluation
from engine.axes import Axes, Labels, Sequence, StepLabels, Target, Tokens
from engine.evaluation import evaluated
from engine.graph import Edge, Graph, NodeId
from engine.layer import Layer
from engine.layers import CATALOGUE
from engine.network import Network, build
from engine.samples import PADDING
from engine.shapes import infer

LENGTHS = (7, 1, 12, 4, 9)
ROOM = 15
NAMES = ("a", "b", "c")
RUBBISH = 50.0


def layer(kind: str, **parameters: object) -> Layer:
    return CATALOGUE[kind](**parameters)


CELLS = {
    "RNN": (layer("RNN", hidden_size=5),),
    "GRU": (layer("GRU", hidden_size=5),),
    "LSTM": (layer("LSTM", hidden_size=5),),
    "LSTM with a projection": (layer("LSTM", hidden_size=5, proj_size=3),),
    "both ways": (layer("GRU", hidden_size=5, bidirectional=True),),
    "stacked RNN": (layer("RNN", hidden_size=4, num_layers=3),),
    "stacked LSTM, both ways": (layer("LSTM", hidden_size=4, num_layers=2, bidirectional=True),),
    "Conv1d": (
        layer("Permute"),
        layer("Conv1d", out_channels=5, kernel_size=3, padding=1),
        layer("Permute"),
    ),
    "attention": (layer("MultiheadAttention", num_heads=2),),
    "Transformer": (layer("TransformerEncoderLayer", nhead=2, dim_feedforward=8, dropout=0.0),),
}
SELECTED = {"last": "last", "mean": "mean", "largest": "max"}


def drawn(cells: tuple[Layer, ...], end: str) -> Graph:
    """A row of layers, from an input to a cross-entropy; the cell's last state is read if `hidden` is the end."""
    chain = [*cells, *([layer("Select", which=SELECTED[end])] if end in SELECTED else [])]
    graph, source, port = Graph().add(layer("Input"), name="x"), NodeId("x"), "out"
    for place, each in enumerate([*chain, layer("Dense", out_features=3)]):
        name = NodeId(f"n{place}")
        graph = graph.add(each, name=name)
        graph = graph.connect(Edge(source, name, port, each.inputs[0].name))
        ends_here = place == len(cells) - 1 and end == "hidden"
        source, port = name, "hidden" if ends_here else "out"
    graph = graph.add(layer("CrossEntropyLoss"), name="loss")
    return graph.connect(Edge(source, NodeId("loss"), port, "prediction"))


def made(graph: Graph, axes: Axes, target: Target) -> Network:
    torch.manual_seed(0)
    shapes = infer(graph, axes, target)
    network = build(graph, shapes)
    network.to("cpu", torch.float64)
    return network


def cases() -> list[tuple[str, str]]:
    recurrent = [
        name for name, chain in CELLS.items() if "hidden" in {p.name for p in chain[-1].outputs}
    ]
    ends = ["every step", *SELECTED]
    return [(name, end) for name in CELLS for end in ends] + [
        (name, "hidden") for name in recurrent
    ]


def batch(target: Target, tokens: bool) -> tuple[Tensor, Tensor, Tensor]:
    """Sequences with rubbish behind their ends, their lengths, and what is to be said."""
    torch.manual_seed(1)
    x = (
        torch.randint(0, 6, (len(LENGTHS), ROOM))
        if tokens
        else torch.randn(len(LENGTHS), ROOM, 4).double()
    )
    y = torch.randint(
        0, 3, (len(LENGTHS), ROOM) if isinstance(target, StepLabels) else (len(LENGTHS),)
    )
    for row, length in enumerate(LENGTHS):
        x[row, length:] = 5 if tokens else RUBBISH
        if y.ndim == 2:
            y[row, length:] = PADDING[StepLabels]
            y[row, : length // 3] = PADDING[StepLabels]  # nor is every real step asked about
    return x, torch.tensor(LENGTHS), y


def gradients(network: Network) -> dict[str, Tensor]:
    named = network.module.named_parameters()
    return {name: weight.grad.clone() for name, weight in named if weight.grad is not None}


def alone(network: Network, x: Tensor, y: Tensor) -> tuple[Tensor, Tensor]:
    """The loss over all sequences, run one by one without padding, and the results of the last."""
    total, count = torch.zeros((), dtype=torch.float64), 0
    for row, length in enumerate(LENGTHS):
        truth = y[row : row + 1, :length] if y.ndim == 2 else y[row : row + 1]
        asked = int((truth >= 0).sum())
        results = network.module(x[row : row + 1, :length], torch.tensor([length]))
        if asked:
            total = total + network.loss(results, truth) * asked
        count += asked
    return total / count, results[0]


@pytest.mark.parametrize(("cell", "end"), cases())
def test_the_loss_and_its_gradients_are_those_of_the_sequences_one_by_one(
    cell: str, end: str
) -> None:
    target = StepLabels(NAMES) if end == "every step" else Labels(NAMES)
    network = made(drawn(CELLS[cell], end), Sequence("time", 4), target)
    x, lengths, y = batch(target, tokens=False)
    loss = network.loss(network.module(x, lengths), y)
    loss.backward()
    together = gradients(network)
    network.module.zero_grad()
    one_by_one, _ = alone(network, x, y)
    one_by_one.backward()
    torch.testing.assert_close(loss, one_by_one, rtol=1e-12, atol=1e-12)
    assert together.keys() == gradients(network).keys() != set()
    for name, gradient in gradients(network).items():
        torch.testing.assert_close(together[name], gradient, rtol=1e-9, atol=1e-12, msg=name)


@pytest.mark.parametrize("end", ["every step", "hidden"])
def test_nothing_behind_the_end_has_a_gradient(end: str) -> None:
    """Whatever a symbol of padding is, its row in the table of symbols is not moved by it."""
    target = StepLabels(NAMES) if end == "every step" else Labels(NAMES)
    cells = (layer("Embedding", embedding_dim=4), layer("GRU", hidden_size=5, bidirectional=True))
    network = made(drawn(cells, end), Tokens("time", 6), target)
    x, lengths, y = batch(target, tokens=True)
    for row, length in enumerate(LENGTHS):
        x[row, :length] %= 5  # only padding is symbol 5
    network.loss(network.module(x, lengths), y).backward()
    (table,) = (grad for name, grad in gradients(network).items() if grad.shape == (6, 4))
    assert table[:5].abs().sum(1).all()
    assert not table[5].any()


@pytest.mark.parametrize("end", ["every step", "last"])
@pytest.mark.parametrize("size", [1, 2, 3, 512])
def test_figures_of_a_part_do_not_depend_on_who_shares_a_batch(
    end: str, size: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    target = StepLabels(NAMES) if end == "every step" else Labels(NAMES)
    network = made(drawn(CELLS["GRU"], end), Sequence("time", 4), target)
    x, lengths, y = batch(target, tokens=False)
    network.train(False)
    wanted, _ = alone(network, x, y)
    shares, right, asked_of_all = 0.0, 0, 0
    for row, length in enumerate(LENGTHS):
        truth = y[row, :length] if y.ndim == 2 else y[row : row + 1]
        said = network.module(x[row : row + 1, :length], torch.tensor([length]))[0][0].argmax(-1)
        met = (said == truth)[truth >= 0]
        shares += float(met.double().mean()) if len(met) else 0.0
        right, asked_of_all = right + int(met.sum()), asked_of_all + len(met)
    monkeypatch.setattr(evaluation, "EVALUATION_BATCH", size)
    loss, found = evaluated(network, (x, lengths), y, target)
    assert loss == pytest.approx(wanted.item(), abs=1e-12)
    assert found.accuracy() == pytest.approx(shares / len(LENGTHS), abs=1e-6)
    (judged,) = found.said(1, 1)
    assert len(judged.truths) == asked_of_all
    assert int((judged.truths == judged.outcomes).sum()) == right
