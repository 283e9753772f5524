"""Gradients that go back so many steps and no further, and states that go on from one minibatch to the next."""

from dataclasses import replace
from itertools import pairwise

import pytest
import torch
from torch import Tensor, nn
from torch.nn import functional

from engine.batches import Batches
from engine.control import Adjust, Control, Step, Stop
from engine.dataset import Recipe, Split
from engine.datasets.memory import Parity
from engine.datasets.series import Sunspots
from engine.events import Adjusted, Checkpoint, Event, Paused, Steps
from engine.graph import Edge, Graph, NodeId
from engine.job import Job, prepare
from engine.layer import Layer
from engine.layers import CATALOGUE
from engine.modules.recurrent import GRU, LSTM, RNN
from engine.modules.stretches import Stretches
from engine.network import build
from engine.project import Project
from engine.settings import Settings
from engine.strides import Strides
from engine.train import train

LENGTHS = (11, 3, 7, 1)
KINDS = [(RNN, {}), (GRU, {"num_layers": 2}), (LSTM, {"num_layers": 2}), (LSTM, {"proj_size": 2})]


def made(kind: type[nn.Module], options: dict[str, int]) -> nn.Module:
    torch.manual_seed(0)
    return kind(3, 4, batch_first=True, **options).double()  # type: ignore[call-arg]


def outputs(layer: nn.Module, x: Tensor, lengths: Tensor | None) -> tuple[Tensor, ...]:
    found: tuple[Tensor, ...] = layer(x, lengths=lengths)
    return found


@pytest.mark.parametrize(("kind", "options"), KINDS)
@pytest.mark.parametrize("back", [1, 2, 4, 11, 50])
@pytest.mark.parametrize("ragged", [False, True])
def test_stretches_compute_what_the_whole_does(
    kind: type[nn.Module], options: dict[str, int], back: int, ragged: bool
) -> None:
    layer, x = made(kind, options), torch.randn(4, 11, 3).double()
    lengths = torch.tensor(LENGTHS) if ragged else None
    whole = outputs(layer, x, lengths)
    layer.forward = Stretches(layer, back, carry=False)
    for one, other in zip(outputs(layer, x, lengths), whole, strict=True):
        torch.testing.assert_close(one, other, rtol=1e-12, atol=1e-12)


@pytest.mark.parametrize(("kind", "options"), KINDS)
@pytest.mark.parametrize("back", [1, 3, 4])
def test_a_gradient_goes_back_to_the_start_of_its_stretch(
    kind: type[nn.Module], options: dict[str, int], back: int
) -> None:
    """Against torch's own layer in a plain loop over one sequence after another, states detached in between."""
    layer, x = made(kind, options), torch.randn(4, 11, 3).double()
    pull, ends = torch.randn(4, 11, 4).double(), torch.randn(4, 8).double()
    own = {RNN: nn.RNN, GRU: nn.GRU, LSTM: nn.LSTM}[kind](
        3, 4, batch_first=True, **options
    ).double()  # type: ignore[index]
    own.load_state_dict(layer.state_dict())
    wanted = torch.zeros((), dtype=torch.float64)
    for row, length in enumerate(LENGTHS):
        state = None
        for first in range(0, length, back):
            out, state = own(x[row : row + 1, first : min(first + back, length)], state)
            wanted = (
                wanted + (out[0] * pull[row, first : first + len(out[0]), : out.shape[2]]).sum()
            )
            last, state = (
                state,
                (tuple(s.detach() for s in state) if kind is LSTM else state.detach()),
            )
        final = (last[0] if kind is LSTM else last).flatten()
        wanted = wanted + (final * ends[row, : len(final)]).sum()
    wanted.backward()
    layer.forward = Stretches(layer, back, carry=False)
    out, hidden, *_ = layer(x, lengths=torch.tensor(LENGTHS))
    loss = (out * pull[:, :, : out.shape[2]]).sum() + (hidden * ends[:, : hidden.shape[1]]).sum()
    loss.backward()
    torch.testing.assert_close(loss, wanted, rtol=1e-10, atol=1e-10)
    for (name, mine), (_, theirs) in zip(
        layer.named_parameters(), own.named_parameters(), strict=True
    ):
        torch.testing.assert_close(mine.grad, theirs.grad, rtol=1e-9, atol=1e-11, msg=name)


def test_nothing_before_the_last_stretch_hears_of_the_last_step() -> None:
    layer, x = made(GRU, {}), torch.randn(2, 10, 3).double().requires_grad_()
    layer.forward = Stretches(layer, 4, carry=False)
    layer(x)[0][:, -1].sum().backward()
    assert x.grad is not None
    assert not x.grad[:, :8].any()
    assert x.grad[:, 8:].all()


def test_a_layer_that_reads_both_ways_is_left_alone() -> None:
    layer, x = made(GRU, {"bidirectional": True}), torch.randn(2, 10, 3).double()
    whole = layer(x)
    layer.forward = Stretches(layer, 3, carry=True)
    for _ in range(2):
        assert all(torch.equal(one, other) for one, other in zip(layer(x), whole, strict=True))


# -- in a run ---------------------------------------------------------------------------------------------------------


def drawn(layers: tuple[Layer, ...]) -> Graph:
    graph = Graph()
    for layer in layers:
        graph = graph.add(layer)
    for before, after in pairwise(list(graph.nodes)):
        into = graph.nodes[after].layer.inputs[0].name
        graph = graph.connect(Edge(NodeId(before), NodeId(after), "out", into))
    return graph


def parity(**settings: object) -> Job:
    layers = (
        CATALOGUE["Input"](),
        CATALOGUE["GRU"](hidden_size=6),
        CATALOGUE["Dense"](out_features=2),
    )
    recipe = Recipe(dataset=Parity(count=103, steps=6), split=Split(train=0.7, dev=0.15, test=0.15))
    chosen = Settings(batch_size=8, epochs=2, learning_rate=0.1, exact=True).but(**settings)
    job = prepare(Project("", drawn((*layers, CATALOGUE["CrossEntropyLoss"]())), recipe, chosen))
    assert isinstance(job, Job)
    return job


def losses(events: list[Event]) -> list[float]:
    return [float(loss) for event in events if isinstance(event, Steps) for loss in event.losses]


def test_a_run_that_carries_states_is_that_of_a_plain_loop() -> None:
    job = parity(carry_state=True, back_steps=4)
    torch.manual_seed(job.settings.seed)
    network = build(job.graph, job.shapes)
    gru, scores = nn.GRU(1, 6, batch_first=True), nn.Linear(6, 2)
    parameters = [*gru.parameters(), *scores.parameters()]
    for mine, theirs in zip(parameters, network.module.parameters(), strict=True):
        mine.data.copy_(theirs.data)
    optimizer = torch.optim.SGD(parameters, lr=0.1)
    part = job.data.train
    order = sorted(range(part.count), key=lambda place: part.indices[place])
    x, y = torch.tensor(part.inputs)[order], torch.tensor(part.targets)[order]
    length, wanted = len(x) // 8, []
    for _ in range(2):
        state = None
        for place in range(length):
            rows = [row * length + place for row in range(8)]
            first, state = gru(x[rows, :4], state)
            second, state = gru(x[rows, 4:], state.detach())
            state = state.detach()
            said = scores(torch.cat([first, second], 1)).flatten(0, 1)
            loss = functional.cross_entropy(said, y[rows].flatten())
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
            wanted.append(loss.item())
    assert losses(list(train(job, Control()))) == pytest.approx(wanted, abs=1e-6)


@pytest.mark.parametrize("carry", [False, True])
def test_who_goes_on_from_a_checkpoint_does_the_same_steps(carry: bool) -> None:
    whole = losses(list(train(parity(carry_state=carry, back_steps=2), Control())))
    half = Control(Step(5))
    first = []
    for event in train(parity(carry_state=carry, back_steps=2), half):
        first.append(event)
        if isinstance(event, Paused):
            half.send(Stop())
    (kept,) = [event for event in first if isinstance(event, Checkpoint)]
    assert kept.step == 5
    job = replace(parity(carry_state=carry, back_steps=2), start=kept)
    assert losses(first) + losses(list(train(job, Control()))) == whole


def test_steps_back_may_change_on_the_way() -> None:
    control = Control()
    control.send(Adjust("back_steps", 3))
    events = list(train(parity(), control))
    (changed,) = [event for event in events if isinstance(event, Adjusted)]
    assert (changed.setting, changed.before, changed.after) == ("back_steps", 0, 3)
    assert losses(events) == losses(list(train(parity(back_steps=3), Control())))
    assert losses(events) != losses(list(train(parity(), Control())))


def test_layers_are_as_they_were_after_each_step() -> None:
    job = parity()
    network = build(job.graph, job.shapes)
    strides = Strides(network, job.settings.but(back_steps=2, carry_state=True))
    with strides.within(fresh=True):
        assert any("forward" in vars(module) for module in network.module.modules())
    assert not any(
        "forward" in vars(module)
        for module in network.module.modules()
        if module is not network.module
    )


def test_without_recurrent_layers_both_do_nothing() -> None:
    layers = (
        CATALOGUE["Input"](),
        CATALOGUE["Flatten"](),
        CATALOGUE["Dense"](out_features=1),
        CATALOGUE["MSELoss"](),
    )
    runs = []
    for wishes in ({}, {"carry_state": True, "back_steps": 3}):
        project = Project(
            "",
            drawn(layers),
            Recipe(dataset=Sunspots()),
            Settings(epochs=1, exact=True).but(**wishes),
        )
        job = prepare(project)
        assert isinstance(job, Job)
        runs.append(losses(list(train(job, Control()))))
    assert runs[0] == runs[1]


@pytest.mark.parametrize(("count", "size"), [(10, 3), (12, 4), (5, 5), (5, 8), (7, 1)])
def test_each_row_goes_on_where_it_stopped(count: int, size: int) -> None:
    order = torch.arange(count).flip(0)
    places = torch.arange(count)
    batches = Batches((places,), places, 0, order)
    for _ in range(2):  # epochs
        taken = []
        while True:
            (chosen,), _ = batches.next(size)
            taken.append(chosen.tolist())
            if batches.close():
                break
        rows = [list(row) for row in zip(*taken, strict=True)]
        length = count // min(size, count)
        assert len(taken) == length
        assert sum(rows, []) == order[: length * min(size, count)].tolist()
