"""The test set is opened once, by the button that says it is sealed; what came out stays in the project."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from person import Person
from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QApplication, QDialog, QLabel

from app.panels.checklist import Checklist
from app.panels.verdict_view import VerdictView
from engine.storage import load

Desk = Callable[..., Person]


def dialog() -> QDialog:
    return next(
        w for w in QApplication.topLevelWidgets() if isinstance(w, QDialog) and w.isVisible()
    )


def checklist() -> str:
    return dialog().findChildren(Checklist)[0].accessibleDescription()


def at_the_door(person: Person, act: Callable[[], None], button: str = "Test set sealed") -> None:
    """Press the chip, do something in the dialogue, which holds up whoever opened it, and close it."""
    failed: list[BaseException] = []

    def answer() -> None:
        try:
            act()
        except BaseException as error:  # noqa: BLE001 (it must not be lost in Qt's loop)
            failed.append(error)
        finally:
            dialog().reject()

    QTimer.singleShot(60, person.window, answer)
    person.press(button)
    if failed:
        raise failed[0]


def open_it(person: Person, button: str = "Open the test set", why: str = "") -> None:
    person.wait(lambda: "The gap is known" in checklist())
    if why:
        person.fill_in("Why", why)
    person.press(button)
    person.wait(lambda: bool(dialog().findChildren(VerdictView)[0].isVisible()))
    person.wait(lambda: any("examples." in x.text() for x in dialog().findChildren(QLabel)))


def trained(desk: Desk) -> Person:
    person = desk("two-moons", epochs=3)
    person.press("Train")
    person.state("training")
    person.state("idle")
    return person


def test_opened_once_then_counted(desk: Desk, tmp_path: Path) -> None:
    person = trained(desk)
    document = person.studio.document
    at_the_door(person, lambda: person.wait(lambda: "The gap is known" in checklist()))
    assert document.project.openings == ()  # a look at the checklist is no opening
    at_the_door(person, lambda: open_it(person, why="best of one"))
    (first,) = document.project.openings
    assert (first.run, first.why, first.examples) == ("run 1", "best of one", 150)
    assert document.unsaved
    person.key("Ctrl+Z")
    assert document.project.openings == (first,)  # for good

    def once_more() -> None:
        person.wait(lambda: "no longer unbiased" in checklist())
        open_it(person, "Open once more")
        shown = dialog().findChildren(VerdictView)[0].value()
        assert len(shown) == 2

    at_the_door(person, once_more, "Opened once")
    person.see("Opened 2×")
    document.save(tmp_path / "mine.chainrule")
    assert len(load(tmp_path / "mine.chainrule").openings) == 2


def test_nothing_was_trained(desk: Desk) -> None:
    person = desk("two-moons")

    def look() -> None:
        assert "Nothing has been trained yet" in checklist()
        assert not person.see("Open the test set").isEnabled()

    at_the_door(person, look)


def test_another_cut_has_a_seal_of_its_own(desk: Desk) -> None:
    person = trained(desk)
    document = person.studio.document
    at_the_door(person, lambda: open_it(person))
    person.see("Opened once")
    recipe = document.project.recipe
    split = recipe.split.model_copy(update={"seed": 3})
    other = recipe.model_copy(update={"split": split})
    document.change("Cut otherwise", replace(document.project, recipe=other))
    person.see("Test set sealed")


@pytest.mark.parametrize("to", ["file.revert", "file.version.mine.chainrule~"])
def test_going_back_does_not_seal_it_again(desk: Desk, tmp_path: Path, to: str) -> None:
    person = trained(desk)
    document, path = person.studio.document, tmp_path / "mine.chainrule"
    document.save(path)
    at_the_door(person, lambda: open_it(person))
    if to != "file.revert":
        document.save(path)  # and the version of before lies beside it
    QTimer.singleShot(50, person.window, lambda: revert_if_asked(person))
    person.window.trigger(to)
    person.wait(lambda: not person.window.papers.reading.busy)
    person.see("Opened once")
    assert document.unsaved


def revert_if_asked(person: Person) -> None:
    if "Revert" in person.names():
        person.press("Revert")
