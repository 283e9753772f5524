"""Runs on one axis: in epochs, steps, examples or seconds, through changes of batch size and pauses."""

import numpy as np
import pytest

from app.chart.scale import Scale
from app.figures.comparison import Comparison
from app.progress import Extent, Progress, Sight, Unit
from app.theme.tokens import DARK
from engine.control import Adjust, Control, Pause, Resume
from engine.events import Finished, Paused, Started, Steps, Validated
from engine.history import History
from engine.job import Job, prepare
from engine.project import Project, fresh_run
from engine.run import Run, record
from engine.train import train

PER_EPOCH = 1280


def told(*blocks: tuple[int, float, float], ended: bool = False) -> History:
    """A history of blocks that end at (step, epoch, seconds)."""
    history = History()
    history.add(Started(0, 0.0, 8, 20, PER_EPOCH, 100, 10, 0, 1, "cpu"))
    for step, epoch, seconds in blocks:
        history.add(Steps(step, epoch, np.full(step - history.step, 1.0), seconds))
    if ended:
        history.add(Finished(history.step, "stopped", 0, None, None, None, None, history.seconds))
    return history


# The batch is halved after two epochs of 20 steps: two more epochs take 80, and longer.
CHANGED = ((20, 1.0, 1.0), (40, 2.0, 2.0), (80, 3.0, 3.5), (120, 4.0, 5.0))


@pytest.mark.parametrize(
    ("unit", "end", "at_100"),
    [("epochs", 4.0, 3.5), ("steps", 120.0, 100.0), ("examples", 4 * 1280, 3.5 * 1280),
     ("seconds", 5.0, 4.25)],
)  # fmt: skip
def test_every_axis_is_right_though_the_batch_changed(
    unit: Unit, end: float, at_100: float
) -> None:
    progress = Progress(told(*CHANGED), unit)
    progress.update()
    assert progress.end == end
    assert progress.at(100) == pytest.approx(at_100)
    steps = np.arange(0.0, 121.0)
    np.testing.assert_allclose(progress.steps(progress.at(steps)), steps, atol=1e-9)


def test_seconds_leave_pauses_out_and_examples_are_those_seen(project: Project) -> None:
    """A real run: another batch size in its middle, and a pause."""
    given = project.settings.but(epochs=2, batch_size=64)
    job = prepare(Project(project.title, project.graph, project.recipe, given))
    assert isinstance(job, Job)
    control = Control()
    run, seen = fresh_run(project), 0
    count = job.data.train.count
    for event in train(job, control):
        run = record(run, event)
        if isinstance(event, Validated) and event.epoch == 1:
            control.send(Adjust("batch_size", 16.0))
            control.send(Pause())
        if isinstance(event, Paused):
            seen += 1
            control.send(Resume())
    assert seen == 1
    progress = Progress(run.history, "examples")
    progress.update()
    first = -(-count // 64)
    assert float(progress.at(first)) == pytest.approx(count)
    assert float(progress.at(run.history.step)) == pytest.approx(2 * count)
    progress.unit = "seconds"
    assert progress.end == run.history.seconds
    assert float(progress.at(run.history.step)) == pytest.approx(run.history.seconds)


def test_the_axis_reaches_as_far_as_the_longest_run() -> None:
    compared = Comparison(told(*CHANGED[:1]), "steps", 0.9)
    compared.progress.update()
    assert compared.whole(8).high < 40
    longer = _run("longer", told(*CHANGED))
    compared.lay_over([(0, longer)])
    assert compared.whole(8).high >= 120
    assert compared.whole(8).high < 200


def test_nothing_has_begun() -> None:
    for unit in ("epochs", "steps", "examples", "seconds"):
        compared = Comparison(History(), unit, 0.9)
        compared.progress.update()
        whole = compared.whole(10)
        assert whole.low < whole.high


def test_a_run_of_one_step_has_an_axis() -> None:
    for unit in ("epochs", "steps", "examples", "seconds"):
        compared = Comparison(told((1, 0.05, 0.001)), unit, 0.9)
        compared.progress.update()
        whole = compared.whole(10)
        assert 0 < compared.progress.end <= whole.high * (1 + 1e-9)
        assert float(compared.progress.at(1)) == pytest.approx(compared.progress.end)


def test_ghosts_are_those_of_the_other_runs_and_their_lines_are_kept() -> None:
    shown, past = told(*CHANGED), told(*CHANGED[:2], ended=True)
    compared = Comparison(shown, "epochs", 0.9)
    compared.progress.update()
    compared.lay_over([(0, _run("past", past)), (1, _run("shown", shown))])
    assert [ghost.name for ghost in compared.ghosts] == ["past"]
    sight = Sight(compared.progress, Scale(0, 8), 400)
    extent = Extent()
    lines = compared.ghost_lines(sight, DARK, ("dev_loss", "smooth"), (extent,))
    assert [line.label for line in lines] == ["past"]
    np.testing.assert_allclose(lines[0].xs, np.arange(1, 41) / 20)
    np.testing.assert_allclose(lines[0].ys, 1.0)
    assert (extent.low, extent.high) == (pytest.approx(1.0), pytest.approx(1.0))
    assert compared.ghost_lines(sight, DARK, ("dev_loss", "smooth"), ()) is lines
    compared.count_in("steps")
    sight = Sight(compared.progress, Scale(0, 200), 400)
    again = compared.ghost_lines(sight, DARK, ("dev_loss", "smooth"), ())
    np.testing.assert_allclose(again[0].xs, np.arange(1, 41))


def _run(name: str, history: History) -> Run:
    return Run(name, None, None, None, history)  # type: ignore[arg-type]  # it is drawn, not read
