"""Finding one's way in a drawing: search from the canvas and the command palette, fit, the selection, a tidy layout."""

from collections.abc import Callable

import pytest
from person import Person
from PySide6.QtCore import QEvent, Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLineEdit, QWidget

from engine.graph import NodeId

Desk = Callable[..., Person]


@pytest.fixture
def person(desk: Desk) -> Person:
    made = desk("small-convnet")
    made.window.view.view.setFocus()
    return made


def write(field: QWidget, text: str) -> None:
    """Type, signs that no key has among them, which QTest cannot: as an input method sends them."""
    for sign in text:
        if sign.isascii():
            QTest.keyClicks(field, sign)
        else:
            press = QKeyEvent(QEvent.Type.KeyPress, 0, Qt.KeyboardModifier.NoModifier, sign)
            QApplication.sendEvent(field, press)


def search(person: Person, text: str) -> None:
    """Ctrl+F, and type."""
    person.key("Ctrl+F")
    write(person.see("Find in the drawing", QLineEdit), text)


@pytest.mark.parametrize(
    ("typed", "found"), [("conv_2", "conv_2"), ("→10", "dense"), ("max kernel 2", "pool_1")]
)
def test_a_layer_is_found_by_what_is_known_of_it(person: Person, typed: str, found: str) -> None:
    search(person, typed)
    person.key("Return")
    assert person.studio.node == found
    item = person.window.view.scene.nodes[NodeId(found)]
    assert person.window.view.view.camera.sees.contains(item.frame)
    assert person.window.view.view.hasFocus()


def test_all_that_fit_are_selected_and_shown(person: Person) -> None:
    search(person, "conv")
    person.key("Up")  # from the first row to the last: all
    person.key("Return")
    assert person.studio.nodes == {"conv_1", "conv_2"}
    person.key("End")
    camera, nodes = person.window.view.view.camera, person.window.view.scene.nodes
    assert all(camera.sees.contains(nodes[NodeId(n)].frame) for n in person.studio.nodes)
    near = camera.zoom
    person.key("Home")
    assert camera.zoom <= near
    assert all(camera.sees.contains(item.frame) for item in nodes.values())


def test_what_nothing_fits_is_said(person: Person) -> None:
    before = person.studio.nodes
    search(person, "kernel 99")
    assert "Nothing fits" in person.window.view.bench.menu.words.text()
    person.key("Return")
    person.key("Escape")
    assert person.studio.nodes == before


def test_the_command_palette_finds_by_parameter_and_shape(person: Person) -> None:
    person.key("Ctrl+K")
    write(person.see("Search or run a command", QLineEdit), "→10")
    person.key("Return")
    assert person.studio.node == "dense"


def test_a_tidy_layout_is_one_step_that_glides_and_can_be_undone(person: Person) -> None:
    document, scene = person.studio.document, person.window.view.scene
    graph = document.graph
    mess = {name: (40.0 * (7 * n % 10), 60.0 * (3 * n % 10)) for n, name in enumerate(graph.nodes)}
    document.edit("Mess", graph.move(mess))
    count = document.undo_stack.count()
    person.key("Ctrl+T")
    assert document.undo_stack.count() == count + 1
    person.wait(
        lambda: all(
            item.pos().toTuple() == document.graph.nodes[name].position
            for name, item in scene.nodes.items()
        )
    )
    edges = document.graph.edges
    right = [
        scene.nodes[e.source].frame.right() < scene.nodes[e.target].frame.left() for e in edges
    ]
    assert right.count(False) <= 1  # where the second line begins
    person.key("Ctrl+Z")
    assert {n: document.graph.nodes[n].position for n in graph.nodes} == mess
    person.wait(lambda: scene.nodes[NodeId("loss")].pos().toTuple() == mess[NodeId("loss")])


def test_of_a_selection_only_that_is_tidied(person: Person) -> None:
    document = person.studio.document
    person.studio.select([NodeId("conv_1"), NodeId("relu_1"), NodeId("pool_1")])
    before = document.graph
    messy = before.move({NodeId("relu_1"): (620.0, 700.0)})
    document.edit("Mess", messy)
    person.key("Ctrl+T")
    after = document.graph
    moved = {n for n in after.nodes if after.nodes[n].position != messy.nodes[n].position}
    assert moved <= {"conv_1", "relu_1", "pool_1"}
    assert "relu_1" in moved


def test_a_walk_along_the_wires_shows_where_it_is_and_says_it(person: Person) -> None:
    """Tab onto the first layer, along two wires, onto the third, and on from it: all of it by keys."""
    view, scene = person.window.view.view, person.window.view.scene

    def focused() -> list[str]:
        return [name for name, item in scene.nodes.items() if item.mood.focused]

    person.studio.select()
    person.key("Tab")
    assert focused() == ["image"]
    for wanted in ("conv_1", "relu_1"):
        person.key("Alt+Right")
        assert focused() == [wanted]
        assert person.studio.node == wanted
        assert wanted in view.accessibleDescription()
        assert view.camera.sees.contains(scene.nodes[NodeId(wanted)].frame)
    person.key("Alt+Shift+Right")
    (wire,) = person.studio.wires
    assert (wire.source, wire.target) == ("relu_1", "pool_1")
    assert scene.wires[wire].selected
    assert focused() == []
    assert "24×24×8" in view.accessibleDescription()
    person.key("Alt+Right")
    assert focused() == ["pool_1"]
    person.key("Shift+Tab")
    assert focused() == ["relu_1"]
    person.see("Train").setFocus()
    assert focused() == []
