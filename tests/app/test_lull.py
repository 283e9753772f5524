"""What is asked for again and again is done once, after a moment; what need not be done any more is not."""

from PySide6.QtCore import QCoreApplication, QObject
from pytestqt.qtbot import QtBot

from app.lull import AFTER_MS, Lull


def test_it_is_done_once_and_not_at_once(qtbot: QtBot) -> None:
    owner, done = QObject(), []
    lull = Lull(owner, lambda: done.append(lull.is_awaited))
    for _ in range(3):
        lull.ask("what", "a signal", "brings")
    assert lull.is_awaited
    assert lull.is_fresh
    assert not done
    QCoreApplication.processEvents()
    assert not lull.is_fresh
    qtbot.waitUntil(lambda: done == [False])
    qtbot.wait(2 * AFTER_MS)
    assert done == [False]
    lull.ask()
    qtbot.waitUntil(lambda: len(done) == 2)


def test_asking_again_does_not_put_it_off(qtbot: QtBot) -> None:
    owner, done = QObject(), []
    lull = Lull(owner, lambda: done.append(1))
    for _ in range(8):
        lull.ask()
        qtbot.wait(AFTER_MS // 2)
    assert done


def test_what_was_dropped_is_not_done(qtbot: QtBot) -> None:
    owner, done = QObject(), []
    lull = Lull(owner, lambda: done.append(1))
    lull.ask()
    lull.drop()
    qtbot.wait(2 * AFTER_MS)
    assert not done
