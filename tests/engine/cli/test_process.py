"""The command line as a process of its own: what it loads, Ctrl-C, and readers who go away."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from engine.storage import load

Say = Callable[..., Any]
ROOT = Path(__file__).parents[3]


def command(*words: object) -> list[str]:
    return [sys.executable, "-m", "engine", *map(str, words)]


def finished(*words: object, **options: Any) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        command(*words), capture_output=True, text=True, timeout=120, cwd=ROOT, **options
    )


def test_python_m_engine_is_the_same(say: Say) -> None:
    done = finished("templates", "--json")
    assert done.returncode == 0
    assert done.stdout == say("templates", "--json").out


def test_nothing_of_qt_and_no_torch_where_it_is_not_needed(tmp_path: Path) -> None:
    script = (
        "import sys; from engine.cli import main; "
        "codes = [main(w.split()) for w in sys.argv[1:]]; "
        "heavy = {m.split('.')[0] for m in sys.modules} & {'PySide6', 'shiboken6', 'pyqtgraph', 'torch'}; "
        "sys.exit(repr((codes, heavy)) if any(codes) or heavy else 0)"
    )
    light = ["layers --json", "templates", f"new deep-sigmoid {tmp_path}/a.chainrule", "--version"]
    done = subprocess.run(
        [sys.executable, "-c", script, *light],
        capture_output=True,
        text=True,
        cwd=ROOT,
        timeout=120,
    )
    assert done.returncode == 0, done.stderr


def test_training_needs_no_qt(file: Path) -> None:
    script = (
        "import sys; sys.modules.update(dict.fromkeys(('PySide6', 'shiboken6', 'pyqtgraph'))); "
        "from engine.cli import main; sys.exit(main(sys.argv[1:]))"
    )
    words = [sys.executable, "-c", script, "train", str(file), "--epochs", "1", "--json"]
    done = subprocess.run(words, capture_output=True, text=True, cwd=ROOT, timeout=120)
    assert done.returncode == 0, done.stderr
    assert '"finished"' in done.stdout


@pytest.mark.skipif(os.name != "posix", reason="pipes are closed otherwise elsewhere")
def test_a_reader_who_goes_away_is_no_fault() -> None:
    with subprocess.Popen(
        command("layers", "--json"), stdout=subprocess.PIPE, stderr=subprocess.PIPE, cwd=ROOT
    ) as process:
        assert process.stdout is not None
        assert process.stderr is not None
        process.stdout.close()
        assert process.stderr.read() == b""
    assert process.returncode == 0


def heeding() -> None:
    """Let a child heed Ctrl-C, which it would ignore where these tests run in the background."""
    signal.signal(signal.SIGINT, signal.SIG_DFL)


@pytest.mark.skipif(os.name != "posix", reason="Ctrl-C is another thing elsewhere")
def test_ctrl_c_before_the_first_step_leaves_quietly(file: Path) -> None:
    words = command("train", file, "--epochs", 100_000)
    with subprocess.Popen(
        words, stdout=subprocess.PIPE, stderr=subprocess.PIPE, cwd=ROOT, preexec_fn=heeding
    ) as process:
        time.sleep(0.5)
        process.send_signal(signal.SIGINT)
        _, errors = process.communicate(timeout=60)
    assert process.returncode in (130, -signal.SIGINT)  # the latter while Python itself begins
    assert process.returncode == 130 or b"engine/cli" not in errors


@pytest.mark.skipif(os.name != "posix", reason="pipes are closed otherwise elsewhere")
def test_training_that_nobody_listens_to_ends_and_is_kept(file: Path) -> None:
    out = file.with_name("out.chainrule")
    words = command("train", file, "--epochs", 100_000, "--out", out, "--json")
    with subprocess.Popen(
        words, stdout=subprocess.PIPE, stderr=subprocess.PIPE, cwd=ROOT
    ) as process:
        assert process.stdout is not None
        assert process.stderr is not None
        process.stdout.readline()
        process.stdout.close()
        errors = process.stderr.read()
    assert (process.returncode, errors) == (130, b"")
    (run,) = load(out).runs
    assert run.weights


@pytest.mark.skipif(not os.path.exists("/dev/full"), reason="only Linux has a disk always full")
def test_a_log_on_a_full_disk_costs_no_weights(file: Path) -> None:
    out = file.with_name("out.chainrule")
    with open("/dev/full", "wb") as full:
        words = command("train", file, "--epochs", 2, "--out", out, "--json")
        done = subprocess.run(words, stdout=full, stderr=subprocess.PIPE, cwd=ROOT, timeout=120)
        listed = subprocess.run(
            command("layers"), stdout=full, stderr=subprocess.PIPE, cwd=ROOT, timeout=120
        )
    assert (done.returncode, done.stderr.count(b"\n")) == (0, 1)
    assert b"could not be written" in done.stderr
    assert load(out).runs[0].weights
    assert (listed.returncode, listed.stderr.count(b"\n")) == (1, 1)


@pytest.mark.skipif(os.name != "posix", reason="streams are closed otherwise elsewhere")
def test_closed_streams_are_no_fault(file: Path) -> None:
    words = 'exec "$@" >&- 2>&-'
    shell = ["/bin/sh", "-c", words, "sh", *command("train", file, "--epochs", 1, "--json")]
    assert subprocess.run(shell, cwd=ROOT, timeout=120).returncode == 0


def test_a_name_that_no_file_can_have_is_a_sentence(tmp_path: Path) -> None:
    done = finished("check", tmp_path / ("long" * 100))
    assert done.returncode == 1
    assert done.stderr.count("\n") == 1
    done = finished("train", tmp_path, "--out", tmp_path / ("long" * 100))
    assert done.returncode == 1
    assert "Traceback" not in done.stderr


ENDLESS = """
import os, pathlib
pathlib.Path("begun").write_text(str(os.getpid()))
while True:
    try:
        while True:
            pass
    except BaseException:
        pass
"""


@pytest.mark.skipif(os.name != "posix", reason="Ctrl-C is another thing elsewhere")
def test_ctrl_c_ends_python_that_does_not_heed_it(tmp_path: Path) -> None:
    (tmp_path / "endless.py").write_text(ENDLESS)
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    process = subprocess.Popen(
        command("import", "endless.py:Net", "--yes"),
        stderr=subprocess.PIPE,
        cwd=tmp_path,
        env=environment,
        preexec_fn=heeding,
    )
    begun = tmp_path / "begun"
    try:
        while not (begun.exists() and begun.read_text()):
            assert process.poll() is None
            time.sleep(0.05)
        process.send_signal(signal.SIGINT)
        process.communicate(timeout=20)
    finally:
        process.kill()
        process.communicate()
    assert process.returncode == 130
    with pytest.raises(ProcessLookupError):
        os.kill(int(begun.read_text()), 0)


def test_python_that_ends_its_process_is_told(say: Say, tmp_path: Path) -> None:
    (tmp_path / "ends.py").write_text("import os\nprint('about to go', flush=True)\nos._exit(7)")
    said = say("import", f"{tmp_path}/ends.py:Net", "--yes", "--out", tmp_path / "a.chainrule")
    assert said.code == 1
    assert "about to go" in said.err
    assert "ended its process (exit code 7)" in said.err
