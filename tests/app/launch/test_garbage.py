"""Widgets die in the window's thread, whoever makes the objects that set the collector off."""

import gc
import threading
import weakref
from collections.abc import Iterator

import pytest
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from app.launch.garbage import EVERY_MS, Garbage


@pytest.fixture
def garbage(qtbot: QtBot) -> Iterator[Garbage]:  # noqa: ARG001 - there must be an application
    made = Garbage()
    yield made
    made.release()
    gc.disable()  # as tests with widgets have it


class Ring:
    """Refers to itself, and says in which thread it dies."""

    def __init__(self, seen: list[str]) -> None:
        self.ring, self.widget = self, QWidget()
        self.end = weakref.finalize(self, lambda: seen.append(threading.current_thread().name))


def littering() -> None:
    """Make far more objects than it takes to set the collector off."""
    kept = [[number] for number in range(100_000)]
    assert kept


def test_what_another_thread_does_collects_nothing(qtbot: QtBot, garbage: Garbage) -> None:  # noqa: ARG001
    seen = list[str]()
    for _ in range(20):
        Ring(seen)
    thread = threading.Thread(target=littering, name="training")
    thread.start()
    thread.join()
    assert seen == []
    kept = [[number] for number in range(5000)]  # more than it takes to be due
    qtbot.waitUntil(lambda: len(seen) == 20, timeout=20 * EVERY_MS)
    assert set(seen) == {"MainThread"}
    assert kept


def test_python_collects_by_itself_again_afterwards(qtbot: QtBot) -> None:  # noqa: ARG001
    Garbage().release()
    assert gc.isenabled()
    assert gc.get_freeze_count() == 0
    gc.disable()
