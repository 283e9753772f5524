"""A save that is cut short, at any moment and in any way, leaves the old file or the new one; earlier ones stay."""

import os
import random
import resource
import subprocess
import sys
import time
from dataclasses import replace
from pathlib import Path

import pytest

from engine.backups import COUNT, versions
from engine.project import Project
from engine.storage import load, save, text_of
from engine.template import template

WRITER = """
import sys
from dataclasses import replace
from pathlib import Path
from engine.storage import load, save
path = Path(sys.argv[1])
project = load(path)
print("ready", flush=True)
number = int(project.notes)
while True:
    number += 1
    save(replace(project, notes=str(number)), path)
"""


def numbered(number: int) -> Project:
    return replace(template("small-convnet"), notes=str(number))


def killed_often(path: Path, times: int, seed: int) -> list[int]:
    """Start a program that saves without end and kill it, so many times; the number in the file after each."""
    chance, found = random.Random(seed), list[int]()
    save(numbered(0), path)
    for _ in range(times):
        writer = subprocess.Popen(
            [sys.executable, "-c", WRITER, str(path)], stdout=subprocess.PIPE, text=True
        )
        assert writer.stdout is not None
        assert writer.stdout.readline() == "ready\n"
        time.sleep(chance.uniform(0, 0.06))
        writer.kill()
        writer.wait()
        writer.stdout.close()
        project = load(path)
        found.append(int(project.notes))
        assert text_of(project) == text_of(numbered(found[-1]))
    return found


def test_a_kill_at_any_moment_leaves_a_whole_file(tmp_path: Path) -> None:
    found = killed_often(tmp_path / "mine.chainrule", 12, seed=0)
    assert found == sorted(found)  # never an older one than was there
    assert found[-1] > 0


@pytest.mark.campaign
def test_hundreds_of_kills(tmp_path: Path) -> None:
    found = killed_often(tmp_path / "mine.chainrule", 400, seed=1)
    assert found == sorted(found)
    print(f"{len(found)} kills, {found[-1]} saves, every file whole")


def test_a_full_disk_leaves_the_old_file(tmp_path: Path) -> None:
    path = tmp_path / "mine.chainrule"
    save(numbered(1), path)
    size = path.stat().st_size
    program = f"""
import resource, signal
from dataclasses import replace
from pathlib import Path
from engine.storage import ProjectError, load, save
signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
project = load(Path({str(path)!r}))
resource.setrlimit(resource.RLIMIT_FSIZE, ({size // 2}, {size // 2}))
try:
    save(replace(project, notes="2" * {4 * size}), Path({str(path)!r}))
except ProjectError as error:
    print(error)
"""
    assert resource.RLIMIT_FSIZE is not None
    done = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=True
    )
    assert done.stdout.startswith("mine.chainrule could not be saved: ")
    assert load(path).notes == "1"
    assert [file.name for file in tmp_path.iterdir()] == ["mine.chainrule"]


def test_the_last_few_versions_stay(tmp_path: Path) -> None:
    path = tmp_path / "mine.chainrule"
    for number in range(6):
        save(numbered(number), path)
    assert load(path).notes == "5"
    assert [load(file).notes for file in versions(path)] == ["4", "3", "2"]
    assert len(versions(path)) == COUNT
    assert len(list(tmp_path.iterdir())) == 1 + COUNT


def test_a_disk_without_links_saves_all_the_same(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: object, **__: object) -> None:
        raise PermissionError("no links here")

    path = tmp_path / "mine.chainrule"
    save(numbered(1), path)
    monkeypatch.setattr(os, "link", refuse)
    save(numbered(2), path)
    assert load(path).notes == "2"
    assert versions(path) == ()
