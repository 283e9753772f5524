"""Figures above bars touch neither bars nor one another."""

from hypothesis import given
from hypothesis import strategies as st
from PySide6.QtCore import QRectF

from app.chart.axes import Frame
from app.chart.scale import Scale
from app.chart.skyline import FIGURE, Skyline

FRAME = Frame(QRectF(44, 60, 264, 240), Scale(0, 1), Scale(-8, 1))


@given(st.lists(st.floats(60, 300), min_size=1, max_size=61), st.integers(0, 60), st.booleans())
def test_no_figure_touches_anything(tops: list[float], chosen: int, important: bool) -> None:
    slot = 264 / len(tops)
    roofs = [(44 + slot * i, 44 + slot * i + max(2, slot * 0.6), top) for i, top in enumerate(tops)]
    skyline = Skyline(FRAME, roofs)
    placed: list[tuple[float, float]] = []
    for place in range(len(tops)):
        spot = skyline.spot(place, 30, 5, important=important and place == chosen)
        if spot is None:
            continue
        x, y = spot
        for left, right, top in roofs:
            if left < x + 30 and right > x and top > FRAME.box.top() + 3:
                assert y <= top
        assert all(abs(x - a) >= 30 or abs(y - b) >= FIGURE for a, b in placed)
        placed.append(spot)
    assert placed
