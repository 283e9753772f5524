"""The whole road once: open, build, undo, train, watch, pause, step, change the rate, stop, save, close, open."""

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from person import Person
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QFileDialog

from engine.graph import Edge, NodeId
from engine.layers import CATALOGUE


def test_from_the_example_to_the_saved_project(
    desk: Callable[..., Person], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    person = desk("one-hidden-layer", epochs=200)
    window, studio = person.window, person.studio
    document, session = studio.document, studio.session

    # A Dense and a ReLU from the palette, wired in between `relu` and `scores`.
    person.drag_from_palette("Dense", person.beside("relu", 20, 160))
    person.drag_from_palette("ReLU", person.beside("relu", 240, 160))
    assert {"dense_1", "relu_1"} <= set(document.graph.nodes)
    wire = Edge(NodeId("relu"), NodeId("scores"))
    window.view.view.setFocus()
    middle = window.view.scene.wires[wire].middle
    person.click_place(middle)
    person.key("Del")
    assert wire not in document.graph.edges
    person.wire("relu", "dense_1")
    person.wire("dense_1", "relu_1")
    person.wire("relu_1", "scores")
    assert not [p for p in document.meaning.problems if p.severity == "error"]

    # Units in the inspector; undone and done again.
    person.click_node("dense_1")
    person.fill_in("Units", "32")
    assert document.graph.nodes[NodeId("dense_1")].layer.out_features == 32  # type: ignore[attr-defined]
    person.press("Undo")
    assert document.graph.nodes[NodeId("dense_1")].layer == CATALOGUE["Dense"]()
    person.press("Redo")
    assert document.graph.nodes[NodeId("dense_1")].layer.out_features == 32  # type: ignore[attr-defined]
    assert document.meaning.shapes.on(Edge(NodeId("dense_1"), NodeId("relu_1"))).text == "32"  # type: ignore[union-attr]

    # Train: losses, gradients and activations of the example come alive.
    person.press("Train")
    person.state("training")
    person.wait(lambda: person.step > 20)
    history = session.run.history  # type: ignore[union-attr]
    person.wait(lambda: len(history.validated) > 0)
    person.wait(lambda: ("ErrorSignal", "dense_1") in history.latest)
    person.wait(lambda: ("Activations", "relu_1") in history.latest)

    # Pause, one minibatch, another rate, go on, stop.
    person.press("Pause")
    person.state("paused")
    step = person.step
    person.press("Step")
    person.wait(lambda: person.step == step + 1)
    person.state("paused")
    person.fill_in("Rate", "0.02")
    person.press("Train")
    person.wait(lambda: person.step > step + 20)
    person.press("Stop")
    person.state("idle")
    assert [(a.setting, a.after) for a in history.adjusted] == [("learning_rate", 0.02)]

    # Save, close, open: the same graph, weights, settings and curves.
    path = tmp_path / "mine.chainrule"
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *_, **__: (str(path), ""))
    person.key("Ctrl+S")
    person.wait(lambda: path.exists() and not document.unsaved)
    before, run = document.project, session.run
    assert window.close()

    again = desk(path=path)
    project = again.studio.document.project
    assert project == before
    opened = project.runs[0]
    assert run is not None
    np.testing.assert_array_equal(opened.history.losses.values, run.history.losses.values)
    assert opened.history.validated == run.history.validated
    assert opened.weights.keys() == run.weights.keys()
    for name, array in run.weights.items():
        np.testing.assert_array_equal(opened.weights[name], array)
    assert project.settings.learning_rate == 0.02
    QTest.keyClick(again.window, Qt.Key.Key_F5)
    again.state("training")
    again.wait(lambda: again.step > run.history.step)
    again.press("Stop")
    again.state("idle")


def test_enter_on_a_layer_leads_to_its_first_field(desk: Callable[..., Person]) -> None:
    person = desk("one-hidden-layer")
    person.click_node("hidden")
    QTest.keyClick(person.window.view.view, Qt.Key.Key_Return)
    assert person.studio.node == "hidden"
    field = person.see("Units")
    person.wait(field.hasFocus)
