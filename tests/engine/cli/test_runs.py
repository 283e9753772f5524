"""`runs`, `resume` and `schema`."""

import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from jsonschema import Draft202012Validator

from engine.cli.schema import schema
from engine.layers import CATALOGUE
from engine.storage import load, record_of, save
from engine.template import template, template_names

Say = Callable[..., Any]


def trained(say: Say, tmp_path: Path, epochs: int, seed: int = 3) -> Path:
    save(template("spirals"), tmp_path / "new.chainrule")
    path = tmp_path / f"{epochs}.chainrule"
    words = ("--epochs", epochs, "--seed", seed, "--out", path)
    assert say("train", tmp_path / "new.chainrule", *words).code == 0
    return path


def test_what_goes_on_is_what_never_stopped(say: Say, tmp_path: Path) -> None:
    whole, half = trained(say, tmp_path, 4), trained(say, tmp_path, 2)
    said = say("resume", half, "--epochs", 2)
    assert said.code == 0
    assert "Saved run 1" in said.err
    (ours,), (theirs,) = load(half).runs, load(whole).runs
    assert ours.history.step == theirs.history.step
    np.testing.assert_array_equal(ours.history.losses.values, theirs.history.losses.values)
    for name, weight in theirs.weights.items():
        np.testing.assert_array_equal(ours.weights[name], weight)


def test_to_another_file_the_first_stays_as_it_was(say: Say, tmp_path: Path) -> None:
    half = trained(say, tmp_path, 1)
    before = half.read_bytes()
    assert say("resume", half, "--epochs", 1, "--out", tmp_path / "more.chainrule").code == 0
    assert half.read_bytes() == before
    assert load(tmp_path / "more.chainrule").runs[0].history.epoch == 2


def test_runs_are_listed(say: Say, tmp_path: Path) -> None:
    path = trained(say, tmp_path, 2)
    assert say("test", path, "--yes").code == 0
    (record,) = say("runs", path, "--json").records
    run = load(path).runs[0]
    assert record["name"] == "run 1"
    assert record["step"] == run.history.step
    assert record["dev_loss"] == run.history.validated[-1].dev_loss
    assert record["openings"] == 1
    assert record["can_go_on"]
    assert "run 1" in say("runs", path).out
    assert "no runs yet" in say("runs", tmp_path / "new.chainrule").out


@pytest.mark.parametrize("words", [["resume"], ["resume", "--run", "run 9"]])
def test_nothing_to_go_on_with(say: Say, tmp_path: Path, words: list[str]) -> None:
    save(template("spirals"), tmp_path / "new.chainrule")
    said = say(words[0], tmp_path / "new.chainrule", *words[1:])
    assert said.code == 2
    assert "no runs" in said.err


# -- the schema ------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def validator() -> Draft202012Validator:
    said = schema()
    Draft202012Validator.check_schema(said)
    return Draft202012Validator(said)


def test_it_is_printed_and_nothing_else(say: Say) -> None:
    said = say("schema")
    assert json.loads(said.out) == schema()
    assert said.err == ""


@pytest.mark.parametrize("name", template_names())
def test_every_template_follows_it(validator: Draft202012Validator, name: str) -> None:
    validator.validate(record_of(template(name)))


def test_every_layer_follows_it(validator: Draft202012Validator) -> None:
    project = template("two-moons")
    for kind in CATALOGUE.values():
        project = replace(project, graph=project.graph.add(kind()))
    validator.validate(json.loads(json.dumps(record_of(project))))


@pytest.mark.parametrize(
    "spoil",
    [
        lambda said: said["graph"]["nodes"][1]["layer"].update(out_features="many"),
        lambda said: said["settings"].update(epochs="ten"),
        lambda said: said["data"]["split"].update(train=3),
        lambda said: said.pop("graph"),
        lambda said: said["graph"]["edges"].append(["alone"]),
    ],
)
def test_what_is_wrong_does_not(
    validator: Draft202012Validator, spoil: Callable[[dict[str, Any]], object]
) -> None:
    said = json.loads(json.dumps(record_of(template("two-moons"))))
    spoil(said)
    assert not validator.is_valid(said)
