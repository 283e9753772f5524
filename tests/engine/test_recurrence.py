"""Recurrent layers read step by step: the same as torch's own, and gradients that are the whole ones."""

from types import SimpleNamespace

import numpy as np
import pytest
import torch
from torch import Tensor, nn

from engine.axes import Sequence
from engine.export.initials import drawing_lines, starting_lines
from engine.fading import factor_per_step, memory_horizon, over_batch
from engine.initial import initialise
from engine.jacobians import pair_map, step_jacobians
from engine.layers import CATALOGUE
from engine.modules.recurrent import GRU, LSTM, RNN
from engine.recurrence import Reading, read_by_step
from engine.unrolled import Returned, contributions, lengths_of_contributions

BATCH, STEPS, SIZE, UNITS = 4, 9, 3, 5
KINDS = {
    "RNN": lambda **o: RNN(SIZE, UNITS, batch_first=True, **o),
    "ReLU": lambda **o: RNN(SIZE, UNITS, batch_first=True, nonlinearity="relu", **o),
    "GRU": lambda **o: GRU(SIZE, UNITS, batch_first=True, **o),
    "LSTM": lambda **o: LSTM(SIZE, UNITS, batch_first=True, **o),
    "LSTM shortened": lambda **o: LSTM(SIZE, UNITS, batch_first=True, proj_size=2, **o),
}
OPTIONS: dict[str, dict[str, object]] = {
    "plain": {},
    "no bias": {"bias": False},
    "stacked": {"num_layers": 3},
    "both ways": {"bidirectional": True},
    "stacked both ways": {"num_layers": 2, "bidirectional": True},
}
LENGTHS = torch.tensor([9, 4, 1, 7])


def made(kind: str, **options: object) -> nn.RNNBase:
    torch.manual_seed(3)
    return KINDS[kind](**options)


def given() -> Tensor:
    return torch.randn(BATCH, STEPS, SIZE, generator=torch.Generator().manual_seed(1))


@pytest.mark.parametrize("options", OPTIONS.values(), ids=OPTIONS)
@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("lengths", [None, LENGTHS], ids=["full", "with lengths"])
def test_states_equal_torch_to_1e_6(
    kind: str, options: dict[str, object], lengths: Tensor | None
) -> None:
    module, x = made(kind, **options), given()
    theirs = module(x, lengths=lengths)
    ours = read_by_step(module, x.double(), lengths=lengths).result
    for one, other in zip(ours, theirs, strict=True):
        assert one.dtype == torch.float64
        assert one.shape == other.shape
        assert (one - other).abs().max() < 1e-6


@pytest.mark.parametrize("kind", KINDS)
def test_states_to_begin_with_are_taken(kind: str) -> None:
    module, x = made(kind, num_layers=2), given()
    starts = tuple(torch.randn_like(row) for row in module(x)[1:])
    for one, other in zip(
        read_by_step(module, x.double(), starts).result, module(x, *starts), strict=True
    ):
        assert (one - other).abs().max() < 1e-6


def backward(
    module: nn.RNNBase, lengths: Tensor | None = None
) -> tuple[Reading, list[Returned], Tensor]:
    """A loss of all outputs with weights of their own, and what came back to each track."""
    reading = read_by_step(module, given().double(), lengths=lengths)
    weights = torch.randn(reading.out.shape, generator=torch.Generator().manual_seed(2)).double()
    loss = (weights * reading.out).sum()
    returned = []
    for track in reading.tracks:
        asked = [track.from_input, *track.from_state, *track.states, *track.cells]
        grads = torch.autograd.grad(loss, asked, retain_graph=True, allow_unused=True)
        grads = [torch.zeros_like(a) if g is None else g for a, g in zip(asked, grads, strict=True)]
        n = len(track.states)
        rows = [torch.stack(grads[at : at + n], 1) for at in range(1, len(grads), n)]
        returned.append(Returned(rows[1], rows[2] if len(rows) > 2 else None, grads[0], rows[0]))
    return reading, returned, weights


@pytest.mark.parametrize("lengths", [None, LENGTHS], ids=["full", "with lengths"])
@pytest.mark.parametrize("options", OPTIONS.values(), ids=OPTIONS)
@pytest.mark.parametrize("kind", [kind for kind in KINDS if kind != "LSTM shortened"])
def test_contributions_over_time_sum_to_the_gradient_of_the_weight(
    kind: str, options: dict[str, object], lengths: Tensor | None
) -> None:
    module = made(kind, **options).double()
    reading, returned, weights = backward(module, lengths)
    (weights * module(given().double(), lengths=lengths)[0]).sum().backward()
    for track, back in zip(reading.tracks, returned, strict=True):
        ending = f"_l{track.layer}{'_reverse' if track.backward else ''}"
        both = contributions(track, back)
        for name, parts in zip(("weight_ih", "weight_hh"), both, strict=True):
            wanted = getattr(module, name + ending).grad
            assert torch.allclose(parts.sum(0), wanted, rtol=1e-9, atol=1e-11)
        said = lengths_of_contributions(track, back)
        for row, parts in zip(said, both, strict=True):
            assert np.allclose(row, parts.flatten(1).norm(dim=1).numpy(), atol=1e-7)


@pytest.mark.parametrize("kind", KINDS)
def test_the_gradient_of_a_state_is_the_whole_one(kind: str) -> None:
    """Against finite differences: h after step 3 is moved, and all later steps are run on from there."""
    module = made(kind).double()
    reading, returned, weights = backward(module)
    track, step, x = reading.tracks[0], 3, given().double()
    moved = torch.randn(track.states[0].shape, generator=torch.Generator().manual_seed(5)).double()

    @torch.no_grad()
    def loss(amount: float) -> float:
        starts = [track.states[step] + amount * moved, *track.cells[step : step + 1]]
        later = module(x[:, step + 1 :], *starts)[0]
        first = track.states[step] + amount * moved
        return float((weights[:, step] * first).sum() + (weights[:, step + 1 :] * later).sum())

    slope = (loss(1e-5) - loss(-1e-5)) / 2e-5
    assert slope == pytest.approx(float((returned[0].states[:, step] * moved).sum()), rel=1e-6)


@pytest.mark.parametrize("options", OPTIONS.values(), ids=OPTIONS)
@pytest.mark.parametrize("kind", ["LSTM", "LSTM shortened"])
def test_the_gradient_of_a_cell_is_the_whole_one_where_there_is_padding(
    kind: str, options: dict[str, object]
) -> None:
    """Against each sequence by itself, without padding: h reads the cell, so the last cell has a gradient too."""
    module = made(kind, **options).double()
    reading, returned, weights = backward(module, LENGTHS)
    for row, count in enumerate(LENGTHS.tolist()):
        alone = read_by_step(module, given()[row : row + 1, :count].double())
        loss = (weights[row, :count] * alone.out[0]).sum()
        for track, own, back in zip(reading.tracks, alone.tracks, returned, strict=True):
            grads = torch.autograd.grad(loss, own.cells, retain_graph=True)
            assert back.cells is not None
            assert track.real is not None
            assert torch.allclose(back.cells[row][track.real[row]], torch.cat(grads), rtol=1e-9)
            assert float(grads[-1].norm()) > 0


LAWS = ((1.2, 50, 7.584e3), (1.2, 100, 6.902e7), (0.9, 50, 5.726e-3), (0.9, 100, 2.951e-5))


@pytest.mark.parametrize(("g", "steps", "law"), LAWS)
def test_a_linear_rnn_follows_its_law_exactly(g: float, steps: int, law: float) -> None:
    """W_hh = g·I and inputs above zero: a ReLU that is a line. ‖∂L/∂h_1‖ / ‖∂L/∂h_T‖ = g^(T−1)."""
    module = RNN(1, 4, batch_first=True, nonlinearity="relu").double()
    with torch.no_grad():
        for parameter in module.parameters():
            parameter.fill_(0.01)
        module.weight_hh_l0.copy_(g * torch.eye(4).double())
    track = read_by_step(module, torch.ones(2, steps, 1).double()).tracks[0]
    grads = torch.autograd.grad(track.states[-1].square().sum(), track.states)
    row = over_batch(torch.stack(grads, 1).norm(dim=2).numpy())
    assert row[0] / row[-1] == pytest.approx(g ** (steps - 1), rel=1e-12)
    assert row[0] / row[-1] == pytest.approx(law, rel=1e-3)
    assert factor_per_step(row) == pytest.approx(g, rel=1e-12)
    if g < 1:
        assert memory_horizon(row) == int(np.floor(np.log(0.01) / np.log(g)))


@pytest.mark.parametrize("kind", ["RNN", "ReLU", "GRU", "LSTM"])
def test_the_jacobian_of_a_step_in_closed_form(kind: str) -> None:
    module = made(kind).double()
    x = given().double()
    track = read_by_step(module, x).tracks[0]
    closed, step = step_jacobians(track, example=1), 4

    def one_step(state: Tensor) -> Tensor:
        hidden, cell = state[None, :UNITS], state[None, UNITS:]
        starts = (hidden, cell) if kind == "LSTM" else (hidden,)
        return torch.cat([row[0] for row in module(x[1:2, step : step + 1], *starts)[1:]])

    before = torch.cat(
        [track.values[n][step - 1][1].detach() for n in ("h", "c") if n in track.values]
    )
    wanted = torch.autograd.functional.jacobian(one_step, before)
    assert torch.allclose(closed[step], wanted, atol=1e-12)


@pytest.mark.parametrize("kind", ["RNN", "GRU", "LSTM"])
@pytest.mark.parametrize("lengths", [None, LENGTHS], ids=["full", "with lengths"])
def test_the_map_of_pairs(kind: str, lengths: Tensor | None) -> None:
    """Against autograd: row s, column t is ‖∂h_s/∂h_t‖."""
    module = made(kind).double()
    track = read_by_step(module, given().double(), lengths=lengths).tracks[0]
    found = pair_map(track, example=3)
    assert found is not None
    pairs, steps = found
    count = STEPS if lengths is None else int(LENGTHS[3])
    assert pairs.shape == (count, count)
    assert np.array_equal(steps, np.arange(count))
    assert np.allclose(np.diag(pairs), np.sqrt(UNITS))
    assert np.isnan(pairs[np.triu_indices(count, 1)]).all()
    jacobian = torch.zeros(UNITS, UNITS).double()
    for unit in range(UNITS):
        jacobian[unit] = torch.autograd.grad(
            track.states[5][3, unit], track.states[2], retain_graph=True
        )[0][3]
    assert pairs[5, 2] == pytest.approx(float(jacobian.norm()), rel=1e-9)


def test_a_map_is_cancelled_on_the_way() -> None:
    track = read_by_step(made("GRU").double(), given().double()).tracks[0]
    asked: list[bool] = []
    assert pair_map(track, cancelled=lambda: bool(asked.append(True) or len(asked) > 3)) is None
    assert len(asked) == 4


def test_a_gate_held_shut_or_open() -> None:
    module = made("LSTM").double()
    shut = read_by_step(module, given().double(), held={"f": 0.0}).tracks[0]
    open_ = read_by_step(module, given().double(), held={"f": 1.0, "i": 0.0}).tracks[0]
    assert all((value == 0).all() for value in shut.values["f"])
    for step in range(STEPS):  # nothing of before is left
        assert torch.allclose(shut.cells[step], shut.values["i"][step] * shut.values["g"][step])
        assert not open_.cells[step].any()  # nothing is ever written
    keep = read_by_step(made("GRU").double(), given().double(), held={"z": 1.0}).tracks[0]
    assert not keep.states[-1].any()  # an open update gate keeps what was: zeros


def test_lengths_over_a_batch_do_not_underflow_and_padding_does_not_count() -> None:
    tiny = np.full((3, 2), 1e-200)
    assert np.allclose(over_batch(tiny), np.sqrt(3) * 1e-200, rtol=1e-12, atol=0)
    some = np.array([[np.nan, 2.0], [3.0, 4.0]])
    assert np.allclose(over_batch(some), [3 * np.sqrt(2), np.sqrt(20)])


def test_figures_of_a_curve() -> None:
    row = 0.5 ** np.arange(20)[::-1]
    assert factor_per_step(row) == pytest.approx(0.5)
    assert memory_horizon(row) == 6  # 0.5^6 is 1.6 %, 0.5^7 is 0.8 %
    assert memory_horizon(np.ones(20)) == 19
    assert memory_horizon(np.zeros(4)) == 0
    assert np.isnan(factor_per_step(np.zeros(4)))


def test_the_spectral_radius_of_each_gate_is_as_asked() -> None:
    for kind, parts in (("RNN", 1), ("GRU", 3), ("LSTM", 4)):
        module = made(kind, num_layers=2, bidirectional=True)
        initialise(module, "orthogonal", {"spectral_radius": 1.3})
        for name, weight in module.named_parameters():
            if name.startswith("weight_hh"):
                radii = [
                    np.abs(np.linalg.eigvals(p.detach().numpy())).max() for p in weight.chunk(parts)
                ]
                assert radii == pytest.approx([1.3] * parts, rel=1e-5)


@pytest.mark.parametrize(
    ("kind", "start", "gate"), [("LSTM", "forget_bias", "f"), ("GRU", "update_bias", "z")]
)
def test_the_bias_of_a_gate_counts_once(kind: str, start: str, gate: str) -> None:
    module = made(kind)
    initialise(module, "zeros", {start: 2.0})
    track = read_by_step(module, given().double()).tracks[0]
    assert np.allclose(torch.stack(track.values[gate]).detach(), 1 / (1 + np.exp(-2.0)))


def begun(kind: str, **settings: object) -> dict[str, np.ndarray]:
    """The weights that a declared layer begins with, two stacked ones that read both ways."""
    layer = CATALOGUE[kind](hidden_size=60, num_layers=2, bidirectional=True, **settings)
    module = layer.call(Sequence(STEPS, SIZE)).build()
    initialise(module, layer.initial_weights, layer.starts)  # type: ignore[attr-defined]
    return {name: p.detach().double().numpy() for name, p in module.named_parameters()}


def test_an_orthogonal_start_keeps_lengths_gate_by_gate() -> None:
    for kind, parts in (("RNN", 1), ("GRU", 3), ("LSTM", 4)):
        weights = begun(kind, recurrent_weights="orthogonal")
        for name in (name for name in weights if name.startswith("weight_hh")):
            for part in np.split(weights[name], parts):
                assert part @ part.T == pytest.approx(np.eye(60), abs=1e-5)


def test_an_irnn_begins_with_the_identity_and_keeps_its_error_signal() -> None:
    weights = begun("RNN", recurrent_weights="identity", nonlinearity="relu")
    for name, values in weights.items():
        if name.startswith("weight_hh"):
            assert np.array_equal(values, np.eye(60))
        elif name.startswith("bias"):
            assert not values.any()
        else:
            assert values.std() == pytest.approx(0.001, rel=0.25)
    layer = CATALOGUE["RNN"](hidden_size=8, recurrent_weights="identity", nonlinearity="relu")
    module = layer.call(Sequence(STEPS, SIZE)).build()
    initialise(module, "default", layer.starts)  # type: ignore[attr-defined]
    nn.init.constant_(module.weight_ih_l0, 0.1)  # all units in their linear half
    x = torch.ones(2, STEPS, SIZE, dtype=torch.float64)
    track = read_by_step(module, x).tracks[0]
    (back,) = torch.autograd.grad(track.states[-1].sum(), track.states[0])
    assert np.array_equal(back.numpy(), np.ones((2, 8)))  # I, however many steps


def test_chrono_biases_are_logarithms_of_even_times() -> None:
    longest, units = 50, 60
    for kind in ("LSTM", "GRU"):
        weights = begun(kind, chrono=longest)
        both = {name.removeprefix("bias_ih"): w for name, w in weights.items() if "bias_ih" in name}
        assert len(both) == 4  # two layers, both ways
        for end, ours in both.items():
            whole = ours + weights["bias_hh" + end]
            kept = whole[units : 2 * units]
            times = np.exp(kept)
            assert times.min() >= 1
            assert times.max() <= longest - 1
            assert times.mean() == pytest.approx(longest / 2, rel=0.2)  # of U(1, T − 1)
            if kind == "LSTM":
                assert np.array_equal(whole[:units], -kept)
        # a state decays as 1 − 1/(1 + e^b) a step: it lasts 1 + e^b of them, between 2 and T
        lasts = 1 / (1 - 1 / (1 + np.exp(-kept)))
        assert lasts == pytest.approx(1 + times, rel=1e-9)


def test_a_bias_set_by_hand_comes_before_chrono_and_projections_have_no_radius() -> None:
    units = 60
    for kind, name in (("LSTM", "forget_bias"), ("GRU", "update_bias")):
        weights = begun(kind, chrono=50, **{name: 1.5})
        assert (weights["bias_ih_l1_reverse"][units : 2 * units] == 1.5).all()
        assert not weights["bias_hh_l1_reverse"][units : 2 * units].any()
    layer = CATALOGUE["LSTM"](proj_size=2, spectral_radius=1.1, recurrent_weights="orthogonal")
    assert dict(layer.starts) == {"orthogonal": 1.0}  # type: ignore[attr-defined]
    begun("LSTM", proj_size=7, recurrent_weights="identity", chrono=9)


@pytest.mark.parametrize("weights", ["drawn", "orthogonal", "identity"])
@pytest.mark.parametrize("kind", ["RNN", "GRU", "LSTM", "chrono GRU", "chrono LSTM"])
def test_an_exported_script_sets_the_same_weights(kind: str, weights: str) -> None:
    chrono, kind = kind.startswith("chrono"), kind.split()[-1]
    bias = {"chrono": 40} if chrono else {"GRU": {"update_bias": 3.0}, "LSTM": {"forget_bias": 3.0}}
    layer = CATALOGUE[kind](
        hidden_size=UNITS, num_layers=2, spectral_radius=1.2, recurrent_weights=weights
    ).but(**(bias if chrono else bias.get(kind, {})))
    call = layer.call(Sequence(STEPS, SIZE))
    torch.manual_seed(1)
    ours = call.build()
    initialise(ours, "xavier", layer.starts)  # type: ignore[attr-defined]
    torch.manual_seed(1)
    script = SimpleNamespace(cell_1=call.build())
    lines = [
        *drawing_lines("cell_1", call, "xavier"),
        *starting_lines("cell_1", call, layer.starts),
    ]  # type: ignore[attr-defined]
    exec("\n".join(lines), {"self": script, "nn": nn, "torch": torch})  # noqa: S102 - the lines are what is tested
    for one, other in zip(ours.parameters(), script.cell_1.parameters(), strict=True):
        assert torch.equal(one, other)
