"""How thick the input is drawn that a cell sees."""

import numpy as np
import pytest

from app.chart.cell_parts import Scene
from app.chart.dissection import THIN, DissectionChart
from app.controls.dock_head import DockHead
from app.theme.theme import Theme


@pytest.mark.parametrize("shape", [(2, 50), (50, 2), (1, 400), (28, 28)])
def test_a_sequence_is_no_line_of_two_pixels(theme: Theme, shape: tuple[int, int]) -> None:
    chart = DissectionChart(theme)
    chart.resize(460, 340)
    box = chart.scene_box(Scene("numbers", "", np.zeros(shape), None, (0, 0, 0, 0)), second=False)
    assert min(box.width(), box.height()) >= THIN
    assert max(box.width(), box.height()) <= chart._side_room
    square = box.width() / shape[1] == pytest.approx(box.height() / shape[0], rel=0.02)
    assert square == (shape[0] == shape[1])


def test_a_subtitle_does_not_begin_with_what_parts_its_words(theme: Theme) -> None:
    head = DockHead(theme, "Gates", "gru · dev example 1 of 2,400")
    head.title.hide()
    seen = set()
    for width in range(60, 400, 20):
        head.subtitle.resize(width, 20)
        seen.add(head.subtitle.shown)
    assert "gru · dev example 1 of 2,400" in seen
    assert "dev example 1 of 2,400" in seen
    assert not any(words.startswith("·") for words in seen)
