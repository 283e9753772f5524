"""Files: what is saved opens equal, and whatever is wrong with one is a sentence."""

import json
import os
import stat
import zipfile
from collections.abc import Callable
from dataclasses import fields, replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from engine.dataset import Recipe, Split
from engine.datasets import DATASETS
from engine.graph import Edge, Graph
from engine.layers import CATALOGUE
from engine.project import Project
from engine.settings import Settings
from engine.storage import FORMAT, ProjectError, load, record_of, save, text_of
from engine.template import template

TITLES = st.text(st.characters(exclude_categories=["Cs"]), max_size=20)
WithRuns = Callable[[int], Project]


def project() -> Project:
    return replace(template("one-hidden-layer"), notes="Zwölf × ∂L/∂h")


# -- there and back --------------------------------------------------------------------------------------------------


@st.composite
def projects(draw: st.DrawFn) -> Project:
    graph = Graph()
    kinds = st.sampled_from(list(CATALOGUE.values()))
    for _ in range(draw(st.integers(0, 6))):
        graph = graph.add(
            draw(kinds)(), (draw(st.integers(-99, 99)) * 20, draw(st.floats(-1e5, 1e5)))
        )
    names = list(graph.nodes)
    for source, target in zip(names, names[1:], strict=False):
        ports = graph.nodes[target].layer.inputs
        edge = Edge(source, target, "out", ports[0].name if ports else "in")
        if graph.refusal(edge) is None:
            graph = graph.connect(edge)
    dataset = draw(st.sampled_from(list(DATASETS.values())))()
    return Project(
        draw(TITLES),
        graph,
        Recipe(dataset=dataset, split=Split(seed=draw(st.integers(0, 9))), scaling="standardise"),
        Settings(
            epochs=draw(st.integers(1, 1000)),
            learning_rate=draw(st.floats(1e-9, 1e3)),
            optimizer=draw(st.sampled_from(["SGD", "Adam"])),
        ),
        draw(TITLES),
        unknown=draw(st.dictionaries(st.just("later"), st.lists(st.integers(), max_size=2))),
    )


@settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(projects())
def test_any_project_opens_equal(tmp_path: Path, made: Project) -> None:
    save(made, tmp_path / "any.chainrule")
    again = load(tmp_path / "any.chainrule")
    assert again == made
    assert text_of(again) == text_of(made)


def test_the_text_is_readable_strict_and_sorted() -> None:
    text = text_of(project())
    record_ = json.loads(text, parse_constant=lambda name: pytest.fail(name))
    assert list(record_) == sorted(record_)
    assert record_["format"] == FORMAT
    assert "Zwölf × ∂L/∂h" in text
    assert text.endswith("}\n")


def test_the_text_alone_opens_too(tmp_path: Path) -> None:
    file = tmp_path / "project.json"
    file.write_text(text_of(project()), encoding="utf-8")
    assert load(file) == project()


def test_no_part_of_a_file_is_anything_but_json_and_safetensors(
    tmp_path: Path, with_runs: WithRuns
) -> None:
    save(with_runs(2), tmp_path / "a.chainrule")
    with zipfile.ZipFile(tmp_path / "a.chainrule") as archive:
        for name in archive.namelist():
            content = archive.read(name)
            assert name.endswith((".json", ".safetensors"))
            header = (
                content
                if name.endswith(".json")
                else content[8 : 8 + int.from_bytes(content[:8], "little")]
            )
            json.loads(header)


def test_a_thumbnail_is_kept_by_whoever_saves(tmp_path: Path) -> None:
    file, picture = tmp_path / "a.chainrule", b"\x89PNG\r\n\x1a\nand so on"
    save(replace(project(), thumbnail=picture), file)
    save(replace(load(file), notes="changed"), file)
    with zipfile.ZipFile(file) as archive:
        assert archive.read("thumbnail.png") == picture


@pytest.mark.parametrize("content", [b"", b"GIF89a", b"\x89PNG\r\n\x1a\n" * (1 << 18)])
def test_what_is_no_thumbnail_is_left_aside(tmp_path: Path, content: bytes) -> None:
    file = tmp_path / "a.chainrule"
    save(replace(project(), thumbnail=content or b"?"), file)
    assert load(file).thumbnail == b""
    assert load(file) == project()


def test_what_a_later_version_adds_is_kept(tmp_path: Path) -> None:
    made = replace(project(), unknown={"lessons": [1, {"a": None}]})
    save(made, tmp_path / "a.chainrule")
    assert load(tmp_path / "a.chainrule").unknown == made.unknown


def test_an_unknown_layer_is_written_back(tmp_path: Path) -> None:
    record_ = record_of(project())
    later = {"kind": "Mamba", "width": [1, 2]}
    record_["graph"]["nodes"].append({"id": "later", "layer": later, "position": [0.0, 0.0]})
    record_["graph"]["edges"].append(["relu.out", "later.query"])
    (tmp_path / "a.json").write_text(json.dumps(record_))
    save(load(tmp_path / "a.json"), tmp_path / "b.chainrule")
    assert record_of(load(tmp_path / "b.chainrule")) == record_


def test_every_field_of_a_project_is_in_the_file() -> None:
    names = {field.name for field in fields(Project)} - {
        "unknown",
        "recipe",
        "openings",
        "sources",
        "thumbnail",
    }
    assert set(record_of(project())) == names | {
        "data",
        "format",
    }  # and the others, if there are any


# -- what is wrong with a file ---------------------------------------------------------------------------------------


def refused(file: Path) -> str:
    with pytest.raises(ProjectError) as caught:
        load(file)
    message = str(caught.value)
    assert message.endswith((".", "?"))
    assert "\n" not in message
    assert "Error" not in message
    assert "Traceback" not in message
    assert file.name in message
    return message


def test_a_missing_file_and_a_folder(tmp_path: Path) -> None:
    assert "There is no file" in refused(tmp_path / "nothing.chainrule")
    assert "folder" in refused(tmp_path)
    assert "is not a file" in refused(Path(os.devnull))


@pytest.mark.parametrize("content", [b"", b"hello", b"PK\x03\x04", b"\x89PNG\r\n\x1a\n" * 99])
def test_a_foreign_file(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "a.chainrule").write_bytes(content)
    assert "not a Chainrule project" in refused(tmp_path / "a.chainrule")


def test_a_foreign_zip(tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "a.zip", "w") as archive:
        archive.writestr("word/document.xml", "<a/>")
    assert "holds no project.json" in refused(tmp_path / "a.zip")


def test_a_file_cut_short_anywhere(tmp_path: Path, with_runs: WithRuns) -> None:
    file = tmp_path / "a.chainrule"
    save(with_runs(1), file)
    whole = file.read_bytes()
    for length in {
        *range(300),
        *range(300, len(whole), 61),
        *range(len(whole) - 120, len(whole)),
    }:
        file.write_bytes(whole[:length])
        refused(file)


def test_a_file_with_any_byte_spoilt_is_read_or_refused(
    tmp_path: Path, with_runs: WithRuns
) -> None:
    file = tmp_path / "a.chainrule"
    save(with_runs(1), file)
    whole = file.read_bytes()
    chance = np.random.default_rng(0)
    refusals = 0
    for place in {
        *range(200),
        *range(200, len(whole), 17),
        *range(len(whole) - 400, len(whole)),
    }:
        spoilt = bytearray(whole)
        spoilt[place] ^= int(chance.integers(1, 256))
        file.write_bytes(spoilt)
        try:
            load(file)
        except ProjectError as error:
            assert "\n" not in str(error)  # noqa: PT017 (some bytes do not matter)
            refusals += 1
    assert refusals > 100


def edited(change: Callable[[dict[str, Any]], object]) -> bytes:
    record_ = json.loads(text_of(project()))
    change(record_)
    return json.dumps(record_).encode()


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"{", "its text cannot be read"),
        (b"[" * 100_000, "its text cannot be read"),
        (b"\xff\xfe", "its text cannot be read"),
        (b"[]", "not a Chainrule project"),
        (b"{}", "not a Chainrule project"),
        (edited(lambda r: r.update(format=FORMAT + 1)), "newer Chainrule"),
        (edited(lambda r: r.update(format="1")), "whole number"),
        (edited(lambda r: r.update(format=0)), "whole number"),
        (edited(lambda r: r.update(graph=3)), "nodes and edges"),
        (edited(lambda r: r.update(settings={"epochs": 0})), "Epochs must be at least 1"),
        (edited(lambda r: r.update(settings={"epoch": 3})), "Did you mean epochs?"),
        (edited(lambda r: r["data"]["dataset"].update(name="Digit8")), "Did you mean Digits8?"),
        (edited(lambda r: r["data"]["split"].update(train=0.9)), "add up to 1"),
        (edited(lambda r: r["graph"]["nodes"][2]["layer"].update(out_features=-1)), "at least 1"),
        (edited(lambda r: r["graph"]["nodes"][2]["layer"].update(out_features=10**30)), "at most"),
        (edited(lambda r: r["graph"]["edges"].append(["relu.out", "hidden.in"])), "hidden"),
        (edited(lambda r: r["graph"]["nodes"][0].update(position=[10**400, 0.5])), "two numbers"),
        (edited(lambda r: r["graph"]["nodes"][0].update(position=[0, 1e300])), "two numbers"),
        (edited(lambda r: r["graph"]["edges"].append(10**900)), "..."),
        (edited(lambda r: r.update(title="\ud800")), "its text cannot be read"),
        (edited(lambda r: r.update(later=float("nan"))), "its text cannot be read"),
        (edited(lambda r: r.update(runs="all")), "list"),
        (edited(lambda r: r.update(runs=[1, 2])), "run 1 is missing"),
        (edited(lambda r: r.update(sources=[1])), "by their paths"),
        (edited(lambda r: r.update(sources={"a": {"size": -1}})), "size must be at least 0"),
    ],
    ids=lambda value: value[:30] if isinstance(value, str) else "",
)
def test_a_project_that_does_not_hold_together(tmp_path: Path, content: bytes, words: str) -> None:
    file = tmp_path / "a.chainrule"
    with zipfile.ZipFile(file, "w") as archive:
        archive.writestr("project.json", content)
    assert words in refused(file)


def test_a_file_that_unpacks_to_gigabytes_is_not_unpacked(tmp_path: Path) -> None:
    file = tmp_path / "a.chainrule"
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("project.json", b" " * (80 << 20))
    assert file.stat().st_size < 1 << 20
    assert "larger than" in refused(file)


def test_a_file_with_a_password(tmp_path: Path) -> None:
    file = tmp_path / "a.chainrule"
    save(project(), file)
    content = bytearray(file.read_bytes())
    content[6] |= 1  # the flag in the local header
    content[content.index(b"PK\x01\x02") + 8] |= 1  # and in the table of contents
    file.write_bytes(content)
    refused(file)


# -- writing ---------------------------------------------------------------------------------------------------------


def test_a_failed_save_leaves_the_old_file_and_no_rubbish(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = tmp_path / "a.chainrule"
    save(project(), file)
    before = file.read_bytes()

    def broken(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("engine.storage.write_runs", broken)
    with pytest.raises(ProjectError, match="No space left on device"):
        save(project(), file)
    assert file.read_bytes() == before
    assert os.listdir(tmp_path) == ["a.chainrule"]


def test_a_save_into_nowhere_says_so(tmp_path: Path) -> None:
    with pytest.raises(ProjectError, match="Choose another place"):
        save(project(), tmp_path / "no" / "a.chainrule")


@pytest.mark.skipif(os.name != "posix", reason="permissions and links are POSIX's")
def test_permissions_and_links_stay(tmp_path: Path) -> None:
    file, link = tmp_path / "a.chainrule", tmp_path / "link.chainrule"
    save(project(), file)
    file.chmod(0o640)
    link.symlink_to(file)
    save(replace(project(), title="new"), link)
    assert link.is_symlink()
    assert load(file).title == "new"
    assert stat.S_IMODE(file.stat().st_mode) == 0o640


def test_a_saved_project_is_not_hidden_from_others(tmp_path: Path) -> None:
    file, other = tmp_path / "a.chainrule", tmp_path / "other"
    save(project(), file)
    other.touch()
    assert file.stat().st_mode == other.stat().st_mode
