"""The manual and the completion of words, as `man` and the shells themselves take them."""

import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from engine.cli import VERBS
from engine.cli.declared import Declared, declared
from engine.cli.manual import Option, Page, as_roff

Say = Callable[..., Any]
GROFF, MAN = shutil.which("groff"), shutil.which("man")


def test_the_manual_becomes_a_page_a_verb(say: Say, tmp_path: Path) -> None:
    said = say("manual", "--write", tmp_path / "with space é", "--json")
    files = [Path(record["file"]) for record in said.of("written")]
    assert {file.stem for file in files} == {"chainrule", *(f"chainrule-{verb}" for verb in VERBS)}
    for file in files:
        text = file.read_text("utf-8")
        assert text.startswith(".TH ")
        assert all(f'.SH "{title}"' in text for title in ("NAME", "SYNOPSIS", "EXIT STATUS"))


@pytest.mark.skipif(GROFF is None, reason="groff typesets pages of the manual")
def test_groff_finds_nothing_wrong_with_the_pages(say: Say, tmp_path: Path) -> None:
    say("manual", "--write", tmp_path)
    words = [str(GROFF), "-man", "-Tutf8", "-K", "utf8", "-ww", *map(str, tmp_path.rglob("*.1"))]
    done = subprocess.run(words, capture_output=True, text=True, timeout=60)
    assert (done.returncode, done.stderr) == (0, "")
    assert "chainrule train" in done.stdout


def test_text_that_looks_like_an_order_is_text() -> None:
    said = Declared((".sh runs nothing", "'and \\fBthis\\fP neither"), ("a - b",), ())
    page = Page("x", said, "chainrule x", (Option("--one-two N", ".TH"),))
    lines = as_roff(page, (page,)).splitlines()
    assert "\\&'and \\efBthis\\efP neither" in lines
    assert "\\fB\\-\\-one\\-two N\\fR" in lines
    assert "\\&.TH" in lines


def test_a_verb_that_is_no_verb_has_no_page(say: Say) -> None:
    said = say("help", "trian")
    assert (said.code, said.out) == (2, "")
    assert "Did you mean train?" in said.err


def test_a_block_goes_on_further_in() -> None:
    def verb() -> None:
        """What it does,
        over lines.

        More.

        Examples:
            chainrule a --long
                more of it
            chainrule b

        Records:
            one: a, b?
        """

    said = declared(verb)
    assert said.paragraphs == ("What it does, over lines.", "More.")
    assert said.examples == ("chainrule a --long more of it", "chainrule b")
    assert (said.records[0].fields, said.records[0].optional) == (("a",), ("b",))


BASH = """
words=({line}"{last}")
COMP_WORDS=("${{words[@]}}"); COMP_CWORD=$(( ${{#words[@]}} - 1 ))
COMP_LINE="${{words[*]}}"; COMP_POINT=${{#COMP_LINE}}
_chainrule_completion chainrule
printf '%s\\n' "${{COMPREPLY[@]}}"
"""


@pytest.mark.skipif(shutil.which("bash") is None, reason="bash completes words")
@pytest.mark.parametrize(
    ("line", "last", "expected"),
    [
        ("chainrule ", "tra", ["train"]),
        ("chainrule new ", "small", ["small-convnet"]),
        ("chainrule report trained.chainrule --run ", "run", ["run\\ 1", "run\\ 2"]),
        ("chainrule export trained.chainrule --to ", "p", ["pt2", "python"]),
        ("chainrule train digits.chainrule --set ", "optimi", ["optimizer="]),
        ("chainrule train digits.chainrule --set optimizer = ", "Adam", ["Adam", "AdamW"]),
    ],
)
def test_bash_completes(
    shell: Callable[..., str], line: str, last: str, expected: list[str]
) -> None:
    said = shell("bash", 'eval "$(chainrule completion bash)"', BASH.format(line=line, last=last))
    assert said.splitlines() == expected


@pytest.mark.parametrize("name", ["zsh", "fish"])
def test_other_shells_take_their_scripts(shell: Callable[..., str], name: str) -> None:
    if shutil.which(name) is None:
        assert "complete" in shell("sh", f"chainrule completion {name}")
    elif name == "zsh":
        words = "autoload -U compinit; compinit -u", 'eval "$(chainrule completion zsh)"'
        assert "chainrule" in shell(name, *words, "print ${_comps[chainrule]}")
    else:
        assert "train" in shell(
            name, "chainrule completion fish | source", "complete -C'chainrule tra'"
        )
