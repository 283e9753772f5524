"""What a run needs is made ready at once, or all that is wrong is said at once."""

import pickle
from collections.abc import Callable
from dataclasses import replace
from math import isfinite

import pytest

from engine.control import Control
from engine.dataset import Recipe
from engine.datasets import DATASETS
from engine.events import Checkpoint
from engine.fingerprint import fingerprint
from engine.graph import Edge, Graph, NodeId
from engine.history import History
from engine.job import Job, devices, other_data, prepare, to_train
from engine.layers import CATALOGUE
from engine.memory import needed, spoken
from engine.project import Project
from engine.run import Run, record
from engine.shapes import Cost
from engine.train import train


def job_of(project: Project) -> Job:
    job = prepare(project)
    assert isinstance(job, Job), job
    return job


def test_a_sound_project_becomes_a_job(moons: Project) -> None:
    job = prepare(moons)
    assert isinstance(job, Job)
    assert job.settings == moons.settings
    assert job.last_epoch == moons.settings.epochs


def test_a_project_and_its_job_pickle(moons: Project) -> None:
    """So that they can be sent to another process."""
    assert pickle.loads(pickle.dumps(moons)) == moons
    first, second = job_of(moons), pickle.loads(pickle.dumps(job_of(moons)))
    ends = [list(train(job, Control()))[-1] for job in (first, second)]
    assert ends[0].dev_loss == ends[1].dev_loss  # type: ignore[attr-defined]


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


def test_a_batch_norm_that_would_see_one_number_is_refused(
    noisy_digits: Project, chain: Callable[..., Graph]
) -> None:
    """One example of 8×8 pixels has a variance a channel, but none a feature."""
    small = replace(noisy_digits, settings=noisy_digits.settings.but(batch_size=1))
    (problem,) = (found for found in prepare(small) if found.severity == "error")  # type: ignore[union-attr]
    assert problem.severity == "error"
    assert problem.node == "norm_2"
    assert "at least two examples" in problem.message
    assert isinstance(prepare(replace(small, graph=problem.fix.edit(small.graph))), Job)
    assert isinstance(prepare(replace(small, settings=small.settings.but(batch_size=2))), Job)


@pytest.mark.parametrize("units", [10**9, 10**8])
def test_a_network_larger_than_the_machine_is_refused_before_it_is_made(
    moons: Project, units: int
) -> None:
    graph = moons.graph.put(NodeId("dense_1"), CATALOGUE["Dense"](out_features=units))
    bare = prepare(replace(moons, graph=graph, settings=moons.settings.but(batch_size=1_000_000)))
    assert isinstance(bare, tuple)
    assert "dense_1" in bare[-1].message
    assert "memory" in bare[-1].message


def test_the_estimate_counts_what_training_holds() -> None:
    # four bytes each: 101,770 parameters eight times (weights, gradients, two copies of weights, two memories twice)
    # and 1,942 numbers of 64 examples
    assert needed(Cost(101_770, 0, 1_942), 64, "Adam") == 4 * (8 * 101_770 + 64 * 1_942)


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


def test_sequences_shorter_than_a_window_are_said_before_anything_runs(
    moons: Project, chain: Callable[..., Graph]
) -> None:
    """The stand-in's sequences have 16 steps; a window of 17 finds none, and its mean would be of nothing."""
    recipe = Recipe.usual(DATASETS["Placeholder"](sample="signal:2,time", count=2))
    for kernel, sound in ((16, True), (17, False)):
        window = CATALOGUE["Conv1d"](kernel_size=kernel)
        layers = (
            window,
            CATALOGUE["GlobalAvgPool"](),
            CATALOGUE["ReLU"](),
            CATALOGUE["Dense"](out_features=2),
        )
        graph = chain(*layers, CATALOGUE["CrossEntropyLoss"]())
        found = prepare(replace(moons, graph=graph, recipe=recipe))
        assert isinstance(found, Job) is sound
        if isinstance(found, Job):
            *_, end = train(found, Control())
            assert isfinite(end.dev_loss)  # type: ignore[attr-defined]
        else:
            assert found[0].node == "conv_1"
            assert "at least 17 steps, but the longest that comes to it has 16" in found[0].message


def test_data_that_have_changed_under_a_run_are_told(moons: Project) -> None:
    """The same name and the same sizes, but one number is another: to go on would mix two data sets."""
    run = Run("run 1", moons.graph, moons.recipe, moons.settings)
    job = to_train(moons, run)
    assert isinstance(job, Job)
    for event in train(job, Control()):
        run = record(run, event)
    assert isinstance(to_train(moons, run), Job)
    inputs = job.data.train.inputs.copy()
    inputs[3, 1] += 1e-3
    changed = replace(job.data, train=replace(job.data.train, inputs=inputs))
    assert fingerprint(changed) != fingerprint(job.data)
    problem = other_data(replace(job, data=changed), run)
    assert problem is not None
    assert "run 1" in problem.message
    assert "Restart" in problem.message
    assert other_data(job, run) is None
    assert other_data(replace(job, data=changed), replace(run, history=History())) is None  # of old
