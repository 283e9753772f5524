"""A desk with a small network on it, and the canvas that shows it."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import cast

import pytest
from PySide6.QtCore import QSettings
from PySide6.QtGui import QAction, QKeySequence
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from app.action import Stage
from app.actions import ACTIONS
from app.canvas import Canvas
from app.document import Document
from app.preferences import Preferences
from app.session import Session
from app.studio import Studio
from app.theme import Theme
from engine.dataset import Recipe
from engine.datasets.digits import Digits8
from engine.graph import Edge, Graph, NodeId
from engine.layers import CATALOGUE
from engine.project import Project


def small_network() -> Graph:
    """Input, Flatten, Dense, ReLU, Dense, loss, on one line."""
    graph, last = Graph(), None
    kinds = ("Input", "Flatten", "Dense", "ReLU", "Dense", "CrossEntropyLoss")
    for place, kind in enumerate(kinds):
        layer = CATALOGUE[kind]()
        if place == 4:
            layer = layer.but(out_features=10)
        name = graph.free_name(layer.stem)
        graph = graph.add(layer, (220.0 * place, 0.0), name)
        if last is not None:
            graph = graph.connect(Edge(last, name, "out", layer.inputs[0].name))
        last = NodeId(name)
    return graph


@pytest.fixture
def theme(qapp: QApplication) -> Iterator[Theme]:
    made = Theme("dark")
    made.apply(qapp)
    yield made
    made.deleteLater()


@pytest.fixture
def make_studio(theme: Theme, tmp_path: Path) -> Iterator[Callable[[Graph], Studio]]:
    made: list[Studio] = []

    def make(graph: Graph) -> Studio:
        document = Document(Project("test", graph, Recipe.usual(Digits8())))
        settings = QSettings(str(tmp_path / "preferences.ini"), QSettings.Format.IniFormat)
        made.append(Studio(document, Session(document), theme, Preferences(settings)))
        return made[-1]

    yield make
    for studio in made:
        studio.session.close()


@pytest.fixture
def studio(make_studio: Callable[[Graph], Studio]) -> Studio:
    return make_studio(small_network())


@dataclass(frozen=True)
class Desk:
    """As much of the window as commands on the canvas ask for."""

    studio: Studio
    view: Canvas


def give_commands(canvas: Canvas) -> None:
    """Bind the keys of commands and run those that the canvas asks for, as the window does."""
    desk, records = Desk(canvas.studio, canvas), {action.id: action for action in ACTIONS}

    def run(name: str) -> None:
        if records[name].enabled(canvas.studio):
            records[name].run(cast(Stage, desk))

    for name, record in records.items():
        made = QAction(record.text, canvas)
        made.setShortcuts([QKeySequence(key) for key in record.shortcuts])
        made.triggered.connect(lambda _=False, name=name: run(name))
        canvas.addAction(made)
    canvas.commanded.connect(run)


@pytest.fixture
def canvas(studio: Studio, qtbot: QtBot) -> Iterator[Canvas]:
    shown = Canvas(studio)
    give_commands(shown)
    shown.resize(1280, 640)
    qtbot.addWidget(shown)
    with qtbot.waitExposed(shown):
        shown.show()
    shown.activateWindow()
    shown.view.setFocus()
    yield shown
    shown.hide()
