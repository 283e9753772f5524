"""The levers of a memory: what a slider says is what the data and the module that is built have."""

from dataclasses import replace

import numpy as np
import pytest
import torch
from pytestqt.qtbot import QtBot

from app.controls.slider import Slider
from app.plots.levers import Levers
from app.studio import Studio
from engine.cells import CELLS, with_cell
from engine.job import Job, prepare
from engine.network import build
from engine.project import Project
from engine.template import template

PARTS = {"RNN": 1, "GRU": 3, "LSTM": 4}


@pytest.fixture
def levers(studio: Studio, qtbot: QtBot) -> Levers:
    made = Levers(studio, upright=False)
    qtbot.addWidget(made)
    return made


def stacked(name: str, kind: str, **options: object) -> Project:
    """A template with another cell, in two layers that read both ways."""
    project = template(name)
    (node,) = project.graph.of_kind(*CELLS)
    graph = with_cell(project.graph, node.id, next(c for c in CELLS if c.__name__ == kind))
    (node,) = graph.of_kind(*CELLS)
    graph = graph.put(node.id, node.layer.but(hidden_size=6, **options))
    recipe = project.recipe
    dataset = recipe.dataset.model_copy(update={"count": 100})
    return replace(project, graph=graph, recipe=recipe.model_copy(update={"dataset": dataset}))


def move(slider: Slider, value: float) -> None:
    """As by a key: to the nearest place that it has."""
    slider.track.setValue(round(value / slider._step))


@pytest.mark.parametrize("kind", PARTS)
@pytest.mark.parametrize(
    ("name", "options"), [("adding", {"num_layers": 2}), ("copy-memory", {"bidirectional": True})]
)
def test_what_a_slider_says_is_what_is_trained(
    levers: Levers, studio: Studio, kind: str, name: str, options: dict[str, object]
) -> None:
    studio.document.begin(stacked(name, kind, **options))
    move(levers.length, 35)
    move(levers.radius, 1.25)
    if kind != "RNN":
        move(levers.bias, -1.5)
    assert levers.bias.isHidden() == (kind == "RNN")
    assert (levers.length.words.text(), levers.radius.words.text()) == ("35", "1.25")
    graph = studio.document.graph
    (node,) = graph.of_kind(*CELLS)
    if options.get("bidirectional"):  # whose head then reads twice as many numbers: it is inferred
        assert node.layer.bidirectional
    job = prepare(studio.document.project)
    assert isinstance(job, Job)
    steps = job.data.train.inputs.shape[1]
    assert steps == (
        35 if name == "adding" else 35 + 2 * studio.document.project.recipe.dataset.symbols
    )
    torch.manual_seed(0)
    module = build(job.graph, job.shapes).of(node.id)
    weights = {key: p.detach().numpy() for key, p in module.named_parameters()}
    for key in (key for key in weights if key.startswith("weight_hh")):
        for part in np.split(weights[key], PARTS[kind]):
            assert np.abs(np.linalg.eigvals(part)).max() == pytest.approx(1.25, rel=1e-5)
    for key in (key for key in weights if key.startswith("bias_ih") and kind != "RNN"):
        both = weights[key] + weights[key.replace("_ih", "_hh")]
        assert (both[6:12] == -1.5).all()  # forget gates of an LSTM, update gates of a GRU


def test_a_lever_that_would_move_nothing_is_not_offered(levers: Levers, studio: Studio) -> None:
    studio.document.begin(stacked("adding", "LSTM", bias=False))
    assert levers.bias.isHidden()
    assert not levers.radius.isHidden()
    studio.document.begin(stacked("adding", "LSTM", proj_size=3))
    assert levers.radius.isHidden()  # W_hh is not square: it has no eigenvalues
    assert not levers.bias.isHidden()
    studio.document.begin(template("surnames"))
    assert levers.length.isHidden()
