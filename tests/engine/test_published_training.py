"""Published facts about training come out of the program's own loop and probes.

Accuracy after 600 steps (10 layers) or 400 (30) of 64 examples, with SGD at .1 and Adam at .001, and what is left of
the error signal then. Dead ReLUs: CS231n. Noise of the gradient: McCandlish et al. 2018. All as they were published, on
the whole of the standardised digits; ranges, for all depend on the seed.
"""

from dataclasses import replace

import numpy as np
import pytest
import torch
from probing import Kind, chain_of, dense, published, readings
from test_published import deep, skipping
from torch import nn

from engine.control import Control, Step, Stop, Watch
from engine.events import Checkpoint, Event, Paused, Reading, Validated
from engine.job import Job
from engine.network import build
from engine.train import train
from engine.weights import copy_in

STEPS = {10: 600, 30: 400}
RATES = {"SGD": 0.1, "Adam": 0.001}


def trained(
    job: Job, steps: int, *probes: str, **settings: object
) -> tuple[float, dict[str, np.ndarray]]:
    """Accuracy after the last whole epoch, and what the probes said at the end, by node."""
    accuracies, said = whole_course(job, steps, *probes, **settings)
    return accuracies[-1], said


def whole_course(
    job: Job, steps: int, *probes: str, **settings: object
) -> tuple[list[float], dict[str, np.ndarray]]:
    """Accuracy after each whole epoch, and what the probes said at the end, by node."""
    job = replace(job, settings=job.settings.but(epochs=1000, **settings))
    control = Control(Watch(frozenset(probes), share=1e-9), Step(steps))
    said: dict[str, np.ndarray] = {}
    accuracies = [0.0]
    for event in train(job, control):
        match event:
            case Paused():
                control.send(Stop())
            case Reading(node=node, value=value):
                said[str(node)] = np.asarray(value)
            case Validated(dev_accuracy=right):
                accuracies.append(float(right or 0.0))
    return accuracies, said


# layers, activation, initial weights, norm, ways around; accuracy by SGD and by Adam; ratio of ∂L/∂h after Adam
Row = tuple[int, str, str, str, bool, float, float, float | None]
TABLE: list[Row] = [
    (10, "Sigmoid", "xavier", "", False, 0.10, 0.20, None),
    (10, "Sigmoid", "default", "", False, 0.10, 0.20, None),
    (10, "Tanh", "default", "", False, 0.89, 0.98, 7.9),
    (10, "Tanh", "xavier", "", False, 1.0, 1.0, 2.8),
    (10, "ReLU", "default", "", False, 0.10, 1.0, 19),
    (10, "ReLU", "xavier", "", False, 1.0, 1.0, 4.9),
    (10, "ReLU", "he", "", False, 1.0, 1.0, 4.0),
    (10, "Sigmoid", "xavier", "BatchNorm1d", False, 1.0, 1.0, 4.3),
    (10, "Sigmoid", "xavier", "LayerNorm", False, 0.10, 1.0, 4.0),
    (10, "ReLU", "he", "BatchNorm1d", False, 1.0, 1.0, 8.9),
    (10, "Sigmoid", "xavier", "", True, 0.99, 0.99, 1.9),
    (10, "ReLU", "he", "BatchNorm1d", True, 1.0, 1.0, 2.6),
    (30, "Sigmoid", "xavier", "", False, 0.10, 0.10, None),
    (30, "Sigmoid", "default", "", False, 0.10, 0.10, None),
    (30, "Tanh", "default", "", False, 0.10, 0.19, None),
    (30, "Tanh", "xavier", "", False, 0.82, 0.97, None),
    (30, "ReLU", "default", "", False, 0.10, 0.10, None),
    (30, "ReLU", "xavier", "", False, 0.10, 0.77, None),
    (30, "ReLU", "he", "", False, 0.10, 0.97, None),
    (30, "Sigmoid", "xavier", "BatchNorm1d", False, 0.99, 0.99, None),
    (30, "Sigmoid", "xavier", "LayerNorm", False, 0.10, 0.10, None),
    (30, "ReLU", "he", "BatchNorm1d", False, 0.69, 0.21, None),
    (30, "Sigmoid", "xavier", "", True, 0.99, 0.99, None),
    (30, "ReLU", "he", "BatchNorm1d", True, 0.99, 1.0, None),
]
WITHIN = 0.1
"""How far what was published, the median of three seeds or one seed alone, may lie outside the accuracies of three
seeds here: what is caught half-way up depends on the seed."""

SWINGS = {(30, "ReLU", "he", "", "SGD")}
"""Where the rate is too high, as published: accuracy swings between .1 and .5 from one epoch to the next, whatever the
seed, and .10 is where one seed stood at one moment. So there the later half of each run is what it is compared with."""


@pytest.mark.campaign
@pytest.mark.parametrize("row", TABLE, ids=lambda row: " ".join(map(str, row[:5])))
def test_what_each_network_has_learnt_at_the_end(row: Row) -> None:
    """SGD fails wherever less than 10⁻³ of the signal arrives."""
    layers, act, initial, norm, around, by_sgd, by_adam, ratio = row
    job = (skipping if around else deep)(layers, act, initial, norm)
    ends = (
        ("h1", f"h{layers - 1}") if around else (f"{act.lower()}_1", f"{act.lower()}_{layers - 1}")
    )
    for optimizer, wanted in (("SGD", by_sgd), ("Adam", by_adam)):
        runs = [
            whole_course(
                job, STEPS[layers], "ErrorSignal",
                optimizer=optimizer, learning_rate=RATES[optimizer], batch_size=64, seed=seed,
            )
            for seed in range(3)
        ]  # fmt: skip
        swings = (layers, act, initial, norm, optimizer) in SWINGS
        right = sorted(
            a for course, _ in runs for a in course[-(len(course) // 2 if swings else 1) :]
        )
        kept = float(np.median([said[ends[0]] / said[ends[1]] for _, said in runs]))
        print(f"{optimizer}: {right} of {wanted}, ratio {kept:.3g} of {ratio}")
        assert right[0] - WITHIN <= wanted <= right[-1] + WITHIN
        if optimizer == "Adam" and ratio is not None:
            assert ratio / 2 <= kept <= 2 * ratio


@pytest.mark.parametrize(
    ("norm", "least", "most"),
    [("", 0.0, 0.15), ("BatchNorm1d", 0.99, 1.0)],
    ids=["plain", "mended"],
)
def test_ten_sigmoid_layers_learn_nothing_and_with_batch_norm_everything(
    norm: str, least: float, most: float
) -> None:
    job = deep(10, "Sigmoid", "xavier", norm)
    accuracy, _ = trained(job, 600, optimizer="SGD", learning_rate=0.1, batch_size=64)
    assert least <= accuracy <= most


def test_adam_learns_where_sgd_does_not_move() -> None:
    """Ten ReLU layers with PyTorch's own weights: 10⁻³ of the signal arrives, and SGD stays at one in ten."""
    job = deep(10, "ReLU", "default")
    for optimizer, least, most in (("SGD", 0.0, 0.15), ("Adam", 0.97, 1.0)):
        accuracy, _ = trained(
            job, 600, optimizer=optimizer, learning_rate=RATES[optimizer], batch_size=64
        )
        assert least <= accuracy <= most


def four_layers(**settings: object) -> Job:
    """64-64-64-64-10 with ReLU and PyTorch's own weights."""
    hidden: list[Kind] = [kind for _ in range(3) for kind in (dense(64), "ReLU")]
    return published(chain_of("Flatten", *hidden, dense(10), "CrossEntropyLoss"), **settings)


@pytest.mark.parametrize(
    ("rate", "second", "third", "right"),
    [(0.1, (0.0, 0.35), (0.0, 0.2), (0.9, 1.0)), (0.3, (0.6, 0.85), (0.95, 1.0), (0.0, 0.15))],
)
def test_a_huge_step_kills_relus(
    rate: float, second: tuple[float, float], third: tuple[float, float], right: tuple[float, float]
) -> None:
    """Momentum, 300 steps of 32: at .1 few die and it learns (9 and 2 %, 98 % right); at .3 72 and 99 % die."""
    runs = [
        trained(
            four_layers(), 300, "Silent",
            optimizer="Momentum", learning_rate=rate, batch_size=32, seed=seed,
        )
        for seed in range(3)
    ]  # fmt: skip
    dead = {
        name: np.median([said[name].mean() for _, said in runs]) for name in ("relu_2", "relu_3")
    }
    assert second[0] <= dead["relu_2"] <= second[1]
    assert third[0] <= dead["relu_3"] <= third[1]
    assert right[0] <= np.median([accuracy for accuracy, _ in runs]) <= right[1]


SIZES = (1, 4, 16, 64, 256)
NOISE = (15.4, 8.0, 4.07, 1.98, 1.03)  # times the signal
COSINE = (0.08, 0.13, 0.24, 0.45, 0.70)  # to the whole gradient


def test_the_noise_of_a_minibatch_halves_when_it_grows_fourfold() -> None:
    """Of the fresh network; the median of twenty seeds."""
    found = [
        float(readings(four_layers(), "GradientNoise", seed=k)["GradientNoise", None])
        for k in range(20)
    ]
    noise = float(np.median(found))
    for size, published_noise, cosine in zip(SIZES, NOISE, COSINE, strict=True):
        ratio = np.sqrt(noise / size)
        assert ratio == pytest.approx(published_noise, rel=0.1)
        assert 1 / np.sqrt(1 + ratio**2) == pytest.approx(cosine, rel=0.2)


def test_and_so_it_is_where_minibatches_are_really_drawn() -> None:
    """The probe against gradients of single examples by plain autograd, a few steps into learning."""
    job = four_layers(batch_size=64, epochs=1)
    events: list[Event] = list(train(job, Control(Watch(frozenset({"GradientNoise"})))))
    noise = [e.value for e in events if isinstance(e, Reading) and e.probe == "GradientNoise"][-1]
    rows = _gradients(job, next(e for e in reversed(events) if isinstance(e, Checkpoint)))
    whole, count, chance = rows.mean(0), len(rows), np.random.default_rng(0)
    signal = np.sum(whole**2) - np.sum((rows - whole) ** 2) / count / (count - 1)
    for size in SIZES:
        said = np.sqrt(float(noise) / size)
        drawn = (
            rows[chance.integers(0, count, size)].mean(0) - whole for _ in range(2000 // size + 100)
        )
        sampled = np.sqrt(np.mean([np.sum(off**2) for off in drawn]) / signal)
        assert said == pytest.approx(sampled, rel=0.2)


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
