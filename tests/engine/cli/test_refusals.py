"""What cannot be done, of every verb and every option: one sentence on stderr, an exit code, and nothing on stdout."""

import json
import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from zipfile import ZipFile

import pytest
from typer.main import get_command

from engine.cli import VERBS, app
from engine.cli.declared import declared
from tests.engine.cli.test_verbs import ASKS, words_of
from tests.engine.cli.workplace import NAMES, PROJECTS

Say = Callable[..., Any]
COMMANDS: dict[str, Any] = get_command(app).commands  # type: ignore[attr-defined]
NOWHERE = "points.csv/none"  # under a file there can be none, not even root's
ANYTHING_GOES = {"why", "text"}


def first_example(verb: str) -> list[str]:
    words = words_of(declared(VERBS[verb]).examples[0])
    return [*words, *(["--yes"] if verb in ASKS and "--yes" not in words else [])]


def is_refused(said: Any, *, code: int | None = None) -> bool:
    assert said.code in ((1, 2) if code is None else (code,))
    if said.out:  # a record that was asked for
        (record,) = said.records
        assert (record["event"], said.err) == ("refused", "")
        return True
    assert said.err.count("\n") == 1, said.err
    assert re.search(r"([.?]|: (chainrule |--).*)\n$", said.err), said.err
    return True


def reading() -> Iterator[tuple[str, int]]:
    """Each word of a first example that names a file to be read."""
    for verb in VERBS:
        words = first_example(verb)
        for place, word in enumerate(words):
            given = word.partition(":")[0]
            if given in NAMES and words[place - 1] not in ("--out", "--write") and verb != "new":
                yield verb, place


READING = list(reading())


def test_there_are_such_files_in_most_examples() -> None:
    assert {verb for verb, _ in READING} >= {
        "check", "export", "generate", "import", "predict", "report", "resume", "runs", "test", "train"
    }  # fmt: skip


@pytest.mark.parametrize("bad", ["missing", "noise", "a folder"])
@pytest.mark.parametrize(("verb", "place"), READING)
def test_a_file_that_is_none(say: Say, workplace: Path, verb: str, place: int, bad: str) -> None:
    words = first_example(verb)
    given, colon, rest = words[place].partition(":")
    others = () if given.endswith(".chainrule") else NAMES[len(PROJECTS) :]
    mended = [word for word in words if word == words[place] or word not in others]
    file = workplace / f"no such – {given}"
    if bad == "noise":
        file.write_bytes(bytes(range(256)) * 9)
    elif bad == "a folder":
        file.mkdir()
    mended[mended.index(words[place])] = f"{file}{colon}{rest}"
    if verb == "import" and bad == "noise":
        return  # what Python says of it is told in full
    assert is_refused(say(*mended, "--json"), code=1)


OPTIONS = [
    (verb, option.opts[-1])
    for verb, command in COMMANDS.items()
    for option in command.params
    if option.param_type_name == "option"
    and not (option.is_flag or option.hidden or option.name in ANYTHING_GOES)
]


@pytest.mark.parametrize(("verb", "option"), OPTIONS)
def test_a_value_that_is_none(say: Say, workplace: Path, verb: str, option: str) -> None:
    before = sorted(workplace.rglob("*"))
    words = first_example(verb)
    if option in words:
        del words[words.index(option) : words.index(option) + 2]
    if verb == "new":
        words[-1] = "new.chainrule"
    assert is_refused(say(*words, option, NOWHERE, "--json"))
    assert sorted(workplace.rglob("*")) == before


@pytest.mark.parametrize("verb", VERBS)
def test_words_that_a_verb_does_not_know(say: Say, verb: str) -> None:
    assert is_refused(say(verb, "--no-such-option"), code=2)
    if any(one.required for one in COMMANDS[verb].params):
        assert is_refused(say(verb, "--json"), code=2)
    if all(one.nargs == 1 for one in COMMANDS[verb].params):
        assert is_refused(say(*first_example(verb), "one", "too", "many"), code=2)


@pytest.mark.parametrize("words", [["nosuch"], ["--nosuch"], []])
def test_words_that_no_verb_knows(say: Say, words: list[str]) -> None:
    assert is_refused(say(*words), code=2)


@pytest.mark.parametrize(
    "words",
    [
        ["new", "two-mons", "a.chainrule"],
        ["new", "two-moons", "moons.chainrule"],
        ["new", "a", "b", "c"],
        ["new", "--data", "points.csv", "--kind", "Nosuch", "a.chainrule"],
        ["new", "--data", "penguins.csv", "--target", "nosuch", "a.chainrule"],
        ["new", "two-moons", "a.chainrule", "--kind", "TableFile"],
        ["predict", "moons.chainrule"],
        ["predict", "moons.chainrule", "--text", "a b"],
        ["predict", "digits.chainrule", "photo.png"],
        ["resume", "digits.chainrule"],
        ["test", "digits.chainrule", "--yes"],
        ["report", "digits.chainrule"],
        ["generate", "digits.chainrule"],
        ["import", "nosuch.module:Net", "--yes"],
        ["import", "model.py:Nosuch", "--yes"],
    ],
)  # fmt: skip
def test_names_that_are_none(say: Say, workplace: Path, words: list[str]) -> None:
    before = {file: file.stat().st_mtime_ns for file in workplace.rglob("*")}
    assert is_refused(say(*words, "--json"))
    assert {
        file: file.stat().st_mtime_ns for file in workplace.rglob("*") if "cache" not in file.name
    } == before


@pytest.mark.parametrize("part", ["layer", "dataset"])
@pytest.mark.parametrize("verb", sorted({verb for verb, _ in READING} - {"import"}))
def test_a_project_with_something_that_nobody_knows(
    say: Say, workplace: Path, verb: str, part: str
) -> None:
    with ZipFile(workplace / "moons.chainrule") as source:
        held = {name: source.read(name) for name in source.namelist()}
    record = json.loads(held["project.json"])
    if part == "layer":
        record["graph"]["nodes"][1]["layer"]["kind"] = "FromTheFuture"
    else:
        record["data"]["dataset"]["name"] = "FromTheFuture"
    with ZipFile(workplace / "strange.chainrule", "w") as target:
        for name, data in {**held, "project.json": json.dumps(record).encode()}.items():
            target.writestr(name, data)
    words = first_example(verb)
    words[1] = "strange.chainrule"
    said = say(*words, "--json")
    assert all(record["event"] for record in said.records)
    assert said.code in (0, 1, 2)
    assert said.code == 0 or said.err or said.of("problem")
    if verb in ("check", "train", "export"):
        assert said.code == 1
        assert "FromTheFuture" in said.out + said.err
