"""The test set: opened by one door alone, judged right, counted, and kept."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import torch
from sklearn.metrics import accuracy_score, r2_score

from engine.axes import Row, Values
from engine.certainty import share_interval
from engine.control import Control
from engine.dataset import Data, Part, Recipe, Sealed, Split
from engine.datasets import DATASETS
from engine.graph import Edge, Graph
from engine.job import Job, to_train
from engine.layers import CATALOGUE
from engine.leaks import Leaks, leaks
from engine.network import build
from engine.opening import earlier
from engine.project import Project, fresh_run, with_run
from engine.run import Run, record
from engine.seal import checklist, opened, rehearsed
from engine.settings import Settings
from engine.shapes import infer
from engine.storage import ProjectError, load, project_from, record_of, save
from engine.template import template
from engine.train import train
from engine.trained import Untrained
from engine.weights import copy_in


def trained(project: Project, epochs: int = 2) -> tuple[Project, Run]:
    project = replace(project, settings=project.settings.but(epochs=epochs))
    run = fresh_run(project)
    job = to_train(project, run)
    assert isinstance(job, Job)
    for event in train(job, Control()):
        run = record(run, event)
    return replace(project, runs=with_run(project.runs, run, len(project.runs))), run


def chain(dataset: str, *layers: tuple[str, dict[str, object]], **settings: object) -> Project:
    graph = Graph().add(CATALOGUE["Input"](), name="x")
    for name, given in layers:
        graph = graph.add(CATALOGUE[name](**given))
    names = list(graph.nodes)
    ports = [graph.nodes[name].layer.inputs[0].name for name in names[1:]]
    edges = [Edge(a, b, "out", p) for a, b, p in zip(names, names[1:], ports, strict=False)]
    recipe = Recipe.usual(DATASETS[dataset]())
    return Project(dataset, graph.connect(*edges), recipe, Settings(**settings))


def answers(run: Run, part: Part) -> np.ndarray:
    """What the network says, without anything of the seal."""
    data = run.recipe.prepare()
    network = build(run.graph.flat, infer(run.graph, data.parts, data.target))
    copy_in(network.module, run.best.weights if run.best else run.weights)
    network.train(False)
    with torch.no_grad():
        return network.module(torch.tensor(part.inputs))[0].numpy()


CLASSES = [
    lambda: template("two-moons"),
    lambda: template("one-hidden-layer"),
    lambda: chain(
        "Digits8",
        ("Flatten", {}),
        ("BatchNorm1d", {}),
        ("Dropout", {"p": 0.5}),
        ("Dense", {"out_features": 10}),
        ("CrossEntropyLoss", {}),
    ),
]


@pytest.mark.parametrize("made", CLASSES)
def test_what_comes_out_is_what_scikit_learn_says(made) -> None:  # noqa: ANN001
    project, run = trained(made(), 1)
    test = run.recipe.prepare().sealed.open()
    _, opening = opened(project, run, rehearsed(run))
    found = answers(run, test).argmax(1)
    assert opening.measure == "accuracy"
    assert opening.value == pytest.approx(accuracy_score(test.targets, found), abs=1e-12)
    assert opening.right == int((found == test.targets).sum())
    assert opening.examples == opening.asked == test.count
    assert (opening.low, opening.high) == share_interval(opening.right, test.count)
    assert sum(count for _, _, count in opening.by_class) == test.count
    assert sum(right for _, right, _ in opening.by_class) == opening.right


def test_measured_values_are_judged_by_r_squared() -> None:
    project = chain("Diabetes", ("Dense", {"out_features": 1}), ("MSELoss", {}), learning_rate=0.05)
    project, run = trained(project, 20)
    test = run.recipe.prepare().sealed.open()
    _, opening = opened(project, run, rehearsed(run))
    assert opening.measure == "R²"
    assert opening.value == pytest.approx(r2_score(test.targets, answers(run, test)), abs=1e-6)
    assert opening.low < opening.value < opening.high
    assert opening.right is None


def test_openings_are_counted_kept_and_belong_to_one_test_set(tmp_path: Path) -> None:
    project, run = trained(template("two-moons"))
    for number in range(3):
        assert len(earlier(project.openings, run.recipe)) == number
        project, opening = opened(project, run, rehearsed(run), f"look {number}")
    assert opening.why == "look 2"
    save(project, tmp_path / "mine.chainrule")
    again = load(tmp_path / "mine.chainrule")
    assert again.openings == project.openings
    other = Recipe(dataset=run.recipe.dataset, split=Split(seed=5), scaling=run.recipe.scaling)
    assert earlier(again.openings, other) == ()
    scaled = Recipe(dataset=run.recipe.dataset, split=run.recipe.split, scaling="standardise")
    assert len(earlier(again.openings, scaled)) == 3  # the same examples, whatever is done to them


def test_a_run_that_stands_still_is_not_disturbed() -> None:
    project, run = trained(template("two-moons"))
    before = torch.get_rng_state()
    opened(project, run, rehearsed(run))
    assert torch.equal(before, torch.get_rng_state())


def test_the_checklist_says_what_is_so() -> None:
    project, run = trained(template("two-moons"), 1)
    points = {point.title: point for point in checklist(project, run, rehearsed(run))}
    assert not points["The dev loss has been seen once at most"].good
    assert points["The settings are frozen"].good
    assert points["No leak between the parts"].good
    changed = replace(project, settings=project.settings.but(learning_rate=0.5))
    titles = [point.title for point in checklist(changed, run, rehearsed(run)) if not point.good]
    assert "The settings have changed since" in titles
    redrawn = replace(project, graph=project.graph.add(CATALOGUE["ReLU"]()))
    redrawn, more = trained(project, 1)
    several = {point.title for point in checklist(redrawn, more, rehearsed(more))}
    assert "Dev has chosen among 2 runs" in several


def test_a_run_without_weights_is_refused() -> None:
    with pytest.raises(Untrained, match="has learnt nothing yet"):
        rehearsed(fresh_run(template("two-moons")))


def part(*rows: int) -> Part:
    x = np.asarray(rows, np.float32)[:, None]
    return Part(x, x.copy(), np.arange(len(rows)))


@pytest.mark.parametrize(
    ("train", "dev", "test", "expected"),
    [
        ((1, 2), (3,), (4, 5), Leaks(0, 0)),
        ((1, 2), (2, 3), (4,), Leaks(1, 0)),
        ((1, 2), (3,), (3, 1, 1, 6), Leaks(0, 3)),
    ],
)
def test_shared_examples_are_counted(
    train: tuple[int, ...], dev: tuple[int, ...], test: tuple[int, ...], expected: Leaks
) -> None:
    data = Data(Row(1), Values(("y",)), part(*train), part(*dev), Sealed(part(*test)))
    assert leaks(data) == expected


def test_nobody_else_opens_the_seal() -> None:
    root = Path(__file__).parents[2]
    users = {
        str(file.relative_to(root))
        for room in ("engine", "app")
        for file in (root / room).rglob("*.py")
        if "sealed.open(" in file.read_text()
    }
    assert users == {"engine/seal.py", "engine/leaks.py"}


@pytest.mark.parametrize("openings", ["many", [1], [{"run": "run 1"}], {"a": 1}])
def test_damaged_openings_are_a_sentence(openings: object) -> None:
    said = {**record_of(template("two-moons")), "openings": openings}
    with pytest.raises(ProjectError, match="mine"):
        project_from(said, "mine")
