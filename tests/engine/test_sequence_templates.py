"""What the templates of sequences reach: small here, at full size with `-m campaign` and in the benchmark."""

from dataclasses import replace

import numpy as np
import pytest
import torch

from engine.cells import CELLS, asked_at, at_every_step, at_the_end, read_at, with_cell
from engine.control import Control
from engine.dataset import Recipe, dataset_from, record_of
from engine.events import Checkpoint, Finished
from engine.graph import Graph, GraphError, NodeId
from engine.job import Job, prepare
from engine.layers.dense import Dense
from engine.layers.recurrent import GRU, LSTM, RNN
from engine.network import build
from engine.project import Project
from engine.template import template
from engine.train import train
from engine.weights import copy_in

RECURRENT = (RNN, GRU, LSTM)


def cell(project: Project) -> NodeId:
    (node,) = project.graph.of_kind(*RECURRENT)
    return node.id


def cast(
    name: str, kind: str, settings: dict[str, object] | None = None, **data: object
) -> Project:
    """A template with another cell, other settings and other parameters of its data."""
    project = template(name)
    dataset = dataset_from(record_of(project.recipe.dataset) | data)
    graph = with_cell(project.graph, cell(project), {c.__name__: c for c in CELLS}[kind])
    return replace(
        project,
        graph=graph,
        recipe=project.recipe.model_copy(update={"dataset": dataset}),
        settings=project.settings.but(**(settings or {})),
    )


def trained(project: Project) -> tuple[Finished, Checkpoint, Job]:
    job = prepare(project)
    assert isinstance(job, Job)
    events = list(train(job, Control()))
    end, checkpoint = events[-1], events[-2]
    assert isinstance(end, Finished)
    assert isinstance(checkpoint, Checkpoint)
    return end, checkpoint, job


def at_last_step(checkpoint: Checkpoint, job: Job) -> float:
    """The share of dev that is right at its last step."""
    network = build(job.graph, job.shapes)
    copy_in(network.module, checkpoint.weights)
    network.train(False)
    with torch.no_grad():
        (scores,) = network.module(torch.tensor(job.data.dev.inputs))
    return float(np.mean(scores[:, -1].argmax(-1).numpy() == job.data.dev.targets[:, -1]))


@pytest.mark.parametrize(
    ("kind", "least", "most"),
    [
        ("RNN", 0.0, 0.6),
        ("LSTM", 0.98, 1),
        pytest.param("GRU", 0.98, 1, marks=pytest.mark.campaign),  # the same, in twice the time
    ],
)
def test_gates_keep_parity_and_the_plain_cell_does_not(
    kind: str, least: float, most: float
) -> None:
    """At full size, for it takes seconds: T = 30, H = 32, 1,500 steps."""
    end, checkpoint, job = trained(cast("parity", kind))
    assert end.step == 1500
    assert least <= at_last_step(checkpoint, job) <= most


def test_names_are_told_apart_after_two_epochs() -> None:
    end, _, _ = trained(cast("surnames", "GRU", {"epochs": 2}))
    assert end.dev_accuracy is not None
    assert end.dev_accuracy > 0.6  # of 17 lists


def test_speakers_are_known_by_their_vowels() -> None:
    end, _, _ = trained(template("japanese-vowels"))
    assert end.dev_accuracy is not None
    assert end.dev_accuracy >= 0.95


def test_short_sums_are_learnt() -> None:
    end, _, _ = trained(cast("adding", "GRU", {"epochs": 6}, steps=8, count=6000))
    assert end.dev_loss < 0.02  # 0.167 is saying 1


def test_a_short_copy_is_learnt() -> None:
    end, _, _ = trained(cast("copy-memory", "GRU", {"epochs": 6}, symbols=2, delay=2, count=6000))
    assert end.dev_loss < 0.2 * (2 * np.log(8) / 6)  # a fifth of what it costs to forget


@pytest.mark.parametrize(
    ("name", "persistence"), [("sunspots", 0.098), ("sunspots-every-year", 0.0414)]
)
def test_sunspots_are_foretold_better_than_as_last_year(name: str, persistence: float) -> None:
    end, _, job = trained(cast(name, "GRU", {"epochs": 40}))
    dev = job.data.dev
    seen = dev.inputs[:, :, 0] if name.endswith("year") else dev.inputs[:, -1]
    assert np.mean((seen - dev.targets) ** 2) == pytest.approx(persistence, abs=5e-4)
    assert end.dev_loss < 0.5 * persistence


@pytest.mark.campaign
@pytest.mark.parametrize(
    ("name", "kind", "least", "most"),
    [
        ("surnames", "RNN", 0.66, 0.74),
        ("surnames", "GRU", 0.72, 0.80),
        ("surnames", "LSTM", 0.72, 0.80),
        ("adding", "RNN", 0.12, 0.2),
        ("adding", "GRU", 0, 0.01),
        ("adding", "LSTM", 0, 0.01),
        ("copy-memory", "RNN", 0.45, 0.6),
        ("copy-memory", "GRU", 0, 0.1),
    ],
)
def test_figures_at_full_size(name: str, kind: str, least: float, most: float) -> None:
    """`pytest -m campaign tests/engine/test_sequence_templates.py`: accuracy of names, loss of the others."""
    end, _, _ = trained(cast(name, kind))
    found = end.dev_accuracy if name == "surnames" else end.dev_loss
    assert found is not None
    assert least <= found <= most


@pytest.mark.parametrize("kind", ["RNN", "GRU", "LSTM"])
def test_what_nobody_reads_is_not_laid_out_and_changes_nothing(kind: str) -> None:
    job = prepare(cast("surnames", kind))
    assert isinstance(job, Job)
    network = build(job.graph, job.shapes)
    network.train(False)
    (layer,) = network.ended
    names, lengths = job.data.train.inputs[:7], job.data.train.lengths[:7]
    given = torch.tensor(names), torch.tensor(lengths)
    (scores,) = network.results(*given)
    assert torch.equal(scores, network.module(*given)[0])
    scores.sum().backward()
    ours = layer.weight_hh_l0.grad.clone()
    layer.weight_hh_l0.grad = None
    network.module(*given)[0].sum().backward()
    assert torch.equal(ours, layer.weight_hh_l0.grad)
    seen = network.trace(*given).values
    (node,) = job.graph.of_kind(*RECURRENT)
    assert seen[node.id].shape == (*names.shape, layer.hidden_size)  # whoever looks sees all steps
    every = prepare(cast("parity", kind))
    assert isinstance(every, Job)
    assert not build(every.graph, every.shapes).ended


# -- cells ------------------------------------------------------------------------------------------------------------


def stay(graph: Graph, _name: NodeId) -> Graph:
    return graph


def ready(graph: Graph, recipe: Recipe) -> bool:
    return isinstance(prepare(Project("", graph, recipe)), Job)


@pytest.mark.parametrize(
    "name", ["surnames", "japanese-vowels", "parity", "adding", "copy-memory", "sunspots"]
)
def test_each_cell_fits_where_another_was(name: str) -> None:
    project = template(name)
    for kind in (LSTM, RNN, GRU):
        graph = with_cell(project.graph, cell(project), kind)
        (node,) = graph.of_kind(*RECURRENT)
        assert node.id == kind.stem
        assert type(node.layer) is kind
        assert len(graph.edges) == len(project.graph.edges)
        assert ready(graph, project.recipe)
        back = with_cell(graph, node.id, GRU)
        assert back.nodes == project.graph.nodes
        assert set(back.edges) == set(project.graph.edges)


def test_a_cell_keeps_a_name_of_its_own_and_parts_with_ports_it_lacks() -> None:
    graph = (
        Graph().add(GRU(), name="memory").add(LSTM(num_layers=2, bidirectional=True), name="lstm_2")
    )
    assert set(with_cell(graph, NodeId("memory"), LSTM).nodes) == {"memory", "lstm_2"}
    changed = with_cell(graph, NodeId("lstm_2"), RNN)
    layer = changed.nodes[NodeId("rnn_2")].layer
    assert isinstance(layer, RNN)
    assert (layer.num_layers, layer.bidirectional, layer.nonlinearity) == (2, True, "tanh")
    with pytest.raises(GraphError, match="no RNN, GRU or LSTM"):
        with_cell(Graph().add(Dense(), name="x"), NodeId("x"), GRU)


@pytest.mark.parametrize("name", ["parity", "sunspots", "sunspots-every-year"])
def test_every_step_or_the_end_is_one_choice_of_drawing_and_data(name: str) -> None:
    project = template(name)
    node, values = cell(project), name != "parity"
    end = at_the_end(project.graph, node, stay)
    assert read_at(end, node) == "the end"
    assert ready(end, asked_at(project.recipe, "the end"))
    every = at_every_step(end, node, stay, flat=values)
    assert read_at(every, node) == "every step"
    assert ready(every, asked_at(project.recipe, "every step"))
    assert not ready(every, asked_at(project.recipe, "the end"))
    again = at_the_end(every, node, stay)
    assert {type(n.layer) for n in again.nodes.values()} == {
        type(n.layer) for n in end.nodes.values()
    }
    assert at_the_end(end, node, stay) == end
    assert at_every_step(every, node, stay, flat=values) == every


def test_the_last_state_is_an_end_too() -> None:
    project = template("surnames")
    assert read_at(project.graph, cell(project)) == "the end"
    every = at_every_step(project.graph, cell(project), stay)
    assert read_at(every, cell(project)) == "every step"
    assert (
        asked_at(project.recipe, "every step") == project.recipe
    )  # names cannot be asked about at each letter
