"""`chainrule test`: the checklist, the question, one opening, kept in the file."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from engine.storage import load, save
from engine.template import template

Say = Callable[..., Any]


@pytest.fixture
def file(say: Say, tmp_path: Path) -> Path:
    save(template("two-moons"), tmp_path / "new.chainrule")
    path = tmp_path / "mine.chainrule"
    assert say("train", tmp_path / "new.chainrule", "--epochs", 2, "--out", path).code == 0
    return path


def test_the_first_opening_is_unbiased_and_the_second_is_not(say: Say, file: Path) -> None:
    first = say("test", file, "--yes", "--why", "to report it")
    assert first.code == 0
    assert "unbiased: the first opening" in first.out
    assert "✓ The settings are frozen" in first.err
    second = say("test", file, "--yes")
    assert "no longer unbiased: opening 2" in second.out
    assert "! Opened before" in second.err
    assert "to run 1" not in second.err
    assert [opening.why for opening in load(file).openings] == ["to report it", ""]


def test_as_records(say: Say, file: Path) -> None:
    said = say("test", file, "--yes", "--json", "--weights", "last")
    assert len(said.of("checked")) == 5
    (opened,) = said.of("opened")
    assert opened["unbiased"]
    assert opened["weights"] in ("best", "last")
    assert opened["low"] < opened["value"] < opened["high"]
    assert opened["right"] == round(opened["value"] * opened["examples"])


def test_who_cannot_be_asked_has_to_say_so(say: Say, file: Path) -> None:
    before = file.read_bytes()
    said = say("test", file)
    assert said.code == 2
    assert "Say --yes" in said.err
    assert said.out == ""
    assert file.read_bytes() == before


@pytest.mark.parametrize(
    ("words", "code", "sentence"),
    [
        (["--run", "run 7"], 2, "no run called run 7"),
        (["--weights", "mean"], 2, "best or last"),
    ],
)
def test_what_cannot_be(say: Say, file: Path, words: list[str], code: int, sentence: str) -> None:
    said = say("test", file, "--yes", *words)
    assert said.code == code
    assert sentence in said.err


def test_a_project_that_was_never_trained(say: Say, tmp_path: Path) -> None:
    save(template("two-moons"), tmp_path / "new.chainrule")
    said = say("test", tmp_path / "new.chainrule", "--yes")
    assert said.code == 2
    assert "no runs" in said.err
    assert load(tmp_path / "new.chainrule").openings == ()
