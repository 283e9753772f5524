"""The log: where it lies, how large it grows, and that nothing stops where it cannot be written."""

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from engine import logs
from engine.cli import main
from engine.logs import end_log, log, log_file


@pytest.fixture
def place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    place = tmp_path / "state" / "chainrule.log"
    monkeypatch.setattr(logs, "log_file", lambda: place)
    yield place
    end_log()


@pytest.mark.skipif(sys.platform != "linux", reason="each system has its own place")
def test_it_lies_where_the_system_wants_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path))
    assert log_file() == tmp_path / "chainrule" / "log" / "chainrule.log"


def test_a_command_and_what_was_wrong_with_it_are_written_down(
    place: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    assert main(["check", "no such file – é"]) == 1
    assert main(["templates"]) == 0
    said = place.read_text("utf-8").splitlines()
    assert [line.split()[3] for line in said] == ["WARNING", "INFO", "INFO"]
    assert "There is no file" in said[0]
    assert "check 'no such file – é': 1 after" in said[1]
    assert str(place) not in capfd.readouterr().out


def test_it_grows_to_a_bound(place: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(logs, "LARGEST", 1_000)
    for number in range(100):
        log().info("line %d %s", number, "x" * 60)
    files = sorted(place.parent.iterdir())
    assert [file.name for file in files] == ["chainrule.log", "chainrule.log.1", "chainrule.log.2"]
    assert all(file.stat().st_size <= 1_000 for file in files)
    assert "line 99 " in place.read_text()


@pytest.mark.parametrize("hindrance", ["a file in the way", "a folder in its place"])
def test_a_log_that_cannot_be_written_stops_nothing(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    hindrance: str,
) -> None:
    place = tmp_path / "log" / "chainrule.log"
    monkeypatch.setattr(logs, "log_file", lambda: place)
    if hindrance == "a file in the way":
        place.parent.write_text("")
    else:
        place.mkdir(parents=True)
    assert main(["templates", "--json"]) == 0
    assert capsys.readouterr().err == ""


def test_a_fault_of_the_program_is_a_sentence_and_all_of_it_is_in_the_log(tmp_path: Path) -> None:
    script = (
        "import sys, engine.cli.catalogue as room; from engine.cli import main\n"
        "def fails(as_json): raise ZeroDivisionError('overlooked')\n"
        "room.show_templates = fails\n"
        "sys.exit(main(['templates']))"
    )
    done = subprocess.run(
        [sys.executable, "-c", script],
        env={"XDG_STATE_HOME": str(tmp_path), "PATH": "", "PYTHONPATH": ":".join(sys.path)},
        capture_output=True, text=True, timeout=60,
    )  # fmt: skip
    assert (done.returncode, done.stdout, done.stderr.count("\n")) == (70, "", 1)
    (file,) = tmp_path.rglob("chainrule.log")
    assert str(file) in done.stderr
    assert "ZeroDivisionError: overlooked" in file.read_text()
