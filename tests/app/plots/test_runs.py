"""The list of runs shows what came of each, says how they differ, and what is done to them can be undone."""

from collections.abc import Callable
from dataclasses import replace

import numpy as np
import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from app.plot import Plot
from app.plots.run_table import DIFFERENT, EPOCHS, LOSS, NAME, SHARE
from app.plots.runs import Runs
from engine.events import Best, Checkpoint
from engine.graph import NodeId
from engine.layers import CATALOGUE
from engine.project import fresh_run
from engine.run import record

Open = Callable[..., Plot]


@pytest.fixture
def runs(open_plot: Open, telling) -> Runs:
    """Two runs: 100 steps as given, then 40 at another rate."""
    studio = telling.studio
    telling.begin("run 1")
    telling.train(1, 100)
    studio.document.record(studio.session.run)
    project = studio.document.project
    studio.document.change(
        "Set Rate", replace(project, settings=project.settings.but(learning_rate=0.003))
    )
    telling.begin("run 2")
    telling.train(1, 40)
    studio.document.record(studio.session.run)
    plot = open_plot(Runs, 508, 260)
    assert isinstance(plot, Runs)
    return plot


def row(plot: Runs, number: int) -> list[str]:
    return [plot.model.index(number, column).data() for column in range(5)]


def test_the_newest_is_at_the_top_and_each_says_what_came_of_it(runs: Runs) -> None:
    assert [row(runs, n)[NAME] for n in (0, 1)] == ["run 2", "run 1"]
    first = runs.model.runs[1].history
    assert row(runs, 1)[EPOCHS] == "5"
    assert row(runs, 1)[LOSS] == f"{min(e.dev_loss for e in first.validated):.2f}"
    assert row(runs, 1)[SHARE] == f"{100 * first.validated[-1].dev_accuracy:.1f} %"
    assert row(runs, 0)[DIFFERENT] == "shown"
    assert row(runs, 1)[DIFFERENT] == "Rate 0.003 → 0.1"
    assert runs.subtitle == "2 runs"


def test_a_press_says_how_it_differs(runs: Runs) -> None:
    runs.choose(runs.model.runs[1])
    assert runs.words.text() == "run 1 against run 2: Rate 0.003 → 0.1."
    runs.choose(runs.model.runs[0])
    assert "Tick runs" in runs.words.text()


def test_a_tick_lays_it_over(runs: Runs) -> None:
    index = runs.model.index(1, NAME)
    runs.model.setData(index, Qt.CheckState.Checked.value, Qt.ItemDataRole.CheckStateRole)
    assert [run.name for _, run in runs.studio.overlaid] == ["run 1"]
    runs.model.setData(index, Qt.CheckState.Unchecked.value, Qt.ItemDataRole.CheckStateRole)
    assert runs.studio.overlaid == ()


def test_a_run_is_restored_with_its_drawing_and_settings(runs: Runs) -> None:
    document = runs.studio.document
    changed = document.graph.put(NodeId("relu_1"), CATALOGUE["Tanh"]())
    document.edit("Another bend", changed)
    runs.choose(runs.model.runs[1])
    runs.restore()
    assert document.project.settings.learning_rate == 0.1
    assert document.graph == runs.model.runs[1].graph
    assert runs.studio.session.run is document.project.runs[0]
    document.undo_stack.undo()
    assert document.project.settings.learning_rate == 0.003
    assert document.graph == changed


def test_delete_is_a_key_and_undone_like_any_step(runs: Runs) -> None:
    runs.choose(runs.model.runs[1])
    QTest.keyClick(runs.table, Qt.Key.Key_Delete)
    assert [run.name for run in runs.model.runs] == ["run 2"]
    runs.studio.document.undo_stack.undo()
    assert [run.name for run in runs.model.runs] == ["run 2", "run 1"]


def test_a_name_is_written_in_its_row(runs: Runs) -> None:
    runs.model.setData(runs.model.index(1, NAME), "high rate", Qt.ItemDataRole.EditRole)
    assert row(runs, 1)[NAME] == "high rate"


def test_a_run_that_goes_is_listed_but_may_not_be_deleted(runs: Runs, telling) -> None:
    telling.begin("run 3")
    runs.studio.session.state = "training"
    assert row(runs, 0)[NAME] == "run 3"
    runs.choose(runs.model.runs[0])
    runs.delete()
    assert [run.name for run in runs.model.runs] == ["run 3", "run 2", "run 1"]
    runs.studio.session.state = "idle"


def test_a_project_without_runs_says_so(open_plot: Open) -> None:
    plot = open_plot(Runs)
    assert isinstance(plot, Runs)
    assert plot.model.rowCount() == 0
    assert plot.words.text() == "Train to see the runs."


def test_a_run_that_said_nothing_has_dashes(open_plot: Open, telling) -> None:
    run = fresh_run(telling.studio.document.project)
    telling.studio.document.record(run)
    plot = open_plot(Runs)
    assert isinstance(plot, Runs)
    assert row(plot, 0)[1:4] == ["0", "–", "–"]


def test_the_best_weights_become_a_run_of_their_own(runs: Runs) -> None:
    document = runs.studio.document
    run = runs.model.runs[1]
    weights = {"dense_1.bias": np.ones(10, np.float32)}
    chance = np.zeros(8, np.uint8)
    for event in (Checkpoint(100, 5, 0, {}, {}, chance, 2.0), Best(40, 2, 1.6, weights)):
        run = record(run, event)
    document.record(run)
    runs.model.restore_best(run)
    shown = runs.studio.session.run
    assert shown is not None
    assert shown.name == "run 1, best"
    assert shown.checkpoint is not None
    assert shown.checkpoint.weights is weights
    assert (shown.history.step, shown.history.epoch, shown.history.seconds) == (40, 2.0, 0.8)
    assert shown.history.losses.steps[-1] == 40
    assert run.history.losses.steps[-1] == 100  # the first stays whole
    assert [kept.name for kept in document.project.runs] == ["run 2", "run 1", "run 1, best"]


def test_a_run_that_goes_on_is_restored_as_it_is_now(runs: Runs) -> None:
    """Each checkpoint makes another value of it, under the same name."""
    document = runs.studio.document
    run = record(runs.model.runs[1], Checkpoint(100, 5, 0, {}, {}, np.zeros(8, np.uint8)))
    document.record(run)
    found = next(kept for kept in runs.model.runs if kept.history is run.history)
    assert found.checkpoint is run.checkpoint
