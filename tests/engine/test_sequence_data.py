"""What is known of the data sets of sequences, from their definitions and from elsewhere."""

import math

import numpy as np
import pytest

from engine.axes import Labels, Sequence, Tokens
from engine.dataset import DataError, Recipe, Split, dataset_from, load
from engine.datasets.memory import Adding, CopyMemory, Parity
from engine.datasets.series import Sunspots
from engine.datasets.surnames import Surnames
from engine.datasets.vowels import JapaneseVowels
from engine.spelling import numbered, read_lines, spelt


def test_surnames_are_spelt_as_they_are_titled() -> None:
    samples = load(Surnames())
    assert samples.axes == Tokens("time", 131)
    assert len(samples.inputs) == len(set(samples.titles or ())) == 13_533
    assert samples.lengths is not None
    assert samples.titles is not None
    for place in range(0, 13_533, 97):
        spelling = samples.inputs[place, : samples.lengths[place]]
        assert "".join(samples.symbols[number] for number in spelling) == samples.titles[place]
    assert (samples.lengths.min(), samples.lengths.max()) == (2, 40)
    assert isinstance(samples.target, Labels)
    origin = dict(zip(samples.titles, samples.targets, strict=True))
    assert samples.target.names[origin["Abbott"]] == "English"


def test_vowels_are_as_long_as_their_recordings() -> None:
    data = Recipe(dataset=JapaneseVowels()).prepare()
    assert data.axes == Sequence("time", 12)
    assert (data.train.count + data.dev.count, data.sealed.count) == (270, 370)
    samples = load(JapaneseVowels())
    assert samples.lengths is not None
    assert (samples.lengths.min(), samples.lengths.max()) == (7, 29)
    behind = np.arange(29) >= samples.lengths[:, None]
    assert not samples.inputs[behind].any()
    assert samples.inputs[~behind].any(1).all()


@pytest.mark.parametrize("steps", [2, 3, 50, 201])
def test_adding_is_the_sum_of_what_is_marked_in_each_half(steps: int) -> None:
    samples = Adding(steps=steps, count=500).load()
    numbers, marks = samples.inputs[:, :, 0], samples.inputs[:, :, 1]
    assert (marks[:, : steps // 2].sum(1) == 1).all()
    assert (marks[:, steps // 2 :].sum(1) == 1).all()
    np.testing.assert_allclose((numbers * marks).sum(1), samples.targets[:, 0], rtol=1e-6)


def test_saying_one_misses_the_sum_by_a_sixth() -> None:
    targets = Adding(count=100_000, steps=2).load().targets
    assert np.mean((targets - 1) ** 2) == pytest.approx(1 / 6, abs=0.002)


def test_parity_is_the_product_of_the_signs() -> None:
    every, end = Parity(count=300).load(), Parity(count=300, asked="the end").load()
    signs = every.inputs[:, :, 0].cumprod(1)
    assert (every.targets == (signs < 0)).all()
    assert (end.targets == every.targets[:, -1]).all()


@pytest.mark.parametrize(("symbols", "delay"), [(10, 20), (1, 0), (3, 1), (7, 100)])
def test_what_is_to_be_copied_comes_back_in_its_order(symbols: int, delay: int) -> None:
    samples = CopyMemory(symbols=symbols, delay=delay, count=200).load()
    assert samples.inputs.shape == samples.targets.shape == (200, 2 * symbols + delay)
    assert (samples.targets[:, -symbols:] == samples.inputs[:, :symbols]).all()
    assert (samples.targets[:, :-symbols] == 8).all()
    assert ((samples.inputs == 9).sum(1) == 1).all()
    alone = CopyMemory(symbols=symbols, delay=delay, count=200, asked="the copy").load()
    assert ((alone.targets >= 0).sum(1) == symbols).all()


def test_sunspots_are_those_of_the_year_after() -> None:
    samples = Sunspots().load()
    assert samples.titles is not None
    assert samples.titles[0] == "1722"
    assert samples.titles[-1] == "2008"
    assert samples.inputs[0, 0, 0] == pytest.approx(0.05)  # 1700: 5
    assert (samples.inputs[1:, -1, 0] == samples.targets[:-1, 0]).all()
    many = Sunspots(asked="every step", ahead=3).load()
    assert (many.inputs[3:, :, 0] == many.targets[:-3]).all()


def test_persistence_is_as_wrong_as_is_known() -> None:
    samples = Sunspots(window=2).load()
    wrong = samples.inputs[-60:, -1, 0] - samples.targets[-60:, 0]
    assert math.sqrt(np.mean(wrong**2)) == pytest.approx(0.329, abs=0.001)


@pytest.mark.parametrize("asked", ["the end", "every step"])
@pytest.mark.parametrize("window", [2, 22, 60])
def test_no_year_is_foretold_in_two_parts(asked: str, window: int) -> None:
    data = Recipe(
        dataset=dataset_from({"name": "Sunspots", "asked": asked, "window": window})
    ).prepare()
    last = [
        [int(year) for year in part.titles or ()]
        for part in (data.train, data.dev, data.sealed.open())
    ]
    reach = window - 1 if asked == "every step" else 0
    assert last[0] == sorted(last[0])
    assert max(last[0]) < min(last[1]) - reach
    assert max(last[1]) < min(last[2]) - reach
    assert (data.dev.inputs[1:, :-1] == data.dev.inputs[:-1, 1:]).all()  # in order


def test_too_long_a_window_leaves_too_few() -> None:
    with pytest.raises(DataError, match="too few to share out"):
        Recipe(dataset=Sunspots(window=110, asked="every step"), split=Split()).prepare()


def test_too_many_steps_are_refused_before_they_are_made() -> None:
    with pytest.raises(DataError, match="1,000,000 examples of 10,000 steps do not fit"):
        Adding(count=1_000_000, steps=5_000).load()


@pytest.mark.parametrize(
    ("content", "lines"),
    [
        (b"", []),
        (b"a", ["a"]),
        (b"\xef\xbb\xbfa\r\nb\rc\n", ["a", "b", "c"]),
        ("שלום\nعمر".encode(), ["שלום", "عمر"]),
        (b"x\n" * 1_000_000, ["x"] * 1_000_000),
        (b"y" * 1_000_000, ["y" * 1_000_000]),
    ],
    ids=[
        "nothing",
        "one character",
        "marks and ends",
        "right to left",
        "a million lines",
        "no newline",
    ],
)
def test_lines_of_all_kinds_are_read(content: bytes, lines: list[str], tmp_path) -> None:  # type: ignore[no-untyped-def]
    file = tmp_path / "names.txt"
    file.write_bytes(content)
    assert read_lines(file) == lines


def test_what_is_no_text_is_said_with_its_place(tmp_path) -> None:  # type: ignore[no-untyped-def]
    file = tmp_path / "names.txt"
    file.write_bytes("Müller".encode("latin-1"))
    with pytest.raises(DataError, match=r"names.txt is no UTF-8 text: its byte 2 belongs"):
        read_lines(file)
    with pytest.raises(DataError, match="cannot be read"):
        read_lines(tmp_path / "nowhere.txt")


def test_texts_are_spelt_and_read_back() -> None:
    symbols, rows, lengths = spelt(["שלום", "a", "naïve"])
    for row, length, text in zip(rows, lengths, ["שלום", "a", "naïve"], strict=True):
        assert "".join(symbols[number] for number in row[:length]) == text
        assert (numbered(text, symbols)[0] == row[:length]).all()
    with pytest.raises(DataError, match="“ø”, at place 2, does not occur"):
        numbered("aø", symbols)
    with pytest.raises(DataError, match="nothing to read"):
        numbered("", symbols)
    with pytest.raises(DataError, match="one is empty"):
        spelt(["a", ""])
