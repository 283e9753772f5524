"""Health as it follows from readings that are put into a history by hand."""

import math
from dataclasses import replace

import numpy as np
import pytest
from numpy.typing import NDArray

from app.health import FROZEN, UNKNOWN, health_of, state_of, verdict
from app.studio import Studio
from engine.events import Failed, Reading, Started
from engine.graph import Edge, Graph, NodeId
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


@pytest.mark.parametrize(
    ("first", "state", "words"),
    [
        (1.8, "ok", "conv_1 gets 1.8× the error signal of dense_1"),
        (0.02, "ok", "conv_1 gets 0.020 of the last layer's error signal"),
        (0.009, "watch", "conv_1 gets 0.0090 of the last layer's error signal"),
        (0.0009, "bad", "conv_1 gets 9.0·10⁻⁴ of the last layer's error signal"),
        (21.0, "watch", "conv_1 gets 21× the error signal of dense_1"),
        (220.0, "bad", "conv_1 gets 220× the error signal of dense_1"),
        (1e30, "bad", "conv_1 gets 1.0·10³⁰ of the last layer's error signal"),
        (0.0, "bad", "Nothing of the last layer's error signal reaches conv_1"),
        (math.nan, "bad", "The error signal of conv_1 is no longer finite"),
    ],
)
def test_the_verdict(run: Run, first: float, state: str, words: str) -> None:
    said = verdict(run.graph, {NodeId("conv_1"): first, NodeId("dense_1"): 1.0})
    assert said is not None
    assert (said.sentence, said.state) == (words, state)


def test_the_output_of_a_layer_is_that_of_its_activation(run: Run) -> None:
    lengths = {NodeId("conv_1"): 1e-6, NodeId("relu_1"): 1e-5, NodeId("dense_1"): 1.0}
    said = verdict(run.graph, lengths)
    assert said is not None
    assert said.sentence == "relu_1 gets 1.0·10⁻⁵ of the last layer's error signal"
    assert verdict(run.graph, {NodeId("dense_1"): 1.0}) is None
    assert verdict(run.graph, {}) is None


@pytest.mark.parametrize(
    ("ratio", "state"),
    [
        (0.5, "ok"),
        (0.009, "watch"),
        (0.0009, "bad"),
        (math.nan, "bad"),
        (math.inf, "bad"),
        (21.0, "watch"),
        (101.0, "bad"),
    ],
)
def test_the_limits(ratio: float, state: str) -> None:
    assert state_of(ratio) == state


def test_the_node_where_a_run_failed_is_marked_until_it_is_changed_or_the_run_goes_on(
    run: Run,
) -> None:
    read(run, conv_1=2.0, dense_1=2.0)
    run.history.add(Failed(3, "conv_1", "It began in conv_1.", "loss = nan"))
    assert word(run) == "bad: failed"
    assert health_of(run.graph.nodes[NodeId("conv_1")], run).sentence == "It began in conv_1."
    assert word(run, "dense_1") == "ok: healthy"
    node = run.graph.nodes[NodeId("conv_1")]
    assert health_of(replace(node, layer=CATALOGUE["Conv2d"](out_channels=5)), run) == UNKNOWN
    run.history.add(Started(2, 0, 3, 20, 1280, 270, 1000, 0, 1, "cpu"))
    assert word(run) == "ok: healthy"


def test_a_frozen_layer_is_not_judged_by_its_signal_and_is_no_first_layer(run: Run) -> None:
    layer = CATALOGUE["Dense"]()
    graph = Graph().add(CATALOGUE["Input"](), name="image")
    for name in ("a", "b", "c"):
        graph = graph.add(layer, name=name)
    graph = graph.add(CATALOGUE["CrossEntropyLoss"](), name="loss")
    names = [NodeId(name) for name in ("image", "a", "b", "c", "loss")]
    ports = ["in", "in", "in", "prediction"]
    ends = zip(names, names[1:], ports, strict=False)
    graph = graph.connect(*(Edge(one, two, "out", port) for one, two, port in ends))
    signals = {NodeId("a"): 1e-6, NodeId("b"): 0.5, NodeId("c"): 1.0}
    learning = verdict(graph, signals)
    frozen = graph.change(NodeId("a"), frozen=True)
    said = verdict(frozen, signals)
    assert learning is not None
    assert said is not None
    assert (learning.state, said.state) == ("bad", "ok")
    assert said.before == "b gets "
    held = replace(run, graph=frozen)
    read(held, a=1e-6, b=0.5, c=1.0)
    assert health_of(frozen.nodes[NodeId("a")], held) is FROZEN
    assert health_of(frozen.nodes[NodeId("b")], held).state == "ok"
