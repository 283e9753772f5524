"""The verb `desktop`: the program among the applications of a Linux desktop, its files with an icon, opened by it.

All goes into the person's own folder for data, as freedesktop.org's specifications of desktop entries, icon themes and
shared MIME types say; what was put there is taken away again.
"""

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from engine.cli.say import FINE, PROBLEMS, complain, say_record, screen
from resources import resource

ICONS = ("icons", "hicolor")
PLACES: Mapping[tuple[str, ...], tuple[str, ...]] = {
    ("desktop", "chainrule.desktop"): ("applications", "chainrule.desktop"),
    ("desktop", "chainrule.xml"): ("mime", "packages", "chainrule.xml"),
    ("icons", "chainrule.svg"): (*ICONS, "scalable", "apps", "chainrule.svg"),
    ("desktop", "project.svg"): (*ICONS, "scalable", "mimetypes", "application-x-chainrule.svg"),
    **{
        ("desktop", f"chainrule-{n}.png"): (*ICONS, f"{n}x{n}", "apps", "chainrule.png")
        for n in (48, 128, 256)
    },
}
"""Each file, and where it goes below the folder for data."""
UPDATES = (
    ("update-mime-database", "mime"),
    ("update-desktop-database", "applications"),
    ("gtk-update-icon-cache", "icons/hicolor"),
)
CACHE = "icon-theme.cache"  # is brought up to date where there is one; a new one would hide icons that come later
"""What tells the desktop that something has changed, and of which folder; a system may lack each of them."""
PATIENCE_S = 60
RESERVED = set(" \t\n\"'\\><~|&;$*?#()`")


def run(remove: bool, as_json: bool) -> int:
    """Install, or remove; the exit code."""
    if sys.platform != "linux":
        complain(
            "Desktop entries are for Linux. Elsewhere, let the system open FILE with chainrule."
        )
        return PROBLEMS
    home = data_home()
    try:
        files = tuple(_remove(home) if remove else _install(home, command()))
    except OSError as error:
        reason = error.strerror or error
        complain(
            f"Nothing can be written in {home}: {reason}. Set XDG_DATA_HOME to another folder."
        )
        return PROBLEMS
    for file in files:
        if as_json:
            say_record({"event": "removed" if remove else "written", "file": str(file)})
    for tool, folder in UPDATES:
        _update(tool, home / folder)
    if not as_json:
        screen().print(_end(files, remove), soft_wrap=True)
    if not remove and _passes(command()[0]):
        complain(
            f"{command()[0]} lies in a cache and will go some day, and the entry with it. Install Chainrule to stay: "
            "pipx install ."
        )
    return FINE


def _passes(program: str) -> bool:
    """Whether a program lies where things are kept for a while, as pipx run keeps them."""
    return any(part.lower() in ("cache", ".cache") for part in Path(program).parts)


def _end(files: Sequence[Path], remove: bool) -> str:
    if remove:
        return f"Removed {len(files)} files." if files else "There was nothing to remove."
    return f"Chainrule is among the applications now, and opens .chainrule files ({len(files)} files in {data_home()})."


def data_home() -> Path:
    """The person's own folder for data."""
    given = os.environ.get("XDG_DATA_HOME", "")
    return Path(given) if os.path.isabs(given) else Path.home() / ".local" / "share"


def command() -> tuple[str, ...]:
    """What starts this program, as absolute words."""
    if getattr(sys, "frozen", False):
        return (sys.executable,)
    beside = Path(sys.executable).with_name("chainrule")
    found = str(beside) if beside.is_file() else shutil.which("chainrule")
    return (os.path.abspath(found),) if found else (sys.executable, "-m", "app")


def _install(home: Path, words: Sequence[str]) -> Iterator[Path]:
    for source, target in PLACES.items():
        content, file = resource(*source).read_bytes(), home.joinpath(*target)
        if file.suffix == ".desktop":
            content = entry(content.decode(), words).encode()
        file.parent.mkdir(parents=True, exist_ok=True)
        beside = file.with_name(f".{file.name}-{os.getpid()}")
        beside.write_bytes(content)
        beside.replace(file)
        yield file


def entry(text: str, words: Sequence[str]) -> str:
    """The desktop entry that starts these words."""
    program = _escaped(words[0])
    return text.replace("@PROGRAM@", program).replace("@COMMAND@", " ".join(map(quoted, words)))


def quoted(word: str) -> str:
    """A word of Exec=, as the specification of desktop entries quotes it: in words first, then as any value."""
    word = word.replace("%", "%%")
    if not RESERVED & set(word):
        return word
    for sign in '\\"`$':
        word = word.replace(sign, f"\\{sign}")
    return _escaped(f'"{word}"')


def _escaped(value: str) -> str:
    return value.replace("\\", "\\\\").replace("\n", "\\n").replace("\t", "\\t")


def _remove(home: Path) -> Iterator[Path]:
    for target in PLACES.values():
        file = home.joinpath(*target)
        if file.exists():
            file.unlink()
            yield file


def _update(tool: str, folder: Path) -> None:
    found = shutil.which(tool)
    if found is None or not folder.is_dir():
        return
    if tool.startswith("gtk") and not (folder / CACHE).is_file():
        os.utime(folder)  # so that the desktop looks into it again
        return
    options = ["--ignore-theme-index", "--quiet"] if tool.startswith("gtk") else []
    try:
        subprocess.run(  # noqa: S603 (the system's own tool, on a folder)
            [found, *options, str(folder)], check=True, capture_output=True, timeout=PATIENCE_S
        )
    except (OSError, subprocess.SubprocessError) as error:
        complain(
            f"{tool} did not do its work: {error}. The desktop may see the change after the next login."
        )
