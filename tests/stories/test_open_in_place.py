"""A group opened in place: seen, built in, wired, taken apart, saved and trained in its frame, by mouse and keys."""

from collections.abc import Callable
from pathlib import Path

import pytest
from person import LEFT, NONE, Person
from PySide6.QtCore import QEvent, QPointF, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QFileDialog

from app.canvas.frame_paint import fold_box
from app.canvas.node_item import NodeItem
from engine.graph import Edge, Graph, Group, NodeId

Desk = Callable[..., Person]
CONTROL = Qt.KeyboardModifier.ControlModifier


@pytest.fixture
def person(desk: Desk) -> Person:
    """A person before `one-hidden-layer` with hidden and relu in a group."""
    made = desk("one-hidden-layer", epochs=1)
    made.click_node("hidden")
    made.click_node("relu", CONTROL)
    QTest.keySequence(made.window, "Ctrl+G")
    return made


def item(person: Person, name: str) -> NodeItem:
    return person.window.view.scene.nodes[NodeId(name)]


def click_fold(person: Person, name: str) -> None:
    """Click the sign at the right of a group's header."""
    node = item(person, name)
    person.click_place(node.mapToScene(fold_box(node.layout.whole).center()))


def write(text: str) -> None:
    """Type, wherever the keyboard is by then."""
    for letter in text:
        QTest.keyClicks(QApplication.focusWidget(), letter)


def inside(person: Person) -> Graph:
    group = person.studio.document.graph.nodes[NodeId("group_1")].layer
    assert isinstance(group, Group)
    return group.graph


def drag(person: Person, name: str, to: QPointF) -> None:
    person._drag(person._header(name), person._on_screen(to))  # noqa: SLF001 (the hand of the person)


def test_it_is_opened_and_closed_by_its_sign_and_the_neighbours_make_room(person: Person) -> None:
    before = person.studio.document.graph
    click_fold(person, "group_1")
    names = {"group_1.in_1", "group_1.hidden", "group_1.relu", "group_1.out_1"}
    assert names <= set(person.window.view.scene.nodes)
    frame = item(person, "group_1").frame
    assert all(frame.contains(item(person, name).frame) for name in names)
    assert item(person, "scores").frame.left() > frame.right()
    wires = person.window.view.scene.wires
    shapes = {wire.words for edge, wire in wires.items() if edge.source.startswith("group_1.")}
    assert shapes == {"784", "128"}
    assert person.studio.document.undo_stack.undoText() == "Open group_1 in place"
    click_fold(person, "group_1")
    assert person.studio.document.graph == before


def test_a_layer_is_added_renamed_wired_and_removed_in_the_frame_by_keys(person: Person) -> None:
    canvas = person.window.view.view
    QTest.keySequence(person.window, "Ctrl+Shift+O")
    QTest.keySequence(canvas, "Ctrl+Down")  # into the frame
    assert person.studio.node == "group_1.in_1"
    QTest.keySequence(canvas, "Alt+Right")
    assert person.studio.node == "group_1.hidden"
    write("dropout")
    person.key("Return")
    assert person.studio.node == "group_1.drop_1"
    assert Edge(NodeId("hidden"), NodeId("drop_1")) in inside(person).edges
    person.key("Esc")  # no parameters
    person.key("F2")
    write("noise")
    person.key("Return")
    assert person.studio.node == "group_1.noise"
    assert NodeId("noise") in inside(person).nodes
    QTest.keyClick(canvas, Qt.Key.Key_Delete)
    assert NodeId("noise") not in inside(person).nodes
    person.wire("group_1.hidden", "group_1.relu")
    assert Edge(NodeId("hidden"), NodeId("relu")) in inside(person).edges
    person.click_node("group_1.relu")
    QTest.keySequence(canvas, "Ctrl+Up")  # out of the frame
    assert person.studio.node == "group_1"


def test_layers_are_dragged_in_and_out_and_the_network_stays_what_it_was(person: Person) -> None:
    click_fold(person, "group_1")
    flat = {(e.source, e.target) for e in person.studio.document.graph.flat.edges}
    frame = item(person, "group_1").frame
    drag(person, "group_1.relu", QPointF(frame.center().x(), frame.bottom() + 120))
    assert "relu" in person.studio.document.graph.nodes
    assert person.studio.nodes == {"relu"}
    now = {(e.source, e.target) for e in person.studio.document.graph.flat.edges}
    assert now == {
        (a.replace("group_1.relu", "relu"), b.replace("group_1.relu", "relu")) for a, b in flat
    }
    drag(person, "relu", item(person, "group_1").frame.center())
    assert {(e.source, e.target) for e in person.studio.document.graph.flat.edges} == flat
    assert person.studio.document.undo_stack.undoText() == "Move relu into group_1"
    refused: list[str] = []
    person.studio.said.connect(lambda text, *_: refused.append(text))
    drag(person, "group_1.in_1", QPointF(frame.center().x(), frame.bottom() + 160))
    assert refused == ["in_1 is at the edge of group_1 and stays there."]
    assert item(person, "group_1.in_1").pos() == QPointF(
        *person.studio.graph.nodes[NodeId("group_1.in_1")].position
    )


def test_the_same_by_keys(person: Person) -> None:
    click_fold(person, "group_1")
    flat = person.studio.document.graph.flat
    person.click_node("group_1.relu")
    QTest.keySequence(person.window, "Ctrl+Alt+Up")
    assert person.studio.nodes == {"relu"}
    assert item(person, "relu").frame.top() > item(person, "group_1").frame.bottom()
    QTest.keySequence(person.window, "Ctrl+Alt+Down")
    assert person.studio.nodes == {"group_1.relu"}
    assert item(person, "group_1").frame.contains(item(person, "group_1.relu").frame)
    assert set(person.studio.document.graph.flat.edges) == set(flat.edges)


def test_a_wire_from_outside_gets_a_door_and_a_circle_is_refused_in_the_hand(
    person: Person,
) -> None:
    click_fold(person, "group_1")
    person.drag_found("add", item(person, "group_1.relu").frame.center() + QPointF(-20, 90))
    name = person.studio.node
    assert name == "group_1.add_1"
    person.wire_to_node("flatten", name)
    assert [n.id for n in inside(person).nodes.values() if n.id.startswith("in_")] == ["in_1"]
    assert Edge(NodeId("in_1"), NodeId("add_1")) in inside(person).edges  # the door was there
    person.wire_to_node("image", name)
    assert len(inside(person).incoming[NodeId("add_1")]) == 2
    assert len(person.studio.document.graph.nodes[NodeId("group_1")].layer.inputs) == 2
    steps = person.studio.document.undo_stack.index()
    start, end = person._port("scores", "out", "out"), person._port(name, "in", "in")  # noqa: SLF001
    person._mouse(QEvent.Type.MouseButtonPress, start, LEFT, LEFT)  # noqa: SLF001
    person._mouse(QEvent.Type.MouseMove, end, NONE, LEFT)  # noqa: SLF001
    gesture = person.window.view.view.hand.gesture
    assert gesture is not None
    assert "circle" in gesture.words
    person._mouse(QEvent.Type.MouseButtonRelease, end, LEFT, NONE)  # noqa: SLF001
    assert person.studio.document.undo_stack.index() == steps


def test_repeated_and_trained_with_shapes_and_pictures_inside_then_saved_open(
    person: Person, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    person.click_node("group_1")
    click_fold(person, "group_1")
    person.click_node("group_1.hidden")
    person.fill_in("Units", "784")
    person.click_node("group_1")
    person.fill_in("Repeat", "2")
    assert {w.words for e, w in person.window.view.scene.wires.items() if "." in e.source} == {
        "784"
    }
    person.press("Train")
    person.state("training")
    person.state("idle")
    hidden = item(person, "group_1.hidden")
    person.wait(lambda: hidden.vital.picture is not None)  # of the first turn
    path = tmp_path / "open.chainrule"
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *_, **__: (str(path), ""))
    QTest.keySequence(person.window, "Ctrl+S")
    person.wait(path.exists)
    saved = person.studio.document.graph
    click_fold(person, "group_1")
    assert not person.studio.session.moved_on  # the network is the same
    person.studio.document.open(path)
    assert person.studio.document.graph == saved
    assert "group_1.hidden" in person.window.view.scene.nodes


def test_copies_take_their_frames_along(person: Person) -> None:
    click_fold(person, "group_1")
    person.click_node("group_1")
    QTest.keySequence(person.window.view.view, "Ctrl+D")
    (copy,) = person.studio.nodes
    assert f"{copy}.hidden" in person.studio.graph.nodes
    frames = [item(person, name).frame for name in ("group_1", copy)]
    assert not frames[0].intersects(frames[1])
    person.click_node("group_1.hidden")
    QTest.keySequence(person.window.view.view, "Ctrl+C")
    QTest.keySequence(person.window.view.view, "Ctrl+V")
    (pasted,) = person.studio.nodes
    assert person.studio.graph.nodes[pasted].layer == inside(person).nodes[NodeId("hidden")].layer
