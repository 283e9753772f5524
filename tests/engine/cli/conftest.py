"""The command line in this very process, and a project that trains in no time."""

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
import torch

from engine.cli import main
from engine.cli.say import FAULT
from engine.project import Project
from engine.storage import save
from tests.engine.cli.workplace import furnish

ROOT = Path(__file__).parents[3]
Say = Callable[..., "Said"]


class Said:
    """What one command gave."""

    def __init__(self, code: int, out: str, err: str) -> None:
        self.code, self.out, self.err = code, out, err

    @property
    def records(self) -> list[dict[str, Any]]:
        """Stdout as JSON lines: one strict object each, and nothing else."""
        found = [json.loads(line, parse_constant=pytest.fail) for line in self.out.splitlines()]
        assert all(isinstance(record, dict) for record in found)
        return found

    def of(self, event: str) -> list[dict[str, Any]]:
        return [record for record in self.records if record["event"] == event]


@pytest.fixture
def say(capsys: pytest.CaptureFixture[str]) -> Say:
    def run(*words: object) -> Said:
        code = main([str(word) for word in words])
        out, err = capsys.readouterr()
        assert "Traceback" not in out + err
        assert code != FAULT, err
        return Said(code, out, err)

    return run


@pytest.fixture(autouse=True)
def wide_terminal(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setenv("COLUMNS", "200")
    yield
    torch.set_num_threads(1)


@pytest.fixture
def file(tmp_path: Path, moons: Project) -> Path:
    save(moons, tmp_path / "moons.chainrule")
    return tmp_path / "moons.chainrule"


@pytest.fixture(scope="session")
def furnished(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return furnish(tmp_path_factory.mktemp("workplace"))


@pytest.fixture
def workplace(furnished: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The folder of the manual's examples, to be written in, as the current one."""
    place = tmp_path / "here"
    shutil.copytree(furnished, place)
    monkeypatch.chdir(place)
    monkeypatch.setenv("HOME", str(place))
    return place


@pytest.fixture
def shell(workplace: Path) -> Callable[..., str]:
    """What a shell prints that has `chainrule` on its path."""
    program = workplace / "bin" / "chainrule"
    program.parent.mkdir()
    program.write_text(f'#!/bin/sh\nexec "{sys.executable}" -m app "$@"\n')
    program.chmod(0o755)
    path = f"{program.parent}{os.pathsep}{os.environ['PATH']}"

    def run(name: str, *script: str) -> str:
        done = subprocess.run(
            [str(shutil.which(name)), "-c", "\n".join(script)],
            env={**os.environ, "PATH": path, "PYTHONPATH": str(ROOT)},
            capture_output=True, text=True, timeout=60,
        )  # fmt: skip
        assert (done.returncode, done.stderr) == (0, "")
        return done.stdout

    return run
