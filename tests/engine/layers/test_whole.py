"""Whole networks of sequences: in a padded batch each example comes out, and teaches, as it does alone."""

import pytest
import torch
from famous import made, wire
from torch import Tensor

from engine.axes import Axes, Labels, Sequence, StepLabels, Target, Tokens, Transcript
from engine.graph import Graph
from engine.layer import Layer
from engine.network import Network, build
from engine.shapes import infer

LENGTHS = (13, 6, 9)
FIVE = tuple("abcde")
CLASS, STEPS, WRITTEN = Labels(FIVE), StepLabels(FIVE), Transcript(FIVE)


def chained(*layers: Layer) -> Graph:
    graph, last = Graph().add(made("Input"), name="data"), "data"
    for layer in layers:
        graph = graph.add(layer)
        graph = wire(graph, last, list(graph.nodes)[-1])
        last = list(graph.nodes)[-1]
    return graph


CONVOLUTIONS = (
    made("Embedding", embedding_dim=6),
    made("Permute"),
    made("Conv1d", out_channels=8, padding="same"),
    made("BatchNorm1d"),
    made("ReLU"),
    made("Conv1d", out_channels=8, kernel_size=5, padding=2),
    made("MaxPool1d", kernel_size=3, stride=2, padding=1),
    made("GELU"),
    made("ConvTranspose1d", out_channels=6, stride=2),
    made("Pad", padding=(1, 0), mode="replicate"),
    made("AvgPool1d", kernel_size=3, stride=1, padding=1, count_include_pad=False),
    made("Upsample", mode="linear"),
    made("Conv1d", out_channels=7, padding=1),
)
ENDS: dict[str, tuple[Axes, Target, tuple[Layer, ...]]] = {
    "windows": (
        Tokens("time", 20),
        CLASS,
        (*CONVOLUTIONS, made("GlobalAvgPool"), made("Dense", out_features=5), made("CrossEntropyLoss")),
    ),
    "recurrent": (
        Tokens("time", 20),
        CLASS,
        (
            made("Embedding", embedding_dim=6),
            made("LSTM", hidden_size=5, num_layers=2, bidirectional=True),
            made("GRU", hidden_size=5),
            made("Select", which="max"),
            made("Dense", out_features=5),
            made("CrossEntropyLoss"),
        ),
    ),
    "attention": (
        Tokens("time", 20),
        STEPS,
        (
            made("Embedding", embedding_dim=8),
            made("PositionalEncoding"),
            made("TransformerEncoderLayer", nhead=2, dim_feedforward=10, dropout=0.0),
            made("MultiheadAttention", num_heads=2, causal=True),
            made("LayerNorm"),
            made("Dense", out_features=5),
            made("CrossEntropyLoss", label_smoothing=0.1),
        ),
    ),
    "written": (
        Sequence("time", 4),
        WRITTEN,
        (
            made("Slice", dim=1, start=1),
            made("Permute"),
            made("Conv1d", out_channels=6, padding=1),
            made("Permute"),
            made("RNN", hidden_size=6, nonlinearity="relu"),
            made("Dense", out_features=5),
            made("CTCLoss"),
        ),
    ),
}  # fmt: skip


def samples(axes: Axes, length: int) -> Tensor:
    if isinstance(axes, Tokens):
        return torch.randint(0, axes.vocabulary, (1, length))
    return torch.randn(1, length, int(axes.sizes[1]))


def padded(parts: list[Tensor], value: float) -> Tensor:
    longest = max(part.shape[1] for part in parts)
    whole = parts[0].new_full((len(parts), longest, *parts[0].shape[2:]), value)
    for row, part in enumerate(parts):
        whole[row, : part.shape[1]] = part[0]
    return whole


def targets(target: Target, length: int) -> Tensor:
    if isinstance(target, StepLabels):
        return torch.randint(0, 5, (1, length))
    return torch.randint(1, 5, (1, 2) if isinstance(target, Transcript) else (1,))


def gradients(network: Network) -> list[Tensor]:
    found = [p.grad.clone() for p in network.module.parameters() if p.grad is not None]
    network.module.zero_grad()
    return found


@pytest.mark.parametrize("name", ENDS)
def test_each_example_comes_out_and_teaches_as_it_does_alone(name: str) -> None:
    axes, target, layers = ENDS[name]
    graph = chained(*layers)
    torch.manual_seed(3)
    shapes = infer(graph, axes, target)
    assert not shapes.misfits, shapes.misfits
    network = build(graph, shapes)
    network.train(False)
    given = [samples(axes, length) for length in LENGTHS]
    wanted = [targets(target, length) for length in LENGTHS]
    rubbish = 17 if isinstance(axes, Tokens) else 40.0
    asked = padded(wanted, -100) if isinstance(target, StepLabels) else torch.cat(wanted)

    results = network.module(padded(given, rubbish), torch.tensor(LENGTHS))
    loss = network.loss(results, asked)
    loss.backward()
    together = gradients(network)

    # A mean over all steps of a batch weighs each example by its steps.
    share = [n / sum(LENGTHS) if isinstance(target, StepLabels) else 1 / 3 for n in LENGTHS]
    alone = torch.zeros(())
    for row, length in enumerate(LENGTHS):
        one = network.module(given[row], torch.tensor([length]))
        part = results[0][row : row + 1]
        if one[0].ndim > 2:
            part = part[:, : one[0].shape[1]]
        torch.testing.assert_close(part, one[0], rtol=1e-3, atol=1e-5)
        alone = alone + share[row] * network.loss(one, wanted[row])
    alone.backward()
    torch.testing.assert_close(loss, alone, rtol=1e-4, atol=1e-5)
    assert len(together) == len(list(network.module.parameters()))
    for a, b in zip(together, gradients(network), strict=True):
        torch.testing.assert_close(a, b, rtol=1e-3, atol=1e-5)


@pytest.mark.parametrize("kind", ["Subtract", "Divide"])
def test_lengths_flow_past_a_first_input_that_has_none(kind: str) -> None:
    """A learnt row less each step, and then the mean: it must be over real steps."""
    graph = Graph().add(made("Input"), name="data")
    graph = graph.add(made("Constant", shape=(1, 4), value=2.0), name="row").add(
        made(kind), name="both"
    )
    graph = graph.add(made("GlobalAvgPool"), name="mean").add(made("Output"), name="end")
    for source, end, port in (
        ("row", "both", "first"), ("data", "both", "second"), ("both", "mean", "in"), ("mean", "end", "in"),
    ):  # fmt: skip
        graph = wire(graph, source, end, into=port)
    network = build(graph, infer(graph, Sequence("time", 4), CLASS))
    given = [torch.rand(1, length, 4) + 1 for length in LENGTHS]
    together = network.module(padded(given, 1e6), torch.tensor(LENGTHS))[0]
    for row, one in enumerate(given):
        wanted = (2 - one if kind == "Subtract" else 2 / one).mean(1)[0]
        torch.testing.assert_close(together[row], wanted)
