"""What is open is kept beside it: whole at any moment, and only what has changed is written."""

import json
import os
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from engine.control import Control
from engine.job import Job, to_train
from engine.project import Project, fresh_run, with_run
from engine.recovery import MANIFEST, Keeper, about, recovered, still
from engine.run import record
from engine.storage import ProjectError, text_of
from engine.template import template
from engine.train import train


def trained(name: str, runs: int = 1) -> Project:
    project = template(name)
    small = project.settings.but(epochs=1, batch_size=512)
    project = replace(project, settings=small)
    for _ in range(runs):
        run = fresh_run(project)
        job = to_train(project, run)
        assert isinstance(job, Job)
        for event in train(job, Control()):
            run = record(run, event)
        project = replace(project, runs=with_run(project.runs, run, len(project.runs)))
    return project


def same(ours: Project, theirs: Project) -> None:
    assert text_of(ours) == text_of(theirs)
    assert len(ours.runs) == len(theirs.runs)
    for a, b in zip(ours.runs, theirs.runs, strict=True):
        assert a.name == b.name
        assert a.history.step == b.history.step
        np.testing.assert_array_equal(a.history.losses.values, b.history.losses.values)
        assert a.weights.keys() == b.weights.keys()
        for key, weight in a.weights.items():
            np.testing.assert_array_equal(weight, b.weights[key])


@pytest.mark.parametrize("name", ["two-moons", "spirals", "one-hidden-layer"])
def test_what_was_kept_comes_back(tmp_path: Path, name: str) -> None:
    project = replace(trained(name), notes="half a thought")
    Keeper(tmp_path / "kept").keep(project, Path("/somewhere/mine.chainrule"))
    said = about(tmp_path / "kept")
    assert said is not None
    assert (said.title, said.path) == (project.title, "/somewhere/mine.chainrule")
    same(recovered(tmp_path / "kept"), project)


def test_only_what_has_changed_is_written_anew(tmp_path: Path) -> None:
    project, keeper = trained("two-moons", runs=3), Keeper(tmp_path)
    keeper.keep(project, None)
    first = about(tmp_path)
    keeper.keep(replace(project, notes="more"), None)
    second = about(tmp_path)
    assert first is not None
    assert second is not None
    changed = {part for part in first.parts if first.parts[part] != second.parts[part]}
    assert changed == {"project.json"}
    on_disk = {file.name for file in tmp_path.iterdir()}
    assert on_disk == {*second.parts.values(), MANIFEST}
    gone = replace(project, runs=project.runs[1:])
    keeper.keep(gone, None)
    same(recovered(tmp_path), gone)


class Cut(BaseException):
    """The power goes."""


def test_the_power_may_go_before_any_write(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    old = trained("two-moons")
    new = replace(trained("spirals", runs=2), notes="new")
    writes = 0
    while True:
        folder = tmp_path / str(writes)
        keeper = Keeper(folder)
        keeper.keep(old, None)
        left = iter(range(writes))

        def sync(handle: int, left: object = left, real: Callable[[int], None] = os.fsync) -> None:
            if next(left, None) is None:  # type: ignore[call-overload]
                raise Cut
            real(handle)

        with monkeypatch.context() as patch:
            patch.setattr(os, "fsync", sync)
            try:
                keeper.keep(new, None)
            except Cut:
                same(recovered(folder), old)
                writes += 1
                continue
        same(recovered(folder), new)
        break
    assert writes == 2 + 2 * len({"run", "curves", "weights", "state", "best"})


def test_the_history_that_grows_is_copied_and_no_other() -> None:
    project = trained("two-moons", runs=2)
    taken = still(project, project.runs[1].history)
    assert taken.runs[0].history is project.runs[0].history
    assert taken.runs[1].history is not project.runs[1].history
    same(taken, project)


@pytest.mark.parametrize(
    "damage",
    [
        lambda _: "no json",
        lambda said: json.dumps({**said, "parts": {"project.json": "../../outside.json"}}),
        lambda said: json.dumps({**said, "parts": {"project.json": "/etc/passwd"}}),
        lambda said: json.dumps({"title": said["title"]}),
        lambda _: "[" * 100_000,
    ],
)
def test_a_damaged_or_hostile_manifest_is_nothing(
    tmp_path: Path, damage: Callable[[dict[str, object]], str]
) -> None:
    Keeper(tmp_path).keep(template("two-moons"), None)
    place = tmp_path / MANIFEST
    place.write_text(damage(json.loads(place.read_text())))
    assert about(tmp_path) is None
    with pytest.raises(ProjectError, match="cannot be read"):
        recovered(tmp_path)


def test_a_part_that_is_gone_is_a_sentence(tmp_path: Path) -> None:
    Keeper(tmp_path).keep(template("two-moons"), None)
    said = about(tmp_path)
    assert said is not None
    (tmp_path / said.parts["project.json"]).unlink()
    with pytest.raises(ProjectError, match="Two moons|two-moons|cannot be read"):
        recovered(tmp_path)
