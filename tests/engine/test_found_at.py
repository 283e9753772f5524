"""Files of a person's own are known by their names and first bytes."""

from pathlib import Path

from engine.dataset import datasets_at
from engine.datasets.text_file import TextFile


def test_a_text_is_known_as_one(tmp_path: Path) -> None:
    path = tmp_path / "own.TXT"
    path.write_text("some words\n" * 40)
    assert TextFile(file=str(path)) in datasets_at(path)


def test_what_nobody_knows_is_nothing(tmp_path: Path) -> None:
    path = tmp_path / "own.unknown"
    path.write_bytes(b"\0\1\2")
    assert datasets_at(path) == []
    assert datasets_at(tmp_path / "missing.unknown") == []
