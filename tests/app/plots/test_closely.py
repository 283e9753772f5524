"""The plots that look closely, at rest with real readings: layer, cell, answer, plane, and the worst examples."""

import gc
from collections.abc import Callable, Iterator
from dataclasses import replace

import numpy as np
import pytest
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from app.plot import Plot
from app.plots.activations import Activations
from app.plots.answer import Answer
from app.plots.cell import Cell
from app.plots.layer import Layer
from app.plots.surface import Surface
from app.plots.wrong import Wrong
from app.studio import Studio
from app.wording import number
from engine.control import Own
from engine.events import Reading
from engine.template import template

Open = Callable[..., Plot]
LEFT, PLAIN = Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier


@pytest.fixture
def trained(qtbot: QtBot, studio: Studio) -> Iterator[Studio]:
    """The small ConvNet after some steps, at rest."""
    gc.collect()  # here, or the training thread might let go of widgets that earlier tests left
    settings = studio.document.project.settings.but(epochs=1)
    studio.document.begin(replace(studio.document.project, settings=settings))
    studio.session.train()
    qtbot.waitUntil(lambda: studio.session.state == "idle", timeout=60_000)
    yield studio
    studio.session.close()
    gc.collect()


def press(widget: QWidget, place: QPointF) -> None:
    QTest.mouseClick(widget, LEFT, PLAIN, QPoint(round(place.x()), round(place.y())))


def reading(studio: Studio, probe: str, node: str) -> Reading | None:
    run = studio.session.run
    return run.history.latest.get((probe, node)) if run else None


# -- cells ----------------------------------------------------------------------------------------


def test_a_press_on_a_map_takes_that_cell_apart(
    qtbot: QtBot, trained: Studio, open_plot: Open
) -> None:
    activations, cell = open_plot(Activations, 508, 376), open_plot(Cell, 508, 376)
    assert isinstance(activations, Activations)
    assert isinstance(cell, Cell)
    column = activations.column
    qtbot.waitUntil(lambda: column.span("conv_1") is not None, timeout=20_000)
    placed = next(p for p in column._placed if p.strip.name == "conv_1")
    box = column._box(placed, (2, 4, 1))
    assert box is not None
    press(column, box.center())
    focus = trained.session.watchers.focus
    assert focus is not None
    assert (focus.node, focus.cell) == ("conv_1", (2, 4, 1))
    assert trained.node == "conv_1"
    qtbot.waitUntil(lambda: cell.chart.shown is not None, timeout=20_000)
    shown = cell.chart.shown
    assert shown is not None
    assert shown.agrees
    values = reading(trained, "Activations", "conv_1")
    assert values is not None
    assert shown.value == np.asarray(values.value)[2, 4, 1]
    assert shown.total == pytest.approx(shown.value, abs=1e-5)
    assert shown.source is not None
    assert shown.source.box == (4, 6, 1, 3)
    assert [p.strip.marked for p in column._placed if p.strip.name == "conv_1"] == [(2, 4, 1)]


def test_keys_and_presses_lead_from_cell_to_cell(
    qtbot: QtBot, trained: Studio, open_plot: Open
) -> None:
    cell = open_plot(Cell, 508, 376)
    assert isinstance(cell, Cell)
    trained.look_at("conv_1", (1, 0, 0))
    qtbot.waitUntil(lambda: cell.chart.shown is not None, timeout=20_000)
    for key, wanted in (
        (Qt.Key.Key_Down, (1, 1, 0)), (Qt.Key.Key_Right, (1, 1, 1)), (Qt.Key.Key_Up, (1, 0, 1)),
        (Qt.Key.Key_Up, (1, 0, 1)), (Qt.Key.Key_Left, (1, 0, 0)),
    ):  # fmt: skip
        QTest.keyClick(cell.chart, key)
        assert trained.session.watchers.focus is not None
        assert trained.session.watchers.focus.cell == wanted
    shown = cell.chart.shown
    assert shown is not None
    assert shown.map is not None
    box = cell.chart.scene_box(shown.map, second=True)
    press(cell.chart, box.bottomRight() - QPointF(3, 3))
    assert trained.session.watchers.focus is not None
    assert trained.session.watchers.focus.cell == (1, 5, 5)


def test_under_the_pointer_stand_the_numbers_of_a_place(
    qtbot: QtBot, trained: Studio, open_plot: Open
) -> None:
    cell = open_plot(Cell, 508, 376)
    assert isinstance(cell, Cell)
    trained.look_at("conv_1", (1, 2, 3))
    qtbot.waitUntil(lambda: cell.chart.shown is not None, timeout=20_000)
    chart, places = cell.chart, cell.chart.places()
    assert places is not None
    assert chart.shown is not None
    plane, box = chart.shown.planes[0], chart.grid(places, 0, 2)
    at = box.topLeft() + QPointF(1.5 * places.side, 0.5 * places.side)
    x, w = plane.x[0, 1], plane.w[0, 1]
    words = chart.words_at(at)
    assert words.count("×") == 1
    assert words.endswith(f"= {number(float(x * w), 4)}")
    assert chart.words_at(QPointF(1, 1)) == ""


def test_a_unit_of_a_dense_layer_is_a_sum_too(
    qtbot: QtBot, trained: Studio, open_plot: Open
) -> None:
    cell = open_plot(Cell, 508, 376)
    assert isinstance(cell, Cell)
    trained.look_at("dense_1", (4,))
    qtbot.waitUntil(lambda: cell.chart.shown is not None, timeout=20_000)
    assert cell.chart.shown is not None
    assert cell.chart.shown.count == 144
    assert cell.chart.shown.agrees
    QTest.keyClick(cell.chart, Qt.Key.Key_Right)
    assert trained.session.watchers.focus is not None
    assert trained.session.watchers.focus.cell == (5,)


# -- layers ---------------------------------------------------------------------------------------


def test_a_selected_layer_is_shown_with_gradients_and_filters(
    qtbot: QtBot, trained: Studio, open_plot: Open
) -> None:
    layer = open_plot(Layer, 508, 376)
    assert isinstance(layer, Layer)
    trained.select(["conv_1"])  # type: ignore[list-item]
    qtbot.waitUntil(lambda: reading(trained, "Filters", "conv_1") is not None, timeout=20_000)
    layer.refresh()
    strips = {p.strip.name: p.strip for p in layer.column._placed}
    assert set(strips) == {"values", "∂L/∂h", "weights"}
    slopes = reading(trained, "ActivationGradients", "conv_1")
    assert slopes is not None
    np.testing.assert_array_equal(strips["∂L/∂h"].values, slopes.value)
    assert strips["weights"].values.shape == (4, 3, 3)
    assert layer.subtitle.startswith("conv_1 · dev example 1 of")


def test_units_over_examples_lie_in_the_order_of_classes(
    qtbot: QtBot, trained: Studio, open_plot: Open
) -> None:
    layer = open_plot(Layer, 508, 376)
    assert isinstance(layer, Layer)
    trained.select(["dense_1"])  # type: ignore[list-item]
    layer.view.setValue("all")
    layer.turn()
    qtbot.waitUntil(lambda: reading(trained, "ByExample", "dense_1") is not None, timeout=20_000)
    layer.refresh()
    (strip,) = [p.strip for p in layer.column._placed]
    rows = reading(trained, "ByExample", "dense_1")
    assert rows is not None
    data = layer.data
    assert data is not None
    order = np.argsort(data.train.targets[:256], kind="stable")
    np.testing.assert_array_equal(strip.values[0], np.asarray(rows.value)[order].T)


# -- answers, the plane, the worst ----------------------------------------------------------------


def test_answers_are_bars_with_the_truth(qtbot: QtBot, trained: Studio, open_plot: Open) -> None:
    answer = open_plot(Answer, 700, 376)
    assert isinstance(answer, Answer)
    qtbot.waitUntil(lambda: bool(answer.bars.shown and answer.bars.shown.bars), timeout=20_000)
    data = answer.data
    assert data is not None
    assert answer.bars.shown is not None
    assert [bar.true for bar in answer.bars.shown.bars].index(True) == data.dev.targets[0]
    assert sum(bar.share for bar in answer.bars.shown.bars) == pytest.approx(1, abs=1e-6)
    assert answer.chart.figure is not None
    assert len(answer.chart.figure.dots[0].xs) == 256
    trained.session.watchers.show_own(Own("mine.png", {"": np.zeros((1, 8, 8), np.float32)}))
    qtbot.waitUntil(lambda: trained.session._runner is None, timeout=20_000)
    answer.refresh()
    assert not any(bar.true for bar in answer.bars.shown.bars)
    assert answer.subtitle == "your own: mine.png"


def test_the_worst_come_first_and_a_press_shows_one(
    qtbot: QtBot, trained: Studio, open_plot: Open
) -> None:
    wrong = open_plot(Wrong, 508, 376)
    assert isinstance(wrong, Wrong)
    qtbot.waitUntil(lambda: bool(wrong.gallery.cards), timeout=20_000)
    review = reading(trained, "Review", "")
    assert review is not None
    losses = np.asarray(review.value)[:, 0]
    numbers = [card.number for card in wrong.gallery.cards]
    assert numbers == np.argsort(-losses, kind="stable")[:60].tolist()
    press(wrong.gallery, wrong.gallery.box(2).center())
    assert trained.session.example == ("dev", numbers[2])
    QTest.keyClick(wrong.gallery, Qt.Key.Key_Right)
    assert trained.session.example == ("dev", numbers[3])
    wrong.order_of.setValue("right")
    wrong.refresh()
    assert wrong.gallery.cards[0].number == int(np.argsort(-losses, kind="stable")[-1])


def test_data_without_a_plane_say_where_there_is_one(trained: Studio, open_plot: Open) -> None:
    surface = open_plot(Surface, 508, 376)
    assert isinstance(surface, Surface)
    assert surface.chart.figure is None
    assert "spirals" in surface.chart.empty


def test_the_plane_is_drawn_and_a_press_on_a_point_shows_it(
    qtbot: QtBot, studio: Studio, open_plot: Open
) -> None:
    project = template("two-moons")
    studio.document.begin(replace(project, settings=project.settings.but(epochs=2)))
    surface = open_plot(Surface, 700, 376)
    assert isinstance(surface, Surface)
    assert surface.chart.figure is not None
    assert surface.chart.figure.pixels is None
    studio.session.train()
    qtbot.waitUntil(lambda: studio.session.state == "idle", timeout=60_000)
    surface.refresh()
    figure = surface.chart.figure
    assert figure is not None
    assert figure.pixels is not None
    assert figure.pixels.shape == (100, 100)
    assert {p.strip.name for p in surface.column._placed} == {"hidden", "tanh", "scores"}
    chart, dev = surface.chart, figure.clouds[1].places
    press(chart, chart.place(figure, (float(dev[7][0]), float(dev[7][1]))))
    part, number = studio.session.example
    cloud = figure.clouds[0 if part == "train" else 1].places
    assert np.hypot(*(cloud[number] - dev[7])) < 0.15  # it, or one that lies over it
