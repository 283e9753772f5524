"""Help, wrong usage and bad files: the exit code, and a sentence where it belongs."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from engine.verbs import VERBS

Say = Callable[..., Any]
ON_LINUX = pytest.mark.skipif(not Path("/proc").is_dir(), reason="no folder to write nothing in")


@pytest.mark.parametrize("verb", ["check", "train"])
@pytest.mark.parametrize(
    ("content", "words"),
    [
        (None, "There is no file"),
        (b"", "not a Chainrule project"),
        (b"\x7fELF" * 99, "not a Chainrule project"),
        ("short", "not a Chainrule project, or it is cut short"),
        ("newer", "newer Chainrule"),
    ],
)
@pytest.mark.parametrize("options", [[], ["--json"]])
def test_a_bad_file_is_a_sentence(
    say: Say, file: Path, verb: str, content: bytes | str | None, words: str, options: list[str]
) -> None:
    if content is None:
        file.unlink()
    elif content == "short":
        file.write_bytes(file.read_bytes()[:-100])
    elif content == "newer":
        file = file.with_suffix(".json")
        file.write_text('{"format": 99, "graph": {}}')
    elif isinstance(content, bytes):
        file.write_bytes(content)
    said = say(verb, file, *options)
    assert (said.code, said.out) == (1, "")
    assert words in said.err
    assert said.err.count("\n") == 1


@pytest.mark.parametrize(
    ("options", "words"),
    [
        (["--epochs", "0"], "Epochs must be at least 1"),
        (["--epochs", "many"], "many"),
        (["--seed", "x"], "x"),
        (["--seed", "-1"], "Seed must be at least 0"),
        (["--out", "/"], "is a folder"),
        (["--out", "/no/such/folder/a.chainrule"], "There is no folder"),
        pytest.param(["--out", "/proc/a"], "Nothing can be saved", marks=ON_LINUX),
        (["--speed", "9"], "--speed"),
        (["one too many"], "one too many"),
    ],
)
def test_wrong_usage_is_said_and_is_2(say: Say, file: Path, options: list[str], words: str) -> None:
    said = say("train", file, *options, "--json")
    assert (said.code, said.out) == (2, "")
    assert words in said.err


def test_every_verb_is_known_and_has_help(say: Say) -> None:
    for verb in VERBS:
        said = say(verb, "--help")
        assert said.code == 0
        assert "--json" in said.out
    overview = say("--help").out
    assert all(verb in overview for verb in VERBS)


def test_an_unknown_verb_is_wrong_usage(say: Say) -> None:
    said = say("trian")
    assert said.code == 2
    assert "train" in said.err


def test_the_version_is_told(say: Say) -> None:
    said = say("--version")
    assert said.code == 0
    assert said.out.startswith("chainrule ")
