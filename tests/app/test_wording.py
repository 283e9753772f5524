"""Numbers in words."""

import math

import pytest

from app.wording import number, plain, raised, scientific, terse, tick, times


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (1.7344, "1.73"),
        (0.022345, "0.0223"),
        (0.9999, "1.00"),
        (1234.5, "1,234"),
        (9.4e-6, "9.40·10^−6"),
        (-2.0, "−2.00"),
        (0.0, "0"),
        (math.inf, "∞"),
        (math.nan, "not a number"),
    ],
)
def test_a_number_has_three_digits(value: float, text: str) -> None:
    assert number(value) == text


@pytest.mark.parametrize(
    ("ratio", "text"),
    [
        (1.84, "1.8×"),
        (0.96, "1.0×"),
        (0.42, "0.42×"),
        (220.3, "220×"),
        (9.4e-6, "9·10^−6"),
        (1.02e-5, "10^−5"),
        (0.0, "0"),
        (math.inf, "∞"),
        (math.nan, "not a number"),
    ],
)
def test_a_ratio_is_said_in_little_room(ratio: float, text: str) -> None:
    assert times(ratio) == text


@pytest.mark.parametrize(
    "value", [0.003, 0.01, 0.3, 1, 2.5, 30, 2000, 50_000, 125_000, 1e-5, 3e7, -8]
)
def test_a_tick_means_its_number(value: float) -> None:
    text = tick(value).replace("−", "-").replace(",", "").replace("·10^", "e").replace("10^", "1e")
    text = text.replace("k", "e3")
    assert float(text) == pytest.approx(value)


def test_short_forms() -> None:
    assert terse(0.0144) == ".0144"
    assert terse(-0.5) == "−.500"
    assert plain(0.1) == ".1"
    assert plain(64.0) == "64"
    assert plain(0.003) == ".003"
    assert scientific(1.0e-5) == "1.0·10^−5"
    assert raised("9.4·10^−6 of it") == "9.4·10⁻⁶ of it"
