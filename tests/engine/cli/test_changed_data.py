"""Data that are no longer what a run learnt from: said by every verb that reads them, and the seal holds."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from engine import dataset
from engine.storage import load

Say = Callable[..., Any]


@pytest.fixture
def table(tmp_path: Path) -> Path:
    """Sizes, weights and a price, as a spreadsheet in Germany writes them."""
    chance = np.random.default_rng(4)
    rows = [
        f"{a:.6f};{b:.6f};{100 * a + b:.4f}".replace(".", ",") for a, b in chance.random((200, 2))
    ]
    path = tmp_path / "prices.csv"
    path.write_text("\n".join(["Größe;Gewicht;Preis", *rows]) + "\n", encoding="latin-1")
    return path


@pytest.fixture
def file(say: Say, table: Path) -> Path:
    path = table.with_name("mine.chainrule")
    assert say("new", "--data", table, "--target", "Preis", path).code == 0
    assert say("train", path, "--epochs", 1, "--seed", 3, "--out", path).code == 0
    return path


def another_day() -> None:
    """Each command is a process of its own, which has read nothing yet."""
    dataset.load.cache_clear()
    dataset.prepare.cache_clear()


def test_rows_that_are_gone_are_told_and_the_test_set_stays_sealed(
    say: Say, table: Path, file: Path
) -> None:
    whole, inputs = table.read_bytes(), table.with_name("some.csv")
    inputs.write_bytes(b"\n".join(whole.splitlines()[:3]))
    assert "is not what it was" not in say("check", file).out
    assert "changed" not in say("predict", file, inputs).err
    table.write_bytes(b"\n".join(whole.splitlines()[:-30]))
    another_day()
    checked = say("check", file)
    assert checked.code == 0
    assert "prices.csv is not what it was" in checked.out
    (told,) = [one for one in say("check", file, "--json").of("problem") if "was" in one["message"]]
    assert told["severity"] == "advice"
    assert "data have changed since run 1" in say("predict", file, inputs).err
    refused = say("test", file, "--yes")
    assert refused.code == 1
    assert "The test set stays sealed" in refused.err
    assert refused.out == ""
    assert load(file).openings == ()
    table.write_bytes(whole)
    another_day()
    opened = say("test", file, "--yes")
    assert opened.code == 0
    assert "✓ The settings are frozen" in opened.err  # --epochs and --seed are of the run


def test_the_best_of_two_regressions_was_chosen_by_dev(say: Say, file: Path) -> None:
    assert say("train", file, "--epochs", 2, "--seed", 5, "--out", file).code == 0
    said = say("test", file, "--yes").err
    assert "Dev has chosen among 2 runs" in said
    assert "Nothing was chosen" not in said


def test_data_that_are_gone_are_a_sentence_and_exit_code_1(
    say: Say, table: Path, file: Path
) -> None:
    table.unlink()
    another_day()
    for verb in ("check", "train", "test"):
        said = say(verb, file)
        assert said.code == 1
        assert "prices.csv cannot be read" in said.err


@pytest.mark.parametrize("verb", ["train", "resume"])
def test_a_run_is_not_put_where_none_can_be_kept(say: Say, file: Path, verb: str) -> None:
    """Text alone holds no weights: it would be said that they were saved, and they were gone."""
    said = say(verb, file, "--epochs", 1, "--out", file.with_suffix(".json"))
    assert said.code == 2
    assert "can hold no run" in said.err
    assert not file.with_suffix(".json").exists()
