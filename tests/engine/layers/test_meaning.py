"""What our own modules compute, against the same thing written out by hand or given by torch itself."""

from typing import Any

import pytest
import torch
from torch import Tensor, nn
from torch.nn import functional

from engine.axes import Axes, Image, Labels, Row, Sequence, Signal, Target, Transcript
from engine.layer import Loss
from engine.layers import CATALOGUE
from engine.sizing import Sized
from engine.trial import answer

TIME = Sequence("time", 6)
LENGTHS = torch.tensor([7, 3, 5])


def made(name: str, *inputs: Axes | None, target: Target | None = None, **settings: Any) -> Any:
    sized = answer(CATALOGUE[name](**settings), inputs, target)
    assert isinstance(sized, Sized), sized
    return sized.call.build()


def close(left: Tensor, right: Tensor) -> None:
    torch.testing.assert_close(left, right, rtol=1e-4, atol=1e-5)


# -- recurrent ------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["RNN", "GRU", "LSTM"])
@pytest.mark.parametrize("layers", [1, 2])
def test_a_state_carries_on_where_it_was_left(name: str, layers: int) -> None:
    """The two halves of a sequence, the second beginning with the state of the first, are the whole."""
    module = made(name, Sequence(8, 6), hidden_size=5, num_layers=layers)
    x = torch.randn(3, 8, 6)
    whole, *ends = module(x)
    first, *states = module(x[:, :5])
    second, *last = module(x[:, 5:], *states)
    close(torch.cat((first, second), 1), whole)
    for state, end in zip(last, ends, strict=True):
        assert end.shape == (3, layers * 5)
        close(state, end)


@pytest.mark.parametrize("name", ["RNN", "GRU", "LSTM"])
def test_both_ways_read_each_sequence_from_its_own_end(name: str) -> None:
    module = made(name, TIME, hidden_size=4, bidirectional=True, num_layers=2)
    theirs = getattr(nn, name)(6, 4, bidirectional=True, num_layers=2, batch_first=True)
    theirs.load_state_dict(module.state_dict())  # the names are PyTorch's
    x = torch.randn(3, 7, 6)
    out, hidden, *_ = module(x, lengths=LENGTHS)
    for row, length in enumerate(LENGTHS.tolist()):
        wanted, state = theirs(x[row : row + 1, :length])
        close(out[row, :length], wanted[0])
        assert not out[row, length:].any()
        state = state[0] if isinstance(state, tuple) else state
        close(hidden[row], state[:, 0].flatten())


def test_a_projected_lstm_begins_with_either_state() -> None:
    module = made("LSTM", Sequence(4, 6), hidden_size=5, proj_size=2)
    x, hidden, cell = torch.randn(3, 4, 6), torch.randn(3, 2), torch.randn(3, 5)
    close(module(x, hidden, None)[0], module(x, hidden, torch.zeros(3, 5))[0])
    close(module(x, None, cell)[0], module(x, torch.zeros(3, 2), cell)[0])


# -- attention ------------------------------------------------------------------------


@pytest.mark.parametrize(
    "name", ["MultiheadAttention", "TransformerEncoderLayer", "TransformerDecoderLayer"]
)
def test_causal_layers_do_not_see_the_future(name: str) -> None:
    heads = {"num_heads": 2} if name == "MultiheadAttention" else {"nhead": 2}
    more = [Sequence(5, 6)] if "Decoder" in name else []
    for causal in (True, False):
        module = made(name, Sequence(8, 6), *more, causal=causal, **heads).eval()
        x, memory = torch.randn(2, 8, 6), [torch.randn(2, 5, 6) for _ in more]
        other = x.clone()
        other[:, 5:] += 1
        before, after = (module(each, *memory) for each in (x, other))
        if isinstance(before, tuple):
            before, after = before[0], after[0]
        assert torch.allclose(before[:, :5], after[:, :5], atol=1e-6) == causal


def test_attention_is_the_formula() -> None:
    """softmax(QKᵀ / √d) V with the projections of one head written out."""
    module = made("MultiheadAttention", TIME, Sequence(4, 3), Sequence(4, 5), num_heads=1)
    query, key, value = torch.randn(2, 7, 6), torch.randn(2, 4, 3), torch.randn(2, 4, 5)
    out, weights = module(query, key, value)
    bias = module.in_proj_bias.chunk(3)
    q = query @ module.q_proj_weight.T + bias[0]
    k = key @ module.k_proj_weight.T + bias[1]
    v = value @ module.v_proj_weight.T + bias[2]
    wanted = (q @ k.transpose(1, 2) / 6**0.5).softmax(-1)
    close(weights, wanted)
    close(out, module.out_proj(wanted @ v))


def test_nobody_looks_at_padding() -> None:
    module = made("MultiheadAttention", TIME, num_heads=3).eval()
    _, weights = module(torch.randn(3, 7, 6), lengths=LENGTHS)
    for row, length in enumerate(LENGTHS.tolist()):
        assert not weights[row, :, length:].any()
        close(weights[row].sum(-1), torch.ones(7))


# -- steps made few -------------------------------------------------------------------


@pytest.mark.parametrize("which", ["last", "first", "mean", "max"])
def test_a_step_that_stands_for_all_is_a_real_one(which: str) -> None:
    module, x = made("Select", TIME, which=which), torch.randn(3, 7, 6)
    out = module(x, lengths=LENGTHS)
    for row, length in enumerate(LENGTHS.tolist()):
        steps = x[row, :length]
        wanted = {"last": steps[-1], "first": steps[0], "mean": steps.mean(0), "max": steps.amax(0)}
        close(out[row], wanted[which])


def test_batch_norm_is_over_real_steps_alone() -> None:
    module = made("BatchNorm1d", Signal(6, "time")).train()
    x = torch.randn(3, 6, 7)
    out = module(x, lengths=LENGTHS)
    real = torch.cat([x[row, :, :length] for row, length in enumerate(LENGTHS.tolist())], 1)
    mean, variance = real.mean(1), real.var(1, unbiased=False)
    close(module.running_mean, 0.1 * mean)
    close(module.running_var, 0.9 + 0.1 * real.var(1))
    close(out[1, :, :3], (x[1, :, :3] - mean[:, None]) / (variance[:, None] + 1e-5).sqrt())


def test_batch_norm_of_sequences_is_that_of_signals_turned() -> None:
    signals, sequences = made("BatchNorm1d", Signal(6, "time")), made("BatchNorm1d", TIME)
    x = torch.randn(3, 6, 7)
    for words in ({}, {"lengths": LENGTHS}):
        close(sequences(x.transpose(1, 2), **words).transpose(1, 2), signals(x, **words))
    close(sequences.running_var, signals.running_var)


@pytest.mark.parametrize("name", ["Softmax", "LogSoftmax"])
def test_probabilities_over_time_are_those_of_real_steps(name: str) -> None:
    module, x = made(name, TIME, dim=1), torch.randn(3, 7, 6)
    out = module(x, lengths=LENGTHS)
    out = out.exp() if name == "LogSoftmax" else out
    close(out[1, :3], x[1, :3].softmax(0))
    assert not out[1, 3:].any()


# -- losses ---------------------------------------------------------------------------

SCORES = Sequence("time", 5)


def test_cross_entropy_of_steps_is_the_mean_over_all_real_ones() -> None:
    from engine.axes import StepLabels

    target_kind = StepLabels(tuple("abcde"))
    module = made("CrossEntropyLoss", SCORES, target=target_kind)
    scores, labels = torch.randn(3, 7, 5), torch.randint(0, 5, (3, 7))
    logs = scores.log_softmax(-1)
    lost = [-logs[r, t, labels[r, t]] for r, n in enumerate(LENGTHS.tolist()) for t in range(n)]
    close(module(scores, labels, lengths=LENGTHS), torch.stack(lost).mean())
    weights = (0.5, 1.0, 2.0, 3.0, 0.25)
    heavy = made("CrossEntropyLoss", SCORES, target=target_kind, weight=weights)
    each = torch.tensor(weights)[torch.cat([labels[r, :n] for r, n in enumerate(LENGTHS.tolist())])]
    close(heavy(scores, labels, lengths=LENGTHS), (torch.stack(lost) * each).sum() / each.sum())


@pytest.mark.parametrize("name", ["BCEWithLogitsLoss", "BCELoss"])
def test_one_score_for_two_classes(name: str) -> None:
    module = made(name, Row(1), target=Labels(("no", "yes")))
    scores, labels = torch.randn(6, 1), torch.tensor([0, 1, 1, 0, 1, 0])
    p = scores[:, 0].sigmoid()
    wanted = -torch.where(labels == 1, p.log(), (1 - p).log()).mean()
    close(module(scores if "Logits" in name else scores.sigmoid(), labels), wanted)


def test_a_weighted_yes() -> None:
    module = made("BCEWithLogitsLoss", Row(1), target=Labels(("no", "yes")), pos_weight=(3.0,))
    scores, labels = torch.randn(6, 1), torch.tensor([0, 1, 1, 0, 1, 0])
    p = scores[:, 0].sigmoid()
    close(module(scores, labels), -torch.where(labels == 1, 3 * p.log(), (1 - p).log()).mean())


def test_ctc_sums_over_all_alignments() -> None:
    """Two steps, one symbol: it comes first, second, or at both."""
    module = made("CTCLoss", Sequence("time", 3), target=Transcript(("blank", "a", "b")))
    scores = torch.randn(2, 4, 3)
    p = scores.softmax(-1)
    target, lengths = torch.tensor([[1, -1], [2, -1]]), torch.tensor([2, 2])
    chances = [
        p[row, 0, c] * p[row, 1, 0] + p[row, 0, 0] * p[row, 1, c] + p[row, 0, c] * p[row, 1, c]
        for row, c in ((0, 1), (1, 2))
    ]
    close(module(scores, target, lengths=lengths), -torch.stack(chances).log().mean())


@pytest.mark.parametrize("name", ["MSELoss", "L1Loss", "HuberLoss", "SmoothL1Loss", "CosineLoss"])
def test_a_distance_of_sequences_is_over_real_steps(name: str) -> None:
    module = made(name, TIME, TIME, target=Labels(("a", "b")))
    left, right = torch.randn(3, 7, 6), torch.randn(3, 7, 6)
    pairs = [(left[r, :n], right[r, :n]) for r, n in enumerate(LENGTHS.tolist())]
    a, b = (torch.cat(part) for part in zip(*pairs, strict=True))
    by_hand = {
        "MSELoss": ((a - b) ** 2).mean(),
        "L1Loss": (a - b).abs().mean(),
        "HuberLoss": functional.huber_loss(a, b),
        "SmoothL1Loss": functional.smooth_l1_loss(a, b),
        "CosineLoss": (1 - (a * b).sum(-1) / (a.norm(dim=-1) * b.norm(dim=-1))).mean(),
    }
    close(module(left, right, lengths=LENGTHS), by_hand[name])


def test_distillation_is_the_mean_over_real_steps() -> None:
    """Σ q (log q − log p), at each step."""
    module = made("KLDivLoss", TIME, TIME, target=Labels(("a", "b")))
    p, q = torch.randn(3, 7, 6).log_softmax(-1), torch.randn(3, 7, 6).softmax(-1)
    each = (q * (q.log() - p)).sum(-1)
    real = torch.cat([each[r, :n] for r, n in enumerate(LENGTHS.tolist())])
    close(module(p, q, lengths=LENGTHS), real.mean())
    close(module(p, q), each.mean())


def test_pictures_are_compared_whole() -> None:
    """An autoencoder's answer against what came in: one angle an example, one answer a pixel."""
    image = Image(2, 3, 4)
    a, b = torch.randn(5, 2, 3, 4), torch.rand(5, 2, 3, 4)
    angle = torch.einsum("bchw,bchw->b", a, b) / (
        a.flatten(1).norm(dim=1) * b.flatten(1).norm(dim=1)
    )
    close(made("CosineLoss", image, image, target=Labels(("a",)))(a, b), (1 - angle).mean())
    p = a.sigmoid()
    wanted = -(b * p.log() + (1 - b) * (1 - p).log()).mean()
    close(made("BCEWithLogitsLoss", image, image, target=Labels(("a",)))(a, b), wanted)
    refused = answer(CATALOGUE["BCELoss"](), (image,), Labels(("a", "b")))
    assert not isinstance(refused, Sized)


def test_margins_are_weighed_by_class() -> None:
    weights = (0.5, 1.0, 2.0)
    module = made("MultiMarginLoss", Row(3), target=Labels(tuple("abc")), weight=weights)
    scores, labels = torch.randn(4, 3), torch.tensor([0, 1, 2, 2])
    each = [
        sum(weights[y] * max(0.0, 1 - float(s[y] - s[c])) for c in range(3) if c != y) / 3
        for s, y in zip(scores, labels.tolist(), strict=True)
    ]
    close(module(scores, labels), torch.tensor(each).mean())


def test_every_loss_can_be_weighed() -> None:
    for kind in CATALOGUE.values():
        if issubclass(kind, Loss):
            assert kind().factor == 1.0
            assert kind(factor=0.25).factor == 0.25


# -- places and wires -----------------------------------------------------------------


def test_a_constant_is_the_same_for_every_example_and_learns() -> None:
    module = made("Constant", shape=(2, 3), value=1.5, learnable=True)
    out = module(torch.zeros(4, 9))
    assert out.shape == (4, 2, 3)
    out.sum().backward()
    close(module.value.grad, torch.full((2, 3), 4.0))
    assert not list(made("Constant", shape=(2,)).parameters())


def test_noise_is_there_only_while_training() -> None:
    module, x = made("Noise", Row(1000), std=2.0), torch.zeros(50, 1000)
    assert torch.equal(module.eval()(x), x)
    assert float(module.train()(x).std()) == pytest.approx(2.0, rel=0.05)


def test_turning_a_sequence_names_a_signal_and_back() -> None:
    turn = CATALOGUE["Permute"]()
    there = answer(turn, (TIME,), None)
    assert isinstance(there, Sized)
    assert there.outputs["out"] == Signal(6, "time")
    back = answer(turn, (there.outputs["out"],), None)
    assert isinstance(back, Sized)
    assert back.outputs["out"] == TIME


def test_what_joins_wires_is_plain_arithmetic() -> None:
    a, b = torch.rand(2, 3) + 1, torch.rand(2, 3) + 1
    row = Row(3)
    close(made("Add", row, row)(a, b), a + b)
    close(made("Multiply", row, row)(a, b), a * b)
    close(made("Subtract", row, row)(a, b), a - b)
    close(made("Divide", row, row)(a, b), a / b)
    close(made("Maximum", row, row)(a, b), torch.where(a > b, a, b))
    close(made("Minimum", row, row)(a, b), torch.where(a > b, b, a))
    close(made("Concat", row, row)(a, b), torch.tensor([[*a[0], *b[0]], [*a[1], *b[1]]]))
    close(made("Dot", row, row)(a, b)[:, 0], torch.einsum("bi,bi->b", a, b))
    cosine = torch.einsum("bi,bi->b", a, b) / (a.norm(dim=1) * b.norm(dim=1))
    close(made("Dot", row, row, normalize=True)(a, b)[:, 0], cosine)
    left, right = torch.randn(2, 4, 3), torch.randn(2, 5, 3)
    product = made("MatMul", Sequence(4, 3), Sequence(5, 3), transpose=True)
    close(product(left, right), torch.einsum("bik,bjk->bij", left, right))
