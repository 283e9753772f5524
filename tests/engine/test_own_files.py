"""Files of a person's own: pairs, names and series, as they come from elsewhere, and what is wrong with them."""

import gc
from pathlib import Path

import numpy as np
import pytest

from engine.axes import Labels
from engine.dataset import DataError, Recipe, datasets_at, load
from engine.datasets.names_file import NamesFile
from engine.datasets.real_pairs import PairsFile
from engine.datasets.series_file import SeriesFile
from engine.datasets.text_file import TextFile

HEBREW = [("שלום", "hebrew"), ("תודה", "hebrew"), ("בוקר", "hebrew"), ("לילה", "hebrew")]
ARABIC = [("سلام", "arabic"), ("شكرا", "arabic"), ("صباح", "arabic"), ("مساء", "arabic")]
NAMES = [*HEBREW, *ARABIC, ("Žižka", "czech"), ("Dvořák", "czech"), ("Čapek", "czech")]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    for name in sorted({name for _, name in NAMES}):
        lines = [text for text, of in NAMES if of == name]
        (tmp_path / f"{name}.txt").write_text("\r\n".join(lines), encoding="utf-8")
    return tmp_path


def written(path: Path, text: str | bytes) -> Path:
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return path


# -- names ------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("ends", ["\n", "\r\n", "\r"])
@pytest.mark.parametrize("heading", ["", "name\torigin\n"])
def test_names_of_a_file_are_spelt_letter_by_letter(
    ends: str, heading: str, tmp_path: Path
) -> None:
    lines = heading + "".join(f"{text}\t{name}\n" for text, name in NAMES)
    path = written(tmp_path / "own.tsv", lines.replace("\n", ends))
    samples = NamesFile(file=str(path)).load()
    assert isinstance(samples.target, Labels)
    assert samples.target.names == ("arabic", "czech", "hebrew")
    for place, (text, name) in enumerate(NAMES):
        length = int(np.asarray(samples.lengths)[place])
        assert "".join(samples.symbols[n] for n in samples.inputs[place][:length]) == text
        assert samples.target.names[int(samples.targets[place])] == name


def test_a_folder_has_a_file_for_each_class(folder: Path) -> None:
    samples = NamesFile(file=str(folder)).load()
    assert sorted(samples.titles or ()) == sorted(text for text, _ in NAMES)
    assert datasets_at(folder) == [NamesFile(file=str(folder))]


def test_letters_with_marks_are_one_however_they_were_typed(tmp_path: Path) -> None:
    apart = "".join(f"Dvor\u030ca\u0301k{n}\tczech\nSmith{n}\tenglish\n" for n in range(5))
    samples = NamesFile(file=str(written(tmp_path / "own.tsv", apart))).load()
    assert (samples.titles or ())[0] == "Dvořák0"


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", "own.tsv is empty. Each line should be a name, a tab and its class"),
        ("a", "1 line is not a name, a tab and its class; the first of them is line 1"),
        ("a\tb", "1 name of 1 class"),
        ("Anna\tx\nOtto\n" * 9, "9 of 18 lines are not .* line 2"),
        ("Anna\tx\n\tx\n" * 9, "9 of 18 lines"),
        ("".join(f"n{n}\tone\n" for n in range(50)), "50 names of 1 class"),
        (b"Jos\xe9\tspanish\n" * 12, "no text in UTF-8: line 1 holds the byte 0xe9"),
        ("x" * 500 + "\tone\n" + "b\ttwo\n" * 9, "1 of the .* more than 200 characters"),
    ],
)
def test_what_are_no_names_gets_a_sentence(text: str | bytes, words: str, tmp_path: Path) -> None:
    with pytest.raises(DataError, match=words):
        NamesFile(file=str(written(tmp_path / "own.tsv", text))).load()


def test_a_missing_file_and_an_empty_folder_get_a_sentence(tmp_path: Path) -> None:
    with pytest.raises(DataError, match="cannot be read: No such file"):
        NamesFile(file=str(tmp_path / "none.tsv")).load()
    with pytest.raises(DataError, match="holds no text files"):
        NamesFile(file=str(tmp_path)).load()


def test_very_many_names_of_very_unequal_length_are_refused_before_memory_is(
    tmp_path: Path,
) -> None:
    lines = "".join(f"{n}\t{n % 2}\n" for n in range(30_000)) + "x" * 9_999 + "\t0\n"
    with pytest.raises(DataError, match="take more memory"):
        NamesFile(file=str(written(tmp_path / "own.tsv", lines)), longest=10_000).load()


# -- pairs ------------------------------------------------------------------------------------------------------------

GERMAN = [(f"I see {n} cats, really.", f"Ich sehe {n} Katzen, wirklich.") for n in range(20)]


@pytest.mark.parametrize("more", ["", "\tCC-BY 2.0 (France) Attribution: tatoeba.org"])
def test_pairs_are_the_first_two_columns(more: str, tmp_path: Path) -> None:
    """As in the lists of sentences with their translations that language learners know."""
    text = "".join(f"{source}\t{target}{more}\r\n" for source, target in GERMAN)
    dataset = PairsFile(file=str(written(tmp_path / "deu.txt", text)))
    assert dataset.pairs() == GERMAN
    assert dataset in datasets_at(Path(dataset.file))


def test_other_columns_can_be_chosen(tmp_path: Path) -> None:
    text = "id\tenglish\tgerman\n" + "".join(f"{n}\t{a}\t{b}\n" for n, (a, b) in enumerate(GERMAN))
    dataset = PairsFile(file=str(written(tmp_path / "own.tsv", text)), read=3, written=2)
    assert dataset.pairs() == [(b, a) for a, b in GERMAN]


def test_a_line_is_ended_by_its_end_alone(tmp_path: Path) -> None:
    """Other separators of Unicode stand within sentences."""
    odd = [(f"one\u2028two {n}", f"un\x85deux\x0b {n}") for n in range(12)]
    path = written(tmp_path / "own.tsv", "".join(f"{a}\t{b}\n" for a, b in odd))
    assert PairsFile(file=str(path)).pairs() == odd


def test_right_to_left_pairs_are_read_in_the_order_they_are_spoken(tmp_path: Path) -> None:
    text = "".join(f"I have {n} books\tיש לי {n} ספרים\n" for n in range(20))
    samples = PairsFile(file=str(written(tmp_path / "heb.tsv", text))).load()
    said = [samples.others["before"].symbols[n] for n in samples.targets[0][:2]]
    assert said == ["יש", "לי"]


def test_shipped_pairs_are_those_of_the_file_itself() -> None:
    assert PairsFile().pairs()[0] == ("ADB Unit of Account", "unité de compte ADB")


# -- series -----------------------------------------------------------------------------------------------------------


def series_text(mark: str = ",", count: int = 60) -> str:
    rows = [f"2020-{n:02}{mark}{1000 + 7 * n}{mark}{n % 5}" for n in range(count)]
    return f"day{mark}births{mark}rain\n" + "\n".join(rows)


@pytest.mark.parametrize("mark", [",", ";", "\t"])
@pytest.mark.parametrize(
    ("column", "truth"),
    [
        ("births", [1000 + 7 * n for n in range(60)]),
        ("2", [1000 + 7 * n for n in range(60)]),
        ("", [n % 5 for n in range(60)]),
    ],
)
def test_a_column_is_foretold_from_its_own_past(
    mark: str, column: str, truth: list[int], tmp_path: Path
) -> None:
    path = written(tmp_path / "own.csv", series_text(mark))
    samples = SeriesFile(file=str(path), column=column, window=8, ahead=3).load()
    assert (samples.titles or ())[0] == "2020-10"
    seen, then = samples.inputs[:, :, 0], samples.targets[:, 0]
    assert len(seen) == 60 - 8 - 3 + 1
    # Both are moved and scaled alike: the line through two points of the truth finds all others.
    slope = np.polyfit(truth[:8], seen[0].astype(np.float64), 1)
    assert seen[5] == pytest.approx(np.polyval(slope, truth[5:13]), abs=1e-5)
    assert then == pytest.approx(np.polyval(slope, truth[10:]), abs=1e-5)


def test_what_is_foretold_is_named_with_its_measure(tmp_path: Path) -> None:
    path = written(tmp_path / "own.csv", series_text())
    samples = SeriesFile(file=str(path), column="births").load()
    assert samples.target.names == ("(births − 1100) / 61",)  # mean 1101.5, deviation 60.6


def test_every_step_can_be_asked_and_parts_share_no_truth(tmp_path: Path) -> None:
    path = written(tmp_path / "own.csv", series_text(count=200))
    data = Recipe.usual(SeriesFile(file=str(path), window=8, asked="every step")).prepare()
    assert data.train.targets.shape[1] == 8
    assert data.in_time
    assert data.dev.indices.min() - data.train.indices.max() == 8


def test_numbers_of_other_countries_and_numbers_alone(tmp_path: Path) -> None:
    path = written(tmp_path / "de.csv", "Tag;Wert\n" + "".join(f"{n};{n},5\n" for n in range(60)))
    (name,) = SeriesFile(file=str(path)).load().target.names
    assert name.startswith("(Wert − ")
    alone = written(tmp_path / "alone.txt", "".join(f"{n * n % 17}\n" for n in range(60)))
    assert SeriesFile(file=str(alone)) in datasets_at(alone)
    assert SeriesFile(file=str(alone)).load().target.names[0].startswith("(column 1 − ")


@pytest.mark.parametrize(
    ("text", "column", "words"),
    [
        ("", "", "own.csv is empty"),
        ("a", "", "No column of own.csv holds numbers alone"),
        ("7", "", "has 1 value; a window of 22"),
        (series_text(), "brths", "no column “brths” in own.csv.*births"),
        (series_text(), "9", "no column “9” in own.csv. There are day, births, rain"),
        (series_text() + "\n2030-01,7", "rain", "1 line has no number: line 62 has nothing there"),
        (series_text() + "\n2030-01,NA,3\n1,nan,3", "2", "2 of 62 lines .* line 62 has “NA” there"),
        (b"day,v\n1,\xff\n", "", "no text in UTF-8: line 2"),
        ("day,value\n" + "".join(f"{n},\n" for n in range(60)), "value", "60 of 60 lines"),
    ],
)
def test_what_is_no_series_gets_a_sentence(
    text: str | bytes, column: str, words: str, tmp_path: Path
) -> None:
    with pytest.raises(DataError, match=words):
        SeriesFile(file=str(written(tmp_path / "own.csv", text)), column=column).load()


def test_a_series_that_stands_still_can_be_read(tmp_path: Path) -> None:
    path = written(tmp_path / "own.csv", "value\n" + "5\n" * 60)
    assert not SeriesFile(file=str(path)).load().inputs.any()


# -- all --------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("kind", [NamesFile, PairsFile, SeriesFile, TextFile])
def test_without_a_file_there_is_something_to_begin_with(kind: type) -> None:
    assert len(load(kind()).inputs) > 100
    gc.collect()


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("program.py", "import this\n" * 40),
        ("genome.fasta", ">seq1\nACGTTGCA\n" * 40),
        ("poem.txt", "قفا نبك من ذكرى حبيب ومنزل\n" * 40),
    ],
)
def test_texts_of_all_kinds_are_known_as_such(name: str, text: str, tmp_path: Path) -> None:
    path = written(tmp_path / name, text)
    assert datasets_at(path) == [TextFile(file=str(path))]


def test_a_list_of_names_and_a_list_of_pairs_are_told_apart(tmp_path: Path) -> None:
    names = written(tmp_path / "names.tsv", "".join(f"{text}\t{of}\n" for text, of in NAMES))
    assert datasets_at(names)[0] == NamesFile(file=str(names))
    pairs = written(tmp_path / "pairs.tsv", "".join(f"{a}\t{b}\n" for a, b in GERMAN))
    assert datasets_at(pairs)[0] == PairsFile(file=str(pairs))
