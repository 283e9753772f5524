"""Answers as bars and dots: the numbers that are written are those that were measured."""

import numpy as np
import pytest

from app.figures import answers
from app.figures.exhibit import Exhibit
from app.theme import DARK
from engine.axes import Labels, StepLabels, Values
from engine.dataset import Part

ABC = Labels(("a", "b", "c"))


def shown(targets: np.ndarray, place: int = 0) -> Exhibit:
    count = len(targets)
    part = Part(np.zeros((count, 2), np.float32), targets, np.arange(count))
    return Exhibit(part.inputs[place], part.inputs[place], "", "", "", part, place)


def test_a_bar_is_a_probability_and_the_truth_is_marked() -> None:
    said = np.array([0.2, 0.7, 0.1])
    found = answers.bars(said, said - [0, 1, 0], ABC, shown(np.array([1])), 10)
    assert [(b.name, b.share, b.true) for b in found.bars] == [
        ("a", 0.2, False), ("b", 0.7, True), ("c", 0.1, False),
    ]  # fmt: skip
    assert [b.figures for b in found.bars] == [
        (".200", "+.200"), (".700", "−.300"), (".100", "+.100"),
    ]  # fmt: skip
    assert found.columns == ("p", "∂L/∂z")
    assert found.said == "−log p of the truth = 0.357 nats · Σ ∂L/∂z = 0"  # −ln .7 = 0.35667


def test_where_room_is_short_the_truth_stays() -> None:
    names = Labels(tuple(f"{n}" for n in range(20)))
    said = np.linspace(0.1, 0.0, 20)
    found = answers.bars(said, None, names, shown(np.array([19])), 5)
    assert [b.name for b in found.bars] == ["0", "1", "2", "3", "19"]
    assert found.hidden == "15 more"
    assert found.columns == ("p",)


def test_of_an_own_sample_nobody_knows_the_truth() -> None:
    own = Exhibit(np.zeros(2), np.zeros(2), "mine", "", "", None, 0)
    found = answers.bars(np.array([0.2, 0.7, 0.1]), None, ABC, own, 10)
    assert not any(bar.true for bar in found.bars)
    assert found.said == ""


def test_measured_values_stand_beside_the_truth() -> None:
    target, truths = Values(("x", "y")), np.array([[2.0, -1.0]], np.float32)
    found = answers.bars(np.array([2.5, 4.0]), None, target, shown(truths), 10)
    assert found.columns == ("said", "truth", "off by")
    assert found.bars[0].figures == ("2.50", "2.00", "0.500")
    assert found.bars[1].figures == ("4.00", "−1.00", "5.00")
    assert found.bars[1].share == 1.0


def test_answers_at_each_step_are_said_to_be_elsewhere() -> None:
    found = answers.bars(
        np.zeros((5, 3)), None, StepLabels(("a", "b", "c")), shown(np.array([0])), 9
    )
    assert not found.bars
    assert "each step" in found.said


def test_each_probe_example_lies_on_the_curve_of_its_cost() -> None:
    said = np.array([[0.5, 0.5, 0.0], [0.1, 0.8, 0.1], [0.2, 0.2, 0.6]])
    figure = answers.costs(said, np.array([0, 1, 1]), (0.25, "the example"), DARK)
    np.testing.assert_allclose(figure.dots[0].xs, [0.5, 0.8, 0.2])
    np.testing.assert_allclose(figure.dots[0].ys, -np.log([0.5, 0.8, 0.2]))
    np.testing.assert_allclose(figure.dots[1].ys, [np.log(4)])
    assert figure.lines[1].ys[0] == pytest.approx(np.log(3))  # knows nothing
    np.testing.assert_allclose(figure.lines[0].ys, -np.log(figure.lines[0].xs))
    readout = figure.read(0.5)
    assert readout is not None
    assert readout.values[0].text == "0.693 nats"


def test_a_sure_mistake_stays_on_the_chart() -> None:
    figure = answers.costs(np.array([[0.0, 1.0]]), np.array([0]), None, DARK)
    assert figure.dots[0].ys[0] == figure.y.high


def test_said_over_true_lies_on_the_line_where_it_is_right() -> None:
    figure = answers.misses(np.array([1.0, 5.0]), np.array([1.0, 3.0]), (3.0, 5.0), "x", DARK)
    np.testing.assert_array_equal(figure.dots[0].xs, [1.0, 3.0])
    np.testing.assert_array_equal(figure.dots[0].ys, [1.0, 5.0])
    assert "1.41" in figure.unit  # √((0² + 2²) / 2)
