"""What famous networks cost, against figures that others counted."""

import pytest
import torchinfo

from engine.axes import Sequence
from engine.network import build
from engine.problems import find_problems
from engine.shapes import Shapes, infer
from tests.engine.famous import FAMOUS, TEN, linear, made, net

GIGA = 10**9


def shapes_of(name: str) -> Shapes:
    draw, source, target, _ = FAMOUS[name]
    shapes = infer(draw(), source, target)
    assert not shapes.misfits
    return shapes


@pytest.mark.parametrize("name", FAMOUS)
def test_they_have_as_many_parameters_as_others_count(name: str) -> None:
    assert shapes_of(name).total.parameters == FAMOUS[name][3]


@pytest.mark.parametrize(
    ("name", "multiply_adds"),
    [("AlexNet", 0.714), ("VGG-16", 15.47), ("ResNet-18", 1.814), ("ResNet-50", 4.089)],
)
def test_they_take_as_many_multiply_adds_as_torchvision_says(
    name: str, multiply_adds: float
) -> None:
    """torchvision's model cards give them in units of 10⁹, for 224×224."""
    assert shapes_of(name).total.multiply_adds == pytest.approx(multiply_adds * GIGA, rel=2e-3)


@pytest.mark.parametrize("name", ["LeNet-5", "ResNet-18"])
def test_torchinfo_counts_the_same(name: str) -> None:
    draw, source, target, _ = FAMOUS[name]
    graph = draw()
    shapes = infer(graph, source, target)
    module = build(graph, shapes).module
    found = torchinfo.summary(module, (1, *source.sizes), verbose=0, device="cpu")  # type: ignore[arg-type]
    assert found.total_params == shapes.total.parameters
    # it adds the biases, which cost no multiplication, and counts a norm's two numbers a channel once
    assert found.total_mult_adds == pytest.approx(shapes.total.multiply_adds, rel=0.02)


def test_an_lstm_has_four_gates_with_two_biases() -> None:
    for i, h in [(8, 16), (3, 5), (100, 64)]:
        graph = net(made("LSTM", hidden_size=h), made("Select"), linear(10))
        count = infer(graph, Sequence("time", i), TEN).total.parameters
        assert count == 4 * (h * (i + h) + 2 * h) + 10 * (h + 1)


@pytest.mark.parametrize("name", FAMOUS)
def test_nothing_about_them_is_complained_of(name: str) -> None:
    draw, source, target, _ = FAMOUS[name]
    graph = draw()
    assert find_problems(graph, infer(graph, source, target), target) == ()
