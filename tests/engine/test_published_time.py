"""Gradients through time as measured elsewhere, read by the program's own probe: the adding problem, 64 units.

The loss stands at the last step. Ranges are those of ten seeds, widened tenfold; trained ones those of a few seeds.
"""

import numpy as np
import pytest
import torch

from engine.control import Control, Watch
from engine.dataset import Recipe
from engine.datasets import DATASETS
from engine.events import Checkpoint, Event, Reading, Validated
from engine.graph import Edge, Graph, NodeId
from engine.instruments import Instruments
from engine.job import Job, prepare
from engine.layers import CATALOGUE
from engine.network import build
from engine.project import Project
from engine.settings import Settings
from engine.train import train, untrained
from engine.weights import copy_in

PROBES = frozenset({"TimeRatio", "CellRatio", "MedianTimeRatio"})
SEEDS = 5
AT_FIRST = {  # kind, steps, options: the least and the greatest median of ‖∂L/∂h₁‖ / ‖∂L/∂h_T‖
    ("RNN", 20): (6e-6, 6e-5),
    ("RNN", 50): (1.5e-13, 2.7e-11),
    ("RNN", 100): (1e-25, 2e-21),
    ("RNN", 200): (7e-50, 9e-42),
    ("GRU", 20): (3e-5, 3e-4),
    ("GRU", 50): (2e-11, 3e-10),
    ("GRU", 100): (4e-21, 5e-20),
    ("GRU", 200): (2e-40, 3e-39),
    ("LSTM", 20): (6e-6, 6e-5),
    ("LSTM", 50): (1.5e-11, 1.5e-10),
    ("LSTM", 100): (4e-21, 5e-20),
    ("LSTM", 200): (1e-39, 1e-38),
}
OPENED = {  # with the bias of the gate that keeps what was: h, and c of an LSTM
    ("GRU", 50, 3.0): (0.11, None),
    ("GRU", 200, 3.0): (4.1e-4, None),
    ("LSTM", 50, 1.0): (5.4e-5, 3.5e-4),
    ("LSTM", 100, 1.0): (4.7e-8, 3.1e-7),
    ("LSTM", 200, 1.0): (3.4e-14, 2.2e-13),
    ("LSTM", 50, 3.0): (0.18, 2.7),
    ("LSTM", 200, 3.0): (0.27, 4.2),
}


def job(
    kind: str, steps: int, seed: int, count: int = 100, epochs: int = 1, **options: object
) -> Job:
    graph = Graph()
    for name, layer in (
        ("data", CATALOGUE["Input"]()),
        ("cell", CATALOGUE[kind](**{"hidden_size": 64, **options})),
        ("head", CATALOGUE["Dense"](out_features=1)),
        ("loss", CATALOGUE["MSELoss"]()),
    ):
        graph = graph.add(layer, name=name)
    graph = graph.connect(
        Edge("data", "cell"), Edge("cell", "head", "hidden"), Edge("head", "loss", "out", "prediction")
    )  # fmt: skip
    settings = Settings(
        seed=seed, epochs=epochs, batch_size=64, optimizer="Adam", learning_rate=0.002,
        clipping="norm", clip_at=1.0,
    )  # fmt: skip
    data = Recipe.usual(DATASETS["Adding"](steps=steps, count=count))
    made = prepare(Project("adding", graph, data, settings))
    assert isinstance(made, Job), made
    return made


def first(kind: str, steps: int, **options: object) -> tuple[float, float]:
    """The median over seeds of both ratios, before training."""
    rows = []
    for seed in range(SEEDS):
        said = {
            e.probe: e.value for e in untrained(job(kind, steps, seed, **options), Watch(PROBES))
        }
        rows.append((said["TimeRatio"], said.get("CellRatio", np.nan)))
    return tuple(np.median(rows, axis=0).tolist())


@pytest.mark.parametrize(("kind", "steps"), AT_FIRST)
def test_before_training_all_three_vanish_alike(kind: str, steps: int) -> None:
    low, high = AT_FIRST[kind, steps]
    ratio, cell = first(kind, steps)
    assert low / 10 < ratio < high * 10
    if steps == 50:
        assert ratio < 1e-9
    assert np.isnan(cell) or ratio < cell < 30 * ratio


@pytest.mark.parametrize(("kind", "steps", "bias"), OPENED)
def test_gates_opened_by_hand_carry_the_signal(kind: str, steps: int, bias: float) -> None:
    state, cell = OPENED[kind, steps, bias]
    setting = "update_bias" if kind == "GRU" else "forget_bias"
    ratio, of_cell = first(kind, steps, **{setting: bias})
    assert state / 10 < ratio < state * 10
    assert cell is None or cell / 10 < of_cell < cell * 10


def trained(made: Job) -> tuple[float, dict[str, list[tuple[int, float]]]]:
    """The last loss on dev of a run, and what its probes said, by step."""
    events: list[Event] = list(train(made, Control(Watch(PROBES, share=0.2))))
    said: dict[str, list[tuple[int, float]]] = {}
    for event in events:
        if isinstance(event, Reading) and isinstance(event.value, float):
            said.setdefault(event.probe, []).append((event.step, event.value))
    losses = [event.dev_loss for event in events if isinstance(event, Validated)]
    kept = next(event for event in reversed(events) if isinstance(event, Checkpoint))
    network = build(made.graph, made.shapes)
    copy_in(network.module, kept.weights)
    again = Instruments(made, Watch(PROBES), network.feeds).read(network, kept.step)
    last = {e.probe: e.value for e in again if isinstance(e, Reading) and e.node == NodeId("cell")}
    assert last["TimeRatio"] == pytest.approx(
        said["TimeRatio"][-1][1]
    )  # the weights that were kept say the same
    return losses[-1], said


def test_a_gru_learns_to_carry_the_signal() -> None:
    torch.set_num_threads(1)
    loss, said = trained(job("GRU", 20, 0, count=1500, epochs=34, hidden_size=32))
    ratios = [value for _, value in said["TimeRatio"]]
    assert ratios[0] < 1e-3
    assert ratios[-1] > 0.05
    assert loss < 0.1  # whoever always says 1 has 0.167


@pytest.mark.campaign
@pytest.mark.parametrize("seed", range(3))
def test_trained_on_fifty_steps(seed: int) -> None:
    """A GRU solves it within 1,000 steps and keeps the signal; an RNN does not, and loses it."""
    loss, said = trained(job("GRU", 50, seed, count=20_000, epochs=5))
    assert loss < 0.01
    assert 0.1 < said["TimeRatio"][-1][1] < 2
    loss, said = trained(job("RNN", 50, seed, count=20_000, epochs=5))
    assert loss > 0.12
    assert said["MedianTimeRatio"][-1][1] < 1e-3


LATER = (
    ("LSTM", 50, 10, 0.02, 3.0),
    ("GRU", 100, 7, 0.04, 6.0),
    ("RNN", 100, 5, 0.0, 1e-14),
    ("GRU", 200, 9, 0.02, 6.0),
    ("RNN", 200, 4, 0.0, 1e-35),
)


@pytest.mark.campaign
@pytest.mark.parametrize(("kind", "steps", "epochs", "low", "high"), LATER)
def test_trained_on_more_steps(kind: str, steps: int, epochs: int, low: float, high: float) -> None:
    loss, said = trained(job(kind, steps, 0, count=20_000, epochs=epochs))
    assert (loss < 0.05) == (kind != "RNN")
    assert low <= said["TimeRatio"][-1][1] < high
    if kind == "LSTM":
        assert 0.3 < said["CellRatio"][-1][1] < 10
