"""What is typed is read as the data read their own: each example written down and typed is the example again."""

from pathlib import Path

import numpy as np
import pytest
import torch

from engine.bringing import brought
from engine.control import Own
from engine.dataset import Data, Recipe, dataset_from
from engine.datasets.names_file import NamesFile
from engine.graph import Edge
from engine.layers import CATALOGUE
from engine.layers.recurrent import GRU, RNN
from engine.lengths import too_many
from engine.look import Batch
from engine.network import build
from engine.shapes import infer
from engine.template import template
from engine.typed import LONGEST, CannotBring, asked, fits, typed
from engine.vocabulary import vocabulary


def data(name: str, scaling: str = "none", **parameters: object) -> Data:
    recipe = Recipe(dataset=dataset_from({"name": name, **parameters}))
    return recipe.model_copy(update={"scaling": scaling}).prepare()


def names(tmp_path: Path) -> Data:
    rows = [f"{stem}{end}\t{kind}" for stem in ("Mar", "Zoë", "Łuk") for end, kind in ENDS]
    (tmp_path / "names.tsv").write_text("\n".join(rows * 2), encoding="utf-8")
    return Recipe.usual(NamesFile(file=str(tmp_path / "names.tsv"))).prepare()


ENDS = [(f"{a}{b}", "one" if a < "e" else "two") for a in "abcdefgh" for b in ("ski", "o")]


def written(read: Data, place: int) -> str:
    """An example of dev as a person would type it."""
    given, count = read.dev.inputs[place], None
    if read.axes.free:
        count = int(read.dev.array("", lengths=True)[place])
    given = given[:count]
    if read.symbols.get(""):
        return vocabulary(read.symbols[""], read.unit).decode(given.tolist())
    if read.scale is not None:
        given = read.scale.undo(given)
    if read.measure is not None:
        given = given * read.measure.unit + read.measure.centre
    return "; ".join(" ".join(map(repr, np.ravel(row).tolist())) for row in given)


@pytest.mark.parametrize(
    ("name", "scaling", "wants"),
    [
        ("Surnames", "none", "a text"),
        ("JapaneseVowels", "standardise", "steps of 12 numbers, with ; between steps"),
        ("JapaneseVowels", "none", "steps of 12 numbers, with ; between steps"),
        ("Sunspots", "none", "22 values of sunspots"),
        ("Sunspots", "standardise", "22 values of sunspots"),
        ("Iris", "standardise", "4 numbers"),
    ],
)
def test_an_example_that_is_typed_is_that_example(name: str, scaling: str, wants: str) -> None:
    read = data(name, scaling)
    assert asked(read).startswith(wants)
    for place in (0, 1, 7):
        own, note = typed(written(read, place), read)
        np.testing.assert_allclose(_real(own, read), _dev(read, place), atol=1e-6)
        assert own.arrays[""].shape == read.dev.inputs[place].shape
        assert own.arrays[""].dtype == read.dev.inputs.dtype
        assert (note, fits(own, read)) == ("", True)


def _real(own: Own, read: Data) -> np.ndarray:
    return own.arrays[""][: own.lengths.get("", len(own.arrays[""]))]


def _dev(read: Data, place: int) -> np.ndarray:
    given = read.dev.inputs[place]
    return given[: int(read.dev.array("", lengths=True)[place])] if read.axes.free else given


def test_names_of_ones_own_and_symbols_without_names(tmp_path: Path) -> None:
    read = names(tmp_path)
    for place in range(3):
        own, _ = typed(f"  {written(read, place)} ", read)
        np.testing.assert_array_equal(_real(own, read), _dev(read, place))
    decomposed, _ = typed("Zoe\u0308aski", read)
    np.testing.assert_array_equal(decomposed.arrays[""], typed("Zo\u00ebaski", read)[0].arrays[""])
    tokens = data("Placeholder", sample="tokens:9:20")
    assert asked(tokens) == "9 whole numbers from 0 to 19"
    own, _ = typed("1 2, 3 4 5 6 7 8 19", tokens)
    assert own.arrays[""].tolist() == [1, 2, 3, 4, 5, 6, 7, 8, 19]
    with pytest.raises(CannotBring, match="“20” is none of them"):
        typed("1 2 3 4 5 6 7 8 20", tokens)


def test_a_series_is_typed_in_the_unit_in_which_it_was_measured(tmp_path: Path) -> None:
    spots, _ = typed(" ".join(["154.6"] * 22), data("Sunspots", asked="every step"))
    np.testing.assert_array_equal(spots.arrays[""], np.full((22, 1), 1.546, np.float32))
    path = tmp_path / "warm.csv"
    path.write_text("day,kelvin\n" + "\n".join(f"{d},{290 + d % 7}" for d in range(90)))
    read = data("SeriesFile", file=str(path), window=5)
    assert asked(read) == "5 values of kelvin"
    own, _ = typed("290 291 292 293 294", read)
    start = next(
        p for p, row in enumerate(read.train.inputs) if row[0] == row.min() and row[4] > row[0]
    )
    assert read.measure is not None
    assert (read.measure.centre, read.measure.unit) != (0, 1)
    np.testing.assert_array_equal(own.arrays[""], read.train.inputs[start])


def test_the_network_says_of_it_what_it_says_of_the_example() -> None:
    read = data("Surnames")
    graph = template("surnames").graph
    network = build(graph, infer(graph, read.parts, read.target))
    network.train(False)
    for place in (0, 5):
        shown = Batch(read.dev, slice(place, place + 1), "cpu", network.feeds)
        own, _ = typed(written(read, place), read)
        mine = Batch(read.dev, slice(3, 4), "cpu", network.feeds, own=own)
        assert not mine.known
        for one, other in zip(shown.inputs, mine.inputs, strict=True):
            torch.testing.assert_close(one, other, rtol=0, atol=0)
    long, _ = typed("Kowalski" * 20, read)
    assert long.lengths[""] == long.arrays[""].shape[0] == 160
    longer = Batch(read.dev, slice(3, 4), "cpu", network.feeds, own=long)
    alone = network.module(*longer.inputs)[0]
    assert alone.shape == (1, read.target.count)
    assert too_many(long, graph, read) is None
    recurrent = next(node.id for node in graph.nodes.values() if isinstance(node.layer, RNN | GRU))
    learnt = CATALOGUE["PositionalEncoding"].model_validate(
        {"encoding": "learnt", "max_length": 60}
    )
    into = graph.incoming[recurrent][0]
    taught = graph.disconnect(into).add(learnt, name="place")  # type: ignore[arg-type]
    taught = taught.connect(Edge(into.source, "place"), Edge("place", recurrent))  # type: ignore[arg-type]
    assert "takes no sequence as long" in str(too_many(long, taught, read))
    assert too_many(typed("Kowalski", read)[0], taught, read) is None


@pytest.mark.parametrize(
    ("name", "text", "says"),
    [
        ("Surnames", "", "nothing to read yet. Type a text"),
        ("Surnames", " \t ", "nothing to read yet"),
        ("Surnames", "x𝄞y", "“𝄞” does not occur in the data"),
        ("Surnames", "שלום", "“ש”, “ל”, “ו”, “ם” do not occur"),
        ("Surnames", "a" * (LONGEST + 1), "5,001 characters; at most 5,000"),
        ("JapaneseVowels", "1 2 3", "but there are 3"),
        ("JapaneseVowels", "1 2; 3", "step 1 has 2"),
        ("JapaneseVowels", "one two", "“one” is no number"),
        ("JapaneseVowels", ";", "nothing to read yet"),
        ("Sunspots", "1 2 3", "22 steps at a time, no more and no fewer, but there are 3"),
        ("Sunspots", "nan", "“nan” is no number"),
        ("Sunspots", "1e99", "“1e99” is no number"),
        ("Iris", "1 2 3", "reads 4 numbers, but there are 3"),
        ("Iris", "1 2 3 4 5", "reads 4 numbers, but there are 5"),
        ("CopyMemory", "99", "40 characters at a time, no more and no fewer"),
        ("Icons32", "1 2 3", "cannot be typed"),
        ("EnglishFrench", "the cat", "cannot be typed"),
    ],
)
def test_what_cannot_be_read_gets_a_sentence(name: str, text: str, says: str) -> None:
    with pytest.raises(CannotBring, match=says):
        typed(text, data(name))


def test_a_sample_of_other_data_is_not_taken_for_one() -> None:
    name, _ = typed("Rossi", data("Surnames"))
    assert not fits(name, data("JapaneseVowels"))
    assert not fits(name, data("CopyMemory"))
    few = data("Placeholder", sample="tokens:40:5")
    assert not fits(name, few)
    assert not fits(Own("x", {"": np.full(40, 7)}), few)
    assert fits(Own("x", {"": np.full(40, 4)}), few)
    assert not fits(Own("x", {"scan": np.zeros(4)}), data("Iris"))
    assert not fits(Own("x", {}), data("Iris"))


def test_files_hold_a_text_a_line_or_steps_a_line(tmp_path: Path) -> None:
    path = tmp_path / "mine.txt"
    path.write_bytes("Rossi\r\n\r\nGarcia\nZoë".encode())
    read = data("Surnames")
    assert [own.title for own in brought(path, read)[0]] == [
        "mine.txt:1",
        "mine.txt:3",
        "mine.txt:4",
    ]
    steps = " ".join(["1"] * 12)
    path.write_text(f"{steps}\n{steps}\n\n\n{steps}\n")
    found = brought(path, data("JapaneseVowels"))[0]
    assert [own.lengths[""] for own in found] == [2, 1]
    bad = (b"\xff\xfe", "as text in UTF-8"), (b"\n\n", "is empty"), ("Ros\n€".encode(), "line 2")
    for content, says in bad:
        path.write_bytes(content)
        with pytest.raises(CannotBring, match=says):
            brought(path, read)
