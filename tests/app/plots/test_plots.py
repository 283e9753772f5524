"""What holds for every plot there is: declared, explained, empty at first, bounded in cost, and quiet while hidden."""

import gc
import sys
import time
from collections.abc import Callable

import numpy as np
import pytest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from app.plot import Plot
from app.plots import PLOTS
from app.studio import Studio
from engine.events import Failed, Reading, Steps, Validated
from engine.probes import PROBES

every_plot = pytest.mark.parametrize("kind", PLOTS.values(), ids=PLOTS)
Open = Callable[..., Plot]


def test_plots_stand_in_their_order() -> None:
    assert [kind.title for kind in PLOTS.values()][:3] == ["Loss", "Gradients", "Activations"]


@every_plot
def test_it_reads_probes_that_exist_and_says_how_it_is_read(kind: type[Plot]) -> None:
    assert kind.probes() <= set(PROBES)
    assert len(kind.help()) > 80
    assert kind.help().endswith(".")


@every_plot
@pytest.mark.parametrize("size", [(480, 376), (372, 376), (352, 288), (220, 180), (1900, 1000)])
@pytest.mark.parametrize("theme_name", ["dark", "light"])
def test_it_opens_without_a_run(
    kind: type[Plot], size: tuple[int, int], theme_name: str, open_plot: Open, studio: Studio
) -> None:
    plot = open_plot(kind, *size)
    studio.theme.switch(theme_name)
    shown = plot.grab().toImage()
    assert shown.pixelColor(2, 2).name() == studio.theme.tokens.s1
    studio.theme.switch("dark")


@every_plot
def test_the_theme_recolours_it(kind: type[Plot], open_plot: Open, telling, studio: Studio) -> None:
    telling.begin()
    telling.train(1, 60)
    telling.look(60)
    plot = open_plot(kind)
    dark = plot.grab().toImage()
    studio.theme.switch("light")
    light = plot.grab().toImage()
    studio.theme.switch("dark")
    again = plot.grab().toImage()
    assert again == dark
    step = 7
    for x in range(0, light.width(), step):
        for y in range(0, light.height(), step):
            if dark.pixelColor(x, y).name() == "#1a1d23":  # the dark panel
                assert light.pixelColor(x, y).name() != "#1a1d23"


@every_plot
def test_it_survives_numbers_that_are_none(kind: type[Plot], open_plot: Open, telling) -> None:
    telling.begin()
    telling.train(1, 40)
    telling.look(40)
    plot = open_plot(kind)
    nan, inf = float("nan"), float("inf")
    telling.say(
        Steps(41, 2.05, np.array([nan]), 1.0),
        Steps(42, 2.10, np.array([inf]), 1.0),
        Reading(42, "ProbeLoss", None, nan),
        Reading(43, "ProbeLoss", None, inf),
        Validated(44, 3, nan, inf, 0.1, nan, 1.0),
        *(
            Reading(44, "ErrorSignal", node, v)
            for node, v in (("conv_1", nan), ("relu_1", 0.0), ("dense_1", inf))
        ),
        *(Reading(44, "WeightGradient", node, 0.0) for node in ("conv_1", "dense_1")),
        Reading(44, "Activations", "conv_1", np.full((4, 6, 6), nan, np.float32)),
        Reading(44, "Activations", "dense_1", np.array([inf, -inf] * 5, np.float32)),
        Reading(44, "Prediction", "loss_1", np.full(10, nan)),
        Failed(44, "conv_1", "The loss is not a number.", ""),
    )
    plot.redraw()
    assert not plot.grab().isNull()


@every_plot
def test_it_watches_and_ticks_only_while_it_can_be_seen(
    kind: type[Plot], open_plot: Open, telling, studio: Studio, monkeypatch: pytest.MonkeyPatch
) -> None:
    watched: list[frozenset[str]] = []
    monkeypatch.setattr(studio.session, "watch", lambda _who, probes: watched.append(probes))
    plot = open_plot(kind)
    assert watched == [plot.wanted()]
    assert plot.wanted() <= kind.probes()
    telling.begin()
    telling.train(1, 3)
    assert plot.waits
    dock = plot.parentWidget()
    assert dock is not None
    dock.hide()
    assert watched[-1] == frozenset()
    assert not plot.waits
    drawn: list[int] = []
    monkeypatch.setattr(plot, "redraw", lambda: drawn.append(1))
    telling.train(4, 6)
    assert not plot.waits
    assert not drawn
    dock.show()
    assert drawn


@every_plot
def test_it_is_redrawn_as_often_as_it_says_and_rests_when_nothing_happens(
    kind: type[Plot], open_plot: Open, telling, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    telling.begin()
    plot = open_plot(kind)
    qtbot.wait(300)  # the redraw that the beginning asked for
    drawn: list[int] = []
    monkeypatch.setattr(plot, "redraw", lambda: drawn.append(1))
    begun = time.monotonic()
    for step in range(1, 61):
        telling.train(step, step)
        qtbot.wait(10)
    spent = time.monotonic() - begun
    assert 1 <= len(drawn) <= 2 + 1.1 * kind.rate * spent
    qtbot.wait(max(500, 2400 // kind.rate))
    assert not plot.waits


def test_painting_takes_nothing_from_none(open_plot: Open, telling, qapp: QApplication) -> None:
    """PySide6 6.12.0 gives away a reference to None with nearly every call, until Python aborts."""
    telling.begin()
    telling.train(1, 40)
    telling.look(40)
    plots = [open_plot(kind) for kind in PLOTS.values()]
    gc.collect()  # or what earlier tests left is let go while we count
    before = sys.getrefcount(None)
    for frame in range(300):
        telling.train(41 + frame, 41 + frame)
        telling.look(41 + frame, seed=frame)
        for plot in plots:
            plot.redraw()
            plot.repaint()
        qapp.processEvents()
    assert sys.getrefcount(None) > before - 500
