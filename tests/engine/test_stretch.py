"""Numbers of steps: what is said of them is what they are, and two ways that come to the same are said alike."""

import itertools
import random

import pytest

from engine.axes import General, Image, Sequence, Signal, Tokens, Volume, axes_named, axes_of, fixed
from engine.stretch import Stretch

WINDOWS = [
    Stretch.window(kernel, stride, padding, dilation)
    for kernel, stride, padding, dilation in itertools.product(
        (1, 2, 3, 5), (1, 2, 3), (0, 1, 4), (1, 2)
    )
]
OTHERS = [Stretch(times, plus) for times in (1, 2, 3) for plus in (-4, -1, 0, 2, 7)]


def reckoned(text: str, time: int) -> int:
    text = text.replace("−", "-").replace("·", "*").replace("/", "//")
    return int(eval(text.replace("⌊", "(").replace("⌋", ")"), {"time": time}))


@pytest.mark.parametrize("seed", range(40))
def test_what_is_said_of_a_row_of_changes_is_what_comes_of_them(seed: int) -> None:
    chance = random.Random(seed)
    for _ in range(50):
        said, done = "time", chance.choices([*WINDOWS, *OTHERS], k=chance.randint(1, 6))
        for change in done:
            said = change.said(said)
        for time in (400, 401, 405, 419):
            steps = time
            for change in done:
                steps = change.of(steps)
            assert reckoned(said, time) == steps, (said, done)


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ((Stretch(plus=1), Stretch.window(2)), "time"),  # a causal convolution
        ((Stretch(plus=-1), Stretch(plus=1)), "time"),
        ((Stretch(times=2), Stretch.window(2, 2)), "time"),
        ((Stretch.window(2, 2), Stretch.window(2, 2)), "⌊time / 4⌋"),
        ((Stretch.window(3, 2, 1), Stretch.window(3, 2, 1)), "⌊(time + 3) / 4⌋"),
        ((Stretch(plus=1), Stretch(times=2)), "2·time + 2"),
        ((Stretch.window(2, 2), Stretch(times=2)), "2·⌊time / 2⌋"),
        ((Stretch.window(2, 2), Stretch(times=2, plus=1), Stretch(plus=3)), "2·⌊time / 2⌋ + 4"),
        ((Stretch(times=4, plus=2), Stretch(over=6)), "⌊(2·time + 1) / 3⌋"),
    ],
)
def test_it_is_said_in_one_way(changes: tuple[Stretch, ...], said: str) -> None:
    found = "time"
    for change in changes:
        found = change.said(found)
    assert found == said


def test_lengths_put_together_stay_so() -> None:
    assert Stretch(times=2).said("time+words") == "2·(time+words)"
    assert Stretch(plus=1).said("2·(time+words)") == "2·(time+words) + 1"
    two = "⌊a / 2⌋+⌊b / 2⌋"
    assert Stretch(over=2).said(Stretch(plus=3).said(two)) == f"⌊({two} + 3) / 2⌋"


def test_a_sum_stands_in_brackets_beside_other_sizes() -> None:
    assert Sequence("time + 1", 8).text == "(time + 1)×8"
    assert Sequence("⌊(time + 1) / 2⌋", 8).text == "⌊(time + 1) / 2⌋×8"
    assert Sequence("time", 8).text == "time×8"


def test_what_stood_in_channels_is_a_signal_when_one_other_axis_is_left() -> None:
    assert axes_of((32, 16), Image(32, 4, 4)) == Signal(32, 16)
    assert axes_of((32, 16), Volume(32, 2, 4, 2)) == Signal(32, 16)
    assert axes_of((28, 28), Image(1, 28, 28)) == Sequence(28, 28)  # its rows
    assert axes_of((32, 16), General(("a",), (512,))) == Sequence(32, 16)


def test_axes_are_known_by_their_names() -> None:
    assert axes_named(("channels", "height", "width"), (3, 4, 5)) == Image(3, 4, 5)
    assert axes_named(("channels", "depth", "height", "width"), (2, 3, 4, 5)) == Volume(2, 3, 4, 5)
    assert axes_named(("channels", "steps"), (2, "time")) == Signal(2, "time")
    assert axes_named(("steps", "features"), ("time", 2)) == Sequence("time", 2)
    assert axes_named(("height", "width", "channels"), (4, 5, 3)) == General(
        ("height", "width", "channels"), (4, 5, 3)
    )


def test_free_lengths_become_those_of_the_data() -> None:
    assert fixed(Tokens("time", 90), (17,)) == Tokens(17, 90)
    assert fixed(Signal(3, "time"), (3, 17)) == Signal(3, 17)
    assert fixed(General(("a", "b"), ("x", 4)), (9, 4)) == General(("a", "b"), (9, 4))
    assert fixed(Image(3, 4, 5), (3, 4, 5)) == Image(3, 4, 5)
