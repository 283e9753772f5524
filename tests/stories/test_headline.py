"""What the program is for: a network that does not learn, why, the cure in one action, and the bars that rise."""

from collections.abc import Callable

import pytest
from person import LEFT, PLAIN, Person
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QMenu

from engine.layers.dense import Dense

Desk = Callable[..., Person]


def choose(person: Person, text: str) -> None:
    """Click an entry of the menu that is open."""
    person.wait(
        lambda: any(isinstance(w, QMenu) and w.isVisible() for w in QApplication.topLevelWidgets())
    )
    menu = next(w for w in QApplication.topLevelWidgets() if isinstance(w, QMenu) and w.isVisible())
    action = next(action for action in menu.actions() if action.text() == text)
    QTest.mouseClick(menu, LEFT, PLAIN, menu.actionGeometry(action).center())


def accuracy(person: Person) -> float:
    run = person.studio.session.run
    assert run is not None
    return max(event.dev_accuracy or 0.0 for event in run.history.validated[-3:])


def test_ten_sigmoid_layers_are_told_what_ails_them_and_mended_by_one_action(desk: Desk) -> None:
    person = desk("deep-sigmoid")
    chart = person.see("Gradient by layer")
    person.press("Train")
    person.state("training")
    person.state("idle")
    assert accuracy(person) < 0.15
    person.wait(lambda: len(chart.shown.bars) == 19)
    lowest = chart.shown.bars[0].power
    assert -6 < lowest < -4.5  # dense_1, one sigmoid before the 10⁻⁵ of sigmoid_1
    verdict = person.window.view.verdict
    assert "error signal" in verdict.text()
    assert verdict.isVisible()
    person.press("Mend")
    choose(person, "Insert batch norm")
    graph = person.studio.document.graph
    assert sum(node.layer.kind() == "BatchNorm1d" for node in graph.nodes.values()) == 9
    assert person.window.view.moved_on.isVisible()
    person.press("Restart")
    person.state("training")
    person.state("idle")
    assert accuracy(person) >= 0.95
    person.wait(lambda: bool(chart.shown.bars) and chart.shown.bars[0].power > -1)
    assert chart.shown.before == "run 1"
    assert chart.shown.bars[0].ghost == pytest.approx(lowest, abs=0.1)
    person.press("Undo")
    assert person.studio.document.graph != graph


def test_a_drawing_that_has_moved_on_takes_the_weights_along(desk: Desk) -> None:
    person = desk("one-hidden-layer", epochs=1)
    person.press("Train")
    person.state("training")
    person.state("idle")
    name = person.studio.graph.of_kind(Dense)[0].id
    person.click_node(name)
    QTest.keyClick(person.see("Bias"), Qt.Key.Key_Space)
    assert not person.studio.graph.nodes[name].layer.bias
    person.press("Carry the weights over")
    person.state("training")
    person.state("idle")
    run = person.studio.session.run
    assert run is not None
    assert run.name == "run 2"
    assert "come from the run before" in run.history.remarked[0].detail
