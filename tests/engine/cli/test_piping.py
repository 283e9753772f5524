"""Pipes and odd places: samples on stdin, files on stdout, names with spaces, no colours, nobody at a terminal."""

import io
import json
import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image

from tests.engine.cli.test_verbs import PIPED

Say = Callable[..., Any]
Shell = Callable[..., str]
ROOT = Path(__file__).parents[3]
pytestmark = pytest.mark.skipif(os.name != "posix", reason="pipes are otherwise elsewhere")


@pytest.mark.parametrize("line", [line for _, line in PIPED])
def test_an_example_with_a_pipe_does_what_it_says(shell: Shell, workplace: Path, line: str) -> None:
    command, _, target = line.partition(" > ")
    said = shell("sh", line)
    out = (workplace / target).read_text("utf-8") if target else said
    assert out.lstrip().startswith("<svg") if "svg" in command else "stdin" in out


class Piped(io.StringIO):
    def __init__(self, content: bytes) -> None:
        super().__init__()
        self.buffer = io.BytesIO(content)  # type: ignore[misc]


def test_stdin_is_what_a_file_would_be(
    say: Say, workplace: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    expected = say("predict", "moons.chainrule", "points.csv", "--json").records
    monkeypatch.setattr(sys, "stdin", Piped((workplace / "points.csv").read_bytes()))
    found = say("predict", "moons.chainrule", "-", "--json").records
    assert [one["shares"] for one in found] == [one["shares"] for one in expected]
    assert [one["sample"] for one in found] == ["stdin.csv:1", "stdin.csv:2"]


def test_a_picture_comes_through_stdin(
    say: Say, workplace: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    Image.fromarray(np.arange(400, dtype=np.uint8).reshape(20, 20)).save("odd.png")
    (expected,) = say("predict", "trained.chainrule", "odd.png", "--json").records
    monkeypatch.setattr(sys, "stdin", Piped((workplace / "odd.png").read_bytes()))
    (found,) = say("predict", "trained.chainrule", "-", "--json").records
    assert found["shares"] == expected["shares"]


@pytest.mark.skipif(shutil.which("bash") is None, reason="bash puts commands in the place of files")
def test_a_command_in_the_place_of_a_file(shell: Shell, workplace: Path) -> None:
    said = shell("bash", "chainrule predict moons.chainrule <(cat points.csv) --json")
    assert len([json.loads(line) for line in said.splitlines()]) == 2


@pytest.mark.parametrize("kind", ["html", "csv", "svg"])
def test_what_goes_to_stdout_is_what_would_be_in_the_file(
    say: Say, workplace: Path, kind: str
) -> None:
    say("report", "trained.chainrule", "--to", kind, "--out", f"file.{kind}")
    said = say("report", "trained.chainrule", "--to", kind, "--out", "-")
    assert (said.code, said.err) == (0, "")
    assert said.out.encode() == (workplace / f"file.{kind}").read_bytes()
    assert not (workplace / "-").exists()


@pytest.mark.parametrize(
    "words",
    [
        ["new", "two-moons", "-"],
        ["train", "digits.chainrule", "--out", "-"],
        ["resume", "trained.chainrule", "--out", "-"],
        ["import", "model.py:Net", "--yes", "--out", "-"],
        ["export", "trained.chainrule", "--to", "python", "--out", "-"],
        ["report", "trained.chainrule", "--to", "tensorboard", "--out", "-"],
        ["report", "trained.chainrule", "--out", "-", "--json"],
    ],
)
def test_what_cannot_go_to_stdout_is_refused(say: Say, workplace: Path, words: list[str]) -> None:
    said = say(*words)
    assert (said.code, said.out, said.err.count("\n")) == (2, "", 1)
    assert not (workplace / "-").exists()


def test_names_with_spaces_and_letters_of_any_script(say: Say, workplace: Path) -> None:
    folder = workplace / "mit Lücke – 漢字"
    folder.mkdir()
    project, out = folder / "a b'c.chainrule", folder / "gelernt ü.chainrule"
    (workplace / "moons.chainrule").rename(project)
    assert say("train", project, "--epochs", 1, "--out", out).code == 0
    assert say("export", out, "--to", "safetensors").code == 0
    assert say("report", out).code == 0
    assert {file.suffix for file in folder.iterdir()} >= {".html", ".safetensors", ".chainrule"}
    made = say("new", "two-moons", folder / "c d.chainrule")
    assert f"chainrule train '{folder}/c d.chainrule'" in made.out


@pytest.mark.parametrize(("given", "coloured"), [({}, True), ({"NO_COLOR": "1"}, False)])
def test_colours_are_for_a_terminal_that_wants_them(
    workplace: Path, given: dict[str, str], coloured: bool
) -> None:
    import pty

    ours, theirs = pty.openpty()
    environment = {**os.environ, "TERM": "xterm-256color", "PYTHONPATH": str(ROOT), **given}
    words = [sys.executable, "-m", "engine", "runs", "--help"]
    subprocess.run(words, stdout=theirs, stderr=theirs, env=environment, timeout=60, check=True)
    os.close(theirs)
    said = os.read(ours, 1 << 16)
    os.close(ours)
    colours = [f"\x1b[{number}".encode() for number in (31, 32, 33, 34, 35, 36, "1;3")]
    assert any(one in said for one in colours) is coloured
    assert b"runs" in said
