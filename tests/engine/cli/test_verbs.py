"""Every verb, as it declares itself: its examples are obeyed, its records are those it tells of."""

import json
import re
import shlex
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from engine import verbs
from engine.cli import VERBS
from engine.cli.declared import declared

Say = Callable[..., Any]
ASKS = ("test", "import")  # whoever sits at a terminal
EXAMPLES = [(verb, line) for verb, act in VERBS.items() for line in declared(act).examples]
PIPED = [(verb, line) for verb, line in EXAMPLES if " - " in f"{line} "]
UNPIPED = [one for one in EXAMPLES if one not in PIPED]


def words_of(line: str) -> list[str]:
    """What the program is given where a shell is given this line; where its stdout goes is left out."""
    within = re.fullmatch(r'eval "\$\((.*)\)"', line)
    name, *words = shlex.split(
        within.group(1) if within else line.partition(" > ")[0].split(" | ")[-1]
    )
    assert name == "chainrule"
    return words


def test_the_words_known_beforehand_are_the_verbs() -> None:
    assert set(verbs.VERBS) == set(VERBS)
    assert len(verbs.VERBS) == len(VERBS)


@pytest.mark.parametrize("verb", VERBS)
def test_a_verb_says_what_it_does_and_gives_examples_of_itself(verb: str) -> None:
    said = declared(VERBS[verb])
    assert said.paragraphs[0].endswith(".")
    assert said.examples
    assert all(words_of(line)[0] == verb for line in said.examples)
    assert said.records or verb == "schema"  # which prints one document


@pytest.mark.parametrize(("verb", "line"), UNPIPED, ids=[line for _, line in UNPIPED])
def test_an_example_does_what_it_says(say: Say, workplace: Path, verb: str, line: str) -> None:
    if verb == "new":
        (workplace / "digits.chainrule").unlink()
    if verb == "desktop":
        say("desktop")  # so that there is something to remove
    words = [word.replace("~", str(workplace)) for word in words_of(line)]
    words += ["--yes"] if verb in ASKS and "--yes" not in words else []
    said = say(*words, *([] if "--json" in words else ["--json"]))
    assert said.code == 0, said.err
    if verb == "schema":
        assert isinstance(json.loads(said.out), dict)
        return
    known = {record.event: record for record in declared(VERBS[verb]).records}
    assert said.records
    for record in said.records:
        told = known[record.pop("event")]
        assert set(told.fields) <= set(record) <= {*told.fields, *told.optional}


@pytest.mark.parametrize("verb", VERBS)
def test_help_is_asked_for_in_each_way(say: Say, verb: str) -> None:
    said = say(verb, "--help")
    assert (said.code, said.err) == (0, "")
    assert say(verb, "-h").out == said.out
    page = say("help", verb)
    assert (page.code, page.err) == (0, "")
    for title in ("NAME", "SYNOPSIS", "OPTIONS", "EXAMPLES", "EXIT STATUS"):
        assert f"\n{title}\n" in f"\n{page.out}"
    for line in declared(VERBS[verb]).examples:
        assert line in page.out
