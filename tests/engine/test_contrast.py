"""What differs between two runs is said once, in the words that people see, and nothing else is."""

from collections.abc import Callable
from dataclasses import replace

import pytest

from engine.contrast import contrast
from engine.dataset import Recipe
from engine.datasets import DATASETS
from engine.events import Adjusted
from engine.graph import NodeId, grouped
from engine.history import History
from engine.layers import CATALOGUE
from engine.project import Project, fresh_run
from engine.run import Run

Change = Callable[[Run], Run]


@pytest.fixture
def run(moons: Project) -> Run:
    return fresh_run(moons)


def test_the_same_has_no_differences(run: Run) -> None:
    moved = replace(run, graph=run.graph.move({NodeId("tanh_1"): (300.0, 90.0)}), history=History())
    assert contrast(run, moved) == ()


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (lambda r: replace(r, settings=r.settings.but(learning_rate=0.003, batch_size=8)),
         ("Batch 32 → 8", "Rate 0.1 → 0.003")),
        (lambda r: replace(r, settings=r.settings.but(optimizer="Adam")), ("Optimiser SGD → Adam",)),
        (lambda r: replace(r, recipe=Recipe.usual(DATASETS["Moons"](noise=0.4))),
         ("Two moons: Noise 0.2 → 0.4",)),
        (lambda r: replace(r, recipe=Recipe.usual(DATASETS["Moons"](), 3)), ("Parts: Seed 0 → 3",)),
        (lambda r: replace(r, recipe=Recipe.usual(DATASETS["Circles"]())),
         ("Data Two moons → Two circles",)),
        (lambda r: replace(r, graph=r.graph.put(NodeId("dense_1"), CATALOGUE["Dense"](out_features=16))),
         ("dense_1: Units 8 → 16",)),
        (lambda r: replace(r, graph=r.graph.put(NodeId("tanh_1"), CATALOGUE["ReLU"]())),
         ("tanh_1: Tanh → ReLU",)),
        (lambda r: replace(r, graph=r.graph.add(CATALOGUE["Dropout"](), name="drop")),
         ("drop added (Dropout)",)),
        (lambda r: replace(r, graph=r.graph.remove(NodeId("tanh_1"))), ("tanh_1 removed (Tanh)",)),
        (lambda r: replace(r, graph=r.graph.disconnect(r.graph.edges[1])), ("1 wire drawn otherwise",)),
        (lambda r: replace(r, graph=r.graph.change(NodeId("dense_1"), frozen=True)),
         ("dense_1 frozen",)),
        (lambda r: replace(r, graph=r.graph.change(NodeId("tanh_1"), enabled=False)),
         ("tanh_1 switched off",)),
    ],
)  # fmt: skip
def test_each_difference_is_said(run: Run, change: Change, words: tuple[str, ...]) -> None:
    assert contrast(run, change(run)) == words


def test_what_differs_inside_a_group_is_said_with_its_name(run: Run) -> None:
    chosen = [NodeId("dense_1"), NodeId("tanh_1")]
    first = grouped(run.graph, frozenset(chosen))
    name = next(name for name in first.nodes if name not in run.graph.nodes)
    group = first.nodes[name].layer
    inner = group.graph.put(NodeId("dense_1"), CATALOGUE["Dense"](out_features=4))
    second = first.put(name, group.but(graph=inner))
    found = contrast(replace(run, graph=first), replace(run, graph=second))
    assert found == (f"{name}.dense_1: Units 8 → 4",)


def test_what_was_changed_while_it_ran_is_a_difference(run: Run) -> None:
    other = replace(run, history=History())
    other.history.add(Adjusted(40, "learning_rate", 0.1, 0.01))
    assert contrast(run, other) == ("Rate 0.1 → 0.01 at step 40",)
    assert contrast(other, run) == ("nothing changed while it ran",)
