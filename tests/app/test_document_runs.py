"""What is done to a run can be undone, whatever comes of other runs meanwhile."""

from dataclasses import replace

import pytest

from app.document import Document
from app.studio import Studio
from engine.events import Steps
from engine.history import History
from engine.project import fresh_run
from engine.run import Run


@pytest.fixture
def document(studio: Studio) -> Document:
    for _ in range(3):
        studio.document.record(fresh_run(studio.document.project))
    return studio.document


def names(document: Document) -> list[str]:
    return [run.name for run in document.project.runs]


def test_a_run_gets_another_name_and_its_old_one_again(document: Document) -> None:
    document.rename_run(document.project.runs[1], "  small steps ")
    assert names(document) == ["run 1", "small steps", "run 3"]
    document.undo_stack.undo()
    assert names(document) == ["run 1", "run 2", "run 3"]
    document.undo_stack.redo()
    assert names(document) == ["run 1", "small steps", "run 3"]


@pytest.mark.parametrize("name", ["", "   ", "run 2"])
def test_a_name_that_says_nothing_new_is_no_step(document: Document, name: str) -> None:
    document.rename_run(document.project.runs[1], name)
    assert names(document) == ["run 1", "run 2", "run 3"]
    assert not document.undo_stack.canUndo()


def test_no_two_runs_have_one_name(document: Document) -> None:
    document.rename_run(document.project.runs[1], "run 1")
    assert names(document) == ["run 1", "run 1 (2)", "run 3"]


def test_a_deleted_run_comes_back_to_its_place(document: Document) -> None:
    gone = document.project.runs[1]
    document.delete_run(gone)
    assert names(document) == ["run 1", "run 3"]
    document.undo_stack.undo()
    assert names(document) == ["run 1", "run 2", "run 3"]
    assert document.project.runs[1].history is gone.history


def test_runs_that_come_meanwhile_stay(document: Document) -> None:
    document.delete_run(document.project.runs[2])
    added = fresh_run(document.project)
    assert added.name == "run 3"
    document.record(added)
    document.undo_stack.undo()
    assert names(document) == ["run 1", "run 2", "run 3 (2)", "run 3"]
    document.undo_stack.redo()
    assert names(document) == ["run 1", "run 2", "run 3"]
    assert document.project.runs[2].history is added.history


def test_a_run_that_goes_on_keeps_its_new_name(studio: Studio, document: Document) -> None:
    session = studio.session
    session.show(document.project.runs[0])
    document.rename_run(document.project.runs[0], "mine")
    assert session.run is not None
    assert session.run.name == "mine"
    document.record(session.run)
    assert names(document) == ["run 2", "run 3", "mine"]


def test_the_last_run_is_shown_in_place_of_a_deleted_one(
    studio: Studio, document: Document
) -> None:
    studio.session.show(document.project.runs[1])
    document.delete_run(document.project.runs[1])
    assert studio.session.run is document.project.runs[-1]
    document.delete_run(document.project.runs[0])
    document.delete_run(document.project.runs[0])
    assert studio.session.run is None


def test_what_is_laid_over_survives_a_new_name_and_goes_with_its_run(
    studio: Studio, document: Document
) -> None:
    first = document.project.runs[0]
    studio.overlay([first])
    document.rename_run(first, "mine")
    assert [(place, run.name) for place, run in studio.overlaid] == [(0, "mine")]
    document.delete_run(document.project.runs[0])
    assert studio.overlaid == ()
    document.undo_stack.undo()
    assert len(studio.overlaid) == 1


def test_runs_told_apart_by_their_history_alone(document: Document) -> None:
    """Two runs that were given and have said the same are two runs."""
    twin = Run("twin", *_given(document.project.runs[0]), history=History())
    twin.history.add(Steps(0, 0.0, document.project.runs[0].history.losses.values, 0.0))
    document.record(twin)
    document.delete_run(twin)
    assert names(document) == ["run 1", "run 2", "run 3"]
    assert replace(twin, name="x").history is twin.history


def _given(run: Run) -> tuple:
    return run.graph, run.recipe, run.settings


def test_a_new_run_gives_way_to_a_name_that_was_taken_meanwhile(
    studio: Studio, document: Document
) -> None:
    fresh = fresh_run(document.project)
    document.rename_run(document.project.runs[0], fresh.name)
    studio.session.run = fresh
    document.record(fresh)
    assert names(document) == ["run 4", "run 2", "run 3", "run 4 (2)"]
    assert studio.session.run is not None
    assert studio.session.run.name == "run 4 (2)"
