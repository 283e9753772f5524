"""Norms, ratios and histograms beside the error signal, and how they are kept, against plain torch and numpy."""

import numpy as np
import pytest
import torch
from probing import chain_of, dense, digits, readings
from torch import nn

from engine.bins import BINS, LIMIT, edges_of
from engine.control import Control, Keep, Step, Stop, Watch
from engine.events import Checkpoint, Event, Measured, Reading
from engine.film import Film
from engine.graph import Edge, Graph
from engine.history import History
from engine.instruments import FEWEST, Instruments
from engine.job import Job
from engine.layers import CATALOGUE
from engine.layers.activation import Hardtanh, Softsign
from engine.network import build
from engine.probes import PROBES
from engine.probes.spread import counts
from engine.probes.units import ends_of
from engine.train import train


def small(**settings: object) -> Job:
    return digits(chain_of("Flatten", dense(16), "Tanh", dense(10), "CrossEntropyLoss"), **settings)


def by_hand(job: Job) -> tuple[nn.Sequential, torch.Tensor]:
    """The net of `small`, with its weights and the gradients of the probe batch."""
    torch.manual_seed(0)
    drawn = build(job.graph, job.shapes).module.state_dict()
    net = nn.Sequential(nn.Flatten(), nn.Linear(64, 16), nn.Tanh(), nn.Linear(16, 10))
    for name, layer in (("dense_1", net[1]), ("dense_2", net[3])):
        layer.weight.data, layer.bias.data = drawn[f"{name}.weight"], drawn[f"{name}.bias"]
    part = job.data.train
    hidden = net[:3](torch.tensor(part.inputs[:256]))
    hidden.retain_grad()
    nn.functional.cross_entropy(net[3](hidden), torch.tensor(part.targets[:256])).backward()
    return net, hidden


def length(*tensors: torch.Tensor | None) -> float:
    flat = [t.detach().double().flatten() for t in tensors if t is not None]
    return float(torch.cat(flat).norm())


def test_the_gradient_beside_the_weights() -> None:
    job = small()
    net, _ = by_hand(job)
    found = readings(job, "RelativeGradient", "ParameterGradient")
    for name, layer in (("dense_1", net[1]), ("dense_2", net[3])):
        ratio = length(layer.weight.grad, layer.bias.grad) / length(layer.weight, layer.bias)
        assert found["RelativeGradient", name] == pytest.approx(ratio, rel=1e-6)
        for part in ("weight", "bias"):
            wanted = length(getattr(layer, part).grad)
            assert found["ParameterGradient", f"{name}.{part}"] == pytest.approx(wanted, rel=1e-6)


def test_weights_of_nothing_are_told_apart_from_gradients_of_nothing() -> None:
    layers = dense(16, "zeros", bias=False), "ReLU", dense(10, "zeros")
    job = digits(chain_of("Flatten", *layers, "CrossEntropyLoss"))
    found = readings(job, "RelativeGradient", "ErrorSignal", "WeightGradient")
    assert found["RelativeGradient", "dense_1"] == 0.0  # none beside nothing
    assert found["RelativeGradient", "dense_2"] == float("inf")  # its biases have one
    assert found["ErrorSignal", "dense_1"] == found["WeightGradient", "dense_1"] == 0.0
    assert float(found["ErrorSignal", "dense_2"]) > 0


@pytest.mark.parametrize("optimizer", ["SGD", "Momentum", "RMSprop", "Adagrad", "Adam", "AdamW"])
def test_the_update_is_that_of_the_step_really_done(optimizer: str) -> None:
    """Against the weights that the run itself hands out after each single step."""
    job = small(optimizer=optimizer, learning_rate=0.01, weight_decay=0.01)
    torch.manual_seed(job.settings.seed)
    start = build(job.graph, job.shapes).module.state_dict()
    before = {name: tensor.numpy() for name, tensor in start.items()}
    control = Control(Watch(frozenset({"UpdateRatio"}), share=1.0))
    seen, said = 0, dict[str, float]()
    for event in stepwise(job, control):
        if isinstance(event, Reading):
            said[str(event.node)], seen = float(event.value), seen + 1
            continue
        assert isinstance(event, Checkpoint)
        after = {name: array.astype(np.float64) for name, array in event.weights.items()}
        for node, value in said.items():
            names = (f"{node}.weight", f"{node}.bias")
            moved = np.concatenate([(after[n] - before[n]).ravel() for n in names])
            size = np.concatenate([before[n].ravel() for n in names]).astype(np.float64)
            assert value == pytest.approx(np.linalg.norm(moved) / np.linalg.norm(size), rel=1e-4)
        before = after
        said.clear()
    assert seen >= 2


def stepwise(job: Job, control: Control, steps: int = 4) -> list[Event]:
    """The readings and weights of single steps."""
    events = []
    control.send(Step(1))
    stream = train(job, control)
    for event in stream:
        if isinstance(event, Reading | Checkpoint):
            events.append(event)
        if type(event).__name__ == "Paused":
            control.send(Keep())
            control.send(Step(1) if event.step < steps else Stop())
    return events


def test_histograms_are_those_of_numpy() -> None:
    chance = torch.Generator().manual_seed(3)
    for fine in (0.25, 1e-12):
        values = torch.randn(5000, generator=chance) * torch.logspace(-14, 4, 5000)
        values = torch.cat([values, torch.tensor([float("inf"), -float("inf"), float("nan"), 0.0])])
        edges = edges_of(fine)
        found = counts(values, edges)
        given = values[~values.isnan()].numpy().astype(np.float64)
        inside, _ = np.histogram(given[np.abs(given) < LIMIT * (1 - 1e-9)], edges)
        np.testing.assert_array_equal(found[1:-1], inside)
        assert found[0] == (given < -LIMIT).sum()
        assert found[-1] == (given > LIMIT).sum()
        assert edges[BINS // 2] == -edges[BINS // 2 + 1]  # a bin around 0


def test_of_many_numbers_some_of_each_channel_are_counted() -> None:
    values = torch.zeros(64, 32, 8, 8)
    values[:, 5] = 1.0  # one channel of 32 apart
    found = counts(values, edges_of(0.25))
    assert found.sum() < values.numel() / 2
    assert found.max() / found.sum() == pytest.approx(31 / 32, abs=0.002)


def test_each_layer_and_parameter_has_its_histogram() -> None:
    job = small()
    net, hidden = by_hand(job)
    found = readings(job, "ActivationSpread", "ErrorSpread", "GradientSpread", "WeightSpread")
    for key, values, fine in (
        (("ActivationSpread", "tanh_1"), hidden, 0.25),
        (("ErrorSpread", "tanh_1"), hidden.grad, 1e-12),
        (("GradientSpread", "dense_2.bias"), net[3].bias.grad, 1e-12),
        (("WeightSpread", "dense_1.weight"), net[1].weight, 0.01),
    ):
        assert values is not None
        wanted, _ = np.histogram(values.detach().numpy(), edges_of(fine))
        off = np.abs(np.asarray(found[key])[1:-1] - wanted).sum()
        assert off <= 2  # the last digit may fall across an edge
        assert np.asarray(found[key]).sum() == values.numel()


def test_what_goes_into_each_unit() -> None:
    job = small()
    net, _ = by_hand(job)
    sums = net[:2](torch.tensor(job.data.train.inputs[:256])).detach().numpy()
    np.testing.assert_allclose(readings(job, "Sums")["Sums", "tanh_1"], sums.T, atol=1e-6)


def test_saturation_is_counted_unit_by_unit() -> None:
    job = small()
    _, hidden = by_hand(job)
    found = readings(job, "Saturation", "Frozen")
    flat = (hidden.detach().abs() > 0.97).double().mean(0).numpy()
    np.testing.assert_allclose(found["Saturation", "tanh_1"], flat)
    np.testing.assert_array_equal(found["Frozen", "tanh_1"], flat > 0.95)


@pytest.mark.parametrize("kind", ["Tanh", "Sigmoid", "Softsign", "Hardsigmoid", "Hardtanh"])
def test_an_activation_is_flat_where_its_slope_is_below_six_percent_of_its_greatest(
    kind: str,
) -> None:
    z = torch.linspace(-12, 12, 200_001, dtype=torch.float64, requires_grad=True)
    layer = CATALOGUE[kind]()
    out = getattr(nn, kind)()(z)
    (slope,) = torch.autograd.grad(out.sum(), z)
    ends = ends_of(layer)
    assert ends is not None
    said = (out < ends[0]) | (out > ends[1])
    truly = slope < 0.0592 * slope.max()
    assert (said != truly).double().mean() < 1e-3
    assert isinstance(layer, Hardtanh | Softsign) or 0 < truly.double().mean() < 1


def test_units_of_a_sequence_are_its_features() -> None:
    rows = ("Reshape", {"shape": (8, 8)}), ("LSTM", {"hidden_size": 12}), "ReLU"
    job = digits(chain_of(*rows, "Flatten", dense(10), "CrossEntropyLoss"))
    assert np.asarray(readings(job, "Silent")["Silent", "relu_1"]).shape == (12,)


def test_branches_and_several_losses_have_their_signals() -> None:
    """The signal of a fork is the sum over both ways; each loss adds its part, weighted."""
    graph = Graph().add(CATALOGUE["Input"](), name="data").add(CATALOGUE["Flatten"]())
    for name in ("trunk", "left", "right"):
        size = 16 if name == "trunk" else 10
        graph = graph.add(CATALOGUE["Dense"](out_features=size), name=name)
    for name in ("first", "second"):
        graph = graph.add(CATALOGUE["CrossEntropyLoss"](), name=name)
    graph = graph.connect(
        Edge("data", "flatten_1"), Edge("flatten_1", "trunk"), Edge("trunk", "left"), Edge("trunk", "right"),
        Edge("left", "first", "out", "prediction"), Edge("right", "second", "out", "prediction"),
    )  # fmt: skip
    job = digits(graph)
    found = readings(job, "ErrorSignal")
    torch.manual_seed(0)
    state = build(job.graph, job.shapes).module.state_dict()
    part = job.data.train
    x, y = torch.tensor(part.inputs[:256]).flatten(1), torch.tensor(part.targets[:256])
    h = (x @ state["trunk.weight"].T + state["trunk.bias"]).requires_grad_()
    loss = sum(
        nn.functional.cross_entropy(h @ state[f"{n}.weight"].T + state[f"{n}.bias"], y)
        for n in ("left", "right")
    )
    (grad,) = torch.autograd.grad(loss, h)
    assert found["ErrorSignal", "trunk"] == pytest.approx(length(grad), rel=1e-5)


def test_fewer_examples_tell_what_the_whole_would() -> None:
    """In haste gradients are read on fewer examples: sizes stay what they were, up to what examples differ by."""
    job = small()
    torch.manual_seed(0)
    network = build(job.graph, job.shapes)
    instruments = Instruments(job, Watch(frozenset({"ErrorSignal", "WeightGradient"})))
    whole = {(r.probe, r.node): r.value for r in instruments.read(network, 0)}
    instruments._fewer = instruments._probe.cut(0, 32)
    fewer = {(r.probe, r.node): r.value for r in instruments.read(network, 0, "backward")}
    before = {("ErrorSignal", "data"), ("ErrorSignal", "flatten_1")}  # of all weights: left out
    assert whole.keys() == fewer.keys() | before
    for key in fewer:
        value = whole[key]
        assert fewer[key] == pytest.approx(value, rel=0.4 if key[0] == "WeightGradient" else 0.1)
    net = nn.Sequential(nn.Flatten(), nn.Linear(64, 16), nn.Tanh(), nn.Linear(16, 10))
    for name, place in (("dense_1", 1), ("dense_2", 3)):
        net[place].load_state_dict(network.module.get_submodule(name).state_dict())
    part = job.data.train
    scores = net(torch.tensor(part.inputs[:32]))
    loss = nn.functional.cross_entropy(scores, torch.tensor(part.targets[:32]))
    (grad,) = torch.autograd.grad(loss, scores)
    assert fewer["ErrorSignal", "dense_2"] == pytest.approx(length(grad) / np.sqrt(8), rel=1e-5)


class TestKeeping:
    def test_a_film_is_bounded_and_even(self) -> None:
        film = Film(most=64)
        for step in range(10_000):
            film.append(step, np.array([step]))
        assert 32 <= len(film) <= 64
        gaps = np.diff(film.steps)
        assert gaps.max() <= 2 * gaps.min()
        assert film.steps[0] == 0
        np.testing.assert_array_equal(film.frames[:, 0], film.steps)
        film.cut(5000)
        assert film.steps[-1] <= 5000

    def test_since_when_a_unit_is_dead(self) -> None:
        history = History()
        for step, dead in ((0, [0, 0, 1]), (5, [0, 1, 1]), (9, [0, 1, 0]), (12, [1, 1, 1])):
            history.add(Reading(step, "Silent", "relu", np.array(dead, bool)))
        assert history.since["Silent", "relu"].tolist() == [12, 5, 12]

    def test_histograms_are_kept_over_time_and_maps_are_not(self) -> None:
        history = History()
        for step in range(3):
            history.add(Reading(step, "ErrorSpread", "relu", np.arange(63)))
            history.add(Reading(step, "Activations", "relu", np.ones(63, np.float32)))
        assert list(history.films) == [("ErrorSpread", "relu")]
        assert history.films["ErrorSpread", "relu"].steps.tolist() == [0, 1, 2]


class TestShares:
    def test_a_heavy_pass_takes_fewer_examples_and_a_hurried_one_no_fewer_than_16(
        self, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        clock = Clock()
        monkeypatch.setattr("engine.instruments.time.perf_counter", clock)
        job = small()
        instruments = Instruments(job, Watch(frozenset({"ErrorSignal"}), share=0.02))
        monkeypatch.setattr(PROBES["ErrorSignal"], "read", clock.reading(0.001))  # s an example
        network = build(job.graph, job.shapes)
        sizes = []
        for _ in range(3):
            list(instruments.read(network, 0, "backward"))
            sizes.append(clock.examples)
        assert sizes == [256, 16, 16]  # 0.256 s at a share of .02 is a pause of 12.8 s, not 0.4 s
        assert FEWEST == 16
        list(instruments.read(network, 0))
        assert clock.examples == 256  # unhurried: all of them

    def test_all_readings_together_take_their_share(self, monkeypatch: pytest.MonkeyPatch) -> None:
        clock = Clock()
        monkeypatch.setattr("engine.instruments.time.perf_counter", clock)
        job = small()
        probes = frozenset({"ErrorSignal", "ProbeLoss", "Activations", "ErrorSpread"})
        for name in probes:
            monkeypatch.setattr(PROBES[name], "read", clock.reading(0.0001))
        instruments = Instruments(job, Watch(probes, share=0.04))
        course = type("Course", (), {"network": build(job.graph, job.shapes), "step": 0})()
        shares = []
        while clock.now < 60:
            shares += [
                event.share
                for event in instruments.read_if_due(course)
                if isinstance(event, Measured)
            ]
            clock.now += 0.01
        assert 0.02 < float(np.mean(shares)) < 0.05

    def test_a_reading_while_the_run_stands_still_slows_nothing_down(
        self, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        clock = Clock()
        monkeypatch.setattr("engine.instruments.time.perf_counter", clock)
        job = small()
        instruments = Instruments(job, Watch(frozenset({"ErrorSignal"}), share=0.02))
        monkeypatch.setattr(PROBES["ErrorSignal"], "read", clock.reading(0.001))
        network = build(job.graph, job.shapes)
        for _ in range(3):
            list(instruments.read(network, 0, "backward"))
        before = instruments._load
        list(instruments.read(network, 0))  # all 256, a pause
        assert instruments._load == before

    def test_what_is_cheap_comes_more_often_than_one_would_like(
        self, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        clock = Clock()
        monkeypatch.setattr("engine.instruments.time.perf_counter", clock)
        job = small()
        monkeypatch.setattr(PROBES["ErrorSignal"], "read", clock.reading(1e-6))
        instruments = Instruments(job, Watch(frozenset({"ErrorSignal"}), share=0.03))
        course = type("Course", (), {"network": build(job.graph, job.shapes), "step": 0})()
        times = []
        while clock.now < 3:
            before = clock.now
            list(instruments.read_if_due(course))
            times += [before] * (clock.now > before)
            clock.now += 0.001
        assert 14 <= len(times) <= 18  # five or six a second: no picture is drawn more often
        assert clock.examples == 256

    def test_the_loss_on_the_probe_batch_keeps_up_beside_a_heavy_pass(
        self, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """16 examples of 5 ms are a load of 10 at a share of .02: without a limit the loss would wait for 30 s."""
        clock = Clock()
        monkeypatch.setattr("engine.instruments.time.perf_counter", clock)
        job = small()
        monkeypatch.setattr(PROBES["ErrorSignal"], "read", clock.reading(0.005))
        losses: list[float] = []
        monkeypatch.setattr(PROBES["ProbeLoss"], "read", lambda *_: losses.append(clock.now) or [])
        watch = Watch(frozenset({"ErrorSignal", "ProbeLoss"}), share=0.02)
        instruments = Instruments(job, watch)
        course = type("Course", (), {"network": build(job.graph, job.shapes), "step": 0})()
        while clock.now < 82:
            list(instruments.read_if_due(course))
            clock.now += 0.01
        assert instruments._load * 3 > 12
        assert 9 <= len(losses) <= 12


class Clock:
    """A clock that only readings move."""

    def __init__(self) -> None:
        self.now, self.examples = 100.0 - 100.0, 0

    def __call__(self) -> float:
        return self.now

    def reading(self, seconds: float):  # noqa: ANN201
        def read(_probe: object, moment) -> list[Reading]:
            self.examples = len(moment._fewer.targets)
            self.now += seconds * self.examples
            return []

        return read
