"""A student lets an RNN, then a GRU keep a parity, asks it at the end alone, and sees sunspots foretold."""

from collections.abc import Callable

import numpy as np
from person import PLAIN, Person
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLineEdit, QTabBar

from app.controls.slider import Slider
from app.panels import DataPanel
from app.plots.forecast import Forecast
from engine.datasets.memory import Parity
from engine.datasets.series import Sunspots
from engine.layers.cutting import Select
from engine.layers.recurrent import GRU, RNN

LEFT = Qt.MouseButton.LeftButton


def command(person: Person, words: str) -> None:
    """Find a command by its words, and run it."""
    person.key("Ctrl+K")
    person.wait(lambda: isinstance(QApplication.focusWidget(), QLineEdit))
    field = QApplication.focusWidget()
    assert field is not None
    QTest.keyClicks(field, words)
    QTest.keyClick(field, Qt.Key.Key_Return)


def turn_to(person: Person, title: str) -> None:
    for bar in person.window.findChildren(QTabBar):
        for place in range(bar.count()):
            if bar.tabText(place) == title:
                QTest.mouseClick(bar, LEFT, PLAIN, bar.tabRect(place).center())
                person.wait(lambda: person.window.arrangement.plots[title].plot.seen)
                return
    raise AssertionError(f"no tab is called {title}")


def test_a_cell_is_changed_the_length_is_slid_and_the_end_is_asked_about(
    desk: Callable[..., Person],
) -> None:
    person = desk("parity")
    document = person.studio.document
    command(person, "Change to RNN")
    person.wait(lambda: "rnn" in document.graph.nodes)
    assert type(document.graph.nodes["rnn"].layer) is RNN
    person.press("Train")
    person.wait(lambda: person.step > 20)
    person.press("Stop")
    person.state("idle")
    person.key("Ctrl+Z")
    assert type(document.graph.nodes["gru"].layer) is GRU
    command(person, "Predict at the end")
    person.wait(lambda: bool(document.graph.of_kind(Select)))
    assert document.project.recipe.dataset == Parity(asked="the end")
    assert not [p for p in person.studio.problems if p.severity == "error"]
    person.window.resize(1920, 1080)  # where the data stand beside the canvas
    person.wait(lambda: person.window.findChild(DataPanel) is not None)
    panel = person.window.findChild(DataPanel)
    assert panel is not None
    slider = panel.length.slider
    assert isinstance(slider, Slider)
    track = slider.track
    person.wait(track.isVisible)
    half = QPoint(track.width() // 2, track.height() // 2)
    QTest.mousePress(track, LEFT, PLAIN, half)
    QTest.mouseMove(track, half + QPoint(10, 0))
    assert document.project.recipe.dataset == Parity(asked="the end")  # not before it is let go
    QTest.mouseRelease(track, LEFT, PLAIN, half + QPoint(10, 0))
    dataset = document.project.recipe.dataset
    assert isinstance(dataset, Parity)
    assert 62 < dataset.steps < 90  # of 5 to 120
    assert slider.words.text() == str(dataset.steps)
    person.key("Ctrl+Z")
    assert document.project.recipe.dataset == Parity(asked="the end")
    assert slider.words.text() == "30"


def test_sunspots_are_foretold_and_drawn_against_what_came(desk: Callable[..., Person]) -> None:
    person = desk("sunspots", epochs=30)
    turn_to(person, "Forecast")
    plot = person.window.arrangement.plots["Forecast"].plot
    assert isinstance(plot, Forecast)
    person.press("Train")
    person.wait(lambda: plot.chart.figure is not None and len(plot.chart.figure.key) == 3)
    person.state("idle")
    plot.refresh()
    assert plot.chart.figure is not None
    _, came, foretold = plot.chart.figure.key
    assert np.sqrt(np.mean((came.ys - foretold.ys) ** 2)) < 0.25  # “as last year” is 0.31 off
    frame = plot.chart.frame()
    assert frame is not None
    x = round(float(frame.left(came.xs[20])))
    QTest.mouseClick(plot.chart, LEFT, PLAIN, QPoint(x, plot.chart.height() // 2))
    assert person.studio.session.example == ("dev", 20)
    command(person, "Predict at every step")
    dataset = person.studio.document.project.recipe.dataset
    assert dataset == Sunspots(asked="every step")
    assert not [p for p in person.studio.problems if p.severity == "error"]
    person.press("Restart")
    person.wait(lambda: plot.chart.figure is not None and len(plot.chart.figure.key) == 3)
    person.state("idle")
