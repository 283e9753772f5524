"""Published facts come out of the program's own probes.

Depth: networks 64 wide on standardised digits, 256 probe examples, "L layers" being L weight layers; ratios between the
first and the last hidden layer. Glorot & Bengio 2010: five hidden tanh layers of 500. Saturation and dead units:
Karpathy's makemore 3, CS231n. Noise: McCandlish et al. 2018. Ranges, not equalities: all depend on the seed.
"""

from dataclasses import replace

import numpy as np
import pytest
import torch
from probing import Kind, Said, chain_of, dense, digits, readings
from torch import nn

from engine.control import Control, Watch
from engine.events import Checkpoint, Finished, Reading
from engine.graph import Edge, Graph
from engine.instruments import Instruments
from engine.job import Job
from engine.layers import CATALOGUE
from engine.network import build
from engine.theory import expected_signal
from engine.train import train
from engine.weights import copy_in

SEEDS = (0, 7, 19)
PROBES = ("ErrorSignal", "ParameterGradient")


def deep(layers: int, act: str, initial: str, norm: str = "") -> Job:
    """`layers` weight layers with an activation between each two, and a norm before it if one is named."""
    norms: list[Kind] = [norm] if norm else []
    hidden = [kind for _ in range(layers - 1) for kind in (dense(64, initial), *norms, act)]
    return digits(chain_of("Flatten", *hidden, dense(10, initial), "CrossEntropyLoss"))


def skipping(layers: int, act: str, initial: str, norm: str = "") -> Job:
    """The same with a way around each hidden layer: h + f(h W)."""
    graph = Graph().add(CATALOGUE["Input"](), name="data").add(CATALOGUE["Flatten"](), name="h0")
    edges, before = [Edge("data", "h0")], "h0"
    for place in range(1, layers):
        kinds = [dense(64, initial), *([norm] if norm else []), act]
        last = before
        for kind in kinds:
            name, options = kind if isinstance(kind, tuple) else (kind, {})
            graph = graph.add(CATALOGUE[name](**options), name=f"{name.lower()}_{place}")
            edges.append(Edge(last, f"{name.lower()}_{place}"))
            last = f"{name.lower()}_{place}"
        graph = graph.add(CATALOGUE["Add"](), name=f"h{place}")
        ports = [port.name for port in CATALOGUE["Add"]().inputs]
        edges += [
            Edge(before, f"h{place}", "out", ports[0]),
            Edge(last, f"h{place}", "out", ports[-1]),
        ]
        before = f"h{place}"
    graph = graph.add(CATALOGUE["Dense"](out_features=10, initial_weights=initial), name="scores")
    graph = graph.add(CATALOGUE["CrossEntropyLoss"](), name="loss")
    edges += [Edge(before, "scores"), Edge("scores", "loss", "out", "prediction")]
    return digits(graph.connect(*edges))


def signal(said: Said, first: str, last: str) -> float:
    return float(said["ErrorSignal", first]) / float(said["ErrorSignal", last])


def weights(said: Said, first: str, last: str) -> float:
    names = (f"{first}.weight", f"{last}.weight")
    return float(said["ParameterGradient", names[0]]) / float(said["ParameterGradient", names[1]])


DEPTH = [  # layers, activation, initial weights, norm, least and most of the ratio
    (10, "Sigmoid", "xavier", "", 5e-6, 2e-5),
    (30, "Sigmoid", "xavier", "", 1e-18, 1e-17),
    (10, "Sigmoid", "default", "", 1e-7, 3e-7),
    (30, "Sigmoid", "default", "", 3e-25, 6e-24),
    (10, "Tanh", "default", "", 7e-3, 1.7e-2),
    (10, "Tanh", "xavier", "", 0.3, 0.7),
    (10, "ReLU", "default", "", 2e-4, 2e-3),
    (10, "ReLU", "xavier", "", 0.03, 0.12),
    (10, "ReLU", "he", "", 0.6, 2.0),
    (10, "Sigmoid", "xavier", "BatchNorm1d", 1.0, 3.0),
    (10, "Sigmoid", "xavier", "LayerNorm", 3e-4, 1.2e-3),
    (10, "ReLU", "he", "BatchNorm1d", 1.185**8, 1.235**8),
    (30, "ReLU", "he", "BatchNorm1d", 1.185**28, 1.235**28),
]


@pytest.mark.parametrize(("layers", "act", "initial", "norm", "least", "most"), DEPTH)
def test_how_much_of_the_error_signal_reaches_the_first_layer(
    layers: int, act: str, initial: str, norm: str, least: float, most: float
) -> None:
    job = deep(layers, act, initial, norm)
    first, last = f"{act.lower()}_1", f"{act.lower()}_{layers - 1}"
    found = [signal(readings(job, *PROBES, seed=seed), first, last) for seed in SEEDS]
    assert least <= min(found), found
    assert max(found) <= most, found


@pytest.mark.campaign
@pytest.mark.parametrize(("layers", "act", "initial", "norm", "least", "most"), DEPTH)
def test_and_so_it_is_with_twenty_seeds(
    layers: int, act: str, initial: str, norm: str, least: float, most: float
) -> None:
    job = deep(layers, act, initial, norm)
    first, last = f"{act.lower()}_1", f"{act.lower()}_{layers - 1}"
    found = [signal(readings(job, *PROBES, seed=seed), first, last) for seed in range(20)]
    assert least <= min(found), found
    assert max(found) <= most, found


@pytest.mark.parametrize("seed", SEEDS)
def test_ways_around_the_layers_keep_the_signal(seed: int) -> None:
    said = readings(skipping(10, "Sigmoid", "xavier"), *PROBES, seed=seed)
    assert 0.8 <= signal(said, "h1", "h9") <= 1.5
    said = readings(skipping(10, "ReLU", "he", "BatchNorm1d"), *PROBES, seed=seed)
    assert 1.5 <= signal(said, "h1", "h9") <= 2.5


@pytest.mark.parametrize("seed", SEEDS)
def test_weight_gradients_alone_hide_a_signal_that_dies(seed: int) -> None:
    """Thirty ReLU layers with Xavier: the gradients of the weights look perfect, and nothing arrives."""
    said = readings(deep(30, "ReLU", "xavier"), *PROBES, seed=seed)
    assert signal(said, "relu_1", "relu_29") < 3e-4
    assert 0.5 <= weights(said, "dense_2", "dense_29") <= 3  # hidden weights, 64 × 64


@pytest.mark.parametrize(("layers", "act", "initial", "norm", "least", "most"), DEPTH)
def test_theory_expects_what_is_measured(
    layers: int, act: str, initial: str, norm: str, least: float, most: float
) -> None:
    job = deep(layers, act, initial, norm)
    found = expected_signal(job.graph, job.shapes)
    ratio = found[f"{act.lower()}_1"] / found[f"{act.lower()}_{layers - 1}"]
    assert least <= ratio <= most


def test_theory_knows_the_constants() -> None:
    """√(π/(π−1)) for batch norm with ReLU (Yang et al. 2019), √½ for ReLU with Xavier, 1 with He."""
    for initial, norm, rate in (
        ("he", "BatchNorm1d", np.sqrt(np.pi / (np.pi - 1))),
        ("xavier", "", np.sqrt(0.5)),
        ("he", "", 1.0),
    ):
        job = deep(30, "ReLU", initial, norm)
        found = expected_signal(job.graph, job.shapes)
        assert (found["relu_5"] / found["relu_25"]) ** (1 / 20) == pytest.approx(rate, rel=2e-3)


def test_theory_says_nothing_of_what_it_does_not_know() -> None:
    job = skipping(4, "ReLU", "he")
    assert "h1" not in expected_signal(job.graph, job.shapes)


@pytest.fixture(scope="module")
def said() -> dict[str, Said]:
    """What is said of five hidden tanh layers of 500, by their initial weights."""
    nets = {}
    for initial in ("default", "xavier"):
        hidden = [kind for _ in range(5) for kind in (dense(500, initial, bias=False), "Tanh")]
        job = digits(chain_of("Flatten", *hidden, dense(10, initial), "CrossEntropyLoss"))
        nets[initial] = readings(job, *PROBES, "ActivationStd")
    return nets


class TestGlorotAndBengio:
    """Five hidden tanh layers of 500."""

    @pytest.mark.parametrize(
        ("initial", "wanted"),
        [
            ("default", (0.457, 0.249, 0.140, 0.080, 0.046)),
            ("xavier", (0.399, 0.352, 0.315, 0.288, 0.270)),
        ],
    )
    def test_activations_shrink_with_the_standard_weights(
        self, said: dict[str, Said], initial: str, wanted: tuple[float, ...]
    ) -> None:
        found = [said[initial]["ActivationStd", f"tanh_{layer}"] for layer in range(1, 6)]
        np.testing.assert_allclose(found, wanted, rtol=0.12)

    @pytest.mark.parametrize(
        ("initial", "wanted"),
        [
            ("default", (0.082, 0.172, 0.316, 0.568, 1.0)),
            ("xavier", (0.627, 0.722, 0.814, 0.912, 1.0)),
        ],
    )
    def test_and_so_does_the_error_signal_on_its_way_back(
        self, said: dict[str, Said], initial: str, wanted: tuple[float, ...]
    ) -> None:
        found = [signal(said[initial], f"dense_{layer}", "dense_5") for layer in range(1, 6)]
        np.testing.assert_allclose(found, wanted, rtol=0.12)

    def test_while_the_gradients_of_the_weights_stay_equal(self, said: dict[str, Said]) -> None:
        for initial in ("default", "xavier"):
            found = [weights(said[initial], f"dense_{layer}", "dense_5") for layer in range(2, 6)]
            np.testing.assert_allclose(found, 1.0, rtol=0.12)


def normal(job: Job, seed: int = 0) -> Job:
    """The same job on numbers drawn from a normal distribution."""
    chance = np.random.default_rng(seed)
    inputs = chance.normal(size=(job.data.train.count, 1, 8, 8)).astype(np.float32)
    return replace(job, data=replace(job.data, train=replace(job.data.train, inputs=inputs)))


@pytest.mark.parametrize(
    ("gain", "saturated", "spread"),
    [
        (5 / 3, (20.3, 9.5, 6.9, 6.0, 5.4), (0.75, 0.69, 0.67, 0.66, 0.65)),
        (1.0, (3.7, 0, 0, 0, 0), (0.62, 0.48, 0.41, 0.36, 0.32)),
        (3.0, (47, 43, 41, 40, 40), (0.87, 0.86, 0.85, 0.85, 0.85)),
    ],
)
def test_how_much_of_a_tanh_net_is_saturated(
    gain: float, saturated: tuple[float, ...], spread: tuple[float, ...]
) -> None:
    """Five layers of 100 with weights N(0, gain²/fan_in) on normal numbers."""
    hidden = [kind for _ in range(5) for kind in (dense(100, "lecun"), "Tanh")]
    job = normal(digits(chain_of("Flatten", *hidden, dense(10), "CrossEntropyLoss")))
    torch.manual_seed(1)
    network = build(job.graph, job.shapes)
    with torch.no_grad():
        for layer in range(1, 6):
            network.module.get_submodule(f"dense_{layer}").weight *= gain  # type: ignore[operator]
    watch = Watch(frozenset({"Saturation", "ActivationStd"}))
    said = {(r.probe, r.node): r.value for r in Instruments(job, watch).read(network, 0)}
    for layer, (share, size) in enumerate(zip(saturated, spread, strict=True), 1):
        found = 100 * float(np.mean(said["Saturation", f"tanh_{layer}"]))
        assert found == pytest.approx(share, abs=4 if gain > 2 else 2)
        assert said["ActivationStd", f"tanh_{layer}"] == pytest.approx(size, abs=0.04)


def test_a_part_of_all_relus_is_dead_from_the_start_deep_down() -> None:
    """With He: 0–1 % in the first layers, some per cent at the fifth, 16–19 % at the tenth."""
    shares = np.zeros(10)
    for seed in range(8):
        said = readings(deep(11, "ReLU", "he"), "Silent", seed=seed)
        shares += [np.mean(said["Silent", f"relu_{layer}"]) for layer in range(1, 11)]
    shares *= 100 / 8
    assert shares[:2].max() <= 1.5
    assert 2 <= shares[4] <= 12
    assert 11 <= shares[9] <= 22


@pytest.mark.campaign
@pytest.mark.parametrize(
    ("rate", "dead", "right"), [(0.1, (0.0, 0.09), (0.95, 1.0)), (0.3, (0.72, 1.0), (0.0, 0.15))]
)
def test_a_huge_step_kills_relus(
    rate: float, dead: tuple[float, float], right: tuple[float, float]
) -> None:
    """SGD with momentum: at .1 few units die and it learns; at .3 a layer dies and accuracy stays at 10 %."""
    layers = dense(64, "he"), "ReLU", dense(64, "he"), "ReLU", dense(10, "he")
    graph = chain_of("Flatten", *layers, "CrossEntropyLoss")
    for seed in range(3):
        settings = {"optimizer": "Momentum", "learning_rate": rate, "seed": seed, "epochs": 20}
        events = list(train(digits(graph, **settings), Control(Watch(frozenset({"Silent"})))))
        last = {event.node: event.value for event in events if isinstance(event, Reading)}
        ended = next(event for event in events if isinstance(event, Finished))
        assert dead[0] <= np.mean(last["relu_2"]) <= dead[1]
        assert right[0] <= float(ended.dev_accuracy or 0) <= right[1]


def test_the_noise_of_a_minibatch_halves_when_it_grows_fourfold() -> None:
    """A few steps into learning digits: 15.4, 8.0, 4.07, 1.98, 1.03 times the signal for B = 1, 4, 16, 64, 256."""
    layers = dense(64, "he"), "ReLU", dense(64, "he"), "ReLU", dense(10, "he")
    job = digits(chain_of("Flatten", *layers, "CrossEntropyLoss"), batch_size=64, epochs=1)
    events = list(train(job, Control(Watch(frozenset({"GradientNoise"})))))
    noise = [e.value for e in events if isinstance(e, Reading) and e.probe == "GradientNoise"][-1]
    rows = _gradients(job, next(e for e in reversed(events) if isinstance(e, Checkpoint)))
    whole, count, chance = rows.mean(0), len(rows), np.random.default_rng(0)
    signal = np.sum(whole**2) - np.sum((rows - whole) ** 2) / count / (count - 1)
    for size, published in ((1, 15.4), (4, 8.0), (16, 4.07), (64, 1.98), (256, 1.03)):
        said = np.sqrt(float(noise) / size)
        drawn = (
            rows[chance.integers(0, count, size)].mean(0) - whole for _ in range(2000 // size + 100)
        )
        sampled = np.sqrt(np.mean([np.sum(off**2) for off in drawn]) / signal)
        assert said == pytest.approx(sampled, rel=0.2)
        assert said == pytest.approx(published, rel=0.2)


def _gradients(job: Job, kept: Checkpoint) -> np.ndarray:
    """(examples, weights) the gradient of each train example, one by one, by plain autograd."""
    network = build(job.graph, job.shapes)
    copy_in(network.module, kept.weights)
    part, rows = job.data.train, []
    for x, y in zip(part.inputs, part.targets, strict=True):
        (scores,) = network.module(torch.tensor(x)[None])
        loss = nn.functional.cross_entropy(scores, torch.tensor([y]))
        grads = torch.autograd.grad(loss, list(network.module.parameters()))
        rows.append(torch.cat([grad.flatten() for grad in grads]).double().numpy())
    return np.stack(rows)
