"""A student sees the gradient vanish through time, learns why an untrained LSTM vanishes too, and cures it."""

import re
from collections.abc import Callable
from dataclasses import replace

import numpy as np
import pytest
from person import LEFT, PLAIN, Person
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLineEdit, QSlider, QTabBar

from app.plots.gates import Gates
from app.plots.through_time import ThroughTime
from app.plots.track_choice import TrackChoice
from app.plots.unrolled import Unrolled
from engine.dataset import Recipe
from engine.datasets import DATASETS
from engine.graph import Edge, Graph
from engine.layers import CATALOGUE
from engine.project import Project
from engine.settings import Settings

Desk = Callable[..., Person]
UNITS = 64


def adding(kind: str, epochs: int = 2, steps: int = 50) -> Project:
    """The adding problem, in which only the last state of a recurrent layer is judged."""
    graph = Graph()
    for name, layer, x in (
        ("data", CATALOGUE["Input"](), 0.0),
        ("cell", CATALOGUE[kind](hidden_size=UNITS), 180.0),
        ("head", CATALOGUE["Dense"](out_features=1), 360.0),
        ("loss", CATALOGUE["MSELoss"](), 540.0),
    ):
        graph = graph.add(layer, (x, 0.0), name=name)
    graph = graph.connect(
        Edge("data", "cell"), Edge("cell", "head", "hidden"), Edge("head", "loss", "out", "prediction")
    )  # fmt: skip
    settings = Settings(
        epochs=epochs, batch_size=64, optimizer="Adam", learning_rate=0.002, clipping="norm", clip_at=1.0
    )  # fmt: skip
    data = Recipe.usual(DATASETS["Adding"](steps=steps, count=400))
    return Project("Adding", graph, data, settings)


@pytest.fixture
def person(desk: Desk) -> Person:
    """A student before an RNN on the adding problem."""
    person = desk()
    person.studio.document.begin(adding("RNN"))
    person.studio.allow_instruments(0.2)
    return person


def open_tab(person: Person, title: str) -> None:
    """Click the tab of a plot."""
    for bar in person.window.findChildren(QTabBar):
        for place in range(bar.count()):
            if bar.tabText(place) == title and bar.isVisible():
                QTest.mouseClick(bar, LEFT, PLAIN, bar.tabRect(place).center())
                return
    raise AssertionError(f"no tab is called {title}")


def plot_of(person: Person, kind: type) -> object:
    found = person.window.findChild(kind)
    assert found is not None
    return found


def command(person: Person, name: str) -> None:
    """Search for a command by its name, and run it, with the keyboard alone."""
    person.key("Ctrl+K")
    person.wait(lambda: isinstance(QApplication.focusWidget(), QLineEdit))
    QTest.keyClicks(QApplication.focusWidget(), name)
    QTest.keyClick(QApplication.focusWidget(), Qt.Key.Key_Return)


def slide(person: Person, name: str, share: float) -> None:
    """Drag the handle of a slider to a share of its way."""
    track = person.see(name, QSlider)
    end = QPoint(int(6 + share * (track.width() - 12)), track.height() // 2)
    QTest.mousePress(track, LEFT, PLAIN, QPoint(8, track.height() // 2))
    QTest.mouseMove(track, end)
    QTest.mouseRelease(track, LEFT, PLAIN, end)


def test_a_student_sees_a_vanishing_gradient_through_time_and_cures_it(person: Person) -> None:
    open_tab(person, "Through time")
    plot = plot_of(person, ThroughTime)
    assert isinstance(plot, ThroughTime)
    words = plot.words
    # before any training, the drawing is looked at: the signal dies
    person.wait(lambda: words.text().startswith("RNN: the first of 50 steps gets"))
    assert "all but lost" in words.text()
    assert plot.mark.value() == "bad"
    # one click: all three cells on the same data, before training and after a little of it
    person.press("Compare RNN, GRU, LSTM")
    person.wait(lambda: len(plot.contest.entered) == 3 and not plot.contest.goes_on)
    runs = person.studio.document.project.runs
    assert [run.name for run in runs] == ["GRU", "LSTM", "RNN"]
    person.wait(lambda: plot.steps.figure is not None and len(plot.steps.figure.lines) == 4)
    leads = [line.lead.split()[0] for line in plot.steps.figure.lines]
    assert sorted(leads) == ["GRU", "LSTM", "LSTM", "RNN"]  # the cells of the LSTM too; in words
    for run in runs:  # at step 0 all three vanish
        first = run.history.first["TimeRatio", "cell"]
        assert first < 1e-9
    person.wait(lambda: [bar.name for bar in plot.horizons.shown or ()][:1] == ["RNN"])
    bar = plot.horizons.shown[0]
    assert 0 < bar.reach < bar.steps == 50  # how far back it remembers, of all steps
    assert "× a step" in re.sub(r"×[\d.]+", "×", words.text())  # by what it fades at each
    # an LSTM instead; it vanishes too, and the sentence says why
    person.click_node("cell")
    command(person, "Change to LSTM")
    assert type(person.studio.document.graph.nodes["cell"].layer).__name__ == "LSTM"
    person.wait(lambda: "forget gates stand 0.50 open" in words.text())
    # its forget gates opened by hand: an edit of the layer, and the curve goes flat
    person.press("Length, radius and bias")
    slide(person, "Forget bias", 5 / 7)
    person.wait(lambda: "It can learn from every step" in words.text())
    bias = person.studio.document.graph.nodes["cell"].layer.forget_bias
    assert bias == pytest.approx(3, abs=0.5)
    assert plot.mark.value() == "ok"
    # it trains
    QTest.keyClick(person.window, Qt.Key.Key_Escape)
    person.press("Train")
    person.state("training")
    person.state("idle")
    run = person.studio.session.run
    assert run is not None
    assert run.history.scalars["TimeRatio", "cell"].values[-1] > 1e-2
    # and all of it can be undone
    while person.studio.document.graph.nodes["cell"].layer.forget_bias:
        person.key("Ctrl+Z")
    assert type(person.studio.document.graph.nodes["cell"].layer).__name__ == "LSTM"


def test_a_gate_held_shut_on_a_copy_shortens_what_comes_back(person: Person) -> None:
    person.studio.document.begin(adding("LSTM"))
    open_tab(person, "Gates")
    person.press("Train")
    person.state("training")
    person.state("idle")
    plot = plot_of(person, Gates)
    assert isinstance(plot, Gates)
    raster = plot.raster
    person.wait(lambda: raster.shown is not None and raster.shown.values.shape == (UNITS, 50))
    person.press("Gate: f")
    person.wait(lambda: raster.shown.name == "forget f" and len(raster.shown.strips) == 2)
    assert raster.shown.bars is not None
    assert raster.shown.bars.shape == (2, 50)
    means = raster.shown.values.mean(1)
    assert (np.diff(means) <= 0).all()  # the most open at the top
    person.press("Hold the gate: Shut")
    person.wait(lambda: len(raster.shown.strips) == 4)
    free, _, shut, _ = raster.shown.strips
    assert shut.copied
    assert np.isfinite(free.shares).all()
    assert shut.shares[-20] < free.shares[-20]  # the cell keeps nothing
    person.press("Hold the gate: Open")
    person.wait(lambda: raster.shown.strips[2].name.startswith("f open"))
    person.wait(lambda: raster.shown.strips[2].shares[0] > free.shares[0])
    person.press("Hold the gate: Free")
    person.wait(lambda: len(raster.shown.strips) == 2)
    QTest.mouseClick(raster, LEFT, PLAIN, raster.box().center().toPoint())
    assert plot.step in (24, 25)
    raster.setFocus()
    QTest.keyClick(raster, Qt.Key.Key_Right)
    assert plot.step in (25, 26)


def test_a_stacked_layer_that_reads_both_ways_is_looked_at_one_direction_at_a_time(
    person: Person,
) -> None:
    project = adding("GRU", epochs=1, steps=12)
    cell = project.graph.nodes["cell"].layer
    both = cell.model_copy(update={"num_layers": 2, "bidirectional": True, "hidden_size": 6})
    person.studio.document.begin(replace(project, graph=project.graph.put("cell", both)))
    open_tab(person, "Gates")
    person.press("Train")
    person.state("training")
    person.state("idle")
    gates = plot_of(person, Gates)
    person.wait(lambda: gates.raster.shown is not None and gates.raster.shown.values.size > 0)
    top = gates.raster.shown.values.copy()
    choose(gates.track, "layer 2 →", "layer 1 ←")
    assert not np.array_equal(gates.raster.shown.values, top)
    open_tab(person, "Unrolled")
    plot = plot_of(person, Unrolled)
    person.wait(lambda: plot.copies.shown is not None and plot.copies.shown.states.shape == (12, 6))
    assert not plot.copies.shown.backward
    choose(plot.track, "layer 2 →", "layer 2 ←")
    assert plot.copies.shown.backward
    open_tab(person, "Through time")
    time = plot_of(person, ThroughTime)
    assert not time.track.isVisible()  # all layers and directions are curves of one chart
    person.wait(lambda: len(time.steps.figure.lines) == 4)
    person.press("Through time: Run")
    assert [line.name for line in time.losses.figure.lines] == ["GRU"]  # a run has one loss
    person.press("Through time: Clip")
    assert [line.name for line in time.clip.figure.lines if "clip" not in line.name] == ["GRU"]
    person.press("Through time: T×T")
    person.wait(lambda: time.pairs.shown is not None and time.pairs.shown.values.shape == (12, 12))
    assert np.isnan(time.pairs.shown.values[0, 5])  # the first step hangs on none to come
    choose(time.track, "layer 2 →", "layer 2 ←")
    assert np.isnan(time.pairs.shown.values[5, 0])  # and the last on none before


def choose(choice: TrackChoice, before: str, after: str) -> None:
    """Walk through a list of choices with the arrow keys."""
    assert choice.isVisible()
    assert choice.currentText() == before
    QTest.mouseClick(choice, LEFT, PLAIN, choice.rect().center())
    QTest.keyClick(choice.view(), Qt.Key.Key_Escape)
    texts = [choice.itemText(place) for place in range(choice.count())]
    steps = texts.index(after) - texts.index(before)
    for _ in range(abs(steps)):
        QTest.keyClick(choice, Qt.Key.Key_Down if steps > 0 else Qt.Key.Key_Up)
    assert choice.currentText() == after


def test_a_recurrent_node_opens_into_its_copies_and_a_copy_into_its_cell(person: Person) -> None:
    person.studio.document.begin(adding("GRU"))
    person.press("Train")
    person.state("training")
    person.state("idle")
    person.window.view.fit()
    person.double_click_node("cell")
    copies = person.see("Copies of the cell over time")
    person.wait(lambda: copies.shown is not None and copies.shown.states.shape == (50, UNITS))
    shown = copies.shown
    assert [(w.name, w.size) for w in shown.weights] == [
        ("W_xh", f"{3 * UNITS}×2"), ("W_hh", f"{3 * UNITS}×{UNITS}"), ("W_hy", f"1×{UNITS}"),
    ]  # fmt: skip
    assert shown.predicts == "the end"
    drawn = [copy for copy in copies.copies() if copy.step >= 0]
    assert drawn[0].step == 0
    assert drawn[-1].step == 49
    QTest.mouseClick(copies, LEFT, PLAIN, drawn[1].box.center().toPoint())
    person.wait(lambda: copies.shown.chosen == drawn[1].step)
    QTest.mouseDClick(copies, LEFT, PLAIN, drawn[1].box.center().toPoint())
    inside = person.see("Inside of the cell")
    person.wait(lambda: inside.shown is not None and inside.shown.step == drawn[1].step)
    before = dict(inside.shown.values)
    assert set(before) == {"r", "z", "n", "h"}
    assert 0 < before["z"] < 1
    inside.setFocus()
    QTest.keyClick(inside, Qt.Key.Key_Right)
    person.wait(lambda: inside.shown.step == drawn[1].step + 1)
    assert inside.shown.before["h"] == pytest.approx(before["h"])


def test_predicting_at_every_step_changes_the_picture(person: Person) -> None:
    project = adding("RNN")
    graph = Graph()
    for name, layer in (
        ("data", CATALOGUE["Input"]()),
        ("cell", CATALOGUE["RNN"](hidden_size=8)),
        ("head", CATALOGUE["Dense"](out_features=2)),
        ("loss", CATALOGUE["CrossEntropyLoss"]()),
    ):
        graph = graph.add(layer, name=name)
    graph = graph.connect(
        Edge("data", "cell"), Edge("cell", "head"), Edge("head", "loss", "out", "prediction")
    )
    data = Recipe.usual(DATASETS["Parity"](steps=12, count=200))
    person.studio.document.begin(Project("Parity", graph, data, project.settings))
    person.window.show_panel("Unrolled", True)  # noqa: FBT003
    person.press("Train")
    person.state("training")
    person.state("idle")
    copies = person.see("Copies of the cell over time")
    person.wait(lambda: copies.shown is not None and copies.shown.predicts == "every step")
    assert len(copies.shown.states) == 12


def test_docks_of_time_are_there_only_for_recurrent_drawings(desk: Desk) -> None:
    person = desk("two-moons")
    docks = dict(person.window.arrangement.plots.items())
    assert all(docks[title].isHidden() for title in ("Through time", "Gates", "Unrolled"))
    person.studio.document.begin(adding("RNN"))
    assert not any(docks[title].isHidden() for title in ("Through time", "Gates", "Unrolled"))
    assert not docks["Loss"].plot.covered  # what was in front stays in front
