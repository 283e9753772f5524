"""The program on a desktop, as the desktop's own tools see it, in a home that is a folder of the test's."""

import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from PIL import Image

import engine.cli.desktop as room
from engine.cli.desktop import PLACES, entry, quoted
from resources import resource

Say = Callable[..., Any]
TOOLS = ("desktop-file-validate", "update-mime-database", "update-desktop-database", "gio")
pytestmark = pytest.mark.skipif(
    any(shutil.which(tool) is None for tool in TOOLS), reason="only a Linux desktop has these tools"
)


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    home = tmp_path / "a home – é"
    home.mkdir()
    monkeypatch.setenv("HOME", str(home))
    for name in ("XDG_DATA_HOME", "XDG_CONFIG_HOME", "DISPLAY", "XDG_CURRENT_DESKTOP"):
        monkeypatch.delenv(name, raising=False)
    return home


def told(*words: object) -> str:
    done = subprocess.run([str(word) for word in words], capture_output=True, text=True, timeout=60)
    assert (done.returncode, done.stderr) == (0, "")
    return done.stdout.strip()


def test_the_desktop_knows_the_program_and_its_files(say: Say, home: Path) -> None:
    said = say("desktop", "--json")
    assert (said.code, said.err) == (0, "")
    share = home / ".local" / "share"
    files = {Path(record["file"]) for record in said.of("written")}
    assert files == {share.joinpath(*target) for target in PLACES.values()}
    assert told("desktop-file-validate", share / "applications" / "chainrule.desktop") == ""
    project = home / "two moons.chainrule"
    project.write_bytes(b"PK\x03\x04")
    kind = told("gio", "info", "-a", "standard::content-type", project)
    assert kind.endswith("content-type: application/x-chainrule")
    assert "chainrule.desktop" in told("gio", "mime", "application/x-chainrule").splitlines()[0]
    assert not (share / "icons" / "hicolor" / "icon-theme.cache").exists()
    assert say("desktop").code == 0  # once more


def test_what_was_installed_is_taken_away_and_nothing_else(say: Say, home: Path) -> None:
    others = home / ".local" / "share" / "applications" / "other.desktop"
    others.parent.mkdir(parents=True)
    others.write_text("[Desktop Entry]\nType=Application\nName=Other\nExec=true\n")
    say("desktop")
    said = say("desktop", "--remove", "--json")
    assert len(said.of("removed")) == len(PLACES)
    left = {file.name for file in (home / ".local").rglob("*") if file.is_file()}
    assert others.name in left
    assert not [name for name in left if "chainrule" in name]
    assert say("desktop", "--remove").out == "There was nothing to remove.\n"


def test_the_folder_for_data_is_where_the_system_says(
    say: Say, home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "elsewhere"))
    say("desktop")
    assert (tmp_path / "elsewhere" / "applications" / "chainrule.desktop").is_file()
    assert not (home / ".local").exists()


def test_a_home_that_cannot_be_written_to_is_a_sentence(
    say: Say, home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (home / "file").write_text("")
    monkeypatch.setenv("XDG_DATA_HOME", str(home / "file"))
    said = say("desktop")
    assert (said.code, said.out, said.err.count("\n")) == (1, "", 1)


def test_a_program_in_a_cache_is_told(
    say: Say, home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(room, "command", lambda: (f"{home}/.cache/pipx/4c1/bin/chainrule",))
    said = say("desktop")
    assert (said.code, said.err.count("\n")) == (0, 1)
    assert "pipx install" in said.err


@pytest.mark.parametrize(
    "name", ["plain", "with space", 'a"b', "a$b", "a%f", "é`x`", "back\\slash"]
)
def test_odd_paths_are_quoted_as_the_specification_says(tmp_path: Path, name: str) -> None:
    file = tmp_path / "chainrule.desktop"
    text = resource("desktop", "chainrule.desktop").read_text("utf-8")
    file.write_text(entry(text, (f"/opt/{name}/chainrule", "-m")), encoding="utf-8")
    assert told("desktop-file-validate", file) == ""
    (line,) = [line for line in file.read_text("utf-8").splitlines() if line.startswith("Exec=")]
    value = line.removeprefix("Exec=").replace("\\\\", "\\")  # as any value is read
    words = told("sh", "-c", f"printf '%s\\n' {value}").splitlines()  # where quotes mean the same
    assert [word.replace("%%", "%") for word in words] == [f"/opt/{name}/chainrule", "-m", "%f"]
    assert quoted("plain") == "plain"


def test_the_pictures_have_the_sizes_they_are_kept_under() -> None:
    for source, target in PLACES.items():
        if target[-1].endswith(".png"):
            with resource(*source).open("rb") as file, Image.open(file) as picture:
                assert f"{picture.width}x{picture.height}" == target[2]
