"""A stacked layer that reads both ways, one layer and direction at a time, against torch's own states."""

from dataclasses import replace

import numpy as np
import pytest
import torch
from torch import nn

from app.figures.exhibit import Exhibit
from app.figures.gating import Gating, came_in, gating, part_read
from app.figures.pairs import pairs_of
from app.figures.unrolling import cell, inputs_of, read_of, unrolled
from app.timeline import recurrent_in, top_track, tracks_in
from engine.control import Watch
from engine.events import Reading
from engine.graph import Graph, NodeId
from engine.history import History
from engine.instruments import Instruments
from engine.job import Job, prepare
from engine.layers import CATALOGUE
from engine.network import Network, build
from engine.template import template
from tests.engine.generate.writers import sentences, translator

UNITS = 5
NODE = NodeId("gru")
PROBES = frozenset({"Gates", "GateGradient", "TimeContribution", "StepPairs"})


@pytest.fixture(scope="module")
def read() -> tuple[Graph, Network, History, np.ndarray]:
    """Two layers, both ways, on vowels of several lengths; the graph, its network, what was read, and the example."""
    project = template("japanese-vowels")
    layer = project.graph.nodes[NODE].layer.model_copy(
        update={"num_layers": 2, "hidden_size": UNITS, "bidirectional": True}
    )
    job = prepare(replace(project, graph=project.graph.put(NODE, layer)))
    assert isinstance(job, Job)
    torch.manual_seed(0)
    network, history = build(job.graph, job.shapes), History()
    for event in Instruments(job, Watch(PROBES), network.feeds).read(network, 0):
        history.add(event)
    part = job.data.dev
    return job.graph.flat, network, history, part.inputs[0, : part.lengths[0]]


def test_each_layer_and_direction_has_a_name() -> None:
    gru = CATALOGUE["GRU"]
    named = {
        (layers, both): [name for _, name in tracks_in(gru(num_layers=layers, bidirectional=both))]
        for layers, both in ((1, False), (1, True), (3, False), (2, True))
    }
    assert named == {
        (1, False): [""],
        (1, True): ["forward →", "backward ←"],
        (3, False): ["layer 1", "layer 2", "layer 3"],
        (2, True): ["layer 1 →", "layer 1 ←", "layer 2 →", "layer 2 ←"],
    }
    assert top_track(gru(num_layers=2, bidirectional=True)) == 2
    assert top_track(gru(num_layers=3)) == 2


@pytest.mark.parametrize("track", range(4))
def test_the_states_of_a_track_are_those_of_torch_in_the_order_of_time(
    read: tuple[Graph, Network, History, np.ndarray], track: int
) -> None:
    graph, network, history, example = read
    found = gating(graph, history, NODE, track)
    assert found is not None
    assert found.backward == (track % 2 == 1)
    whole = network.of(NODE)
    below = nn.GRU(whole.input_size, UNITS, track // 2 + 1, batch_first=True, bidirectional=True)
    below.load_state_dict({k: v for k, v in whole.state_dict().items() if k in below.state_dict()})
    with torch.no_grad():
        states = below(torch.tensor(example)[None])[0][0].numpy()
    half = states[:, UNITS:] if found.backward else states[:, :UNITS]
    assert np.abs(found.values["h"] - half).max() < 1e-6
    picture = unrolled(found, graph, history, None, None, 0)
    assert picture.backward == found.backward
    sizes = {weight.name: weight.size for weight in picture.weights}
    assert sizes["W_hh"] == f"{3 * UNITS}×{UNITS}"
    if track >= 2:  # the upper layer reads both ways of the lower, and is read itself
        assert sizes["W_xh"] == f"{3 * UNITS}×{2 * UNITS}"
        assert picture.weights[-1].shares[0 if found.backward else -1] == 1
    else:
        assert "W_hy" not in sizes
        assert picture.predicts == ""
    first, last = (len(half) - 1, 0) if found.backward else (0, len(half) - 1)
    came = read_of(found, graph, None, None)
    assert came == (("h₁",) * len(half) if track >= 2 else ())
    assert cell(found, came, first, 2).before["h"] == 0  # nothing was read before
    inside = cell(found, came, last, 2)
    assert inside.input == ("h₁" if track >= 2 else "")
    after = last + 1 if found.backward else last - 1
    assert inside.before["h"] == pytest.approx(half[after, 2], abs=1e-6)
    assert all(0 <= float(np.nanmax(weight.shares)) <= 1 for weight in picture.weights)


def test_a_map_of_pairs_looks_back_in_the_direction_of_reading(
    read: tuple[Graph, Network, History, np.ndarray],
) -> None:
    _, _, history, example = read
    for track in range(4):
        heat = pairs_of(history, NODE, track, backward=track % 2 == 1)
        assert heat.values.shape == (len(example), len(example))
        known = np.isfinite(heat.values)
        low, high = np.tril(known), np.triu(known)
        assert (known == (high if track % 2 else low)).all()
        assert np.diag(heat.values) == pytest.approx(0.0)
    assert not pairs_of(history, NODE, 4).values.size
    flat = History()
    flat.add(Reading(0, "StepPairs", NODE, np.zeros((9, 8))))  # as it was kept before
    assert not pairs_of(flat, NODE).values.size


def test_a_decoder_is_shown_with_the_words_that_it_reads() -> None:
    """The words before, which begin with a sign of their own; the encoder beside it reads the source."""
    data = sentences()
    graph = translator(data).flat
    part = data.dev
    shown = Exhibit(part.inputs[0], part.inputs[0], "", "", "", part, 0)
    said = {}
    for node in recurrent_in(graph):
        states = np.zeros((3, 4))
        found = Gating(node, "GRU", {"h": states}, {}, {}, 0, part=part_read(graph, node))
        said[found.part] = came_in(found, shown, data)[0]
        assert inputs_of(found, shown, data) == said[found.part]
    for name in ("", "before"):
        numbers = part.array(name)[0, :3]
        assert said[name] == tuple(data.symbols[name][n] for n in numbers)
    assert said[""] != said["before"]
    own = Exhibit(part.inputs[0], part.inputs[0], "", "", "", None, 0)
    assert came_in(found, own, data) == ((), None)  # nobody typed what comes before


def test_numbers_of_the_example_stand_only_where_the_layer_reads_them(
    read: tuple[Graph, Network, History, np.ndarray],
) -> None:
    graph, _, history, example = read
    found = gating(graph, history, NODE, 0)
    assert found is not None
    shown = Exhibit(example, example, "", "", "", None, 0)
    project = template("japanese-vowels")
    (edge,) = graph.incoming[NODE]
    behind = graph.insert(edge, CATALOGUE["Dense"](out_features=20))
    for drawn, size in ((graph, f"{3 * UNITS}×12"), (behind, "")):
        picture = unrolled(found, drawn, history, shown, project.recipe.prepare(), 0)
        assert picture.weights[0].size == size
        assert bool(picture.inputs) == bool(size)
