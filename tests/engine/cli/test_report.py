"""The verb `report`: which run, as what, and what is refused."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

Say = Callable[..., Any]


@pytest.fixture
def trained(say: Say, file: Path, tmp_path: Path) -> Path:
    """A project of two runs."""
    out = tmp_path / "trained.chainrule"
    assert say("train", file, "--epochs", "1", "--out", out).code == 0
    assert say("train", out, "--epochs", "2", "--out", out).code == 0
    return out


def test_the_last_run_becomes_a_page_beside_the_file(say: Say, trained: Path) -> None:
    said = say("report", trained)
    assert said.code == 0
    assert said.out.startswith("Wrote run 2 to ")
    assert "run 2" in trained.with_suffix(".html").read_text("utf-8")


@pytest.mark.parametrize(
    ("kind", "suffix"), [("html", ".html"), ("csv", ".csv"), ("svg", ".svg"), ("tensorboard", "")]
)
def test_a_run_is_written_as_what_is_asked(
    say: Say, trained: Path, tmp_path: Path, kind: str, suffix: str
) -> None:
    out = tmp_path / f"first{suffix}"
    said = say("report", trained, "--to", kind, "--run", "run 1", "--out", out, "--json")
    assert said.code == 0
    (record,) = said.records
    assert (record["event"], record["kind"], record["run"]) == ("reported", kind, "run 1")
    assert all(Path(path).is_file() for path in record["files"])


def test_what_is_there_stays_unless_it_is_forced(say: Say, trained: Path) -> None:
    taken = trained.with_suffix(".html")
    taken.write_text("mine")
    said = say("report", trained)
    assert said.code == 2
    assert "would be overwritten" in said.err
    assert taken.read_text() == "mine"
    assert say("report", trained, "--force").code == 0
    assert taken.read_text("utf-8") != "mine"


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (("--to", "pdf"), "There is no kind of report called pdf."),
        (("--to", "hmtl"), "Did you mean html?"),
        (("--run", "run 7"), "There is no run called run 7."),
        (("--out", "nowhere/at/all.html"), "nowhere"),
    ],
)
def test_what_cannot_be_is_said(
    say: Say, trained: Path, words: tuple[str, ...], sentence: str
) -> None:
    said = say("report", trained, *words)
    assert said.code == 2
    assert sentence in said.err
    assert not said.out


def test_a_project_without_runs_has_nothing_to_report(say: Say, file: Path) -> None:
    said = say("report", file)
    assert said.code == 2
    assert "no runs" in said.err
