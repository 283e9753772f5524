"""Another cell, every step or the end: what the document holds afterwards, and that it can be undone."""

from dataclasses import replace

import pytest

from app import recasting
from app.studio import Studio
from engine.cells import CELLS
from engine.dataset import Recipe
from engine.datasets.memory import Parity
from engine.graph import NodeId
from engine.layers.recurrent import GRU, LSTM
from engine.project import Project
from engine.template import template


def bring(studio: Studio, name: str) -> Project:
    studio.document.change("Bring", template(name))
    return studio.document.project


@pytest.mark.parametrize("kind", CELLS)
def test_another_cell_is_one_step_that_is_undone(studio: Studio, kind: type[GRU]) -> None:
    before = bring(studio, "surnames")
    recasting.cast(studio, kind)
    (node,) = [n for n in studio.graph.nodes.values() if type(n.layer) is kind]
    assert node.id == kind.stem
    if kind is GRU:
        assert studio.document.project == before
        return
    assert studio.nodes == {node.id}
    assert not studio.problems
    studio.document.undo_stack.undo()
    assert studio.document.project == before


def test_of_several_cells_the_selected_one_is_meant(studio: Studio) -> None:
    bring(studio, "parity")
    studio.edit("Add", studio.graph.add(LSTM(), name="second"))
    assert recasting.meant(studio) is None
    recasting.cast(studio, LSTM)
    assert type(studio.graph.nodes[NodeId("gru")].layer) is GRU
    studio.select([NodeId("gru")])
    recasting.cast(studio, LSTM)
    assert type(studio.graph.nodes[NodeId("lstm")].layer) is LSTM


@pytest.mark.parametrize("name", ["parity", "sunspots", "sunspots-every-year"])
def test_drawing_and_data_change_together(studio: Studio, name: str) -> None:
    bring(studio, name)
    for where in ("the end", "every step", "the end", "every step"):
        recasting.read(studio, where)
        assert recasting.is_read(studio, where)
        assert not [p for p in studio.problems if p.severity == "error"]
        assert getattr(studio.document.project.recipe.dataset, "asked") == where  # noqa: B009
    steps = studio.document.undo_stack.count()
    recasting.read(studio, "every step")
    assert studio.document.undo_stack.count() == steps


def test_data_that_cannot_be_asked_so_stay_and_the_drawing_says_what_is_wrong(
    studio: Studio,
) -> None:
    before = bring(studio, "surnames")
    recasting.read(studio, "every step")
    assert studio.document.project.recipe == before.recipe
    assert [p for p in studio.problems if p.severity == "error"]


def test_nothing_recurrent_is_nothing_to_do(studio: Studio) -> None:
    before = studio.document.project
    recasting.cast(studio, LSTM)
    recasting.read(studio, "the end")
    assert studio.document.project == before
    studio.document.change("Use", replace(before, recipe=Recipe(dataset=Parity())))
    assert not recasting.is_read(studio, "the end")
