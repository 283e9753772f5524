"""The door decides by its first word, and says in one line what a system lacks."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from app.__main__ import main
from app.launch import system
from engine.verbs import VERBS

ROOT = Path(__file__).parent.parent.parent
LOADED = (
    "import sys\n"
    "from app.__main__ import main\n"
    "try: code = main({words})\n"
    "except SystemExit as end: code = end.code\n"
    "print('\\nLOADED', sorted({{name.split('.')[0] for name in sys.modules}} & {{'PySide6', 'torch'}}), code)"
)


def run(*arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
    """Python in the repository, with nothing of the environment that has to do with a screen."""
    kept = {
        key: value
        for key, value in os.environ.items()
        if key not in {"DISPLAY", "WAYLAND_DISPLAY", "QT_QPA_PLATFORM"}
    }
    return subprocess.run(
        [sys.executable, *arguments],
        cwd=ROOT,
        env={**kept, **environment},
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )


@pytest.mark.parametrize("words", [["templates"], ["--help"], ["train", "/no/such/file"]])
def test_a_verb_runs_without_qt(words: list[str]) -> None:
    done = run("-c", LOADED.format(words=words))
    assert "PySide6" not in done.stdout.split("LOADED")[1], done.stdout


def test_the_door_itself_loads_neither_qt_nor_torch() -> None:
    done = run(
        "-c", "import sys, app.__main__; print('PySide6' in sys.modules, 'torch' in sys.modules)"
    )
    assert done.stdout.split() == ["False", "False"]


def test_every_verb_of_the_command_line_is_known_at_the_door() -> None:
    done = run("-m", "app", "--help")
    assert done.returncode == 0
    assert all(verb in done.stdout for verb in VERBS)


def test_several_words_are_wrong_usage(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["one.chainrule", "two.chainrule"]) == 2
    assert "one FILE" in capsys.readouterr().err


def one_line(done: subprocess.CompletedProcess[str]) -> str:
    """The message, which must be one line and no report of a fault."""
    assert done.returncode == 1
    assert "Traceback" not in done.stderr
    assert len(done.stderr.strip().splitlines()) == 1, done.stderr
    return done.stderr


def test_a_missing_system_library_gives_one_line(tmp_path: Path) -> None:
    broken = tmp_path / "PySide6"
    broken.mkdir()
    (broken / "__init__.py").write_text("")
    error = "libEGL.so.1: cannot open shared object file: No such file or directory"
    (broken / "QtWidgets.py").write_text(f"raise ImportError({error!r})")
    script = f"import sys; sys.path.insert(0, {str(tmp_path)!r}); from app.__main__ import main; sys.exit(main([]))"
    line = one_line(run("-c", script, QT_QPA_PLATFORM="offscreen"))
    assert "libEGL.so.1" in line
    assert "apt install" in line
    assert "libxcb-cursor0" in line


@pytest.mark.skipif(sys.platform != "linux", reason="other systems always have a screen")
def test_no_screen_gives_one_line() -> None:
    assert "DISPLAY" in one_line(run("-m", "app"))


@pytest.mark.skipif(sys.platform != "linux", reason="X11 is asked for on Linux alone")
def test_a_library_of_the_x11_plugin_that_is_missing_is_named(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(system, "X11_LIBRARIES", ("libno-such-library.so.9",))
    reason = system.lacking({"DISPLAY": ":0"})
    assert reason is not None
    assert "libno-such-library.so.9" in reason
    assert system.lacking({"DISPLAY": ":0", "QT_QPA_PLATFORM": "offscreen"}) is None
    assert system.lacking({"WAYLAND_DISPLAY": "wayland-0"}) is None


def test_the_window_opens_from_the_terminal_and_closes_at_ctrl_c(tmp_path: Path) -> None:
    """The whole way: no file, the first example, a signal, a clean end."""
    script = (
        "import os, signal, sys, threading\n"
        "from app.launch.interrupt import Interrupt\n"
        "begin = Interrupt.__init__\n"
        "def listen(*given):\n"
        "    begin(*given)\n"
        "    threading.Timer(1, os.kill, (os.getpid(), signal.SIGINT)).start()\n"
        "Interrupt.__init__ = listen\n"
        "from app.__main__ import main\n"
        "sys.exit(main([]))\n"
    )
    environment = {
        "QT_QPA_PLATFORM": "offscreen",
        "XDG_CONFIG_HOME": str(tmp_path),
        "XDG_STATE_HOME": str(tmp_path),
    }
    done = run("-c", script, **environment)
    assert done.returncode == 0, done.stderr
    assert "Traceback" not in done.stderr


def test_a_shell_that_asks_what_comes_next_is_answered() -> None:
    asking = {
        "_CHAINRULE_COMPLETE": "complete_bash",
        "COMP_WORDS": "chainrule re",
        "COMP_CWORD": "1",
    }
    done = subprocess.run(
        [sys.executable, "-m", "app"],
        capture_output=True,
        text=True,
        check=False,
        env={**os.environ, **asking},
    )
    assert done.stdout.split() == ["resume", "report"]


def test_a_word_that_is_neither_verb_nor_file_opens_no_window(
    capsys: pytest.CaptureFixture[str],
) -> None:
    assert main(["trian"]) == 2
    out, err = capsys.readouterr()
    assert (out, err.count("\n")) == ("", 1)
    assert "neither a verb nor a file called trian" in err
