"""What tutorials do beyond layers: weights used twice, lengths given, gradients of one's own, parts that are frozen."""

from dataclasses import replace
from pathlib import Path

import pytest
import torch
from torch import Tensor, nn

from engine.axes import Axes, Image, Row, Tokens
from engine.control import Control
from engine.events import Failed
from engine.imports import ImportRefused, guessed, imported, network_of, project_of
from engine.imports.bringing import samples
from engine.imports.checking import Check
from engine.job import Job, prepare
from engine.storage import load, save
from engine.train import train
from tests.engine.imports import zoo_tutorials as zoo
from tests.engine.imports import zoo_vision

pytestmark = pytest.mark.filterwarnings("ignore:enable_nested_tensor")


def count(module: nn.Module) -> int:
    return sum(one.numel() for one in module.parameters())


@pytest.mark.parametrize("name", ["MinGPT", "TiedWithBias", "TiedAutoencoder", "VQVAE"])
def test_weights_that_are_used_twice_stay_one(name: str) -> None:
    kind, axes = zoo.ZOO[name]
    module = kind()
    found = imported(module, axes)
    network = network_of(found.graph, found.parts, dict(found.weights))
    assert count(network.module) == count(module)
    assert not any("copy" in remark for remark in found.report.remarks)


def test_tied_weights_learn_as_they_do_in_the_module() -> None:
    """The gradient of an embedding that also scores is the sum of both."""
    torch.manual_seed(0)
    module = zoo.MinGPT().eval()
    found = imported(module, [Tokens(12, 40)])
    tokens = torch.randint(0, 40, (3, 12))
    network = network_of(found.graph, found.parts, dict(found.weights))
    network.module(tokens)[0].square().mean().backward()
    module(tokens)[0].square().mean().backward()
    grads = {name: one.grad for name, one in network.module.named_parameters()}
    wanted = module.lm_head.weight.grad
    (mine,) = (one for one in grads.values() if one is not None and one.shape == (40, 16))
    assert wanted is not None
    assert torch.allclose(mine, wanted, atol=1e-6)


@pytest.mark.parametrize("steps", [3, 20])
def test_a_free_length_may_be_bounded(steps: int) -> None:
    torch.manual_seed(0)
    module = zoo.MinGPT().eval()
    found = imported(module, [Tokens("time", 40)])
    network = network_of(found.graph, found.parts, dict(found.weights))
    tokens = torch.randint(0, 40, (3, steps))
    given = [torch.full((3,), steps) if feed.lengths else tokens for feed in network.feeds]
    with torch.no_grad():
        assert torch.allclose(network.module(*given)[0], module(tokens)[0], atol=1e-5)


def test_lengths_are_guessed_given_and_read() -> None:
    module = zoo.GivenLengths().eval()
    inputs = guessed(module)
    assert inputs["text_lengths"] == zoo.LENGTHS
    found = imported(module, inputs)
    given = samples(inputs, 6, {}, torch.Generator().manual_seed(1))
    assert given["text_lengths"].tolist() == sorted(given["text_lengths"].tolist(), reverse=True)
    network = network_of(found.graph, found.parts, dict(found.weights))
    with torch.no_grad():
        assert torch.allclose(network.module(*given.values())[0], module(**given), atol=1e-5)


def test_a_gradient_of_ones_own_is_named() -> None:
    found = imported(zoo.OwnGradient(), [Row(8)])
    said = " ".join(found.report.remarks)
    assert "Reversed has a gradient of its own" in said
    assert "f.weight" in said
    assert "a.weight" not in said


def test_no_remark_on_learning_where_it_is_the_same() -> None:
    for name in ("TutorialSeq2Seq", "MinGPT", "PackedClassifier", "SpatialTransformer"):
        kind, axes = zoo.ZOO[name]
        assert not imported(kind(), axes).report.remarks


def test_what_is_frozen_comes_in_frozen() -> None:
    found = imported(zoo.PartlyFrozen(), [Row(6)])
    frozen = {name for name, node in found.graph.flat.nodes.items() if node.frozen}
    assert frozen == {"body.dense_1", "body.dense_2"}


def test_a_way_that_depends_on_numbers_is_refused() -> None:
    with pytest.raises(ImportRefused, match="depends on"):
        imported(zoo.LooksAtNumbers(), [Row(4)])


def test_the_first_node_that_differs_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    """A weight of the drawing is changed in the middle before it is judged."""
    judge = Check.difference

    def spoilt(self: Check) -> float:
        with torch.no_grad():
            dict(self.network.module.named_parameters())["dense_2.bias"].add_(1.0)
        return judge(self)

    monkeypatch.setattr(Check, "difference", spoilt)
    chain = nn.Sequential(nn.Linear(4, 5), nn.Tanh(), nn.Linear(5, 6), nn.Tanh(), nn.Linear(6, 2))
    with pytest.raises(ImportRefused, match="the first that differs is dense_2, by 1"):
        imported(chain, [Row(4)])


class Image2Image(nn.Module):
    def __init__(self) -> None:
        super().__init__()
        self.c = nn.Conv2d(1, 2, 3)

    def forward(self, x: Tensor) -> Tensor:
        found: Tensor = self.c(x)
        return found


class OneNumberEach(nn.Module):
    def __init__(self) -> None:
        super().__init__()
        self.f = nn.Linear(4, 1)

    def forward(self, x: Tensor) -> Tensor:
        found: Tensor = self.f(x).squeeze(-1)
        return found


CASES: list[tuple[type[nn.Module], tuple[Axes, ...]]] = [
    zoo.ZOO["TutorialSeq2Seq"],
    zoo.ZOO["PackedTagger"],
    (zoo.GivenLengths, (Tokens(8, 30), zoo.LENGTHS)),
    zoo_vision.ZOO["UNet"],
    (Image2Image, (Image(1, 6, 6),)),
    (OneNumberEach, (Row(4),)),
]


@pytest.mark.parametrize(("kind", "axes"), CASES, ids=lambda it: getattr(it, "__name__", ""))
def test_what_was_imported_trains_as_it_is(
    kind: type[nn.Module], axes: tuple[Axes, ...], tmp_path: Path
) -> None:
    """Whatever its result looks like, the loss that is wired to it fits, and the project trains from its file."""
    save(project_of(imported(kind(), axes), kind.__name__, loss=True), tmp_path / "a.chainrule")
    project = load(tmp_path / "a.chainrule")
    job = prepare(replace(project, settings=project.settings.but(epochs=1)), project.runs[0])
    assert isinstance(job, Job)
    assert not [event for event in train(job, Control()) if isinstance(event, Failed)]
