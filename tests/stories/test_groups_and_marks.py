"""Groups, marks and layers with several ports, made and used by mouse and keyboard on a trained example."""

from collections.abc import Callable
from pathlib import Path

import pytest
from person import LEFT, PLAIN, Person
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QFileDialog, QLineEdit, QMenu, QPlainTextEdit

from app.canvas.pictures import Bars
from engine.graph import Edge, Group, Node, NodeId

Desk = Callable[..., Person]
CONTROL = Qt.KeyboardModifier.ControlModifier


@pytest.fixture
def person(desk: Desk) -> Person:
    """A person before `one-hidden-layer`."""
    return desk("one-hidden-layer", epochs=2)


def node(person: Person, name: str) -> Node:
    return person.studio.graph.nodes[NodeId(name)]


def train(person: Person) -> None:
    person.press("Train")
    person.state("training")
    person.state("idle")


def group(person: Person, *names: str) -> str:
    """Select some layers and press Ctrl+G; the name of the group."""
    person.click_node(names[0])
    for name in names[1:]:
        person.click_node(name, CONTROL)
    QTest.keySequence(person.window, "Ctrl+G")
    (made,) = person.studio.nodes
    return str(made)


class TestGroups:
    def test_a_group_is_opened_trained_edited_inside_and_left(
        self, person: Person, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        before = person.studio.document.graph
        box = group(person, "hidden", "relu")
        assert isinstance(node(person, box).layer, Group)
        assert not [p for p in person.studio.problems if p.severity == "error"]
        train(person)

        person.double_click_node(box)
        assert person.studio.path == (box,)
        assert person.window.view.crumbs.text() == f"Network › {box}"
        assert set(person.studio.graph.nodes) == {"in_1", "hidden", "relu", "out_1"}
        item = person.window.view.scene.nodes[NodeId("hidden")]
        person.wait(
            lambda: isinstance(item.vital.picture, Bars)
        )  # the run knows it as group_1.hidden
        words = {str(e): w.words for e, w in person.window.view.scene.wires.items()}
        assert words[str(Edge(NodeId("in_1"), NodeId("hidden")))] == "784"

        person.click_node("hidden")
        person.fill_in("Units", "32")
        whole = person.studio.document.graph.nodes[NodeId(box)].layer
        assert isinstance(whole, Group)
        assert whole.graph.nodes[NodeId("hidden")].layer.out_features == 32  # type: ignore[attr-defined]
        sized = person.studio.document.meaning.shapes.sized[NodeId(box)]
        assert sized.cost.parameters == 784 * 32 + 32
        person.press("Undo")
        assert node(person, "hidden").layer.out_features == 128  # type: ignore[attr-defined]
        assert person.studio.path == (box,)

        QTest.keyClick(person.window.view.view, Qt.Key.Key_Escape)  # nothing is selected any more
        QTest.keyClick(person.window.view.view, Qt.Key.Key_Escape)
        assert person.studio.path == ()
        assert person.studio.node == box

        path = tmp_path / "grouped.chainrule"
        monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *_, **__: (str(path), ""))
        saved = person.studio.document.graph
        QTest.keySequence(person.window, "Ctrl+S")
        person.wait(path.exists)
        person.click_node(box)
        QTest.keySequence(person.window, "Ctrl+Shift+G")
        assert set(person.studio.graph.nodes) == set(before.nodes)
        person.studio.document.open(path)
        assert person.studio.document.graph == saved

    def test_the_breadcrumb_leads_back_and_undo_shuts_what_is_gone(self, person: Person) -> None:
        box = group(person, "hidden", "relu")
        person.press("Open group")  # the button in the inspector
        assert person.studio.path == (box,)
        person.press("Back to Network")
        assert person.studio.path == ()
        person.double_click_node(box)
        person.press("Undo")  # the group itself is undone
        assert person.studio.path == ()
        assert "hidden" in person.studio.graph.nodes

    def test_repeat_and_same_weights_are_set_in_the_inspector(self, person: Person) -> None:
        person.click_node("hidden")
        person.fill_in("Units", "784")  # so that what comes in can come in again
        box = group(person, "hidden", "relu")
        person.fill_in("Repeat", "3")
        once = 784 * 784 + 784
        sized = person.studio.document.meaning.shapes.sized
        assert sized[NodeId(box)].cost.parameters == 3 * once
        person.press("Same weights")
        assert person.studio.document.meaning.shapes.sized[NodeId(box)].cost.parameters == once
        assert "×3" in person.window.view.scene.nodes[NodeId(box)].face.kind

    def test_a_complaint_inside_points_at_the_group_and_leads_in(self, person: Person) -> None:
        box = group(person, "relu", "scores")
        person.double_click_node(box)
        person.click_node("relu")
        QTest.keyClick(person.window.view.view, Qt.Key.Key_Delete)
        QTest.keyClick(person.window.view.view, Qt.Key.Key_Escape)
        assert person.studio.path == ()
        assert person.window.view.scene.nodes[NodeId(box)].face.problem is not None
        assert {p.node for p in person.studio.problems if p.severity == "error"} == {box}


class TestMarks:
    def test_each_mark_is_one_step_and_is_drawn(self, person: Person) -> None:
        person.click_node("hidden")
        person.press("Freeze weights")
        assert node(person, "hidden").frozen
        person.press("Switch off")
        assert not node(person, "hidden").enabled
        person.press("Undo")
        person.press("Undo")
        assert node(person, "hidden") == Node(
            NodeId("hidden"), node(person, "hidden").layer, node(person, "hidden").position
        )
        person.press("Redo")
        assert person.window.view.scene.nodes[NodeId("hidden")].face.frozen

    def test_frozen_weights_stay_while_the_rest_learns(self, person: Person) -> None:
        person.click_node("hidden")
        person.press("Freeze weights")
        train(person)
        run = person.studio.session.run
        assert run is not None
        first = {key for key in run.weights if key.startswith("hidden")}
        assert first
        kept = {key: run.weights[key].copy() for key in first}
        person.press("Inspector: Run")
        person.fill_in("Epochs", "3")
        train(person)
        run = person.studio.session.run
        assert run is not None
        for key in first:
            assert (run.weights[key] == kept[key]).all()

    def test_a_comment_is_written_in_the_inspector_and_shown_on_the_node(
        self, person: Person
    ) -> None:
        person.click_node("hidden")
        person.window.trigger("layer.comment")
        field = person.see("Comment", QPlainTextEdit)
        person.wait(field.hasFocus)
        QTest.keyClicks(field, "Too wide?")
        QTest.keyClick(field, Qt.Key.Key_Return, CONTROL)
        assert node(person, "hidden").note == "Too wide?"
        assert "Too wide?" in person.window.view.scene.nodes[NodeId("hidden")].toolTip()

    def test_weights_are_shared_with_a_layer_chosen_from_a_list(self, person: Person) -> None:
        person.drag_from_palette("Dense", person.beside("relu", 20, 200))
        assert person.studio.node == "dense_1"
        person.window.trigger("layer.share")
        menu = next(w for w in person.window.findChildren(QMenu) if w.isVisible() and not w.title())
        chosen = next(action for action in menu.actions() if action.text() == "hidden")
        QTest.mouseClick(menu, LEFT, PLAIN, menu.actionGeometry(chosen).center())
        assert node(person, "dense_1").shares == "hidden"
        assert person.window.view.scene.nodes[NodeId("dense_1")].face.kind == "hidden"
        assert node(person, "dense_1").layer == node(person, "hidden").layer

        for name, units in (
            ("hidden", 96),
            ("dense_1", 48),
        ):  # one set of weights, whoever is asked
            person.click_node(name)
            person.fill_in("Units", str(units))
            for other in ("hidden", "dense_1"):
                assert getattr(node(person, other).layer, "out_features", 0) == units
            assert not [p for p in person.studio.problems if "weights of" in p.message]
            person.click_node("dense_1" if name == "hidden" else "hidden")
            assert person.see("Units", QLineEdit).text() == str(units)
        person.press("Undo")
        person.press("Undo")
        assert node(person, "hidden").layer == node(person, "dense_1").layer


class TestPorts:
    def test_a_wire_dropped_on_a_node_takes_its_first_free_port(self, person: Person) -> None:
        person.drag_from_palette("Dense", person.beside("flatten", 0, 200))
        person.drag_from_palette("Dense", person.beside("flatten", 0, 340))
        person.drag_from_palette("Bilinear", person.beside("flatten", 300, 260))
        person.wire_to_node("dense_1", "bilinear_1")
        person.wire_to_node("dense_2", "bilinear_1")
        edges = {
            (e.source, e.target_port) for e in person.studio.graph.incoming[NodeId("bilinear_1")]
        }
        assert edges == {("dense_1", "first"), ("dense_2", "second")}
        item = person.window.view.scene.nodes[NodeId("bilinear_1")]
        wires = person.window.view.scene.wires
        for edge, wire in wires.items():
            if edge.target == "bilinear_1":
                end = wire.line.pointAtPercent(1.0)
                assert (end - item.port_place("in", edge.target_port)).manhattanLength() < 1

    def test_the_state_of_one_lstm_goes_into_the_next_by_its_ports(self, person: Person) -> None:
        person.drag_found("LSTM", person.beside("flatten", 0, 240))
        person.drag_found("LSTM", person.beside("flatten", 260, 240))
        person.wire("lstm_1", "lstm_2", "cell", out="cell")
        (edge,) = person.studio.graph.incoming[NodeId("lstm_2")]
        assert (edge.source_port, edge.target_port) == ("cell", "cell")
