"""Gradients looked at in every way there is, with the mouse and the keyboard, on ten sigmoid layers."""

from collections.abc import Callable

import numpy as np
import pytest
from person import LEFT, PLAIN, Person
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QMenu, QTabBar

from app.canvas.wire_gradient import signal_of

Desk = Callable[..., Person]


@pytest.fixture
def person(desk: Desk) -> Person:
    """A person before `deep-sigmoid`, at rest."""
    return desk("deep-sigmoid", epochs=2)


def open_tab(person: Person, title: str) -> None:
    """Click the tab of a plot that lies behind another."""
    for bar in person.window.findChildren(QTabBar):
        for place in range(bar.count()):
            if bar.tabText(place) == title:
                QTest.mouseClick(bar, LEFT, PLAIN, bar.tabRect(place).center())
                return
    raise AssertionError(f"no tab is called {title}")


def train(person: Person) -> None:
    person.press("Train")
    person.state("training")
    person.state("idle")


def latest(person: Person, probe: str, node: str) -> float:
    run = person.studio.session.run
    assert run is not None
    return float(run.history.latest[probe, node].value)


def test_the_depth_picture_says_how_the_signal_dies(person: Person) -> None:
    train(person)
    chart = person.see("Gradient by layer")
    person.wait(lambda: chart.shown is not None and len(chart.shown.bars) == 19)
    first, last = (latest(person, "ErrorSignal", f"sigmoid_{place}") for place in (1, 9))
    rate = (first / last) ** (1 / 8)
    assert 0.2 < rate < 0.27
    assert chart.shown.state == "bad"
    assert chart.shown.verdict.endswith(f"of sigmoid_9's error signal: ×{rate:.2f} a layer")
    assert all(bar.theory is not None and bar.ghost is not None for bar in chart.shown.bars)
    person.press("Gradient of: ΔW:W")
    person.wait(lambda: len(chart.shown.bars) == 10)
    moved = latest(person, "UpdateRatio", "dense_10")
    assert 10 ** chart.shown.bars[-1].power == pytest.approx(moved)


def test_the_run_before_is_the_ghost_and_can_be_put_away(person: Person) -> None:
    train(person)
    before = latest(person, "ErrorSignal", "dense_1") / latest(person, "ErrorSignal", "dense_10")
    person.press("Restart")
    person.state("training")
    person.state("idle")
    chart = person.see("Gradient by layer")
    person.wait(lambda: chart.shown.before == "run 1" and len(chart.shown.bars) == 19)
    assert 10 ** chart.shown.bars[0].ghost == pytest.approx(before)
    person.press("Compare with step 0, not with run 1")
    person.wait(lambda: chart.shown.before == "at step 0")


def test_the_waterfall_grows_while_it_trains_and_selects_a_layer(person: Person) -> None:
    open_tab(person, "Over time")
    train(person)
    chart = person.see("Gradient by layer and step")

    def known() -> np.ndarray:
        return chart.shown.values[:, ~np.isnan(chart.shown.values).all(0)]

    person.wait(lambda: len(chart.shown.labels) == 19 and known().shape[1] > 10)
    assert -6.5 < known()[0].mean() < -4.5
    assert known()[-1] == pytest.approx(0)
    box = chart.box()
    QTest.mouseClick(chart, LEFT, PLAIN, QPoint(int(box.left() + 20), int(box.top() + 3)))
    assert person.studio.node == "dense_1"


def test_the_histograms_are_read_off_by_keyboard(person: Person) -> None:
    open_tab(person, "Histograms")
    train(person)
    chart = person.see("Histogram by layer")
    person.wait(lambda: chart.shown is not None and bool(chart.shown.ridges))
    person.press("Histogram of: ∂L/∂h")
    person.wait(lambda: chart.shown.quantity.startswith("∂L/∂h"))
    widths = [float(np.abs(np.arange(61) - 30) @ ridge.shares) for ridge in chart.shown.ridges]
    assert widths[0] < widths[-1] - 5  # towards the input all numbers move to the middle
    chart.setFocus(Qt.FocusReason.TabFocusReason)
    QTest.keyClick(chart, Qt.Key.Key_Down)
    assert chart.under[0] == 1


def test_one_weight_matrix_is_followed_over_the_run(person: Person) -> None:
    open_tab(person, "Parameters")
    train(person)
    chart = person.see("Parameters by step")
    person.click_node("dense_9")
    person.wait(lambda: "dense_9.weight" in chart.shown.quantity)
    person.press("Parameters, shown: All")
    person.wait(lambda: len(chart.shown.labels) == 20)
    person.wait(
        lambda: "batch noise" in person.window.arrangement.plots["Parameters"].plot.subtitle
    )


def test_dead_units_are_counted_and_looked_at_one_by_one(desk: Desk) -> None:
    person = desk("one-hidden-layer", epochs=2)
    person.fill_in("Rate", "20")
    open_tab(person, "Dead units")
    train(person)
    run = person.studio.session.run
    assert run is not None
    dead = run.history.latest["Silent", "relu"].value
    assert dead.sum() > 20  # so large a step kills many
    layers, chart = (
        person.see("Layers by units that no longer learn"),
        person.see("One unit on its activation"),
    )
    person.wait(lambda: [row.words for row in layers.rows] == [f"{dead.sum()} of 128 dead"])
    first = int(dead.argmax())
    since = run.history.since["Silent", "relu"][first]
    assert chart.shown.words == f"unit {first} of relu never fires since step {since}"
    grid, alive = person.see("Units of the layer"), int((~dead).argmax())
    QTest.mouseClick(grid, LEFT, PLAIN, grid.cell(alive).center().toPoint())
    person.wait(lambda: chart.shown.words == f"unit {alive} of relu fires")
    person.wait(lambda: len(chart.shown.sums) > 0)
    np.testing.assert_allclose(chart.shown.values, np.maximum(chart.shown.xs, 0))


def test_the_wires_show_the_signal_live_by_a_key_and_hide_it_again(person: Person) -> None:
    scene = person.window.view.scene
    person.window.view.setFocus()
    person.key("Ctrl+Alt+G")
    assert person.studio.shows_gradients
    train(person)
    first = next(edge for edge in scene.wires if edge.source == "sigmoid_1")
    person.wait(lambda: scene.wires[first].signal is not None)
    ratio = latest(person, "ErrorSignal", "sigmoid_1") / latest(person, "ErrorSignal", "dense_10")
    person.wait(lambda: scene.wires[first].signal == signal_of(ratio))
    assert scene.wires[first].signal.width == 1.0
    last = next(edge for edge in scene.wires if edge.source == "dense_10")
    assert scene.wires[last].signal.width == 10.0
    person.window.view.setFocus()
    person.key("Ctrl+Alt+G")
    person.wait(lambda: scene.wires[first].signal is None)


def test_measuring_may_take_more_if_a_person_says_so(person: Person) -> None:
    person.press("instruments up to 1.5 %")
    menu = next(w for w in QApplication.topLevelWidgets() if isinstance(w, QMenu) and w.isVisible())
    action = menu.actions()[-1]
    QTest.mouseClick(menu, LEFT, PLAIN, menu.actionGeometry(action).center())
    assert person.studio.session.watchers.share == 0.3
    person.see("instruments up to 30 %")
