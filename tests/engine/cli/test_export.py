"""The verb `export`: files, refusals, and sentences."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from safetensors.numpy import load_file

from engine.export import FORMATS
from engine.graph import NodeId
from engine.project import Project
from engine.storage import save

Say = Callable[..., Any]


def test_a_script_comes_with_its_weights_and_data(say: Say, file: Path) -> None:
    said = say("export", file, "--to", "python", "--json")
    assert said.code == 0
    (record,) = said.records
    names = ["moons.safetensors", "moons_data.npz", "moons.py"]
    assert record == {
        "event": "exported", "format": "python", "files": [str(file.with_name(name)) for name in names]
    }  # fmt: skip
    assert all(file.with_name(name).is_file() for name in names)


def test_weights_are_those_of_the_run(say: Say, file: Path, tmp_path: Path) -> None:
    out = tmp_path / "trained.chainrule"
    assert say("train", file, "--epochs", "1", "--out", out).code == 0
    for source, name in ((file, "fresh"), (out, "trained")):
        said = say(
            "export", source, "--to", "safetensors", "--out", tmp_path / f"{name}.safetensors"
        )
        assert said.code == 0
        assert said.out.startswith("Wrote ")
    fresh, trained = (load_file(tmp_path / f"{name}.safetensors") for name in ("fresh", "trained"))
    assert list(fresh) == list(trained)
    assert any((fresh[name] != trained[name]).any() for name in fresh)


def test_what_is_there_stays_unless_it_is_forced(say: Say, file: Path) -> None:
    taken = file.with_name("moons_data.npz")
    taken.write_text("mine")
    said = say("export", file, "--to", "python")
    assert said.code == 2
    assert "moons_data.npz would be overwritten" in said.err
    assert taken.read_text() == "mine"
    assert not file.with_name("moons.py").exists()
    assert say("export", file, "--to", "python", "--force").code == 0
    assert taken.read_bytes()[:2] == b"PK"


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (("--to", "pyton"), "Did you mean python?"),
        ((), "Say what to export to: --to"),
        (("--to", "python", "--out", "it.safetensors"), "ends in .py"),
        (("--to", "pt2", "--out", "nowhere/it.pt2"), "There is no folder"),
    ],
)
def test_wrong_words_are_told(say: Say, file: Path, words: tuple[str, ...], sentence: str) -> None:
    said = say("export", file, *words)
    assert said.code == 2
    assert sentence in said.err


def test_a_file_must_be_named(say: Say) -> None:
    said = say("export", "--to", "python")
    assert (said.code, said.err.count("\n")) == (2, 1)


def test_errors_are_printed_as_check_does(say: Say, file: Path, moons: Project) -> None:
    save(replace(moons, graph=moons.graph.remove(NodeId("loss_1"))), file)
    said = say("export", file, "--to", "python")
    assert said.code == 1
    checked = say("check", file)
    line = next(line for line in checked.out.splitlines() if line.startswith("error"))
    assert line in said.err
    assert "cannot be exported" in said.err
    assert not file.with_name("moons.py").exists()


def test_formats_are_listed(say: Say) -> None:
    records = say("export", "--formats", "--json").records
    assert [record["name"] for record in records] == list(FORMATS)
    assert all(name in say("export", "--formats").out for name in FORMATS)
