"""Work beside the window: what becomes of it when the one who began it goes."""

from threading import Event

from PySide6.QtCore import QObject
from pytestqt.qtbot import QtBot
from shiboken6 import Shiboken

from app.errand import Errands


def test_whoever_began_work_can_go_before_it_ends(qtbot: QtBot) -> None:
    owner, may_end, ended = QObject(), Event(), Event()

    def work() -> None:
        may_end.wait()
        ended.set()

    Errands(owner, one_by_one=True).begin(work, lambda _: None, lambda _: None)
    Shiboken.delete(
        owner
    )  # on the window's thread with Python's lock held: waiting for the work here would never end
    assert not ended.is_set()
    may_end.set()
    qtbot.waitUntil(ended.is_set)


def test_one_by_one_waits_for_the_one_before(qtbot: QtBot) -> None:
    owner, may_end, done = QObject(), Event(), []
    errands = Errands(owner, one_by_one=True)
    errands.begin(may_end.wait, lambda _: done.append("first"), lambda _: None)
    errands.begin(lambda: None, lambda _: done.append("second"), lambda _: None)
    qtbot.wait(100)
    assert not done
    may_end.set()
    qtbot.waitUntil(lambda: len(done) == 2)
    assert done == ["first", "second"]


def test_a_pool_is_used_again_only_when_its_work_has_ended(qtbot: QtBot) -> None:
    owner, may_end, ended = QObject(), Event(), Event()
    Errands(owner).begin(may_end.wait, lambda _: None, lambda _: None)
    Shiboken.delete(owner)
    other = QObject()
    Errands(other, one_by_one=True).begin(ended.set, lambda _: None, lambda _: None)
    qtbot.waitUntil(ended.is_set)  # does not queue behind the work that was left
    may_end.set()
