"""Wires show the error signal that comes back along them: width, colour and words, and plainly where there is none."""

import math
from dataclasses import replace

import pytest
from PySide6.QtGui import QColor

from app import marking
from app.canvas import Canvas
from app.canvas.wire_gradient import Signals, signal_of
from app.studio import Studio
from app.theme.colormaps import viridis_table
from engine.events import Reading
from engine.graph import NodeId
from engine.run import Run


@pytest.mark.parametrize(
    ("ratio", "width", "words"),
    [
        (1.0, 10.0, "1.0×"),
        (10.0, 10.0, "10×"),
        (0.1, 8.0, "0.10×"),
        (1e-3, 4.0, "10⁻³"),
        (9.4e-6, 1.0, "9·10⁻⁶"),
        (1e-40, 1.0, "10⁻⁴⁰"),
    ],
)
def test_the_width_is_ten_and_two_for_each_power_of_ten(
    ratio: float, width: float, words: str
) -> None:
    found = signal_of(ratio)
    assert (found.width, found.words, found.is_good) == (width, words, True)
    table = viridis_table()
    share = min(1.0, max(0.0, (math.log10(ratio) + 8) / 9))
    assert found.colour == QColor(*map(int, table[round(share * 255)])).name()


@pytest.mark.parametrize(("ratio", "words"), [(0.0, "0"), (math.inf, "∞"), (math.nan, "NaN")])
def test_what_is_no_size_is_said(ratio: float, words: str) -> None:
    found = signal_of(ratio)
    assert (found.words, found.is_good, found.width) == (words, False, 1.0)


@pytest.fixture
def run(studio: Studio) -> Run:
    project = studio.document.project
    made = Run("run 1", project.graph, project.recipe, project.settings)
    for name, value in {"dense_1": 0.002, "relu_1": 0.02, "dense_2": 2.0}.items():
        made.history.add(Reading(1, "ErrorSignal", name, value))
    studio.session.run = made
    return made


def test_each_wire_shows_what_its_source_gets(studio: Studio, run: Run) -> None:
    assert not Signals(studio).of(run)  # nobody asked
    studio.show_gradients(True)
    found = {edge.source: said.words for edge, said in Signals(studio).of(run).items()}
    assert found == {"dense_1": "10⁻³", "relu_1": "10⁻²", "dense_2": "1.0×"}
    assert studio.preferences.flag("canvas/gradients", default=False)
    studio.show_gradients(False)
    assert not Signals(studio).of(run)


def test_what_flows_out_of_a_group_is_that_of_the_layer_within(studio: Studio) -> None:
    studio.select(["dense_1", "relu_1"])
    marking.group(studio)
    (name,) = studio.nodes
    project = studio.document.project
    run = Run("run 1", project.graph, project.recipe, project.settings)
    for node, value in ((f"{name}.relu_1", 0.5), ("dense_2", 1.0)):
        run.history.add(Reading(1, "ErrorSignal", NodeId(node), value))
    studio.show_gradients(True)
    found = {edge.source: said.words for edge, said in Signals(studio).of(run).items()}
    assert found[NodeId(name)] == "0.50×"


def test_the_canvas_draws_them_with_their_key(canvas: Canvas, studio: Studio, run: Run) -> None:
    edge = next(edge for edge in canvas.scene.wires if edge.source == "relu_1")
    plain = canvas.scene.wires[edge].signal
    assert plain is None
    assert canvas.key.isHidden()
    studio.show_gradients(True)
    canvas.pulse.beat()
    shown = canvas.scene.wires[edge].signal
    assert shown == signal_of(0.01)
    assert not canvas.key.isHidden()
    picture = canvas.view.grab().toImage()
    colours = {
        picture.pixelColor(x, y).name()
        for x in range(0, picture.width(), 2)
        for y in range(0, picture.height(), 2)
    }
    assert shown.colour in colours
    run.history.add(Reading(2, "ErrorSignal", "relu_1", 0.0))
    canvas.pulse.beat()
    assert canvas.scene.wires[edge].signal is None  # the last layer's is of another step
    run.history.add(Reading(2, "ErrorSignal", "dense_2", 1.0))
    canvas.pulse.beat()
    assert not canvas.scene.wires[edge].signal.is_good
    assert "0 of the last layer's error signal" in canvas.scene.wires[edge].toolTip()
    assert replace(shown, words="") != shown
