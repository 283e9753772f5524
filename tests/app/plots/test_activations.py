"""The maps show the chosen example, what the network says of it, and what never fires."""

from collections.abc import Callable

import numpy as np
import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest

from app.plot import Plot
from app.plots.activations import Activations
from app.studio import Studio
from engine.axes import Labels
from engine.events import Reading

Open = Callable[..., Plot]


@pytest.fixture
def activations(open_plot: Open, telling) -> Activations:
    telling.begin()
    telling.look(1)
    plot = open_plot(Activations, 508, 376)
    assert isinstance(plot, Activations)
    return plot


def test_the_example_is_the_chosen_one(activations: Activations, studio: Studio) -> None:
    data = studio.document.meaning.data
    studio.session.choose_example("train", 11)
    activations.redraw()
    example = activations.card.example
    assert example is not None
    np.testing.assert_array_equal(example.values, data.train.inputs[11])
    assert isinstance(data.target, Labels)
    assert example.truth == f"truth: {data.target.names[data.train.targets[11]]}"
    assert activations.subtitle == f"train example 12 of {data.train.count:,}"


def test_buttons_walk_through_the_part_and_around(activations: Activations, studio: Studio) -> None:
    data = studio.document.meaning.data
    activations.after.click()
    assert studio.session.example == ("dev", 1)
    activations.before.click()
    activations.before.click()
    assert studio.session.example == ("dev", data.dev.count - 1)
    activations.part.changed.emit("train")
    assert studio.session.example == ("train", 0)
    assert activations.part.value() == "train"


def test_classes_are_those_of_the_prediction_with_the_truth_among_them(
    activations: Activations, telling, studio: Studio
) -> None:
    true = int(studio.document.meaning.data.dev.targets[0])
    shares = np.linspace(0.05, 0.15, 10)
    shares[true] = 0.001
    telling.say(Reading(2, "Prediction", "loss_1", shares))
    activations.redraw()
    assert activations.card.example is not None
    classes = activations.card.example.classes
    best = [i for i in np.argsort(-shares) if i != true][:4]
    assert [entry.name for entry in classes] == [str(i) for i in [*best, true]]
    assert [entry.true for entry in classes] == [False] * 4 + [True]
    assert classes[0].text == f"{shares[best[0]]:.2f}".removeprefix("0")
    assert classes[0].share == pytest.approx(shares[best[0]])


def test_each_layer_is_a_strip_with_its_shape_and_its_dead(activations: Activations) -> None:
    strips = {strip.name: strip for strip in activations._strips()}
    assert list(strips) == ["conv_1", "relu_1", "dense_1"]
    assert [strip.shape for strip in strips.values()] == ["6×6×4", "6×6×4", "10"]
    assert strips["relu_1"].remark == "1 of 4 channels never fires"
    assert strips["conv_1"].remark == ""
    given = activations.history.latest["Activations", "conv_1"].value
    assert strips["conv_1"].values is given


def test_two_dead_units_are_said_in_the_plural(activations: Activations, telling) -> None:
    telling.say(Reading(2, "Silent", "relu_1", np.array([True, True, False, False])))
    remarks = [strip.remark for strip in activations._strips() if strip.remark]
    assert remarks == ["2 of 4 channels never fire"]


def test_a_press_selects_the_layer_and_its_strip_comes_into_view(
    activations: Activations, studio: Studio
) -> None:
    span = activations.column.span("relu_1")
    assert span is not None
    QTest.mouseClick(
        activations.column, Qt.MouseButton.LeftButton, pos=QPoint(20, (span[0] + span[1]) // 2)
    )
    assert studio.nodes == {"relu_1"}
    activations.parentWidget().setFixedSize(508, 160)
    studio.select(["dense_1"])
    activations.redraw()
    span = activations.column.span("dense_1")
    assert span is not None
    shown = activations.area.verticalScrollBar().value()
    assert shown <= span[0] <= span[1] <= shown + activations.area.viewport().height() + 8


def test_colours_of_a_map_are_those_of_its_numbers(activations: Activations, telling) -> None:
    maps = np.zeros((4, 6, 6), np.float32)
    maps[0], maps[1] = 1.0, -1.0
    telling.begin("run 2")  # ranges begin anew
    telling.say(Reading(2, "Activations", "conv_1", maps))
    activations.redraw()
    placed = activations.column._placed[0]
    activations.column.grab()
    assert placed.layout is not None
    assert placed.picture is not None
    tokens = activations.studio.theme.tokens
    for place, colour in ((0, tokens.positive), (1, tokens.negative), (2, tokens.neutral)):
        left, top = placed.layout.corner(place)
        found = placed.picture.pixelColor(left + placed.layout.wide // 2, top + 3)
        assert found.name() == colour
