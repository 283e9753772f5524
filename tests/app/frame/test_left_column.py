"""The column of palette and data: what comes to be said of the data is seen to its end."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from PySide6.QtCore import QEvent
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from app.frame.window import Window
from app.studio import Studio
from engine.dataset import Recipe
from engine.datasets.table_file import TableFile


@pytest.fixture
def window(qtbot: QtBot, studio: Studio) -> Iterator[Window]:
    made = Window(studio)
    made.resize(1680, 900)  # wide enough for the whole column
    made.show()
    qtbot.waitExposed(made)
    yield made
    made.close_at_once()
    made.deleteLater()
    QApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)


@pytest.fixture
def copies(tmp_path: Path) -> Path:
    """Twenty rows, each six times: any cut tears some of them apart."""
    rows = [f"{number / 7:.4f},{('no', 'yes')[number % 2]}" for number in range(20)] * 6
    path = tmp_path / "copies.csv"
    path.write_text("\n".join(["size,good", *rows]) + "\n")
    return path


def test_what_the_parts_share_is_not_cut_off(window: Window, qtbot: QtBot, copies: Path) -> None:
    document, said = window.studio.document, window.column.data.shared.text
    recipe = Recipe.usual(TableFile(file=str(copies), target="good"))
    document.change("Take other data", replace(document.project, recipe=recipe))
    qtbot.waitUntil(said.isVisible, timeout=20_000)
    assert "dev" in said.text()
    qtbot.waitUntil(lambda: said.height() >= said.heightForWidth(said.width()))
    qtbot.waitUntil(lambda: said.visibleRegion().boundingRect().height() == said.height())


def test_the_seam_stays_where_a_person_gave_the_data_more(
    window: Window, qtbot: QtBot, copies: Path
) -> None:
    split, document = window.column._split, window.studio.document
    whole = sum(split.sizes())
    split.setSizes([whole - int(0.7 * whole), int(0.7 * whole)])
    before = split.sizes()
    recipe = Recipe.usual(TableFile(file=str(copies), target="good"))
    document.change("Take other data", replace(document.project, recipe=recipe))
    qtbot.waitUntil(window.column.data.shared.text.isVisible, timeout=20_000)
    qtbot.wait(50)
    assert split.sizes() == before
