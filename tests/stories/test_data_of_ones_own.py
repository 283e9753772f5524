"""A table of one's own becomes data: dropped or asked for, its columns seen and put right, trained on, taken back."""

import csv
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from person import LEFT, PLAIN, Person
from PIL import Image
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QComboBox, QMenu

from app.frame.data_dialog import DataDialog
from app.panels.column_table import USE, ColumnTable
from engine.axes import Labels, Values
from engine.datasets.table_file import TableFile

Desk = Callable[..., Person]


@pytest.fixture
def voyage(tmp_path: Path) -> Path:
    """Passengers: who is saved follows from sex and class, with gaps, names and a number of the ticket."""
    chance, path = np.random.default_rng(3), tmp_path / "voyage.csv"
    with path.open("w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file)
        writer.writerow(["Ticket", "Saved", "Deck", "Name", "Sex", "Age", "Fare"])
        for row in range(160):
            sex, deck = ("male", "female")[row % 2], 1 + row // 2 % 3
            age = "" if row % 9 == 0 else round(chance.uniform(1, 80), 1)
            saved = "yes" if sex == "female" and deck < 3 else "no"
            fare = f"{chance.exponential(30):.2f}"
            writer.writerow([row, saved, deck, f"Mr, or Mrs. {row}", sex, age, fare])
    return path


def dialog() -> DataDialog:
    return next(
        w for w in QApplication.topLevelWidgets() if isinstance(w, DataDialog) and w.isVisible()
    )


def looked(person: Person) -> DataDialog:
    """The dialogue, once it has looked."""
    person.wait(
        lambda: any(
            isinstance(w, DataDialog) and w.isVisible() for w in QApplication.topLevelWidgets()
        )
    )
    shown = dialog()
    person.wait(lambda: shown.found is not None and not shown._ticks.isActive())
    return shown


def use(person: Person, column: str, wish: str) -> None:
    """Press the cell that says what a column is used as, and choose another use."""
    table = person.see("Columns", ColumnTable)
    assert isinstance(table, ColumnTable)
    row = next(n for n, one in enumerate(table.rows.columns) if one.name == column)
    box = table.visualRect(table.rows.index(row, USE))
    QTest.mouseClick(table.viewport(), LEFT, PLAIN, box.center())
    menu = person.see(f"Use {column} as", QMenu)
    assert isinstance(menu, QMenu)
    entry = next(action for action in menu.actions() if action.text() == wish)
    QTest.mouseClick(menu, LEFT, PLAIN, menu.actionGeometry(entry).center())
    looked(person)


def uses(shown: DataDialog) -> dict[str, object]:
    rows = shown.view.columns.rows
    return {one.name: rows.data(rows.index(n, USE)) for n, one in enumerate(rows.columns)}


def test_a_table_is_dropped_put_right_and_learnt_from(desk: Desk, voyage: Path) -> None:
    person = desk("two-moons")
    before = person.studio.document.project
    person.drop_file(voyage)
    shown = looked(person)
    assert uses(shown) | {"Age": ""} == {
        "Ticket": "Not used",
        "Saved": "A category",
        "Deck": "A number",
        "Name": "Not used",
        "Sex": "A category",
        "Age": "",
        "Fare": "Predicted",
    }
    choice = person.see("Predict", QComboBox)
    QTest.keyClicks(choice, "Saved")
    looked(person)
    use(person, "Deck", "A category")
    use(person, "Fare", "Not used")
    assert uses(shown)["Deck"] == "A category, by you"
    assert shown.view.parts.value() == (112, 24, 24)
    person.press("Use these data")
    document = person.studio.document
    assert document.project.recipe.dataset == TableFile(
        file=str(voyage),
        target="Saved",
        columns=(("Deck", "category"), ("Fare", "ignored")),
    )
    data = document.meaning.data
    assert data.encoding is not None
    assert data.target == Labels(("no", "yes"))
    assert "Deck = 3" in data.encoding.features
    assert not any(problem.node for problem in document.meaning.problems)
    person.press("Train")
    person.wait(lambda: person.step > 20)
    person.state("idle")
    assert person.studio.session.run is not None
    assert (person.studio.session.run.history.validated[-1].dev_accuracy or 0) > 0.8
    person.window.activateWindow()  # which a window manager does once a dialogue is closed
    person.wait(lambda: QApplication.activeWindow() is person.window)
    person.key("Ctrl+Z")
    assert (document.project.graph, document.project.recipe) == (before.graph, before.recipe)


def test_asked_for_by_key_and_kept_together_by_a_column(desk: Desk, voyage: Path) -> None:
    person = desk("two-moons")
    person.key("Ctrl+Shift+D")
    person.wait(lambda: "File or folder" in person.names())
    assert not person.see("Use these data").isEnabled()
    person.fill_in("File or folder", str(voyage))
    shown = looked(person)
    use(person, "Deck", "Keep rows together by this")
    assert uses(shown)["Deck"] == "Keeps together"
    use(person, "Fare", "A number")
    person.press("Use these data")
    data = person.studio.document.meaning.data
    assert isinstance(data.target, Values)
    assert data.train.groups is not None
    assert data.dev.groups is not None
    assert not set(data.train.groups) & set(data.dev.groups)


def test_what_is_wrong_is_said_and_nothing_is_changed(desk: Desk, tmp_path: Path) -> None:
    person = desk("two-moons")
    project = person.studio.document.project
    person.key("Ctrl+Shift+D")
    person.wait(lambda: "File or folder" in person.names())
    for name, text, said in (
        ("empty.csv", "", "is empty"),
        ("names.csv", "a,b\n", "no rows below its names"),
        ("gone.csv", None, "no file or folder"),
        ("strange.xyz", "\0\1", "of no kind that is known"),
    ):
        if text is not None:
            (tmp_path / name).write_text(text)
        person.fill_in("File or folder", str(tmp_path / name))
        person.wait(lambda said=said: said in dialog().said.text())
        assert not person.see("Use these data").isEnabled()
    person.press("Cancel")
    assert person.studio.document.project == project


def test_a_folder_of_images_is_dropped(desk: Desk, tmp_path: Path) -> None:
    chance = np.random.default_rng(0)
    for name in ("cats", "dogs"):
        (tmp_path / "pets" / name).mkdir(parents=True)
        for number in range(12):
            pixels = chance.integers(0, 255, (8, 8, 3), np.uint8)
            Image.fromarray(pixels).save(tmp_path / "pets" / name / f"{number}.png")
    person = desk("two-moons")
    person.drop_file(tmp_path / "pets")
    shown = looked(person)
    assert shown.found is not None
    assert ("Classes", "2: cats, dogs") in shown.found.preview.facts
    QTest.keyClick(shown, Qt.Key.Key_Escape)
    person.wait(lambda: not shown.isVisible())
    assert person.studio.document.project.title == "Two moons"
