"""A studio with a real document and session for the tests of panels, and windows to put panels into."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import QSettings
from PySide6.QtWidgets import QApplication, QHBoxLayout, QWidget
from pytestqt.qtbot import QtBot

from app.document import Document
from app.preferences import Preferences
from app.session import Session
from app.studio import Studio
from app.theme import Theme
from engine.dataset import Recipe
from engine.datasets.plane import Moons
from engine.graph import Edge, Graph, NodeId
from engine.layers.activation import ReLU
from engine.layers.data import Input
from engine.layers.dense import Dense
from engine.layers.loss import CrossEntropyLoss
from engine.project import Project
from engine.settings import Settings

Show = Callable[..., QWidget]


def moons_project() -> Project:
    """Two moons through a Dense and a ReLU: trains in milliseconds."""
    graph = (
        Graph()
        .add(Input(), (0, 0), "points")
        .add(Dense(out_features=8, initial_weights="he"), (200, 0), "hidden")
        .add(ReLU(), (400, 0), "relu_1")
        .add(Dense(out_features=2), (600, 0), "out")
        .add(CrossEntropyLoss(), (800, 0), "loss")
    )
    names = ("points", "hidden", "relu_1", "out")
    pairs = zip(names, names[1:], strict=False)
    edges = [Edge(NodeId(first), NodeId(second)) for first, second in pairs]
    joined = graph.connect(*edges, Edge(NodeId("out"), NodeId("loss"), "out", "prediction"))
    recipe = Recipe.usual(Moons(count=200))
    return Project("Moons", joined, recipe, Settings(epochs=2, batch_size=20))


@pytest.fixture
def theme(qapp: QApplication) -> Iterator[Theme]:
    made = Theme("dark")
    made.apply(qapp)
    yield made
    made.deleteLater()


@pytest.fixture
def studio(theme: Theme, tmp_path: Path) -> Iterator[Studio]:
    document = Document(moons_project())
    settings = QSettings(str(tmp_path / "preferences.ini"), QSettings.Format.IniFormat)
    session = Session(document)
    yield Studio(document, session, theme, Preferences(settings))
    session.close()


@pytest.fixture
def show(qtbot: QtBot) -> Show:
    kept: list[QWidget] = []  # qtbot itself holds no strong reference

    def put(panel: QWidget, width: int = 320, height: int = 760) -> QWidget:
        host = QWidget()
        host.resize(width, height)
        row = QHBoxLayout(host)
        row.setContentsMargins(0, 0, 0, 0)
        row.addWidget(panel)
        qtbot.addWidget(host)
        kept.append(host)
        with qtbot.waitExposed(host):
            host.show()
        host.activateWindow()
        return host

    return put
