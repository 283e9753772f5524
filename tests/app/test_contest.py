"""Three runs that differ in the kind of cell alone."""

import pytest
from pytestqt.qtbot import QtBot

from app.contest import UNTRAINED, Contest, as_kind, kinds_in
from app.studio import Studio
from engine.dataset import Recipe
from engine.datasets import DATASETS
from engine.graph import Edge, Graph
from engine.layers import CATALOGUE
from engine.project import Project
from engine.settings import Settings


def drawing(kind: str, **options: object) -> Graph:
    graph = Graph()
    for name, layer in (
        ("data", CATALOGUE["Input"]()),
        ("cell", CATALOGUE[kind](hidden_size=5, **options)),
        ("head", CATALOGUE["Dense"](out_features=1)),
        ("loss", CATALOGUE["MSELoss"]()),
    ):
        graph = graph.add(layer, name=name)
    return graph.connect(
        Edge("data", "cell"), Edge("cell", "head", "hidden"), Edge("head", "loss", "out", "prediction")
    )  # fmt: skip


@pytest.fixture
def project() -> Project:
    """A GRU on a short adding problem."""
    data = Recipe.usual(DATASETS["Adding"](steps=8, count=100))
    return Project("Adding", drawing("GRU"), data, Settings(epochs=1, batch_size=20))


def test_what_kinds_share_is_kept() -> None:
    layer = (
        as_kind(drawing("LSTM", num_layers=2, bidirectional=True, forget_bias=3.0), "GRU")
        .nodes["cell"]
        .layer
    )
    assert (type(layer).__name__, layer.num_layers, layer.bidirectional) == ("GRU", 2, True)
    assert layer.update_bias == 0
    assert as_kind(drawing("GRU"), "GRU").nodes["cell"].layer == drawing("GRU").nodes["cell"].layer
    assert kinds_in(drawing("RNN")) == ["RNN"]


def test_three_runs_follow_one_another_and_the_drawn_kind_comes_last(
    studio: Studio, qtbot: QtBot
) -> None:
    contest = Contest(studio)
    before = studio.document.project.graph
    contest.begin()
    qtbot.waitUntil(lambda: len(contest.entered) == 3 and not contest.goes_on, timeout=30_000)
    assert [run.name for run in studio.document.project.runs] == ["RNN", "LSTM", "GRU"]
    assert {run.name for run in contest.fresh} == {"RNN", "GRU", "LSTM"}
    seeds = {(run.settings.seed, id(run.recipe)) for run in studio.document.project.runs}
    assert len(seeds) == 1
    assert studio.session.run is not None
    assert studio.session.run.name == "GRU"
    assert [run.name for _, run in studio.overlaid] == ["RNN", "LSTM"]
    assert studio.document.project.graph is before  # the drawing is left alone
    assert studio.document.undo_stack.count() == 0


def test_a_look_is_what_a_run_begins_with(studio: Studio, qtbot: QtBot) -> None:
    contest = Contest(studio)
    contest.look()
    qtbot.waitUntil(lambda: bool(contest.fresh), timeout=30_000)
    (fresh,) = contest.fresh
    assert fresh.name == UNTRAINED
    seen = fresh.history.latest["TimeRatio", "cell"].value
    studio.session.watch(contest, frozenset({"TimeRatio"}))
    studio.session.train()
    qtbot.waitUntil(lambda: studio.session.state == "idle", timeout=30_000)
    assert studio.session.run is not None
    assert (
        studio.session.run.history.first["TimeRatio", "cell"] == seen
    )  # the same weights, the same seed


def test_stopping_ends_it(studio: Studio, qtbot: QtBot) -> None:
    contest = Contest(studio)
    contest.begin()
    qtbot.waitUntil(lambda: len(contest.entered) == 1, timeout=30_000)
    contest.stop()
    qtbot.waitUntil(lambda: studio.session.state == "idle", timeout=30_000)
    qtbot.wait(100)
    assert len(contest.entered) == 1
    assert not contest.goes_on


def test_a_drawing_that_cannot_be_trained_says_nothing(studio: Studio, qtbot: QtBot) -> None:
    studio.document.edit("Cut", studio.document.graph.remove("head"))
    contest = Contest(studio)
    contest.look()
    with qtbot.waitSignal(contest.changed, timeout=30_000):
        pass
    assert contest.fresh == ()
