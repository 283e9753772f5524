"""A unit on its activation: its own inputs, and the curve that torch computes."""

from collections.abc import Callable

import numpy as np
import pytest
import torch
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from app.chart.bend import reach_of
from app.plot import Plot
from app.plots.units import Units
from app.studio import Studio
from engine.events import Reading

Open = Callable[..., Plot]


@pytest.fixture
def units(open_plot: Open, telling) -> Units:
    telling.begin()
    chance = np.random.default_rng(0)
    telling.say(
        Reading(40, "Silent", "relu_1", np.array([False, True, False, True])),
        Reading(40, "Sums", "relu_1", chance.normal(size=(4, 50)).astype(np.float32)),
    )
    plot = open_plot(Units, 508, 376)
    assert isinstance(plot, Units)
    return plot


def test_the_first_dead_unit_is_shown_with_its_inputs_and_the_curve(units: Units) -> None:
    shown = units.chart.shown
    assert shown.words == "unit 1 of relu_1 never fires since step 40"
    np.testing.assert_array_equal(shown.sums, units.history.latest["Sums", "relu_1"].value[1])
    np.testing.assert_allclose(shown.values, np.maximum(shown.xs, 0))
    z = torch.tensor(shown.xs, requires_grad=True)
    (slopes,) = torch.autograd.grad(torch.relu(z).sum(), z)
    np.testing.assert_allclose(shown.slopes, slopes.numpy())
    assert units.listed.text() == "since step 40: 1, 3"
    assert [row.words for row in units.list.rows] == ["2 of 4 dead"]


def test_a_press_on_a_cell_or_an_arrow_shows_another_unit(units: Units, studio: Studio) -> None:
    cell = units.grid.cell(3).center().toPoint()
    QTest.mouseClick(units.grid, Qt.MouseButton.LeftButton, pos=cell)
    assert units.chart.shown.words.startswith("unit 3 ")
    QTest.keyClick(units.grid, Qt.Key.Key_Left)
    assert units.chart.shown.words == "unit 2 of relu_1 fires"
    QTest.mouseClick(units.list, Qt.MouseButton.LeftButton, pos=units.list.rect().center())
    assert studio.nodes == {"relu_1"}


def test_the_axis_reaches_in_steps() -> None:
    assert reach_of(np.array([0.1, -5.9])) == 6
    assert reach_of(np.array([7.0, np.nan, np.inf])) == 12
    assert reach_of(np.array([])) == 6


def test_looking_at_a_curve_draws_no_random_number(units: Units) -> None:
    """Training in another thread would notice."""
    before = torch.get_rng_state()
    units.redraw()
    assert torch.equal(before, torch.get_rng_state())
