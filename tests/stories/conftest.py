"""The desk that stories begin at."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from person import Person
from PySide6.QtCore import QSettings
from PySide6.QtWidgets import QApplication, QDialog
from pytestqt.qtbot import QtBot

from app.document import Document
from app.frame.window import Window
from app.preferences import Preferences
from app.session import Session
from app.studio import Studio
from app.theme import Theme
from engine.template import template


@pytest.fixture
def desk(qtbot: QtBot, qapp: QApplication, tmp_path: Path) -> Iterator[Callable[..., Person]]:
    """Open the window on a template, or on a file."""
    theme, opened = Theme("dark"), list[Window]()
    theme.apply(qapp)

    def sit_down(
        name: str = "", path: Path | None = None, epochs: int = 0, *, flies: bool = False
    ) -> Person:
        document = Document(template(name or "small-convnet"))
        if path is not None:
            document.open(path)
        if epochs:
            settings = document.project.settings.but(epochs=epochs)
            document.begin(replace(document.project, settings=settings))
        stored = QSettings(str(tmp_path / "preferences.ini"), QSettings.Format.IniFormat)
        stored.setValue("canvas/preflight", flies)  # a process that not every story needs
        window = Window(Studio(document, Session(document), theme, Preferences(stored)))
        opened.append(window)
        window.resize(1440, 900)
        window.show()
        qtbot.waitExposed(window)
        window.activateWindow()
        qtbot.wait(50)
        return Person(qtbot, window)

    yield sit_down
    for dialog in [w for w in QApplication.topLevelWidgets() if isinstance(w, QDialog)]:
        dialog.close()
    for window in opened:
        window.close_at_once()
        window.deleteLater()
    qapp.processEvents()
