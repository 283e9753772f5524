"""The verb `import`: it asks first, reports, and overwrites nothing."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from engine.storage import load

Say = Callable[..., Any]
FILE = """
import torch
from torch import nn
print("hello from the file")
class Net(nn.Module):
    def __init__(self, width=6):
        super().__init__()
        self.one, self.two = nn.Linear(4, width), nn.Linear(width, 3)
    def forward(self, x):
        return self.two(torch.erf(self.one(x)))
class Broken(nn.Module):
    def forward(self, x):
        raise RuntimeError("broken inside")
"""


@pytest.fixture
def file(tmp_path: Path) -> Path:
    (tmp_path / "mine.py").write_text(FILE)
    return tmp_path / "mine.py"


def test_it_says_that_python_is_run_and_waits_for_a_word(
    say: Say, file: Path, tmp_path: Path
) -> None:
    said = say("import", f"{file}:Net", "--out", tmp_path / "a.chainrule")
    assert said.code == 2
    assert "runs the Python of" in said.err
    assert "--yes" in said.err
    assert "hello" not in said.err + said.out
    assert not (tmp_path / "a.chainrule").exists()


def test_a_module_becomes_a_project_that_trains(say: Say, file: Path, tmp_path: Path) -> None:
    out = tmp_path / "a.chainrule"
    said = say(
        "import", f"{file}:Net", "--yes", "--loss", "--json", "--args", '{"width": 5}', "--out", out
    )
    assert said.code == 0, said.err
    (record,) = said.records
    assert record["layers"] == {"Dense": 2}
    assert record["opaque"] == {"operations_1": ["torch.erf"]}
    assert record["difference"] <= 1e-5
    project = load(out)
    assert project.runs[0].weights["one.weight"].shape == (5, 4)
    assert say("check", out).code == 0
    assert say("train", out, "--epochs", "1").code == 0


def test_the_report_is_for_people(say: Say, file: Path, tmp_path: Path) -> None:
    said = say("import", f"{file}:Net", "-y", "--input", "4", "--out", tmp_path / "a.chainrule")
    assert said.code == 0
    for words in (
        "Net became 3 layers",
        "Dense",
        "1 stayed opaque",
        "operations_1: erf",
        "largest difference",
    ):
        assert words in said.out


def test_nothing_is_overwritten_unless_it_is_said(say: Say, file: Path, tmp_path: Path) -> None:
    (tmp_path / "a.chainrule").write_text("mine")
    command = ("import", f"{file}:Net", "--yes", "--out", tmp_path / "a.chainrule")
    assert say(*command).code == 2
    assert (tmp_path / "a.chainrule").read_text() == "mine"
    assert say(*command, "--force").code == 0


@pytest.mark.parametrize(
    ("options", "code", "words"),
    [
        (("--args", "{"), 2, "--args should be JSON"),
        (("--args", '{"with": 1}'), 1, "cannot be made with these arguments"),
        (("--input", "nonsense:3"), 2, "does not say what a sample looks like"),
        (("--input", "7"), 1, "could not be run on examples of 2×7"),
    ],
)
def test_wrong_words_are_told(
    say: Say, file: Path, tmp_path: Path, options: tuple[str, ...], code: int, words: str
) -> None:
    said = say("import", f"{file}:Net", "--yes", *options, "--out", tmp_path / "a.chainrule")
    assert said.code == code
    assert words in said.err
    assert not (tmp_path / "a.chainrule").exists()


def test_a_mistake_in_the_module_is_shown_with_its_line(
    say: Say, file: Path, tmp_path: Path
) -> None:
    said = say(
        "import", f"{file}:Broken", "--yes", "--input", "4", "--out", tmp_path / "a.chainrule"
    )
    assert said.code == 1
    assert "broken inside" in said.err
    assert "mine.py" in said.err
    assert "engine/imports" not in said.err
