"""The verbs that tell what there is, and the one that makes a project of a template."""

import shlex
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from engine.datasets import DATASETS
from engine.layers import CATALOGUE
from engine.storage import load
from engine.template import template, template_names

Say = Callable[..., Any]


@pytest.mark.parametrize("name", template_names())
def test_new_makes_a_project_of_a_template(say: Say, tmp_path: Path, name: str) -> None:
    said = say("new", name, tmp_path / "a.chainrule", "--json")
    assert (said.code, said.err) == (0, "")
    assert said.records[0]["template"] == name
    assert load(tmp_path / "a.chainrule") == template(name)


def test_new_never_overwrites(say: Say, file: Path) -> None:
    before = file.read_bytes()
    said = say("new", "deep-sigmoid", file)
    assert (said.code, said.out) == (2, "")
    assert "is there already" in said.err
    assert file.read_bytes() == before


def test_new_does_not_write_through_a_link(say: Say, tmp_path: Path) -> None:
    (tmp_path / "link").symlink_to(tmp_path / "nowhere")
    said = say("new", "deep-sigmoid", tmp_path / "link")
    assert said.code == 2
    assert not (tmp_path / "nowhere").exists()


def test_the_command_that_new_suggests_can_be_pasted(say: Say, tmp_path: Path) -> None:
    said = say("new", "deep-sigmoid", tmp_path / "two words.chainrule")
    assert shlex.split(said.out)[-1] == str(tmp_path / "two words.chainrule")


def test_new_suggests_the_nearest_name(say: Say, tmp_path: Path) -> None:
    said = say("new", "deep-sigmiod", tmp_path / "a.chainrule")
    assert said.code == 2
    assert "Did you mean deep-sigmoid?" in said.err
    assert not (tmp_path / "a.chainrule").exists()


def test_new_into_no_folder_says_so(say: Say, tmp_path: Path) -> None:
    said = say("new", "deep-sigmoid", tmp_path / "no" / "a.chainrule")
    assert said.code == 1
    assert "Choose another place." in said.err


def test_layers_are_told_with_their_parameters(say: Say) -> None:
    said = say("layers", "--json")
    assert said.code == 0
    assert [record["name"] for record in said.records] == list(CATALOGUE)
    conv = next(record for record in said.records if record["name"] == "Conv2d")
    assert conv["group"] == "Convolution"
    assert conv["help"].startswith("Slides small filters over an image")
    parameters = {parameter["name"]: parameter for parameter in conv["parameters"]}
    assert parameters["out_channels"] == {
        "name": "out_channels",
        "title": "Filters",
        "type": "integer",
        "default": 6,
        "bounds": {"minimum": 1, "maximum": 65536},
        "choices": None,
        "description": "How many patterns to look for.",
    }
    assert parameters["kernel_size"]["type"] == "pair of integer"
    assert parameters["kernel_size"]["default"] == [5, 5]
    assert parameters["kernel_size"]["bounds"] == {"minimum": 1, "maximum": 65_536}
    assert "xavier" in parameters["initial_weights"]["choices"]


@pytest.mark.parametrize(
    ("verb", "names"),
    [("layers", CATALOGUE), ("datasets", DATASETS), ("templates", template_names())],
)
def test_a_list_is_read_by_people_too(say: Say, verb: str, names: Any) -> None:
    said = say(verb)
    assert (said.code, said.err) == (0, "")
    assert all(name in said.out for name in names)
    assert [record["name"] for record in say(verb, "--json").records] == list(names)


def test_data_sets_say_what_a_sample_looks_like(say: Say) -> None:
    found = {record["name"]: record for record in say("datasets", "--json").records}
    assert found["Digits28"]["shape"] == "28×28×1"
    assert found["Digits28"]["examples"] == 10_000
    assert found["Diabetes"]["predict"] == ["disease progression"]
