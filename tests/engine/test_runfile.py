"""Runs in files: curves, weights and all that is needed to go on come back; a spoilt one is a sentence."""

import json
import math
import zipfile
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from engine.events import Best, Reading
from engine.history import History
from engine.historyfile import FRAMES, arrays_of_history, history_from, record_of_history
from engine.project import Project, fresh_run
from engine.run import Run, record
from engine.storage import ProjectError, load, save, text_of

EMPTY = b"\x08" + b"\0" * 7 + b"{}      "  # arrays in the right format: none
WithRuns = Callable[[int], Project]


def assert_same_arrays(first: Any, second: Any) -> None:
    assert set(first) == set(second)
    for name in first:
        assert first[name].dtype == second[name].dtype
        np.testing.assert_array_equal(first[name], second[name])


def assert_same_history(first: History, second: History) -> None:
    np.testing.assert_array_equal(first.losses.steps, second.losses.steps)
    np.testing.assert_array_equal(first.losses.values, second.losses.values)
    for curve in ("means", "clock", "rates"):
        np.testing.assert_array_equal(getattr(first, curve).steps, getattr(second, curve).steps)
        np.testing.assert_array_equal(getattr(first, curve).values, getattr(second, curve).values)
    assert (first.judged is None) == (second.judged is None)
    if first.judged and second.judged:
        for name in ("step", "epoch", "classes"):
            assert getattr(first.judged, name) == getattr(second.judged, name)
        for name in ("truths", "outcomes", "examples"):
            np.testing.assert_array_equal(getattr(first.judged, name), getattr(second.judged, name))
    assert repr(first.validated) == repr(second.validated)  # a NaN does not equal itself
    for name in ("started", "adjusted", "remarked", "ended", "step", "epoch", "seconds", "first"):
        assert getattr(first, name) == getattr(second, name), name
    assert first.scalars.keys() == second.scalars.keys()
    for key, curve in first.scalars.items():
        np.testing.assert_array_equal(curve.steps, second.scalars[key].steps)
        np.testing.assert_array_equal(curve.values, second.scalars[key].values)
    assert_same_arrays(first.since, second.since)
    assert first.films.keys() == second.films.keys()
    for key, film in first.films.items():
        for ours, theirs in zip(film.few(FRAMES), second.films[key].few(FRAMES), strict=True):
            np.testing.assert_array_equal(ours, theirs)
    assert first.latest.keys() == second.latest.keys()
    for key, reading in first.latest.items():
        assert reading.step == second.latest[key].step
        np.testing.assert_array_equal(reading.value, second.latest[key].value)


def assert_same_runs(first: tuple[Run, ...], second: tuple[Run, ...]) -> None:
    for one, other in zip(first, second, strict=True):
        for name in ("name", "graph", "recipe", "settings"):
            assert getattr(one, name) == getattr(other, name)
        assert_same_history(one.history, other.history)
        assert (one.best is None) == (other.best is None)
        if one.best and other.best:
            assert_same_arrays(one.best.weights, other.best.weights)
            for name in ("step", "epoch", "dev_loss"):
                assert getattr(one.best, name) == getattr(other.best, name)
        assert (one.checkpoint is None) == (other.checkpoint is None)
        if one.checkpoint and other.checkpoint:
            assert_same_arrays(one.checkpoint.weights, other.checkpoint.weights)
            assert_same_arrays(one.checkpoint.optimizer, other.checkpoint.optimizer)
            np.testing.assert_array_equal(one.checkpoint.chance, other.checkpoint.chance)
            for name in ("step", "epoch", "offset"):
                assert getattr(one.checkpoint, name) == getattr(other.checkpoint, name)


@pytest.mark.parametrize("runs", [0, 1, 3])
def test_what_is_saved_opens_equal(tmp_path: Path, runs: int, with_runs: WithRuns) -> None:
    file = tmp_path / "digits.chainrule"
    save(with_runs(runs), file)
    assert load(file) == with_runs(runs)
    assert_same_runs(load(file).runs, with_runs(runs).runs)


def test_a_run_that_never_took_a_step_can_be_kept(tmp_path: Path, with_runs: WithRuns) -> None:
    made = with_runs(0)
    made = replace(made, runs=(fresh_run(made),))
    save(made, tmp_path / "a.chainrule")
    assert_same_runs(load(tmp_path / "a.chainrule").runs, made.runs)


def test_what_is_opened_and_saved_is_the_same_file(tmp_path: Path, with_runs: WithRuns) -> None:
    save(with_runs(2), tmp_path / "a.chainrule")
    save(load(tmp_path / "a.chainrule"), tmp_path / "b.chainrule")
    with (
        zipfile.ZipFile(tmp_path / "a.chainrule") as a,
        zipfile.ZipFile(tmp_path / "b.chainrule") as b,
    ):
        assert {name: a.read(name) for name in a.namelist()} == {n: b.read(n) for n in b.namelist()}


# -- what is wrong with a run ----------------------------------------------------------------------------------------


def packed(file: Path, project: Project, **parts: bytes | None) -> Path:
    """The file of a project with one run, some of its parts replaced or left out."""
    save(project, file)
    with zipfile.ZipFile(file) as archive:
        content: dict[str, bytes | None] = {name: archive.read(name) for name in archive.namelist()}
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, value in {
            **content,
            **{key.replace("__", "/"): v for key, v in parts.items()},
        }.items():
            if value is not None:
                archive.writestr(name, value)
    return file


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


@pytest.mark.parametrize(
    "part",
    [
        "run.json",
        "curves.safetensors",
        "weights.safetensors",
        "state.safetensors",
        "best.safetensors",
    ],
)
@pytest.mark.parametrize("content", [None, b"", b"{}", b"[]", b"3", b"\xff" * 64, EMPTY])
def test_a_run_that_does_not_hold_together(
    tmp_path: Path, part: str, content: bytes | None, with_runs: WithRuns
) -> None:
    file = packed(tmp_path / "a.chainrule", with_runs(1), **{f"runs__1__{part}": content})
    harmless = ("curves.safetensors", "weights.safetensors", "best.safetensors")
    if part in harmless and content == EMPTY:
        assert len(load(file).runs) == 1  # no curves, no weights: an honest, empty file
    else:
        assert "run 1" in refused(file)


@pytest.mark.parametrize(
    "change",
    [
        lambda r: r.update(ended="finished"),
        lambda r: r["ended"].update(event="exploded"),
        lambda r: r.update(step=math.inf),
        lambda r: r["checkpoint"].update(offset=-math.inf),
        lambda r: r.update(validated=[3]),
        lambda r: r["validated"][0].update(epoch="one"),
        lambda r: r["validated"][0].pop("dev_loss"),
        lambda r: r["started"].pop("threads"),
        lambda r: r["judged"].update(classes=3),
        lambda r: r["judged"].update(step="x"),
        lambda r: r.update(judged=[1]),
        lambda r: r.update(best={"step": 1}),
        lambda r: r.update(checkpoint={"step": 1}),
        lambda r: r.update(checkpoint={"step": "x", "epoch": 0, "offset": 0}),
        lambda r: r.update(step=None),
        lambda r: r.update(graph={"nodes": 3}),
        lambda r: r["settings"].update(seed=-1),
        lambda r: r["data"]["dataset"].update(name="Nothing"),
    ],
)
def test_a_run_whose_record_is_spoilt(
    tmp_path: Path, change: Callable[[Any], object], with_runs: WithRuns
) -> None:
    file = packed(tmp_path / "a.chainrule", with_runs(1))
    with zipfile.ZipFile(file) as archive:
        spoilt = json.loads(archive.read("runs/1/run.json"))
    change(spoilt)
    content = json.dumps(spoilt).encode()
    refused(packed(file, with_runs(1), **{"runs__1__run.json": content}))


def test_a_header_of_absurd_size_is_not_believed(tmp_path: Path, with_runs: WithRuns) -> None:
    header = json.dumps(
        {"w": {"dtype": "F32", "shape": [1 << 40], "data_offsets": [0, 1 << 42]}}
    ).encode()
    content = len(header).to_bytes(8, "little") + header
    refused(
        packed(tmp_path / "a.chainrule", with_runs(1), **{"runs__1__weights.safetensors": content})
    )


def test_runs_are_named_in_turn_whatever_others_are_called(with_runs: WithRuns) -> None:
    made = with_runs(2)
    assert [run.name for run in made.runs] == ["run 1", "run 2"]
    odd = replace(
        made, runs=(replace(made.runs[0], name="best"), replace(made.runs[1], name="run x"))
    )
    assert fresh_run(odd).name == "run 1"


@pytest.mark.parametrize("packing", [zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA])
def test_a_file_that_is_packed_otherwise(tmp_path: Path, packing: int, with_runs: WithRuns) -> None:
    file = tmp_path / "a.chainrule"
    with zipfile.ZipFile(file, "w", packing) as archive:
        archive.writestr("project.json", text_of(with_runs(0)))
    assert "not a Chainrule project" in refused(file)


def test_a_file_whose_parts_have_names_in_no_letters(tmp_path: Path, with_runs: WithRuns) -> None:
    file = tmp_path / "a.chainrule"
    with zipfile.ZipFile(file, "w") as archive:
        archive.writestr("project.json", text_of(with_runs(0)))
        archive.writestr("später.json", "{}")
    file.write_bytes(file.read_bytes().replace("spä".encode(), b"sp\xff\xff"))
    assert "not a Chainrule project" in refused(file)


def test_the_best_weights_are_the_lowest_on_dev_though_a_run_goes_on(with_runs: WithRuns) -> None:
    (run,) = with_runs(1).runs
    started = run.history.started
    assert run.best is not None
    assert started is not None
    worse = record(record(run, replace(started, step=10)), Best(20, 2, 0.8, {}))
    assert worse.best is run.best
    better = record(worse, Best(30, 3, 0.6, {}))
    assert better.best is not None
    assert better.best.step == 30
    assert record(better, replace(started, step=10)).best is None  # those steps are forgotten


def watched_for_long() -> History:
    """A run that said 300 times which units are dead and how weights are spread."""
    history, counts = History(), np.arange(5)
    for step in range(0, 3000, 10):
        dead = np.array([step >= 120, step in (40, 50), step >= 2000])
        history.add(Reading(step, "Silent", "relu_1", dead))
        history.add(Reading(step, "WeightSpread", "dense_1.weight", counts + 1000 * step))
    history.step = 2990
    return history


def test_since_when_units_are_dead_and_the_films_of_histograms_come_back() -> None:
    history = watched_for_long()
    arrays = arrays_of_history(history)
    again = history_from(json.loads(json.dumps(record_of_history(history))), arrays)
    assert again.since["Silent", "relu_1"].tolist() == [120, -1, 2000]
    before, after = (h.films["WeightSpread", "dense_1.weight"] for h in (history, again))
    assert len(after) == FRAMES < len(before)
    assert (after.steps[0], after.steps[-1]) == (0, 2990)
    for step, frame in zip(after.steps, after.frames, strict=True):
        np.testing.assert_array_equal(frame, np.arange(5) + 1000 * step)
    again.add(Reading(3000, "Silent", "relu_1", np.array([True, True, True])))
    assert again.since["Silent", "relu_1"].tolist() == [120, 3000, 2000]  # it goes on from there


@pytest.mark.parametrize(
    ("name", "spoilt"),
    [
        ("WeightSpread/dense_1.weight:filmed", np.arange(3)),
        ("WeightSpread/dense_1.weight:film", np.zeros((FRAMES, 5))),
        ("Silent/relu_1:since", np.array([0.5, 1.0, 2.0])),
    ],
)
def test_a_film_that_is_none_is_damage(name: str, spoilt: np.ndarray) -> None:
    history = watched_for_long()
    arrays = {**arrays_of_history(history), name: spoilt}
    with pytest.raises(ValueError, match="one frame for each step|whole numbers"):
        history_from(record_of_history(history), arrays)
