"""Whatever a layer gives out can be drawn, and each place of the drawing leads back to its cell."""

import itertools

import numpy as np
import pytest

from app.figures.maps import as_maps, cell_of, filters, place_of

SHAPES = [(7,), (3, 4, 5), (6, 4), (4, 6), (2, 3, 4, 5), (2, 2, 2, 2, 2), ()]


@pytest.mark.parametrize("shape", SHAPES)
def test_each_place_leads_to_the_cell_that_is_drawn_there(shape: tuple[int, ...]) -> None:
    values = np.arange(np.prod(shape), dtype=float).reshape(shape)
    maps = as_maps(values)
    assert maps.ndim in (1, 3)
    for place in itertools.product(*map(range, maps.shape)):
        cell = cell_of(shape, place)
        assert values[cell] == maps[place]
        assert place_of(shape, cell) == place


@pytest.mark.parametrize("shape", SHAPES[:-1])
def test_a_cell_that_is_not_there_has_no_place(shape: tuple[int, ...]) -> None:
    assert place_of(shape, ()) == ()
    assert place_of(shape, shape) == ()
    assert place_of(shape, (0,) * (len(shape) + 1)) == ()


def test_filters_show_their_channels_side_by_side() -> None:
    weights = np.arange(2 * 3 * 2 * 2, dtype=float).reshape(2, 3, 2, 2)
    drawn = filters(weights)
    assert drawn.shape == (2, 2, 3 * 3 - 1)
    np.testing.assert_array_equal(drawn[1][:, 3:5], weights[1, 1])
    assert np.isnan(drawn[:, :, 2]).all()
    assert filters(np.zeros((4, 3, 5))).shape == (4, 1, 3 * 6 - 1)
    assert filters(np.zeros((4, 2, 3, 3, 3))).shape == (4, 3, 6 * 4 - 1)
    assert filters(np.zeros((4, 9))).shape == (1, 4, 9)
    assert filters(np.zeros((9, 4))).shape == (1, 4, 9)
