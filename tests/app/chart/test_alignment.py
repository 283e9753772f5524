"""What is said below a translation finds its room in two lines."""

import pytest

from app.chart.alignment import wrapped
from app.chart.drawing import width
from app.theme import Theme

SAID = "dev example 1: should be “la petite maison dessine des tables étranges sous une table étrange”. log P −1.36"


@pytest.mark.parametrize("share", [0.55, 0.7, 0.9])
def test_a_sentence_is_read_whole_in_two_lines(theme: Theme, share: float) -> None:
    room = share * width(SAID)
    lines = wrapped(SAID, room)
    assert len(lines) == 2
    assert " ".join(lines) == SAID
    assert all(width(line) <= room for line in lines)


def test_one_line_where_there_is_room_and_an_ellipsis_where_there_is_none(theme: Theme) -> None:
    assert wrapped(SAID, width(SAID) + 1) == [SAID]
    assert wrapped("", 100) == [""]
    narrow = wrapped(SAID, width(SAID) / 4)
    assert len(narrow) == 2
    assert narrow[1].endswith("…")
