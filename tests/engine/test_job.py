"""What a run needs is made ready at once, or all that is wrong is said at once."""

from dataclasses import replace

from engine.events import Checkpoint
from engine.graph import Edge, NodeId
from engine.job import Job, prepare
from engine.layers import CATALOGUE
from engine.project import Project
from engine.run import Run


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
