"""What ends a run from outside, with real processes: it is saved, it says where, and it can be gone on with."""

import json
import os
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from importlib import import_module
from pathlib import Path
from typing import Any

import pytest

from engine.cli import safekeeping
from engine.events import Event, Steps
from engine.project import Project
from engine.storage import ProjectError, load, save
from engine.train import train

Say = Callable[..., Any]
ROOT = Path(__file__).parents[3]
pytestmark = pytest.mark.skipif(os.name != "posix", reason="signals are another thing elsewhere")


def interrupted(*words: object, by: signal.Signals) -> tuple[int, str, bytes]:
    """The exit code of a command with --json that gets a signal at its first step; then what it said."""
    command = [sys.executable, "-m", "engine", *map(str, words), "--json"]
    with subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, cwd=ROOT
    ) as process:
        assert process.stdout is not None
        assert process.stderr is not None
        for line in process.stdout:
            if json.loads(line)["event"] == "step":
                process.send_signal(by)
                break
        rest, errors = process.stdout.read(), process.stderr.read()
    return process.returncode, rest.decode(), errors


def test_what_was_learnt_is_saved_and_gone_on_with(file: Path) -> None:
    """By Ctrl-C, gone on with, by the system that shuts down, gone on with, by a terminal that is closed."""
    out, before = file.with_name("out.chainrule"), 0
    words: tuple[object, ...] = ("train", file, "--out", out)
    for by, code in ((signal.SIGINT, 130), (signal.SIGTERM, 143), (signal.SIGHUP, 129)):
        found, rest, errors = interrupted(*words, "--epochs", 100_000, by=by)
        assert (found, errors) == (code, b"")
        finished, saved = map(json.loads, rest.splitlines()[-2:])
        assert (finished["event"], finished["reason"]) == ("finished", "stopped")
        step = finished["step"]
        assert saved == {"event": "saved", "run": "run 1", "step": step, "file": str(out)}
        (run,) = load(out).runs
        assert run.weights
        assert run.checkpoint is not None
        assert run.history.step == run.checkpoint.step == step > before
        words, before = ("resume", out), step


def test_without_out_it_lies_beside_the_project(file: Path) -> None:
    before = file.read_bytes()
    file.with_name("moons-kept.chainrule").touch()  # which is left alone
    code, rest, _ = interrupted("train", file, "--epochs", 100_000, by=signal.SIGTERM)
    place = file.with_name("moons-kept-2.chainrule")
    assert code == 143
    assert json.loads(rest.splitlines()[-1])["file"] == str(place)
    assert load(place).runs[0].weights
    assert file.read_bytes() == before
    assert not file.with_name("moons-kept.chainrule").read_bytes()


def test_people_are_told_where_it_is_and_how_to_go_on(
    say: Say, file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def pressed(*given: Any, **more: Any) -> Iterator[Event]:
        for event in train(*given, **more):
            yield event
            if isinstance(event, Steps):
                os.kill(os.getpid(), signal.SIGINT)

    monkeypatch.setattr(
        import_module("engine.cli.train"), "train", pressed
    )  # the verb is called so too
    before = signal.getsignal(signal.SIGINT)
    said = say("train", file, "--epochs", 100_000)
    assert said.code == 130
    assert said.out.startswith("Stopped after")
    place = file.with_name("moons-kept.chainrule")
    assert f"Saved run 1 with its weights in {place}" in said.err
    assert f"chainrule resume {place}" in said.err
    assert signal.getsignal(signal.SIGINT) is before


def test_a_place_that_cannot_be_written_any_more_costs_no_run(
    say: Say, file: Path, moons: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    out = file.with_name("gone.chainrule")

    def full(project: Project, place: Path) -> None:
        if place == out:
            raise ProjectError("gone.chainrule could not be saved: No space left on device.")
        save(project, place)

    monkeypatch.setattr(safekeeping, "save", full)
    said = say("train", file, "--epochs", 1, "--out", out)
    assert said.code == 1
    assert "No space left" in said.err
    assert load(file.with_name("moons-kept.chainrule")).runs[0].weights
