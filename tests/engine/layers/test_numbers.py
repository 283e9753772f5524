"""How many numbers layers hold, and how these are drawn, against formulas that are written down here anew."""

import math
from collections.abc import Callable
from typing import Any

import pytest
import torch
from torch import Tensor, nn
from trials import usable

from engine.axes import Axes, Image, Row, Sequence, Signal, Tokens, Volume
from engine.initial import initialise
from engine.layer import InitialWeights, Weighted
from engine.layers import CATALOGUE
from engine.sizing import Sized
from engine.trial import answer

SEQUENCE = Sequence(6, 12)
COUNTS: list[tuple[str, dict[str, Any], tuple[Axes, ...], int]] = [
    ("Dense", {"out_features": 7}, (Row(5),), 5 * 7 + 7),
    ("Bilinear", {"out_features": 7}, (Row(5), Row(3)), 5 * 3 * 7 + 7),
    ("Conv1d", {"out_channels": 8, "kernel_size": 3}, (Signal(4, 9),), 3 * 4 * 8 + 8),
    ("Conv2d", {"out_channels": 8, "kernel_size": 3}, (Image(4, 9, 9),), 3 * 3 * 4 * 8 + 8),
    ("Conv2d", {"out_channels": 8, "kernel_size": (3, 2), "groups": 2}, (Image(4, 9, 9),), 3 * 2 * 4 * 8 // 2 + 8),
    ("Conv2d", {"out_channels": 8, "dilation": 2, "kernel_size": 3, "bias": False}, (Image(4, 9, 9),), 3 * 3 * 4 * 8),
    ("Conv3d", {"out_channels": 8, "kernel_size": 2}, (Volume(4, 5, 5, 5),), 2**3 * 4 * 8 + 8),
    ("DepthwiseConv2d", {"out_channels": 2, "kernel_size": 3}, (Image(4, 9, 9),), 3 * 3 * 4 * 2 + 4 * 2),
    ("ConvTranspose1d", {"out_channels": 8, "kernel_size": 3}, (Signal(4, 9),), 3 * 4 * 8 + 8),
    ("ConvTranspose2d", {"out_channels": 8, "kernel_size": 3, "groups": 2}, (Image(4, 9, 9),), 9 * 4 * 8 // 2 + 8),
    ("RNN", {"hidden_size": 5}, (SEQUENCE,), 5 * (12 + 5) + 2 * 5),
    ("GRU", {"hidden_size": 5}, (SEQUENCE,), 3 * (5 * (12 + 5) + 2 * 5)),
    ("LSTM", {"hidden_size": 5}, (SEQUENCE,), 4 * (5 * (12 + 5) + 2 * 5)),
    ("LSTM", {"hidden_size": 5, "bias": False}, (SEQUENCE,), 4 * 5 * (12 + 5)),
    ("LSTM", {"hidden_size": 5, "bidirectional": True, "num_layers": 2}, (SEQUENCE,),
     2 * 4 * (5 * (12 + 5) + 2 * 5) + 2 * 4 * (5 * (10 + 5) + 2 * 5)),
    ("LSTM", {"hidden_size": 5, "proj_size": 2}, (SEQUENCE,), 4 * (5 * (12 + 2) + 2 * 5) + 5 * 2),
    ("MultiheadAttention", {}, (SEQUENCE,), 4 * 12**2 + 4 * 12),
    ("MultiheadAttention", {"num_heads": 2, "bias": False}, (SEQUENCE,), 4 * 12**2),
    ("MultiheadAttention", {}, (SEQUENCE, Sequence(5, 7)), 2 * 12**2 + 2 * 12 * 7 + 4 * 12),
    ("TransformerEncoderLayer", {"dim_feedforward": 20}, (SEQUENCE,),
     4 * 12**2 + 4 * 12 + 12 * 20 + 20 + 20 * 12 + 12 + 2 * 2 * 12),
    ("TransformerDecoderLayer", {"dim_feedforward": 20}, (SEQUENCE, SEQUENCE),
     2 * (4 * 12**2 + 4 * 12) + 12 * 20 + 20 + 20 * 12 + 12 + 3 * 2 * 12),
    ("Embedding", {"embedding_dim": 5}, (Tokens(7, 30),), 30 * 5),
    ("PositionalEncoding", {"encoding": "learnt", "max_length": 40}, (SEQUENCE,), 40 * 12),
    ("PositionalEncoding", {}, (SEQUENCE,), 0),
    ("BatchNorm2d", {}, (Image(4, 9, 9),), 2 * 4),
    ("LayerNorm", {}, (SEQUENCE,), 2 * 12),
    ("LayerNorm", {"bias": False}, (Image(4, 9, 9),), 4 * 9 * 9),
    ("RMSNorm", {}, (SEQUENCE,), 12),
    ("GroupNorm", {}, (Image(4, 9, 9),), 2 * 4),
    ("InstanceNorm2d", {}, (Image(4, 9, 9),), 0),
    ("PReLU", {"each": True}, (Image(4, 9, 9),), 4),
    ("Scale", {}, (Image(4, 9, 9),), 4),
]  # fmt: skip


@pytest.mark.parametrize(("name", "settings", "inputs", "count"), COUNTS)
def test_a_layer_holds_as_many_numbers_as_its_formula_says(
    name: str, settings: dict[str, Any], inputs: tuple[Axes, ...], count: int
) -> None:
    sized = answer(CATALOGUE[name](**settings), inputs, None)
    assert isinstance(sized, Sized)
    assert sized.cost.parameters == count
    assert sum(p.numel() for p in sized.call.build().parameters()) == count


FANS: list[tuple[nn.Module, int, int]] = [
    (nn.Linear(300, 200), 300, 200),
    (nn.Conv1d(64, 48, 5), 64 * 5, 48 * 5),
    (nn.Conv2d(64, 48, 3), 64 * 9, 48 * 9),
    (nn.ConvTranspose1d(64, 16, 5), 64 * 5, 16 * 5),
    (nn.ConvTranspose2d(64, 16, 3), 64 * 9, 16 * 9),
    (nn.ConvTranspose2d(64, 16, 3, groups=4), 16 * 9, 4 * 9),
    (nn.ConvTranspose3d(32, 8, 3), 32 * 27, 8 * 27),
]
VARIANCES: dict[InitialWeights, Callable[[int, int], float]] = {
    "he": lambda into, _: 2 / into,
    "lecun": lambda into, _: 1 / into,
    "xavier": lambda into, out: 2 / (into + out),
    "zeros": lambda _into, _out: 0.0,
}


@pytest.mark.parametrize("rule", VARIANCES)
@pytest.mark.parametrize(("module", "into", "out"), FANS, ids=lambda part: str(part)[:40])
def test_weights_have_the_variance_of_their_rule(
    module: nn.Module, into: int, out: int, rule: InitialWeights
) -> None:
    torch.manual_seed(1)
    initialise(module, rule)
    weight, bias = module.weight, module.bias
    assert isinstance(weight, Tensor)
    assert isinstance(bias, Tensor)
    wanted = VARIANCES[rule](into, out)
    noise = 4 * math.sqrt(2 / weight.numel())  # four standard deviations of a sample variance
    assert float(weight.detach().var()) == pytest.approx(wanted, rel=noise, abs=1e-12)
    assert not bias.any()


@pytest.mark.parametrize("turned", [nn.Linear(40, 24), nn.ConvTranspose2d(24, 40, 1)])
def test_orthogonal_weights_keep_lengths(turned: nn.Module) -> None:
    initialise(turned, "orthogonal")
    weight = turned.weight
    assert isinstance(weight, Tensor)
    rows = weight.detach().reshape(24, 40)
    torch.testing.assert_close(rows @ rows.T, torch.eye(24), atol=1e-5, rtol=0)


def test_a_symbol_that_stands_for_nothing_stays_nothing() -> None:
    for rule in ("he", "xavier", "orthogonal", "lecun"):
        module = nn.Embedding(9, 5, padding_idx=3)
        initialise(module, rule)  # type: ignore[arg-type]  # each is a rule
        assert not module.weight[3].any()
        assert module.weight[[0, 8]].all()


@pytest.mark.parametrize(
    "name", [name for name, kind in CATALOGUE.items() if issubclass(kind, Weighted)]
)
def test_every_layer_with_weights_can_draw_them_anew(name: str) -> None:
    trial = usable(name)[0]
    for rule in ("xavier", "he", "lecun", "orthogonal", "zeros"):
        module = trial.sized.call.build()
        before = {path: p.clone() for path, p in module.named_parameters()}
        initialise(module, rule)  # type: ignore[arg-type]  # each is a rule
        matrices = [path for path, p in before.items() if p.ndim > 1 and "bias" not in path]
        assert matrices
        for path in matrices:
            after = module.get_parameter(path)
            assert torch.isfinite(after).all()
            assert not torch.equal(after, before[path])
            assert bool(after.any()) != (rule == "zeros")


def test_all_that_has_a_matrix_lets_its_beginning_be_chosen() -> None:
    """But for numbers that have a beginning of their own."""
    own = {"PositionalEncoding", "Constant", "Scale", "PReLU", "LayerNorm", "RMSNorm", "Code"}
    for name, kind in CATALOGUE.items():
        if name == "Input":
            continue
        modules = {trial.sized.call.build() for trial in usable(name)[:2]}
        if any(p.ndim > 1 for module in modules for p in module.parameters()):
            assert issubclass(kind, Weighted) or name in own, name


def test_waves_say_the_place_as_the_paper_has_it() -> None:
    """Vaswani et al. 2017: sin and cos of pos / 10000^(2i/d), in full precision whatever comes in."""
    sized = answer(CATALOGUE["PositionalEncoding"](), (Sequence("time", 6),), None)
    assert isinstance(sized, Sized)
    module = sized.call.build()
    waves = module(torch.zeros(1, 700, 6))[0]
    for place in (0, 1, 613):
        for i in range(3):
            angle = place / 10000 ** (2 * i / 6)
            assert float(waves[place, 2 * i]) == pytest.approx(math.sin(angle), abs=1e-4)
            assert float(waves[place, 2 * i + 1]) == pytest.approx(math.cos(angle), abs=1e-4)
    coarse = module(torch.zeros(1, 700, 6, dtype=torch.bfloat16))[0].float()
    torch.testing.assert_close(coarse, waves, atol=0.005, rtol=0)
