"""The card of an example is as wide as its names need, and no wider than the room allows."""

import numpy as np
import pytest

from app.chart.drawing import width
from app.chart.example import NAME_EDGE, WIDE, WIDE_LOW, WIDEST, Class, Example, ExampleCard
from app.theme import Theme


def example(*names: str) -> Example:
    classes = tuple(Class(name, 0.5, ".50", true=False) for name in names)
    return Example(np.zeros((1, 8, 8)), "", f"truth: {names[0]}", classes)


@pytest.mark.parametrize("low", [False, True])
def test_class_names_are_read_whole(theme: Theme, qtbot, *, low: bool) -> None:
    card = ExampleCard(theme)
    qtbot.addWidget(card)
    card.narrow(low=low)
    card.show_example(example("3", "7"))
    assert card.width() == (WIDE_LOW if low else WIDE)
    card.show_example(example("upper moon", "lower moon"))
    wide = card.width()
    assert wide >= width("truth: upper moon")
    assert wide >= width("upper moon") + NAME_EDGE + width(".50", "figure")
    card.show_example(example("3", "7"))
    assert card.width() == wide  # it does not move from one example to the next
    card.show_example(example("an albatross that has flown around the whole of the world"))
    assert card.width() == WIDEST
    card.show_example(None)
    card.show_example(example("3"))
    assert card.width() == (WIDE_LOW if low else WIDE)
