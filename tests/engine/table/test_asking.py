"""Rows that a person asks about go through the same numbers as the train part, found by the names of their columns."""

from pathlib import Path

import numpy as np
import pytest

from engine.bringing import CannotBring, brought
from engine.cli import main
from engine.dataset import Recipe
from engine.datasets.table_file import TableFile
from engine.storage import load
from resources import resource

PENGUINS = Path(str(resource("data", "penguins.csv")))


def test_rows_of_the_table_come_back_in_whatever_order_their_columns_stand(tmp_path: Path) -> None:
    data = Recipe.usual(TableFile(file=str(PENGUINS), target="species")).prepare()
    header, *rows = [line.split(",") for line in PENGUINS.read_text().splitlines()]
    turned = tmp_path / "turned.csv"
    order = [5, 3, 7, 1, 2, 4, 6]
    turned.write_text(
        "\n".join(",".join([row[place] for place in order]) for row in [header, *rows])
    )
    samples, notes = brought(turned, data)
    for place, index in enumerate(data.train.indices[:50]):
        np.testing.assert_array_equal(samples[index].arrays[""], data.train.inputs[place])
    assert any("gaps were filled with 44" in note for note in notes)


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("island,year\nDream,2007\n", "lacks the columns bill_length_mm"),
        (
            "island,bill_length_mm,bill_depth_mm,flipper_length_mm,body_mass_g,sex,year\n"
            "Dream,forty,18,190,3700,male,2007\n",
            "bill_length_mm should be a number",
        ),
        ("", "is empty"),
    ],
)
def test_what_is_wrong_is_said(tmp_path: Path, line: str, said: str) -> None:
    data = Recipe.usual(TableFile(file=str(PENGUINS), target="species")).prepare()
    path = tmp_path / "asked.csv"
    path.write_text(line)
    with pytest.raises(CannotBring, match=said):
        brought(path, data)


def test_from_a_file_to_an_answer_on_the_command_line(
    tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    project, asked = tmp_path / "p.chainrule", tmp_path / "asked.csv"
    assert main(["new", "--data", str(PENGUINS), "--target", "species", str(project)]) == 0
    assert "11 of 344 rows have gaps" in capfd.readouterr().err
    words = ["--epochs", "8", "--seed", "1", "--out", str(project)]
    assert main(["train", str(project), *words]) == 0
    assert load(project).runs[0].recipe.dataset == TableFile(file=str(PENGUINS), target="species")
    asked.write_text(
        "sex,island,bill_length_mm,bill_depth_mm,flipper_length_mm,body_mass_g,year,more\n"
        "male,Mars,50,15.2,222,5700,2008,x\n"
    )
    capfd.readouterr()
    assert main(["predict", str(project), str(asked)]) == 0
    said = capfd.readouterr()
    assert "Gentoo" in said.out
    assert "never seen in training" in said.err
    assert "does not read it: more" in said.err


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["--target", "x", "two-moons", "F"], "give the table too"),
        (["F"], "takes a TEMPLATE and a FILE"),
        (["--data", "nowhere.csv", "F"], "no file or folder"),
    ],
)
def test_wrong_usage_of_new(
    tmp_path: Path, capfd: pytest.CaptureFixture[str], words: list[str], said: str
) -> None:
    assert main(["new", *(str(tmp_path / "f") if w == "F" else w for w in words)]) == 2
    assert said in capfd.readouterr().err
