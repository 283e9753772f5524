"""A desk to work at: a real document, session, theme and preferences, with a small project on it."""

from collections.abc import Iterator

import pytest
from PySide6.QtCore import QSettings
from PySide6.QtWidgets import QApplication

from app.document import Document
from app.preferences import Preferences
from app.session import Session
from app.studio import Studio
from app.theme import Theme
from engine.dataset import Recipe
from engine.datasets import DATASETS
from engine.graph import Edge, Graph
from engine.layer import Layer
from engine.layers import CATALOGUE
from engine.project import Project
from engine.settings import Settings


def chained(*layers: Layer) -> Graph:
    """The layers one after another, on one line, from an Input called `image` to the last."""
    graph = Graph().add(CATALOGUE["Input"](), name="image")
    for place, layer in enumerate(layers, 1):
        graph = graph.add(layer, (220.0 * place, 0.0))
    names = list(graph.nodes)
    return graph.connect(
        *(
            Edge(a, b, "out", graph.nodes[b].layer.inputs[0].name)
            for a, b in zip(names, names[1:], strict=False)
        )
    )


@pytest.fixture
def project() -> Project:
    """A small ConvNet on the 8×8 digits."""
    layers = [
        CATALOGUE["Conv2d"](out_channels=4, kernel_size=3),
        CATALOGUE["ReLU"](),
        CATALOGUE["Flatten"](),
        CATALOGUE["Dense"](out_features=10),
        CATALOGUE["CrossEntropyLoss"](),
    ]
    return Project(
        "Small digits", chained(*layers), Recipe.usual(DATASETS["Digits8"]()), Settings(epochs=4)
    )


@pytest.fixture
def theme(qapp: QApplication) -> Theme:
    made = Theme("dark")
    made.apply(qapp)
    return made


@pytest.fixture
def studio(
    qapp: QApplication,  # noqa: ARG001
    project: Project,
    theme: Theme,
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[Studio]:
    document = Document(project)
    session = Session(document)
    settings = QSettings(
        str(tmp_path_factory.mktemp("preferences") / "preferences.ini"), QSettings.Format.IniFormat
    )
    settings.setValue("canvas/preflight", False)  # a process that only its own tests need
    made = Studio(document, session, theme, Preferences(settings))
    yield made
    made.preflight.close()
    session.close()
