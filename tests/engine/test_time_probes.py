"""What the probes of recurrent layers say of a whole network, against cells of torch's run one by one."""

import numpy as np
import pytest
import torch
from probing import Kind, chain_of, dense, digits
from torch import nn

from engine.control import Forced, Watch
from engine.events import Reading
from engine.gates import GATES
from engine.graph import Edge, Graph, NodeId
from engine.instruments import Instruments
from engine.job import Job
from engine.layers import CATALOGUE
from engine.network import Network, build

UNITS = 6
CELLS = {"RNN": nn.RNNCell, "GRU": nn.GRUCell, "LSTM": nn.LSTMCell}
ROWS: Kind = ("Reshape", {"shape": (8, 8)})


def at_the_end(*recurrent: Kind) -> Graph:
    """Digits read row by row; the last state of the last layer is judged."""
    graph = chain_of(ROWS, *recurrent)
    last = list(graph.nodes)[-1]
    graph = graph.add(CATALOGUE["Dense"](out_features=10), name="head")
    graph = graph.add(CATALOGUE["CrossEntropyLoss"](), name="loss")
    return graph.connect(Edge(last, "head", "hidden"), Edge("head", "loss", "out", "prediction"))


def asked(
    job: Job, *probes: str, **more: object
) -> tuple[Network, dict[tuple[str, str | None], np.ndarray]]:
    torch.manual_seed(0)
    network = build(job.graph, job.shapes)
    instruments = Instruments(job, Watch(frozenset(probes), **more), network.feeds)
    said = [e for e in instruments.read(network, 0) if isinstance(e, Reading)]
    return network, {(e.probe, e.node): e.value for e in said}


def by_cells(
    job: Job, network: Network, kind: str, count: int
) -> tuple[np.ndarray, np.ndarray | None]:
    """‖∂L/∂h_t‖ and ‖∂L/∂c_t‖, found with torch's cells in float64."""
    layer, head = network.of(NodeId(f"{kind.lower()}_1")), network.of(NodeId("head"))
    cell = CELLS[kind](8, UNITS).double()
    for name, value in layer.named_parameters():
        getattr(cell, name.removesuffix("_l0")).data.copy_(value.double())
    x = torch.tensor(job.data.train.inputs[:count]).double().reshape(count, 8, 8)
    state = torch.zeros(count, UNITS).double()
    memory, hs, cs = torch.zeros_like(state), [], []
    for step in range(8):
        if kind == "LSTM":
            state, memory = cell(x[:, step], (state, memory))
            cs.append(memory)
        else:
            state = cell(x[:, step], state)
        hs.append(state)
    scores = state @ head.weight.double().T + head.bias.double()
    loss = nn.functional.cross_entropy(scores, torch.tensor(job.data.train.targets[:count]))
    grads = torch.autograd.grad(loss, [*hs, *cs])
    found = np.array([float(grad.norm()) for grad in grads])
    return found[:8], found[8:] if cs else None


@pytest.mark.parametrize("kind", CELLS)
def test_the_gradient_through_time(kind: str) -> None:
    job = digits(at_the_end((kind, {"hidden_size": UNITS})))
    network, said = asked(
        job, "TimeGradient", "CellGradient", "TimeRatio", "CellRatio", "MedianTimeRatio"
    )
    states, cells = by_cells(job, network, kind, 32)
    node = f"{kind.lower()}_1"
    assert np.allclose(said["TimeGradient", node], states[None], rtol=1e-9)
    assert said["TimeRatio", node] == pytest.approx(states[0] / states[-1], rel=1e-9)
    assert (("CellGradient", node) in said) == (cells is not None)
    if cells is not None:
        assert np.allclose(said["CellGradient", node], cells[None], rtol=1e-9)
        assert said["CellRatio", node] == pytest.approx(cells[0] / cells[-1], rel=1e-9)
    assert 0 < said["MedianTimeRatio", node] < 1


@pytest.mark.parametrize("kind", CELLS)
def test_gates_and_what_comes_back_to_the_chosen_example(kind: str) -> None:
    job = digits(at_the_end((kind, {"hidden_size": UNITS})))
    network, said = asked(job, "Gates", "GateGradient", "Activations", "StepPairs", example=4)
    node, names = f"{kind.lower()}_1", GATES[kind]
    gates = said["Gates", node]
    assert gates.shape == (1, len(names), 8, UNITS)
    assert np.abs(gates[0, names.index("h")] - said["Activations", node]).max() < 1e-6
    strip = said["GateGradient", node]
    assert strip.shape == (1, 2 if kind == "LSTM" else 1, 8)
    assert (strip > 0).all()
    assert said["StepPairs", node].shape == (1, 9, 8)


def test_stacked_and_both_ways_each_track_in_its_own_time() -> None:
    options = {"hidden_size": UNITS, "num_layers": 2, "bidirectional": True}
    job = digits(chain_of(ROWS, ("LSTM", options), "Flatten", dense(10), "CrossEntropyLoss"))
    _, said = asked(job, "TimeGradient", "CellGradient", "Gates", "TimeContribution", "StepPairs")
    assert said["TimeGradient", "lstm_1"].shape == (4, 8)
    assert said["CellGradient", "lstm_1"].shape == (4, 8)
    assert said["Gates", "lstm_1"].shape == (4, 6, 8, UNITS)
    assert said["TimeContribution", "lstm_1"].shape == (4, 2, 8)
    assert said["StepPairs", "lstm_1"].shape == (4, 9, 8)


def test_two_recurrent_layers_one_after_another_keep_float64_between_them() -> None:
    """Weights so small that float32 would hold nothing of what comes back to the first."""
    graph = at_the_end(("RNN", {"hidden_size": 4}), ("RNN", {"hidden_size": 4}))
    job = digits(graph)
    torch.manual_seed(0)
    network = build(job.graph, job.shapes)
    with torch.no_grad():
        for name in ("rnn_1", "rnn_2"):
            network.of(NodeId(name)).weight_hh_l0.mul_(1e-5)
    instruments = Instruments(job, Watch(frozenset({"TimeGradient"})), network.feeds)
    said = {e.node: e.value for e in instruments.read(network, 0) if isinstance(e, Reading)}
    assert 0 < said["rnn_1"][0, 0] < 1e-37
    assert 0 < said["rnn_2"][0, 0] < 1e-37


def test_a_gate_held_on_a_copy_changes_what_comes_back_and_nothing_else() -> None:
    job = digits(at_the_end(("LSTM", {"hidden_size": UNITS})))
    held = {"forced": Forced("lstm_1", "f", 0.0)}
    _, free = asked(job, "GateGradient", "ForcedGateGradient")
    _, shut = asked(job, "GateGradient", "ForcedGateGradient", **held)
    _, open_ = asked(job, "ForcedGateGradient", forced=Forced("lstm_1", "f", 1.0))
    assert ("ForcedGateGradient", "lstm_1") not in free
    assert np.array_equal(free["GateGradient", "lstm_1"], shut["GateGradient", "lstm_1"])
    cells = [said["ForcedGateGradient", "lstm_1"][0, 1] for said in (shut, open_)]
    kept = free["GateGradient", "lstm_1"][0, 1]
    assert cells[0][0] / cells[0][-1] < kept[0] / kept[-1] < cells[1][0] / cells[1][-1]


def test_a_network_without_recurrent_layers_says_nothing() -> None:
    job = digits(chain_of("Flatten", dense(10), "CrossEntropyLoss"))
    assert not asked(job, "TimeGradient", "Gates", "StepPairs", "TimeContribution")[1]


def test_weights_shared_by_two_places_are_read_in_both() -> None:
    graph = at_the_end(("GRU", {"hidden_size": 8}), ("GRU", {"hidden_size": 8}))
    graph = graph.share(NodeId("gru_2"), NodeId("gru_1"))
    _, said = asked(digits(graph), "TimeGradient")
    assert {node for _, node in said} == {"gru_1", "gru_2"}


def test_a_command_that_waits_cuts_the_map_of_pairs_short() -> None:
    job = digits(at_the_end(("GRU", {"hidden_size": UNITS})))
    torch.manual_seed(0)
    start = build(job.graph, job.shapes)
    watch = Watch(frozenset({"StepPairs", "TimeGradient"}))
    for waits in (False, True):
        instruments = Instruments(job, watch, start.feeds, called=lambda waits=waits: waits)
        said = {e.probe for e in instruments.read(start, 0) if isinstance(e, Reading)}
        assert said == ({"TimeGradient"} if waits else {"TimeGradient", "StepPairs"})
