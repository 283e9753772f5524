"""Watching changes nothing: with every probe read as often as can be, a run ends at the very same numbers."""

import numpy as np
import pytest
from probing import Kind, chain_of, dense, digits

from engine.control import Control, Step, Stop, Watch
from engine.events import Checkpoint, Event, Paused, Reading, Steps
from engine.probes import PROBES
from engine.train import train

STEPS = {"batch norm and dropout": 200, "two-layer LSTM with dropout": 200}
FEWER = 60  # steps of the others
ROWS: Kind = ("Reshape", {"shape": (8, 8)})
NETS: dict[str, tuple[Kind, ...]] = {
    "batch norm and dropout": (
        ("Conv2d", {"out_channels": 4, "kernel_size": 3}), "BatchNorm2d", "ReLU",
        ("Dropout2d", {"p": 0.2}), "Flatten", dense(32), "BatchNorm1d", "Tanh", "Dropout", dense(10),
    ),
    "two-layer LSTM with dropout": (
        ROWS, ("LSTM", {"hidden_size": 16, "num_layers": 2, "dropout": 0.4}), "Flatten", dense(10),
    ),
    "GRU both ways, slopes drawn anew": (
        ROWS, ("GRU", {"hidden_size": 8, "num_layers": 2, "dropout": 0.3, "bidirectional": True}),
        "RReLU", "Flatten", dense(10),
    ),
    "instance norm with running figures": (
        ("Conv2d", {"out_channels": 4, "kernel_size": 3}),
        ("InstanceNorm2d", {"track_running_stats": True}), "Sigmoid", "Flatten", dense(10),
    ),
}  # fmt: skip


def run(name: str, *commands: Watch) -> list[Event]:
    graph = chain_of(*NETS[name], "CrossEntropyLoss")
    settings: dict[str, object] = {
        "optimizer": "Adam", "learning_rate": 0.003, "batch_size": 32, "epochs": 100,
    }  # fmt: skip
    control = Control(*commands, Step(STEPS.get(name, FEWER)))
    events: list[Event] = []
    for event in train(digits(graph, **settings), control):
        events.append(event)
        if isinstance(event, Paused):
            control.send(Stop())
    return events


def outcome(events: list[Event]) -> tuple[dict[str, np.ndarray], np.ndarray, bytes]:
    kept = next(event for event in reversed(events) if isinstance(event, Checkpoint))
    losses = np.concatenate([event.losses for event in events if isinstance(event, Steps)])
    arrays = {**kept.weights, **{f"memory {k}": v for k, v in kept.optimizer.items()}}
    return arrays, losses, kept.chance.tobytes()


@pytest.mark.parametrize("name", NETS)
def test_a_run_with_every_probe_is_bit_equal_to_one_without(
    name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    bare = run(name)
    monkeypatch.setattr("engine.instruments.SHORTEST", 0.0)  # at every step, as far as time allows
    watched = run(name, Watch(frozenset(PROBES), share=1e6))
    read = {event.step for event in watched if isinstance(event, Reading)}
    seen = {event.probe for event in watched if isinstance(event, Reading)}
    assert len(read) > 0.75 * STEPS.get(name, FEWER)
    assert {"ErrorSignal", "UpdateRatio", "ErrorSpread", "ProbeLoss", "Activations"} <= seen
    assert not any(isinstance(event, Reading) for event in bare)
    for ours, theirs in zip(outcome(bare), outcome(watched), strict=True):
        if isinstance(ours, dict):
            assert ours.keys() == theirs.keys()
            assert all(np.array_equal(ours[k], theirs[k]) for k in ours), name
        else:
            assert np.array_equal(ours, theirs)
    assert len(outcome(bare)[1]) >= STEPS.get(name, FEWER)
