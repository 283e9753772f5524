"""The verb `train`: its lines, its files and its exit codes."""

import os
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import torch

from engine.control import Control
from engine.dataset import Recipe
from engine.datasets import DATASETS
from engine.events import Validated
from engine.graph import NodeId
from engine.job import Job, prepare
from engine.layer import Layer
from engine.layers import CATALOGUE
from engine.project import Project
from engine.settings import Settings
from engine.storage import load, save
from engine.train import train

Say = Callable[..., Any]


def dense(units: int) -> Layer:
    return CATALOGUE["Dense"].model_validate({"out_features": units})


@pytest.fixture
def illness(chain: Callable[..., Any]) -> Project:
    """A regression on raw figures up to 346: what has no accuracy, and diverges easily."""
    layers = (dense(8), CATALOGUE["ReLU"](), dense(1), CATALOGUE["MSELoss"]())
    return Project("illness", chain(*layers), Recipe(dataset=DATASETS["Diabetes"]()))


def test_train_says_one_validated_line_an_epoch(say: Say, file: Path) -> None:
    said = say("train", file, "--json")
    assert (said.code, said.err) == (0, "")
    assert said.records[0]["event"] == "started"
    assert [line["epoch"] for line in said.of("validated")] == [1, 2, 3]
    for line in said.of("validated"):
        assert set(line) == {
            "event",
            "step",
            "epoch",
            "train_loss",
            "dev_loss",
            "train_accuracy",
            "dev_accuracy",
            "dev_f1",
            "dev_r2",
        }
    (end,) = said.of("finished")
    last = said.of("validated")[-1]
    assert said.records[-1] == end
    shared = last.keys() & end.keys() - {"event"}
    assert {"epoch", "train_loss", "dev_loss", "train_accuracy", "dev_accuracy"} <= shared
    assert {name: end[name] for name in shared} == {name: last[name] for name in shared}
    steps = said.of("step")
    assert steps[-1]["step"] == end["step"]
    assert sum(len(line["losses"]) for line in steps) == end["step"]


def test_the_same_seed_gives_the_same_lines(say: Say, file: Path) -> None:
    first, second, other = (
        say("train", file, "--epochs", 2, "--seed", seed, "--json") for seed in (7, 7, 8)
    )
    assert first.of("validated") == second.of("validated")
    assert first.of("validated") != other.of("validated")
    assert first.of("started")[0]["seed"] == 7


def test_the_lines_are_those_of_the_loop(say: Say, file: Path, moons: Project) -> None:
    job = prepare(replace(moons, settings=moons.settings.but(seed=3)))
    assert isinstance(job, Job)
    losses = [e.dev_loss for e in train(job, Control()) if isinstance(e, Validated)]
    said = say("train", file, "--seed", 3, "--json")
    assert [line["dev_loss"] for line in said.of("validated")] == losses


def test_figures_without_meaning_are_null(say: Say, file: Path, illness: Project) -> None:
    save(replace(illness, settings=illness.settings.but(epochs=1, learning_rate=1e-7)), file)
    said = say("train", file, "--json")
    assert said.code == 0
    (line,) = said.of("validated")
    assert line["dev_accuracy"] is None
    assert line["train_accuracy"] is None
    assert isinstance(line["dev_loss"], float)


def test_without_out_nothing_is_written(say: Say, file: Path) -> None:
    before, stamp = file.read_bytes(), file.stat().st_mtime_ns
    assert say("train", file, "--epochs", "1").code == 0
    assert (file.read_bytes(), file.stat().st_mtime_ns) == (before, stamp)
    assert os.listdir(file.parent) == [file.name]


def test_out_holds_the_run_and_its_weights(say: Say, file: Path, moons: Project) -> None:
    out = file.with_name("trained.chainrule")
    said = say("train", file, "--epochs", 2, "--seed", 5, "--out", out)
    assert said.code == 0
    assert "Saved run 1 with its weights" in said.err
    kept = load(out)
    assert kept == moons  # the settings of the project stay; those of the run are in it
    (run,) = kept.runs
    assert (run.settings.epochs, run.settings.seed) == (2, 5)
    assert run.settings.exact  # who names a seed wants its numbers, to the last digit
    assert run.weights["dense_1.weight"].shape == (8, 2)
    assert len(run.history.validated) == 2
    again = say("train", out, "--epochs", 1, "--out", out)
    assert again.code == 0
    assert [run.name for run in load(out).runs] == ["run 1", "run 2"]


def test_train_refuses_a_project_with_errors_and_lists_them(
    say: Say, file: Path, moons: Project
) -> None:
    save(replace(moons, graph=moons.graph.put(NodeId("dense_2"), dense(3))), file)
    said = say("train", file, "--json", "--out", file.with_name("out.chainrule"))
    assert said.code == 1
    assert [record["event"] for record in said.records] == ["problem"]
    assert said.of("problem")[0]["node"] == "loss_1"
    assert "cannot be trained" in said.err
    assert not file.with_name("out.chainrule").exists()
    assert "wants 2 scores" in say("train", file).err


def test_a_run_that_diverges_says_where_and_keeps_the_last_good_weights(
    say: Say, file: Path, illness: Project
) -> None:
    save(replace(illness, settings=illness.settings.but(learning_rate=1000)), file)
    out = file.with_name("out.chainrule")
    said = say("train", file, "--json", "--out", out)
    assert said.code == 3
    (failed,) = said.of("failed")
    assert failed["node"] in illness.graph.nodes
    assert failed["message"] in said.err
    assert "step" in failed["message"]
    assert said.of("finished") == []
    (run,) = load(out).runs
    assert all(bool(torch.isfinite(torch.tensor(w)).all()) for w in run.weights.values())


def test_any_setting_can_be_given(say: Say, file: Path, tmp_path: Path) -> None:
    out = tmp_path / "out.chainrule"
    words = (
        "optimizer=Adam",
        "learning_rate=0.003",
        "schedule=cosine",
        "clipping=norm",
        "exact=true",
    )
    options = [part for word in words for part in ("--set", word)]
    assert say("train", file, "--epochs", 1, *options, "--out", out).code == 0
    (run,) = load(out).runs
    found = run.settings
    assert (found.optimizer, found.learning_rate, found.schedule) == ("Adam", 0.003, "cosine")
    assert (found.clipping, found.exact, found.epochs) == ("norm", True, 1)


@pytest.mark.parametrize(
    ("word", "said"),
    [
        ("learning_rat=1", "Did you mean learning_rate"),
        ("learning_rate", "NAME=VALUE"),
        ("learning_rate=-1", "greater than 0"),
        ("optimizer=Adm", "Adam"),
    ],
)
def test_a_setting_that_makes_no_sense_is_told(say: Say, file: Path, word: str, said: str) -> None:
    answer = say("train", file, "--set", word)
    assert answer.code == 2
    assert said in answer.err


def test_the_settings_are_listed(say: Say) -> None:
    lines = say("settings", "--json").records
    assert [line["name"] for line in lines] == list(Settings.model_fields)
    assert "learning_rate" in say("settings").out
