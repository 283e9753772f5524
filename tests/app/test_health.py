"""Health as it follows from readings that are put into a history by hand."""

from dataclasses import replace

import numpy as np
import pytest
from numpy.typing import NDArray

from app.health import UNKNOWN, health_of
from app.studio import Studio
from engine.events import Reading
from engine.graph import NodeId
from engine.layers import CATALOGUE
from engine.run import Run

Value = float | NDArray[np.generic]


@pytest.fixture
def run(studio: Studio) -> Run:
    project = studio.document.project
    return Run("run 1", project.graph, project.recipe, project.settings)


def read(run: Run, **signals: float) -> None:
    for node, value in signals.items():
        run.history.add(Reading(1, "ErrorSignal", node, value))


def word(run: Run, name: str = "conv_1") -> str:
    health = health_of(run.graph.nodes[NodeId(name)], run)
    return f"{health.state}: {health.word}"


@pytest.mark.parametrize(
    ("signal", "said"),
    [
        (1.8, "ok: healthy"),
        (0.011, "ok: healthy"),
        (0.009, "watch: weak"),
        (0.0009, "bad: vanishing"),
        (0.0, "bad: no signal"),
        (150.0, "bad: exploding"),
        (float("nan"), "bad: not finite"),
    ],
)
def test_the_error_signal_is_judged_against_the_last_layer(
    run: Run, signal: float, said: str
) -> None:
    read(run, conv_1=2 * signal, dense_1=2.0)  # dense_1 feeds the loss
    assert word(run) == said


def test_silent_units_are_counted_but_do_not_hide_what_is_worse(run: Run) -> None:
    silent = np.array([True, False, False, False])
    run.history.add(Reading(1, "Silent", "relu_1", silent))
    read(run, relu_1=1.0, dense_1=1.0)
    assert word(run, "relu_1") == "watch: 1 of 4 silent"
    run.history.add(Reading(2, "Silent", "relu_1", np.ones(4, bool)))
    assert word(run, "relu_1") == "bad: 4 of 4 silent"
    read(run, relu_1=0.0)
    assert word(run, "relu_1") == "bad: no signal"


def test_what_was_never_trained_is_not_measured(run: Run) -> None:
    node = run.graph.nodes[NodeId("conv_1")]
    assert health_of(node, None) == UNKNOWN
    assert health_of(node, run) == UNKNOWN
    read(run, conv_1=1.0, dense_1=1.0)
    assert health_of(node, run).state == "ok"
    assert health_of(replace(node, layer=CATALOGUE["Conv2d"](out_channels=9)), run) == UNKNOWN
