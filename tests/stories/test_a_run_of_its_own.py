"""A run in a process of its own: asked for in the menu, it trains and stands still; its crash leaves the window."""

import multiprocessing
import os
import signal
from collections.abc import Callable

from person import LEFT, PLAIN, Person
from PySide6.QtCore import QPoint
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QMenu

from engine.events import Failed

APART = "Train in a process of its own"


def menus() -> list[QMenu]:
    """The menus that are open, the innermost last."""
    shown = [w for w in QApplication.topLevelWidgets() if isinstance(w, QMenu) and w.isVisible()]
    return sorted(shown, key=lambda menu: menu.x())


def choose(person: Person, *words: str) -> None:
    """Open the menu of the window and click an entry after another, as a person does."""
    person.press("Menu")
    for depth, word in enumerate(words, 1):
        person.wait(lambda depth=depth: len(menus()) >= depth)  # type: ignore[misc]  # it is called at once
        menu = menus()[depth - 1]
        entry = next(action for action in menu.actions() if action.text() == word)
        QTest.mouseMove(menu, menu.actionGeometry(entry).center() - QPoint(8, 0))
        QTest.mouseClick(menu, LEFT, PLAIN, menu.actionGeometry(entry).center())


def test_a_run_in_a_process_of_its_own_and_its_crash(desk: Callable[..., Person]) -> None:
    person = desk("one-hidden-layer", epochs=10_000)
    session = person.studio.session
    choose(person, "Run", APART)
    assert person.studio.preferences.flag("run/apart", default=False)

    person.press("Train")
    person.wait(lambda: session.run is not None and session.run.history.step > 20)
    (process,) = multiprocessing.active_children()
    assert process.pid != os.getpid()
    assert person.window.status.state.text() == "Training · own process"
    person.press("Pause")
    person.state("paused")
    step = person.step
    person.press("Step")
    person.wait(lambda: person.step == step + 1)
    person.press("Train")
    person.wait(lambda: person.step > step + 20)

    assert process.pid is not None
    os.kill(process.pid, signal.SIGKILL)
    person.state("idle")
    assert session.run is not None
    ended = session.run.history.ended
    assert isinstance(ended, Failed)
    assert "ended unexpectedly" in ended.message
    assert person.window.isVisible()
    assert not multiprocessing.active_children()
    person.wait(lambda: person.window.status.card is not None)  # and it is said on the screen

    reached = person.step
    person.press("Train")  # from what was last kept, in a new process
    person.wait(lambda: session.state == "training" and bool(multiprocessing.active_children()))
    person.wait(lambda: person.step > reached + 20)
    choose(person, "Run", APART)  # from the next run on: this one stays where it is
    assert multiprocessing.active_children()
    person.press("Stop")
    person.state("idle")
    assert not multiprocessing.active_children()
