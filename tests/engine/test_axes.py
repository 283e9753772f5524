"""What one sample looks like, in numbers and in words."""

import math
import pickle

import pytest

from engine.axes import (
    Axes,
    General,
    Image,
    Labels,
    Row,
    Sequence,
    Tokens,
    Values,
    Volume,
    axes_of,
)


@pytest.mark.parametrize(
    ("axes", "sizes", "text"),
    [
        (Row(784), (784,), "784"),
        (Image(3, 32, 30), (3, 32, 30), "32×30×3"),
        (Volume(1, 2, 3, 4), (1, 2, 3, 4), "2×3×4×1"),
        (Sequence(20, 64), (20, 64), "20×64"),
        (Sequence("time", 64), ("time", 64), "time×64"),
        (Tokens(20, 65), (20,), "20 tokens of 65"),
        (Tokens("time", 65), ("time",), "tokens of 65"),
        (General(("heads", "width"), ("heads", 8)), ("heads", 8), "heads×8"),
        (General((), ()), (), "1"),
    ],
)
def test_sizes_are_channels_first_and_texts_channels_last(
    axes: Axes, sizes: tuple[int | str, ...], text: str
) -> None:
    assert axes.sizes == sizes
    assert axes.text == text
    assert len(axes.names) == len(sizes)


def test_a_sample_holds_as_many_numbers_as_its_sizes_multiply_to() -> None:
    assert Image(3, 32, 32).count == math.prod((3, 32, 32)) == 3072
    assert General((), ()).count == 1
    assert Sequence("time", 5).count is None


def test_axes_are_values() -> None:
    image = Image(3, 32, 32)
    assert image == Image(3, 32, 32)
    assert len({image, Image(3, 32, 32), Volume(3, 1, 32, 32)}) == 2
    assert pickle.loads(pickle.dumps(image)) == image
    with pytest.raises(AttributeError):
        image.height = 5  # type: ignore[misc]  # the point of the test


@pytest.mark.parametrize("axes", [Row, lambda n: Image(3, n, 5), lambda n: Sequence(n, 5)])
def test_an_axis_without_length_is_refused_in_words(axes: type[Row]) -> None:
    with pytest.raises(ValueError, match="must be at least 1, but it is 0"):
        axes(0)


@pytest.mark.parametrize(
    "axes",
    [
        Row(7),
        Sequence("time", 5),
        Image(1, 2, 3),
        Volume(1, 2, 3, 4),
        General(("a",) * 5, (2,) * 5),
    ],
)
def test_sizes_find_their_axes(axes: Axes) -> None:
    assert axes_of(axes.sizes).sizes == axes.sizes
    assert axes_of(axes.sizes, like=axes) == axes


def test_sizes_keep_the_sense_of_what_they_came_from() -> None:
    assert axes_of((4, 9), like=General(("channels", "length"), (2, 9))) == General(
        ("channels", "length"), (4, 9)
    )
    assert axes_of((10,), like=Image(1, 8, 8)) == Row(10)
    assert axes_of((20, 64), like=Tokens(20, 65)) == Sequence(20, 64)
    assert axes_of((), like=Row(3)) == General((), ())
    assert axes_of((5, "time")) == General(("axis 1", "axis 2"), (5, "time"))


def test_a_target_counts_what_a_network_gives() -> None:
    assert Labels(("cat", "dog", "fish")).classes == Labels(("cat", "dog", "fish")).count == 3
    assert Values(("price",)).count == 1
    assert Labels(("a", "b")) != Values(("a", "b"))
    with pytest.raises(ValueError, match="same name"):
        Labels(("cat", "cat"))
    with pytest.raises(ValueError, match="at least one"):
        Values(())
