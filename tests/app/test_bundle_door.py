"""A bundle is its own Python: what asks for the command line in a process of its own comes to the same door."""

import sys

import pytest

from app.__main__ import ASIDE, main
from engine import aside


def test_a_process_of_its_own_is_the_command_line(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    asked: list[list[str]] = []
    monkeypatch.setattr(aside.subprocess, "Popen", lambda words, **_: asked.append(words))
    started = aside.Aside(["--version"])
    started._trouble.close()
    started._folder.cleanup()
    assert asked[0][1:-1] == ASIDE
    monkeypatch.setattr(sys, "frozen", True, raising=False)
    monkeypatch.setattr(sys, "argv", asked[0])
    assert main() == 0
    assert capsys.readouterr().out.startswith("chainrule ")
