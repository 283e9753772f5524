"""Which copies of an unrolled layer have room."""

from itertools import pairwise

import pytest

from app.chart.unrolled_sheet import places, strength


@pytest.mark.parametrize("steps", [1, 2, 5, 9, 50, 400])
@pytest.mark.parametrize("most", [3, 5, 9, 16])
def test_the_first_the_last_and_the_chosen_are_always_drawn(steps: int, most: int) -> None:
    for chosen in {0, steps // 3, steps // 2, steps - 1}:
        found = places(steps, most, chosen)
        drawn = [step for step in found if step >= 0]
        assert drawn[0] == 0
        assert drawn[-1] == steps - 1
        assert chosen in drawn
        assert drawn == sorted(set(drawn))
        assert len(found) <= max(most, 5)
        for before, after in pairwise(
            found
        ):  # a gap wherever something is left out, and nowhere else
            assert before < 0 or after < 0 or after == before + 1


def test_threads_are_brighter_the_more_a_step_adds() -> None:
    shares = [strength(share) for share in (0.0, 1e-6, 1e-2, 0.5, 1.0)]
    assert shares == sorted(shares)
    assert 0 < shares[0] < shares[-1] <= 1
    assert 0 < strength(float("nan")) < 1
