"""What goes through pipes: samples that come in on stdin, a single file that goes out on stdout; both are named “-”."""

import shutil
import sys
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from engine.cli.say import wrong_usage

STREAM = "-"
LOOK = 4096  # bytes that tell text from a picture


@contextmanager
def taken_in(inputs: Sequence[Path]) -> Iterator[Sequence[Path]]:
    """The files, with what a pipe or stdin brings in files of its own, as long as they are needed."""
    with tempfile.TemporaryDirectory() as folder:
        yield [
            _drained(one, Path(folder) / str(number)) if _is_stream(one) else one
            for number, one in enumerate(inputs)
        ]


def _is_stream(path: Path) -> bool:
    return str(path) == STREAM or path.is_fifo()


def _drained(path: Path, folder: Path) -> Path:
    folder.mkdir()
    name = "stdin" if str(path) == STREAM else path.name
    with (folder / name).open("wb") as kept:
        if str(path) == STREAM:
            shutil.copyfileobj(sys.stdin.buffer, kept)
        else:
            with path.open("rb") as source:
                shutil.copyfileobj(source, kept)
    with (folder / name).open("rb") as kept_file:
        suffix = ".csv" if _is_text(kept_file.read(LOOK)) else ".png"
    return (folder / name).rename(folder / f"{name}{suffix}")


def _is_text(begun: bytes) -> bool:
    if b"\0" in begun:
        return False
    try:
        begun.decode()
    except UnicodeDecodeError as error:
        return error.start > len(begun) - 4  # a letter cut in two at the end
    return True


@contextmanager
def given_out(out: Path | None, suffix: str, as_json: bool) -> Iterator[Path | None]:
    """Where to write a file that is wanted on stdout, to which it goes if all went well; None if it is not."""
    if str(out) != STREAM:
        yield None
        return
    if as_json:
        wrong_usage(
            "--out - puts the file itself on stdout, where --json puts records. Leave one out."
        )
    if not suffix:
        wrong_usage("A folder of files cannot go to stdout. Name a place with --out.")
    with tempfile.TemporaryDirectory() as folder:
        place = Path(folder) / f"chainrule{suffix}"
        yield place
        if place.is_file():
            with place.open("rb") as source:
                shutil.copyfileobj(source, sys.stdout.buffer)
            sys.stdout.buffer.flush()
