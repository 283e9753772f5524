"""Maps as pictures: colours mean values, cells lie where they are said to lie, and gutters divide them."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from PySide6.QtGui import QColor

from app.chart.tiles import Layout, arrange, packed, picture, pixels, reach, strip, tiled
from app.theme import DARK, LIGHT, Tokens, signed_table


@pytest.mark.parametrize("tokens", [DARK, LIGHT])
def test_colours_mean_signs(tokens: Tokens) -> None:
    table = packed(signed_table(tokens))
    found = pixels(np.array([-9.0, -1.0, 0.0, 1.0, np.inf, np.nan]), table, 1.0)
    ends = [QColor(c).rgb() for c in (tokens.negative, tokens.neutral, tokens.positive)]
    assert found.tolist() == [ends[0], ends[0], ends[1], ends[2], ends[2], ends[1]]


@given(st.integers(1, 600), st.sampled_from([(8, 8), (28, 28), (24, 12), (1, 64), (224, 224)]))
def test_maps_fit_into_their_room(count: int, shape: tuple[int, int]) -> None:
    layout = arrange(count, shape, 308, 44, 160)
    assert layout.size[0] <= 308
    assert layout.columns * layout.rows >= count
    assert layout.columns * (layout.rows - 1) < count
    assert layout.high >= 1


def test_six_maps_lie_in_one_row_and_ten_in_two() -> None:
    assert arrange(6, (28, 28), 308, 44, 160).rows == 1
    ten = arrange(10, (24, 24), 308, 44, 160)
    assert (ten.rows, ten.high % 24) == (2, 0)


@given(st.integers(1, 6000), st.integers(60, 500))
def test_cells_of_a_row_fit_into_their_room(count: int, room: int) -> None:
    layout = strip(count, room, 48)
    assert layout.size[0] <= room
    assert layout.columns * layout.rows >= count


def test_each_cell_shows_its_map() -> None:
    cells = (
        np.array([[[1, 2], [3, 4]], [[5, 6], [7, 8]], [[9, 10], [11, 12]]], np.uint32) + 0xFF000000
    )
    layout = Layout(3, 2, 6, 4)
    shown = tiled(cells, layout, "#aa0000", "#00aa00")
    assert (shown.width(), shown.height()) == layout.size
    for place in range(3):
        left, top = layout.corner(place)
        read = [[shown.pixel(left + x, top + y) for x in (0, 5)] for y in (0, 3)]
        np.testing.assert_array_equal(read, cells[place])
        assert shown.pixel(left - 1, top) == QColor("#aa0000").rgb()
    left, top = layout.corner(3)
    assert shown.pixel(left + 3, top + 2) == QColor("#00aa00").rgb()


def test_an_image_keeps_its_colours() -> None:
    rgb = np.zeros((3, 1, 2), np.float32)
    rgb[:, 0, 0], rgb[:, 0, 1] = (1.0, 0.5, 0.0), (0.0, 0.0, 2.0)
    assert picture(rgb).tolist() == [[0xFFFF8000, 0xFF0000FF]]
    assert picture(np.full((1, 1, 1), 1 / 255)).tolist() == [[0xFF010101]]


def test_the_range_is_the_99th_percentile_rounded_up_and_stays_while_it_fits() -> None:
    values = np.zeros(1000)
    values[:11], values[0] = 4.0, 1e9  # 1.1 % are large, one is huge
    assert reach(values) == 5.0
    assert reach(values * 0.5, 5.0) == 5.0
    assert reach(values * 2, 5.0) == 10.0
    assert reach(values * 0.1, 5.0) == pytest.approx(0.5)
    assert reach(np.zeros(5)) > 0
    assert reach(np.array([np.nan, np.inf])) > 0
