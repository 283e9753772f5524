"""Networks as they are today: nothing is complained of, and each is run and taught as its shapes say."""

import pytest
import torch
from torch import Tensor

from engine.axes import Axes, Labels, StepLabels, Target, Transcript
from engine.network import build
from engine.problems import find_problems
from engine.settings import Settings
from engine.shapes import infer
from tests.engine import modern_images, modern_rows, modern_sequences
from tests.engine.modern import MODERN

STEPS = (33, 24, 30)


def test_there_are_many() -> None:
    assert len(MODERN) > 50
    for file in (modern_images, modern_rows, modern_sequences):
        assert [name for name in MODERN if hasattr(file, name)]


@pytest.mark.parametrize("name", MODERN)
def test_nothing_about_them_is_complained_of(name: str) -> None:
    found = MODERN[name]
    graph = found.draw()
    shapes = infer(graph, found.parts, found.target)
    assert find_problems(graph, shapes, found.target, Settings(batch_size=8)) == ()


def real(axes: Axes) -> Tensor:
    sizes = [len(STEPS), *(size if isinstance(size, int) else max(STEPS) for size in axes.sizes)]
    return (
        torch.randint(0, getattr(axes, "vocabulary", 2), sizes) if axes.whole else torch.rand(sizes)
    )


def wanted(target: Target, prediction: Tensor) -> Tensor:
    match target:
        case StepLabels():
            return torch.randint(0, target.count, prediction.shape[:2])
        case Transcript():
            return torch.tensor([[1, 2, 3, -1]] * len(STEPS))
        case Labels():
            return torch.randint(0, target.count, (len(STEPS),))
    return torch.rand(len(STEPS), target.count)


@pytest.mark.parametrize("name", MODERN)
def test_they_are_run_and_taught_as_their_shapes_say(name: str) -> None:
    found = MODERN[name]
    graph = found.draw()
    shapes = infer(graph, found.parts, found.target)
    torch.manual_seed(0)
    network = build(graph, shapes)
    lengths = torch.tensor(STEPS)
    given = [lengths if feed.lengths else real(found.parts[feed.part]) for feed in network.feeds]
    results = network.module(*given)
    loss = network.loss(results, wanted(found.target, results[network.judges[0].prediction]))
    assert loss.isfinite()
    loss.backward()
    for key, weight in network.module.named_parameters():
        assert not weight.requires_grad or (
            weight.grad is not None and weight.grad.isfinite().all()
        ), key
    for node, value in network.trace(*given).values.items():
        sizes = next(iter(shapes.sized[node].outputs.values())).sizes
        assert len(sizes) == value.ndim - 1
        for size, now in zip(sizes, value.shape[1:], strict=True):
            assert isinstance(size, str) or size == now
