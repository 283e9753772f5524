"""What is said of gradients through time, against curves whose law is known."""

from itertools import combinations
from types import SimpleNamespace

import numpy as np
import pytest
from PySide6.QtGui import QColor

from app.figures.through_time import by_step, relative
from app.figures.while_training import clipping, in_bins, span_of
from app.theme.theme import Theme
from app.timeline import (
    Trace,
    arrival,
    fall,
    has_recurrent,
    recurrent_in,
    said_of_reading,
    sentence_of,
    state_of,
    with_layers,
)
from engine.events import Reading, Started, Steps
from engine.graph import Edge, Graph, NodeId, grouped
from engine.history import Curve, History
from engine.layers import CATALOGUE


def falling(factor: float, steps: int = 50, **more: object) -> Trace:
    return Trace(
        "RNN", str(more.pop("kind", "RNN")), factor ** np.arange(steps)[::-1].astype(float), **more
    )  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("factor", "state"), [(0.5, "bad"), (0.9, "watch"), (0.99, "ok"), (1.05, "ok"), (1.2, "bad")]
)
def test_how_grave_a_curve_is(factor: float, state: str) -> None:
    assert state_of(falling(factor)) == state


def test_the_sentence_gives_the_share_the_factor_and_what_is_lost() -> None:
    said = sentence_of(falling(0.578))
    assert "gets 2.2·10⁻¹² of the last step's error signal, ×0.58 a step" in said
    assert "more than 8 steps back is all but lost" in said
    assert "explodes" in sentence_of(falling(1.2))
    assert "every step" in sentence_of(falling(1.0))
    nothing = Trace("RNN", "RNN", np.zeros(5))
    assert sentence_of(nothing) == "RNN: no error signal reaches the last step."
    assert state_of(nothing) == "none"


def test_an_untrained_gate_is_given_as_the_reason() -> None:
    said = sentence_of(falling(0.6, kind="LSTM", step=0, openness=0.5))
    assert "forget gates stand 0.50 open: half of what it holds is gone after 1 step" in said
    assert "forget" not in sentence_of(falling(0.6, kind="LSTM", step=5))
    assert "update gates" in sentence_of(falling(0.6, kind="GRU", step=0))


def test_the_head_says_how_often_it_is_looked_at() -> None:
    graph, history = Graph().add(CATALOGUE["GRU"](), name="cell"), History()
    run = SimpleNamespace(name="GRU", graph=graph, history=history)
    heads = []
    for step in (1, 2, 242):
        history.add(Reading(step, "TimeRatio", NodeId("cell"), 0.5))
        heads.append(said_of_reading(falling(0.5, step=step, run=run, node="cell")))
    assert heads == ["GRU, step 1", "GRU, step 2", "GRU, step 242 · read every 240 steps"]
    assert said_of_reading(falling(0.5)) == ""


def test_the_signal_arrives_before_the_loss_falls() -> None:
    steps = np.arange(0, 1000, 10)
    ratios = np.where(steps < 300, 1e-6, 0.3)
    losses = np.where(steps < 20, 1.2, np.where(steps < 450, 0.167, 0.01))
    assert arrival(steps, ratios) == 300
    assert fall(steps, losses, 300) == 450
    assert fall(steps, losses, None) is None
    assert arrival(steps, np.full(100, 0.5)) is None  # it was there from the start
    assert arrival(steps, np.where(steps < 300, 1e-6, np.where(steps < 800, 0.3, 1e-4))) is None
    assert fall(steps, np.full(100, 0.167), 300) is None


def test_means_of_stretches_are_those_of_numpy() -> None:
    curve = Curve()
    values = np.random.default_rng(0).normal(size=4800)
    curve.extend(np.arange(1, 4801), values)
    steps, means = in_bins(curve, span_of([History(step=4800)]))
    width = steps[0]
    assert len(means) <= 240
    assert means[0] == pytest.approx(values[: int(width)].mean())
    assert steps[-1] == 4800


def test_relative_rows_leave_gaps_for_nothing() -> None:
    assert np.array_equal(relative(np.array([0.0, 1.0, 4.0])), [np.nan, 0.25, 1.0], equal_nan=True)
    assert np.isnan(relative(np.array([1.0, 0.0]))).all()


def test_the_gradient_that_clipping_shortens_is_that_of_all_weights() -> None:
    history = History()
    history.add(Started(0, 0.0, 1, 10, 100, 10, 5, 0, 1, "cpu"))
    history.add(Steps(10, 1.0, np.ones(10), 0.5, 0.1))
    for step in (0, 5):
        history.add(Reading(step, "WeightGradient", "a", 3.0 + step))
        history.add(Reading(step, "WeightGradient", "b", 4.0))
    settings = SimpleNamespace(clipping="norm", clip_at=0.5)
    run = SimpleNamespace(history=history, settings=settings)
    figure = clipping(
        [Trace("GRU", "GRU", np.ones(3), run=run)], span_of([history]), Theme("dark").tokens
    )  # type: ignore[arg-type]
    whole, limit = figure.lines
    assert np.allclose(whole.ys, [5.0, np.sqrt(80)])
    assert np.allclose(limit.ys, 0.5)
    assert limit.label == "clip 0.5"
    assert "clipped at 0.5" in figure.unit


def test_layers_in_groups_are_found_and_changed() -> None:
    graph = Graph()
    for name, layer in (("data", "Input"), ("cell", "GRU"), ("norm", "LayerNorm")):
        graph = graph.add(CATALOGUE[layer](), name=name)
    graph = graph.connect(Edge("data", "cell"), Edge("cell", "norm"))
    graph = grouped(graph, [NodeId("cell"), NodeId("norm")], "block")
    assert has_recurrent(graph)
    changed = with_layers(graph, lambda layer: layer.but(update_bias=2.0))
    flat = changed.flat
    assert [flat.nodes[name].layer.update_bias for name in recurrent_in(flat)] == [2.0]
    assert with_layers(changed, lambda layer: layer) is changed


@pytest.mark.parametrize("kind", ["RNN", "GRU", "LSTM"])
@pytest.mark.parametrize("theme", ["dark", "light"])
def test_the_tracks_of_a_stack_have_shades_of_their_own_and_names_beside_the_curves(
    kind: str, theme: str
) -> None:
    tokens = Theme(theme).tokens
    falls = {"1 →": 0.7, "1 ←": 0.9, "2 →": 0.8, "2 ←": 0.6}
    tracks = [
        Trace(f"{kind} {name}", kind, falling(factor).row, depth=1 - place / 3)
        for place, (name, factor) in enumerate(falls.items())
    ]
    lines = by_step(tracks, [], tokens).lines
    assert [line.lead for line in lines] == [""] * 4  # they would lie on the curves
    assert [line.label for line in lines] == [
        f"{kind} {name}" for name in ("1 ←", "2 →", "1 →", "2 ←")
    ]
    colours = [QColor(line.colour) for line in lines]
    apart = [
        max(abs(one.red() - two.red()), abs(one.blue() - two.blue()))
        for one, two in combinations(colours, 2)
    ]
    assert min(apart) >= 12
    (alone,) = by_step(tracks[-1:], [], tokens).lines
    assert (alone.lead[:3], alone.label) == (kind[:3], "")
