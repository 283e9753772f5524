"""Plots on a desk whose run is told what to say."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

import numpy as np
import pytest
from PySide6.QtWidgets import QVBoxLayout, QWidget
from pytestqt.qtbot import QtBot

from app.controls.dock_head import DockHead
from app.plot import Plot
from app.studio import Studio
from engine.bins import BINS
from engine.events import Event, Reading, Started, Steps, Validated
from engine.run import Run, record

PER_EPOCH = 20


@dataclass
class Telling:
    """A run that says what it is told to say."""

    studio: Studio

    def begin(self, name: str = "run 1", epochs: int = 60) -> None:
        """Show a new run that has said nothing but that it began."""
        project = self.studio.document.project
        self.studio.session.run = Run(name, project.graph, project.recipe, project.settings)
        self.studio.session.run_changed.emit()
        self.say(Started(0, 0, epochs, PER_EPOCH, 1280, 270, 1000, 0, 1, "cpu"))

    def say(self, *events: Event) -> None:
        """Let the run say this, as the session does once a frame."""
        for event in events:
            assert self.studio.session.run is not None
            self.studio.session.run = record(self.studio.session.run, event)
        self.studio.session.advanced.emit(list(events))

    def train(self, first: int, last: int) -> None:
        """Steps from `first` to `last`, with a probe reading at each fifth and a validation at each epoch."""
        for step in range(first, last + 1):
            loss = 2.3 * float(np.exp(-step / 100))
            events: list[Event] = [Steps(step, step / PER_EPOCH, np.array([loss * 1.1]), step / 50)]
            if step % 5 == 0:
                events.append(Reading(step, "ProbeLoss", None, loss))
            if step % PER_EPOCH == 0:
                accuracy = 1 - loss / 2.6
                events.append(
                    Validated(
                        step, step // PER_EPOCH, loss, loss + 0.2, accuracy, accuracy - 0.1, 1.0
                    )
                )
            self.say(*events)

    def look(self, step: int, seed: int = 0) -> None:
        """Readings of every probe for the small ConvNet."""
        chance = np.random.default_rng(seed)
        shapes = {"image": (1, 8, 8), "conv_1": (4, 6, 6), "relu_1": (4, 6, 6)}
        shapes |= {"flatten_1": (144,), "dense_1": (10,)}
        shares = chance.dirichlet(np.ones(10))
        self.say(
            *(
                Reading(step, "Activations", node, chance.normal(size=shape).astype(np.float32))
                for node, shape in shapes.items()
            ),
            *(
                Reading(step, "ErrorSignal", node, float(np.exp(chance.normal())))
                for node in ("conv_1", "relu_1", "flatten_1", "dense_1")
            ),
            *(
                Reading(step, "WeightGradient", node, float(np.exp(chance.normal())))
                for node in ("conv_1", "dense_1")
            ),
            *(
                Reading(step, probe, node, float(np.exp(chance.normal(-6, 1))))
                for node in ("conv_1", "dense_1")
                for probe in ("RelativeGradient", "UpdateRatio")
            ),
            *self._spreads(step, chance),
            Reading(step, "GradientNoise", None, 64.0),
            Reading(step, "Silent", "relu_1", np.array([False, True, False, False])),
            Reading(step, "Prediction", "loss_1", shares),
        )

    def _spreads(self, step: int, chance: np.random.Generator) -> Iterator[Reading]:
        """Histograms as the probes make them."""
        for probe in ("ActivationSpread", "ErrorSpread"):
            for node in ("conv_1", "relu_1", "flatten_1", "dense_1"):
                yield Reading(step, probe, node, chance.integers(0, 90, BINS + 2))
                yield Reading(step, "ActivationStd", node, 0.5)
        for probe in ("WeightSpread", "GradientSpread"):
            for node in ("conv_1.weight", "conv_1.bias", "dense_1.weight", "dense_1.bias"):
                yield Reading(step, probe, node, chance.integers(0, 90, BINS + 2))
                if probe == "WeightSpread":
                    yield Reading(step, "ParameterGradient", node, float(chance.random()))


@pytest.fixture
def telling(studio: Studio) -> Telling:
    return Telling(studio)


Open = Callable[..., Plot]


@pytest.fixture
def open_plot(qtbot: QtBot, studio: Studio) -> Iterator[Open]:
    """Opens a plot in a dock of its own, with its head."""
    docks: list[QWidget] = []

    def put(kind: type[Plot], width: int = 480, height: int = 376) -> Plot:
        plot, dock = kind(studio), QWidget()
        head = DockHead(studio.theme, plot.title)
        for tool in plot.tools():
            head.add_tool(tool)
        column = QVBoxLayout(dock)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(head)
        column.addWidget(plot, 1)
        dock.setFixedSize(width, height)
        qtbot.addWidget(dock)
        docks.append(dock)
        with qtbot.waitExposed(dock):
            dock.show()
        return plot

    yield put
    for dock in docks:
        dock.hide()
