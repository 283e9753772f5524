"""Shapes by name and costs, by the keys and the mouse of a person."""

from collections.abc import Callable

import pytest
from person import Person
from PySide6.QtCore import Qt

Desk = Callable[..., Person]


@pytest.fixture
def person(desk: Desk) -> Person:
    return desk("small-convnet")


def colours(person: Person) -> int:
    """How many pixels of the canvas are not its ground's."""
    picture = person.window.view.view.grab().toImage()
    ground = picture.pixelColor(3, 3)
    places = ((x, y) for x in range(0, picture.width(), 2) for y in range(0, picture.height(), 2))
    return sum(picture.pixelColor(x, y) != ground for x, y in places)


def test_axes_are_named_and_costs_said_on_demand(person: Person) -> None:
    scene = person.window.view.scene
    wire = next(wire for edge, wire in scene.wires.items() if edge.source == "conv_1")
    assert wire.words == "24×24×8"
    assert "batch × height 24 × width 24 × channels 8" in wire.toolTip()
    node = scene.nodes["conv_1"]
    assert "208 parameters, 115,200 multiply-adds, 18.4 kB of activations" in node.toolTip()
    plain = colours(person)
    person.window.view.view.setFocus()
    person.key("Ctrl+Alt+X")
    assert wire.names_axes
    named = colours(person)
    assert named > plain
    person.key("Ctrl+Alt+C")
    assert node.face.shows_costs
    assert node.boundingRect().bottom() > node.layout.whole.bottom() + 20
    assert colours(person) > named
    kept = person.studio.preferences
    assert kept.flag("canvas/axes", default=False)
    assert kept.flag("canvas/costs", default=False)
    person.click_node("conv_1")
    person.fill_in("Filters", "10")
    assert wire.axes == ("height 24", "width 24", "channels 10")
    assert node.face.costs[0] == "144,000 multiply-adds"
    person.window.view.view.setFocus()
    for key in ("Ctrl+Alt+X", "Ctrl+Alt+C"):
        person.key(key)
    assert not wire.names_axes
    assert not node.face.shows_costs


def test_the_status_bar_says_what_is_selected_and_then_the_whole_again(person: Person) -> None:
    def totals() -> list[str]:
        return [line.text() for line in person.window.status.totals]

    whole = totals()
    assert whole[:2] == ["10 layers", "8,882 parameters"]
    person.click_node("conv_1")
    assert totals() == [
        "1 of 10 layers", "208 parameters", "115,200 multiply-adds", "18.4 kB activations an example",
    ]  # fmt: skip
    person.click_node("dense", Qt.KeyboardModifier.ControlModifier)
    assert totals()[:3] == [
        "2 of 10 layers",
        f"{208 + 3850:,} parameters",
        f"{115_200 + 3840:,} multiply-adds",
    ]
    person.window.view.view.setFocus()
    person.key("Escape")
    person.key("Escape")
    assert totals() == whole
