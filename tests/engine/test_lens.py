"""The probes that look closely at one example, one cell, the plane and the dev part, against plain torch."""

from collections.abc import Callable
from dataclasses import replace

import numpy as np
import pytest
import torch
from torch import nn
from torch.nn import functional

from engine.control import Control, Focus, Own, Step, Stop, Watch
from engine.dataset import Recipe
from engine.datasets import DATASETS
from engine.events import Checkpoint, Paused, Reading
from engine.graph import Graph, NodeId
from engine.instruments import Instruments
from engine.job import PROBE_EXAMPLES, Job, prepare
from engine.layers import CATALOGUE
from engine.network import Network, build
from engine.patch import unpacked
from engine.plane import extent, grid
from engine.probes import PROBES
from engine.probes.plane import side_for
from engine.probes.review import CHUNK
from engine.project import Project
from engine.settings import Settings
from engine.train import train

Chain = Callable[..., Graph]
BUSY = frozenset(PROBES)


def asked(project: Project, watch: Watch) -> tuple[Job, Network, dict[tuple[str, str], Reading]]:
    """All readings of a fresh network, by probe and node."""
    job = prepare(project)
    assert isinstance(job, Job), job
    torch.manual_seed(0)
    network = build(job.graph, job.shapes)
    found = Instruments(job, watch, network.feeds).read(network, 5)
    return job, network, {(reading.probe, reading.node or ""): reading for reading in found}


def project_of(chain: Chain, dataset: str, *layers: object, **options: object) -> Project:
    recipe = Recipe.usual(DATASETS[dataset](**options))
    return Project("p", chain(*layers), recipe, Settings(batch_size=32))


# -- one cell -------------------------------------------------------------------------------------


def test_a_cell_is_its_value_its_gradient_and_its_patch(noisy_digits: Project) -> None:
    focus = Focus("conv_1", (2, 3, 4))
    job, network, found = asked(noisy_digits, Watch(BUSY, "dev", 3, focus))
    value, slope, *cell = found["Cell", "conv_1"].value
    assert cell == [2, 3, 4]
    x = torch.tensor(job.data.dev.inputs[3:4])
    conv = network.of(NodeId("conv_1"))
    expected = conv(x)[0, 2, 3, 4].item()
    assert value == pytest.approx(expected, abs=1e-6)
    patch = unpacked(found["Patch", "conv_1"].value)
    assert patch.total == pytest.approx(expected, abs=1e-5)
    np.testing.assert_array_equal(patch.x, job.data.dev.inputs[3][:, 3:6, 4:7])
    assert slope == found["ActivationGradients", "conv_1"].value[2, 3, 4]
    np.testing.assert_array_equal(found["Filters", "conv_1"].value, conv.weight.detach().numpy())
    assert found["Sight", "data"].value.tolist() == [[0, 0], [3, 5], [4, 6]]


@pytest.mark.parametrize(
    "focus", [Focus("conv_1", (4, 0, 0)), Focus("conv_1", (0, 0)), Focus("gone", (0,)), None]
)
def test_a_cell_that_is_not_there_is_not_read(noisy_digits: Project, focus: Focus | None) -> None:
    _, _, found = asked(noisy_digits, Watch(frozenset({"Cell", "Patch", "Sight"}), focus=focus))
    assert not found


def test_a_cell_of_a_layer_without_weights_has_no_patch(noisy_digits: Project) -> None:
    _, _, found = asked(noisy_digits, Watch(BUSY, focus=Focus("relu_1", (0, 0, 0))))
    assert ("Cell", "relu_1") in found
    assert ("Patch", "relu_1") not in found
    assert ("Filters", "relu_1") not in found
    assert found["Sight", "data"].value.tolist() == [[0, 0], [0, 2], [0, 2]]


def test_units_by_example_are_rows_of_the_probe_batch(noisy_digits: Project) -> None:
    job, network, found = asked(noisy_digits, Watch(BUSY, focus=Focus("dense_2")))
    x = torch.tensor(job.data.train.inputs[:PROBE_EXAMPLES])
    network.module.eval()
    scores = network.module(x)[0].detach().numpy()
    np.testing.assert_allclose(found["ByExample", "dense_2"].value, scores, atol=1e-6)
    _, _, found = asked(noisy_digits, Watch(BUSY, focus=Focus("conv_1")))
    maps = network.of(NodeId("conv_1"))(x).mean((2, 3)).detach().numpy()
    np.testing.assert_allclose(found["ByExample", "conv_1"].value, maps, atol=1e-6)


# -- a person's own sample ------------------------------------------------------------------------


def test_an_own_sample_goes_through_and_has_no_error_signal(noisy_digits: Project) -> None:
    mine = np.random.default_rng(0).random((1, 8, 8), dtype=np.float32)
    own = Own("mine.png", {"": mine})
    _, network, found = asked(noisy_digits, Watch(BUSY, own=own, focus=Focus("conv_1", (0, 0, 0))))
    network.module.eval()
    with torch.no_grad():
        scores = network.module(torch.tensor(mine[None]))[0][0]
        maps = network.of(NodeId("conv_1"))(torch.tensor(mine[None]))[0]
    np.testing.assert_array_equal(found["Activations", "data"].value, mine)
    np.testing.assert_allclose(found["Activations", "conv_1"].value, maps, atol=1e-6)
    np.testing.assert_allclose(
        found["Prediction", "loss_1"].value, scores.double().softmax(0), atol=1e-6
    )
    assert np.isnan(found["Cell", "conv_1"].value[1])


def test_the_gradients_of_an_own_sample_are_as_if_its_answer_were_right(
    noisy_digits: Project,
) -> None:
    """Against plain autograd: the loss with the most probable class as the truth."""
    mine = np.random.default_rng(0).random((1, 8, 8), dtype=np.float32)
    _, network, found = asked(noisy_digits, Watch(BUSY, own=Own("mine.png", {"": mine})))
    network.module.eval()
    x = torch.tensor(mine[None], requires_grad=True)
    (scores,) = network.module(x)
    nn.functional.cross_entropy(scores, scores.argmax(1)).backward()
    assert x.grad is not None
    np.testing.assert_allclose(found["ActivationGradients", "data"].value, x.grad[0], atol=1e-7)


def test_an_own_sample_of_another_shape_is_not_taken(noisy_digits: Project) -> None:
    own = Own("mine.png", {"": np.zeros((3, 5, 5), np.float32)})
    job, _, found = asked(noisy_digits, Watch(BUSY, "dev", 2, own=own))
    np.testing.assert_array_equal(found["Activations", "data"].value, job.data.dev.inputs[2])


# -- answers --------------------------------------------------------------------------------------


def test_the_gradient_of_the_scores_is_p_minus_the_truth(noisy_digits: Project) -> None:
    job, _, found = asked(noisy_digits, Watch(BUSY, "dev", 4))
    truth = np.eye(10)[job.data.dev.targets[4]]
    said = found["Prediction", "loss_1"].value
    slopes = found["ActivationGradients", "dense_2"].value
    np.testing.assert_allclose(slopes, said - truth, atol=1e-7)
    assert abs(slopes.sum()) < 1e-6


def test_answers_of_the_probe_batch_are_the_softmax_of_its_scores(noisy_digits: Project) -> None:
    job, network, found = asked(noisy_digits, Watch(BUSY))
    network.module.eval()
    with torch.no_grad():
        scores = network.module(torch.tensor(job.data.train.inputs[:PROBE_EXAMPLES]))[0]
    said = found["Answers", "loss_1"].value
    np.testing.assert_allclose(said, scores.softmax(1), atol=1e-6)
    losses = -np.log(said[np.arange(len(said)), job.data.train.targets[:PROBE_EXAMPLES]])
    assert losses.mean() == pytest.approx(found["ProbeLoss", ""].value, rel=1e-5)


@pytest.mark.parametrize("kind", ["BCEWithLogitsLoss", "BCELoss", "NLLLoss"])
def test_a_single_score_and_log_probabilities_are_understood(chain: Chain, kind: str) -> None:
    ends = {
        "BCEWithLogitsLoss": [CATALOGUE["Dense"](out_features=1)],
        "BCELoss": [CATALOGUE["Dense"](out_features=1), CATALOGUE["Sigmoid"]()],
        "NLLLoss": [CATALOGUE["Dense"](out_features=2), CATALOGUE["LogSoftmax"]()],
    }[kind]
    project = project_of(chain, "Moons", *ends, CATALOGUE[kind]())
    job, network, found = asked(project, Watch(BUSY, "train", 7))
    row = functional.linear(
        torch.tensor(job.data.train.inputs[7]), *network.of(NodeId("dense_1")).parameters()
    ).double()
    yes = row.softmax(0)[1] if kind == "NLLLoss" else row.sigmoid()[0]
    said = next(r.value for (probe, _), r in found.items() if probe == "Prediction")
    np.testing.assert_allclose(said, [1 - yes.item(), yes.item()], atol=1e-6)


def test_values_are_said_as_they_are(chain: Chain) -> None:
    project = project_of(
        chain, "Diabetes", CATALOGUE["Dense"](out_features=1), CATALOGUE["MSELoss"]()
    )
    job, network, found = asked(project, Watch(BUSY, "dev", 2))
    with torch.no_grad():
        rows = network.module(torch.tensor(job.data.train.inputs[:PROBE_EXAMPLES]))[0]
    np.testing.assert_allclose(found["Answers", "loss_1"].value, rows, atol=1e-6)


# -- the plane ------------------------------------------------------------------------------------


def test_the_plane_is_the_network_at_each_point_of_a_grid(moons: Project) -> None:
    job, network, found = asked(moons, Watch(BUSY))
    side = side_for(sum(p.numel() for p in network.module.parameters()))
    said = next(r.value for (probe, _), r in found.items() if probe == "Plane")
    assert said.shape == (side, side, 2)
    middle, half = extent(job.data)
    for row, column in [(0, 0), (0, side - 1), (side - 1, 3), (side // 2, side // 3)]:
        x = middle[0] + half[0] * ((column + 0.5) / side * 2 - 1)
        y = middle[1] - half[1] * ((row + 0.5) / side * 2 - 1)  # the top row first
        scores = network.module(torch.tensor([[x, y]], dtype=torch.float32))[0][0]
        np.testing.assert_allclose(said[row, column], scores.softmax(0).detach(), atol=1e-6)
    points = torch.tensor(grid(job.data, 32))
    hidden = torch.tanh(network.of(NodeId("dense_1"))(points)).detach().T.reshape(8, 32, 32)
    np.testing.assert_allclose(found["PlaneOfUnits", "tanh_1"].value, hidden, atol=1e-6)


def test_every_point_lies_within_the_plane(moons: Project) -> None:
    data = moons.recipe.prepare()
    middle, half = extent(data)
    assert (abs(data.train.inputs - middle) < half).all()
    assert half[0] == half[1]


def test_larger_networks_get_coarser_grids_and_other_data_none(noisy_digits: Project) -> None:
    assert (side_for(80), side_for(10**5), side_for(10**9)) == (100, 44, 24)
    _, _, found = asked(noisy_digits, Watch(BUSY))
    assert not any(probe.startswith("Plane") for probe, _ in found)


# -- the dev part ---------------------------------------------------------------------------------


def test_a_review_is_the_loss_of_each_dev_example(noisy_digits: Project) -> None:
    job, network, found = asked(noisy_digits, Watch(frozenset({"Review"})))
    network.module.eval()
    x, y = torch.tensor(job.data.dev.inputs), torch.tensor(job.data.dev.targets)
    with torch.no_grad():
        scores = network.module(x)[0]
    review = found["Review", ""].value
    losses = functional.cross_entropy(scores, y, reduction="none")
    np.testing.assert_allclose(review[:, 0], losses, rtol=1e-4, atol=1e-6)
    np.testing.assert_array_equal(review[:, 1], scores.argmax(1))
    np.testing.assert_allclose(review[:, 2], scores.softmax(1).amax(1), atol=1e-6)
    assert (review[:, 3] == 5).all()


def test_a_review_is_gathered_bit_by_bit_while_training(noisy_digits: Project) -> None:
    job = prepare(noisy_digits)
    assert isinstance(job, Job)
    network = build(job.graph, job.shapes)
    instruments = Instruments(job, Watch(frozenset({"Review"})), network.feeds)
    first, second = (next(iter(instruments.read(network, s, "review"))).value for s in (1, 2))
    assert np.isfinite(first[:, 0]).sum() == CHUNK
    assert np.isfinite(second[:, 0]).sum() == 2 * CHUNK
    assert set(second[: 2 * CHUNK, 3]) == {1, 2}
    whole = next(iter(instruments.read(network, 3))).value  # as after a pause
    assert (whole[:, 3] == 3).all()


def test_no_probe_reads_the_test_part(noisy_digits: Project, monkeypatch) -> None:  # type: ignore[no-untyped-def]
    monkeypatch.setattr("engine.dataset.Sealed.open", lambda _: pytest.fail("opened"))
    asked(noisy_digits, Watch(BUSY, focus=Focus("conv_1", (0, 0, 0))))


def test_values_are_reviewed_by_their_loss_alone(chain: Chain) -> None:
    project = project_of(
        chain, "Diabetes", CATALOGUE["Dense"](out_features=1), CATALOGUE["MSELoss"]()
    )
    job, network, found = asked(project, Watch(frozenset({"Review"})))
    with torch.no_grad():
        said = network.module(torch.tensor(job.data.dev.inputs))[0].numpy()
    review = found["Review", ""].value
    np.testing.assert_allclose(review[:, 0], ((said - job.data.dev.targets) ** 2)[:, 0], rtol=1e-4)
    assert np.isnan(review[:, 1:3]).all()


# -- watching changes nothing ---------------------------------------------------------------------


@pytest.fixture
def remembering(chain: Chain) -> Project:
    """A two-layer LSTM with dropout over a short signal."""
    layers = [
        CATALOGUE["LSTM"](hidden_size=8, num_layers=2, dropout=0.3), CATALOGUE["Select"](),
        CATALOGUE["Dense"](out_features=2), CATALOGUE["CrossEntropyLoss"](),
    ]  # fmt: skip
    recipe = Recipe.usual(DATASETS["Placeholder"](sample="12,3", examples=400))
    return Project("p", chain(*layers), recipe, Settings(epochs=20, batch_size=16))


@pytest.mark.parametrize("name", ["noisy_digits", "remembering"])
def test_looking_closely_all_the_while_changes_nothing(
    name: str, request: pytest.FixtureRequest
) -> None:
    """200 steps with every probe, read while it stands and while it runs, own samples, and a focus that moves about."""
    project = request.getfixturevalue(name)
    project = replace(project, settings=project.settings.but(epochs=30))
    axes = project.recipe.prepare().axes.sizes
    own = Own("mine", {"": np.random.default_rng(1).random(axes).astype(np.float32)})
    nodes = [n for n in project.graph.order if not n.startswith("loss")]

    def looks(step: int) -> Watch:
        node = nodes[step % len(nodes)]
        cell = (0,) * (3 if node.startswith(("conv", "data", "relu_1", "norm_1")) else 1)
        return Watch(BUSY, "train", step, Focus(node, cell), own if step % 2 else None)

    bare, watched = (_after(project, 200, looks if seen else None) for seen in (False, True))
    assert bare.keys() == watched.keys()
    for weight, array in bare.items():
        np.testing.assert_array_equal(watched[weight], array)


def _after(
    project: Project, steps: int, looks: Callable[[int], Watch] | None
) -> dict[str, np.ndarray]:
    """The weights after so many steps; with a look between any two."""
    job = prepare(project)
    assert isinstance(job, Job)
    torch.manual_seed(99)
    control = Control(Step(5))
    seen = 0
    for event in train(job, control):
        if isinstance(event, Paused):
            if event.step >= steps:
                control.send(Stop())
                continue
            if looks is not None:
                control.send(looks(event.step))
            control.send(Step(5))
            if looks is not None:
                control.send(looks(event.step + 1))  # read before the next minibatch
        seen += isinstance(event, Reading)
        if isinstance(event, Checkpoint):
            kept = event
    assert bool(seen) == (looks is not None)
    assert kept.step >= steps
    return dict(kept.weights)
