"""Every probe against an independent computation: plain autograd on a net written by hand."""

import numpy as np
import pytest
import torch
from torch import Tensor, nn

from engine.control import Watch
from engine.events import Reading
from engine.graph import Graph
from engine.instruments import Instruments
from engine.job import PROBE_EXAMPLES, Job, prepare
from engine.network import build
from engine.probe import norms
from engine.probes import PROBES
from engine.project import Project

NAMES = [
    "conv_1",
    "norm_1",
    "relu_1",
    "drop_1",
    "flatten_1",
    "dense_1",
    "norm_2",
    "relu_2",
    "drop_2",
    "dense_2",
]


@pytest.fixture
def job(noisy_digits: Project) -> Job:
    made = prepare(noisy_digits)
    assert isinstance(made, Job)
    return made


def twin(
    job: Job, inputs: Tensor, targets: Tensor, *, in_training: bool = False
) -> tuple[dict[str, Tensor], Tensor, nn.Sequential]:
    """The same net by hand, with the same weights: each output (its gradient kept) and the loss.

    In training, batch norm takes its figures from the batch; dropout is off in any case.
    """
    torch.manual_seed(0)
    net = nn.Sequential(
        nn.Conv2d(1, 4, 3), nn.BatchNorm2d(4), nn.ReLU(), nn.Dropout2d(0.2), nn.Flatten(),
        nn.Linear(144, 32), nn.BatchNorm1d(32), nn.ReLU(), nn.Dropout(), nn.Linear(32, 10),
    ).eval()  # fmt: skip
    for module in net:
        if isinstance(module, nn.BatchNorm1d | nn.BatchNorm2d):
            module.train(in_training)
    outputs, x = {}, inputs
    for name, module in zip(NAMES, net, strict=True):
        x = module(x)
        x.retain_grad()
        outputs[name] = x
    loss = nn.functional.cross_entropy(x, targets)
    loss.backward()
    return outputs, loss, net


def readings(
    job: Job, probe: str, part: str = "dev", example: int = 3
) -> dict[str | None, Reading]:
    torch.manual_seed(0)
    network = build(job.graph, job.shapes)
    instruments = Instruments(job, Watch(frozenset({probe}), part, example))
    found = list(instruments.read(network, 7))
    assert all(reading.probe == probe and reading.step == 7 for reading in found)
    return {reading.node: reading for reading in found}


def probe_batch(job: Job) -> tuple[Tensor, Tensor]:
    part = job.data.train
    return torch.tensor(part.inputs[:PROBE_EXAMPLES]), torch.tensor(part.targets[:PROBE_EXAMPLES])


def test_error_signals_are_the_gradients_of_the_outputs(job: Job) -> None:
    outputs, _, _ = twin(job, *probe_batch(job), in_training=True)
    found = readings(job, "ErrorSignal")
    for name, output in outputs.items():
        assert output.grad is not None
        assert found[name].value == pytest.approx(output.grad.double().norm().item(), rel=1e-5)


def test_weight_gradients_are_those_of_plain_autograd(job: Job) -> None:
    _, _, net = twin(job, *probe_batch(job), in_training=True)
    found = readings(job, "WeightGradient")
    assert set(found) == {"conv_1", "norm_1", "dense_1", "norm_2", "dense_2"}
    for name, reading in found.items():
        grads = [
            p.grad.double().flatten()
            for p in net[NAMES.index(str(name))].parameters()
            if p.grad is not None
        ]
        assert reading.value == pytest.approx(torch.cat(grads).norm().item(), rel=1e-5)


def test_an_error_signal_agrees_with_finite_differences(job: Job) -> None:
    """In float64: nudge one unit of dense_1 for one example and see the loss move by its gradient."""
    inputs, targets = (tensor[:8] for tensor in probe_batch(job))
    outputs, _, net = twin(job, inputs, targets)
    head = nn.Sequential(*list(net)[6:]).double()
    z = outputs["dense_1"].detach().double()
    grad, h = outputs["dense_1"].grad, 1e-6
    assert grad is not None
    for example, unit in [(0, 0), (3, 17), (7, 31)]:
        up, down = z.clone(), z.clone()
        up[example, unit] += h
        down[example, unit] -= h
        with torch.no_grad():
            rise = nn.functional.cross_entropy(head(up), targets)
            fall = nn.functional.cross_entropy(head(down), targets)
        assert float((rise - fall) / (2 * h)) == pytest.approx(float(grad[example, unit]), abs=1e-6)


def test_the_probe_loss_is_the_loss_of_the_probe_batch(job: Job) -> None:
    _, loss, _ = twin(job, *probe_batch(job))
    assert readings(job, "ProbeLoss")[None].value == pytest.approx(loss.item(), rel=1e-6)


@pytest.mark.parametrize(("part", "number"), [("dev", 0), ("dev", 11), ("train", 5)])
def test_activations_and_prediction_are_those_of_the_chosen_example(
    job: Job, part: str, number: int
) -> None:
    chosen = getattr(job.data, part)
    x, y = (
        torch.tensor(chosen.inputs[number : number + 1]),
        torch.tensor(chosen.targets[number : number + 1]),
    )
    outputs, _, _ = twin(job, x, y)
    found = readings(job, "Activations", part, number)
    np.testing.assert_array_equal(found["data"].value, chosen.inputs[number])
    gradients = readings(job, "ActivationGradients", part, number)
    for name, output in outputs.items():
        np.testing.assert_allclose(found[name].value, output[0].detach().numpy(), atol=1e-6)
        assert output.grad is not None
        np.testing.assert_allclose(gradients[name].value, output.grad[0].numpy(), atol=1e-6)
    said = readings(job, "Prediction", part, number)["loss_1"].value
    np.testing.assert_allclose(said, outputs["dense_2"][0].softmax(0).detach().numpy(), atol=1e-6)


def test_silent_units_never_fire_on_the_probe_batch(job: Job, noisy_digits: Project) -> None:
    outputs, _, _ = twin(job, *probe_batch(job))
    found = readings(job, "Silent")
    assert set(found) == {"relu_1", "relu_2"}
    by_hand = (outputs["relu_1"].detach().amax((0, 2, 3)) <= 0).numpy()
    np.testing.assert_array_equal(found["relu_1"].value, by_hand)
    np.testing.assert_array_equal(
        found["relu_2"].value, (outputs["relu_2"].detach().amax(0) <= 0).numpy()
    )


def test_silence_is_found_where_there_is_some(job: Job) -> None:
    torch.manual_seed(0)
    network = build(job.graph, job.shapes)
    with torch.no_grad():
        norm = network.module.get_submodule("norm_1")
        norm.bias[2], norm.weight[2] = -5.0, 0.0  # type: ignore[index, operator]
    found = Instruments(job, Watch(frozenset({"Silent"}))).read(network, 0)
    assert next(r.value for r in found if r.node == "relu_1").tolist() == [
        False,
        False,
        True,
        False,
    ]


def test_norms_do_not_underflow() -> None:
    tiny = torch.full((64, 64), 1e-24)
    assert float(tiny.norm()) == 0.0  # what float32 makes of it
    assert norms({"a": (tiny,)})["a"] == pytest.approx(64 * 1e-24, rel=1e-6)  # type: ignore[dict-item]


def test_a_reading_leaves_mode_gradients_and_chance_alone(job: Job) -> None:
    network = build(job.graph, job.shapes)
    before = {name: tensor.clone() for name, tensor in network.module.state_dict().items()}
    chance = torch.get_rng_state()
    list(Instruments(job, Watch(frozenset(PROBES))).read(network, 0))
    assert all(module.training for module in network.module.modules())
    assert all(parameter.grad is None for parameter in network.module.parameters())
    assert torch.equal(chance, torch.get_rng_state())
    after = network.module.state_dict()
    assert all(torch.equal(tensor, after[name]) for name, tensor in before.items())


def test_a_probe_that_nobody_reads_does_not_run(job: Job, monkeypatch: pytest.MonkeyPatch) -> None:
    ran = []
    for name, kind in PROBES.items():
        monkeypatch.setattr(kind, "read", lambda *_, name=name: ran.append(name) or iter(()))
    list(Instruments(job, Watch(frozenset({"Silent"}))).read(build(job.graph, job.shapes), 0))
    assert ran == ["Silent"]


def test_the_graph_is_the_one_the_twin_was_written_for(noisy_digits: Project) -> None:
    graph: Graph = noisy_digits.graph
    assert list(graph.nodes) == ["data", *NAMES, "loss_1"]
