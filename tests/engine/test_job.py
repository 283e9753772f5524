"""What a run needs is made ready at once, or all that is wrong is said at once."""

from dataclasses import replace

import pytest

from engine.events import Checkpoint
from engine.graph import Edge, NodeId
from engine.job import Job, devices, prepare
from engine.layers import CATALOGUE
from engine.memory import needed, spoken
from engine.project import Project
from engine.run import Run
from engine.shapes import Cost


def test_a_sound_project_becomes_a_job(moons: Project) -> None:
    job = prepare(moons)
    assert isinstance(job, Job)
    assert job.settings == moons.settings
    assert job.last_epoch == moons.settings.epochs


def test_all_errors_are_said_at_once(moons: Project) -> None:
    graph = moons.graph.add(CATALOGUE["ReLU"]()).add(CATALOGUE["Conv2d"]())
    graph = graph.put(NodeId("dense_2"), CATALOGUE["Dense"](out_features=5))
    problems = prepare(replace(moons, graph=graph))
    assert isinstance(problems, tuple)
    assert {problem.node for problem in problems if problem.severity == "error"} == {
        "relu_1",
        "conv_1",
        "loss_1",
    }


def test_advice_does_not_stop_a_job(moons: Project) -> None:
    graph = moons.graph.add(CATALOGUE["ReLU"](), name="dead")
    graph = graph.connect(Edge(NodeId("dense_1"), NodeId("dead")))
    assert isinstance(prepare(replace(moons, graph=graph)), Job)


def test_a_run_that_was_stopped_ends_where_it_would_have_a_finished_one_goes_as_far_again(
    moons: Project,
) -> None:
    for done, end in [(0, 3), (2, 3), (3, 6), (6, 9)]:
        checkpoint = Checkpoint(0, done, 0, {}, {}, None)  # type: ignore[arg-type]
        run = Run("run 1", moons.graph, moons.recipe, moons.settings, checkpoint=checkpoint)
        job = prepare(moons, run)
        assert isinstance(job, Job)
        assert job.last_epoch == end


@pytest.mark.parametrize("units", [10**9, 10**8, 10**6])
def test_a_network_larger_than_the_machine_is_refused_before_it_is_made(
    moons: Project, units: int
) -> None:
    graph = moons.graph.put(NodeId("dense_1"), CATALOGUE["Dense"](out_features=units))
    bare = prepare(replace(moons, graph=graph, settings=moons.settings.but(batch_size=1_000_000)))
    assert isinstance(bare, tuple)
    assert "dense_1" in bare[-1].message
    assert "memory" in bare[-1].message


def test_the_estimate_counts_what_training_holds() -> None:
    # 101,770 parameters five times and 1,942 activations of 64 examples twice, four bytes each
    assert needed(Cost(101_770, 0, 1_942), 64) == 4 * (5 * 101_770 + 2 * 64 * 1_942)


@pytest.mark.parametrize(
    ("size", "text"), [(999, "999 bytes"), (18_816, "18.8 kB"), (2.9e9, "2.9 GB")]
)
def test_bytes_are_said_in_words(size: float, text: str) -> None:
    assert spoken(int(size)) == text


@pytest.mark.parametrize("device", ["cuda", "mps"])
def test_a_device_that_is_not_there_is_a_problem_in_words(moons: Project, device: str) -> None:
    found = prepare(replace(moons, settings=moons.settings.but(device=device)))
    if device in devices():
        assert isinstance(found, Job)
    else:
        assert isinstance(found, tuple)
        assert "no such device" in found[-1].message
