"""While it trains: a cell is taken apart, one's own picture goes through, the worst are looked at, a border moves."""

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from person import PLAIN, Person
from PIL import Image as Pillow
from PySide6.QtCore import Qt, QTimer
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QDialog, QLabel, QTabBar

from app.plots.activations import Activations
from app.plots.answer import Answer
from app.plots.cell import Cell
from app.plots.surface import Surface
from app.plots.wrong import Wrong

LEFT = Qt.MouseButton.LeftButton


def turn_to(person: Person, title: str) -> None:
    """Press the tab of a plot."""
    for bar in person.window.findChildren(QTabBar):
        for place in range(bar.count()):
            if bar.tabText(place) == title:
                QTest.mouseClick(bar, LEFT, PLAIN, bar.tabRect(place).center())
                person.wait(lambda: person.window.arrangement.plots[title].plot.seen)
                return
    raise AssertionError(f"no tab is called {title}")


def plot(person: Person, title: str) -> object:
    return person.window.arrangement.plots[title].plot


def picture(path: Path) -> Path:
    array = np.zeros((60, 90, 3), np.uint8)
    array[10:50, 40:48] = 255  # a stroke, like a one
    Pillow.fromarray(array).save(path)
    return path


def test_a_cell_is_taken_apart_while_it_trains(desk: Callable[..., Person]) -> None:
    person = desk("small-convnet", epochs=50)
    session = person.studio.session
    person.press("Train")
    activations = plot(person, "Activations")
    assert isinstance(activations, Activations)
    person.wait(lambda: activations.column.span("conv_1") is not None)
    placed = next(p for p in activations.column._placed if p.strip.name == "conv_1")
    box = activations.column._box(placed, (1, 12, 9))
    assert box is not None
    QTest.mouseClick(activations.column, LEFT, PLAIN, box.center().toPoint())
    assert person.studio.node == "conv_1"
    turn_to(person, "Cell")
    cell = plot(person, "Cell")
    assert isinstance(cell, Cell)
    person.wait(lambda: cell.chart.shown is not None)
    first = cell.chart.shown
    assert first is not None
    assert first.agrees
    assert first.source is not None
    assert first.source.box == (12, 16, 9, 13)  # the 5×5 it sees
    QTest.keyClick(cell.chart, Qt.Key.Key_Down)
    person.wait(lambda: cell.chart.shown is not None and "row 14" in cell.chart.shown.head)
    step = person.step
    person.wait(lambda: person.step > step + 20)
    person.wait(lambda: cell.chart.shown is not None and cell.chart.shown.value != first.value)
    assert cell.chart.shown is not None
    assert cell.chart.shown.agrees
    assert session.state == "training"
    person.press("Stop")
    person.state("idle")


def test_a_picture_of_one_s_own_goes_through_the_network(
    desk: Callable[..., Person], tmp_path: Path
) -> None:
    person = desk("small-convnet", epochs=50)
    session = person.studio.session
    person.press("Train")
    person.wait(lambda: person.step > 20)
    person.drop_file(picture(tmp_path / "one.png"))
    person.wait(lambda: session.watchers.own is not None)
    activations = plot(person, "Activations")
    assert isinstance(activations, Activations)
    person.wait(lambda: activations.subtitle == "your own: one.png")
    assert session.run is not None
    latest = session.run.history.latest
    assert session.watchers.own is not None
    mine = session.watchers.own.arrays[""]
    person.wait(lambda: np.array_equal(np.asarray(latest["Activations", "image"].value), mine))
    assert mine.shape == (1, 28, 28)
    example = activations.card.example
    assert example is not None
    assert example.truth == "truth unknown"
    person.press("Invert")
    person.wait(
        lambda: session.watchers.own is not None and session.watchers.own.arrays[""][0, 0, 0] == 1
    )
    person.press("Next example")
    assert session.watchers.own is None
    person.wait(lambda: activations.subtitle.startswith("dev example 2"))
    person.press("Stop")
    person.state("idle")


def test_a_file_that_is_no_picture_is_said_to_be_none(
    desk: Callable[..., Person], tmp_path: Path
) -> None:
    person = desk("small-convnet")
    path = tmp_path / "holiday.png"
    path.write_text("Dear all, the weather is fine.")
    said: list[str] = []

    def look() -> bool:
        shown = QApplication.activeModalWidget()
        if not isinstance(shown, QDialog):
            return False
        said.extend(label.text() for label in shown.findChildren(QLabel))
        shown.reject()
        return True

    clock = QTimer()
    clock.setInterval(20)
    clock.timeout.connect(lambda: look() and clock.stop())
    clock.start()
    person.drop_file(path)
    person.wait(lambda: bool(said))
    words = " ".join(said)
    assert "holiday.png cannot be shown to this network" in words
    assert "cannot be read as a picture" in words
    assert person.studio.session.watchers.own is None


def test_the_worst_are_looked_at_one_by_one(desk: Callable[..., Person]) -> None:
    person = desk("one-hidden-layer", epochs=50)
    person.press("Train")
    person.wait(lambda: person.step > 20)
    turn_to(person, "Most wrong")
    wrong = plot(person, "Most wrong")
    assert isinstance(wrong, Wrong)
    person.wait(lambda: len(wrong.gallery.cards) > 8)
    person.press("Pause")
    person.state("paused")
    person.wait(lambda: wrong.subtitle == "dev, 1,500 of 1,500 looked at")
    worst = wrong.gallery.cards[1]
    QTest.mouseClick(wrong.gallery, LEFT, PLAIN, wrong.gallery.box(1).center().toPoint())
    assert person.studio.session.example == ("dev", worst.number)
    turn_to(person, "Answer")
    answer = plot(person, "Answer")
    assert isinstance(answer, Answer)
    person.wait(lambda: bool(answer.bars.shown and answer.bars.shown.bars))
    assert answer.subtitle == f"dev example {worst.number + 1:,} of 1,500"
    assert answer.bars.shown is not None
    person.wait(
        lambda: (
            bool(answer.bars.shown)
            and [b.name for b in answer.bars.shown.bars if b.true]
            == [worst.detail.removeprefix("is ")]
        )
    )
    person.press("Stop")
    person.state("idle")


@pytest.mark.parametrize("name", ["spirals", "two-moons"])
def test_the_border_moves_under_the_points(desk: Callable[..., Person], name: str) -> None:
    person = desk(name, epochs=500)
    turn_to(person, "Surface")
    surface = plot(person, "Surface")
    assert isinstance(surface, Surface)
    person.press("Train")
    person.wait(lambda: bool(surface.chart.figure and surface.chart.figure.pixels is not None))
    assert surface.chart.figure is not None
    before = surface.chart.figure.pixels
    assert before is not None
    step = person.step

    def moved() -> bool:
        now = surface.chart.figure.pixels if surface.chart.figure else None
        return person.step > step + 50 and now is not None and not np.array_equal(now, before)

    person.wait(moved)
    person.press("Stop")
    person.state("idle")
