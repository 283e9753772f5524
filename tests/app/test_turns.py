"""Who draws when."""

from time import perf_counter

from PySide6.QtCore import QObject
from pytestqt.qtbot import QtBot

from app.turns import EARLY, PAUSE, Turns


def test_each_is_drawn_in_turn_and_never_two_at_once(qtbot: QtBot) -> None:
    turns, owner, moments = Turns(), QObject(), list[tuple[str, float]]()
    made = [
        turns.turn(owner, lambda name=name: moments.append((name, perf_counter())), 0.2)
        for name in "abc"
    ]
    for turn in made:
        turn.ask()
        turn.ask()
    assert not moments  # not within what asks
    qtbot.waitUntil(lambda: len(moments) == 3)
    assert [name for name, _ in moments] == ["a", "b", "c"]
    times = [moment for _, moment in moments]
    assert all(later - sooner >= PAUSE for sooner, later in zip(times, times[1:], strict=False))
    assert not any(turn.waits for turn in made)


def test_it_is_drawn_no_sooner_than_it_likes(qtbot: QtBot) -> None:
    turns, owner, moments = Turns(), QObject(), list[float]()
    turn = turns.turn(owner, lambda: moments.append(perf_counter()), 0.05)
    turn.drawn()
    begun = perf_counter()
    turn.ask()
    qtbot.waitUntil(lambda: bool(moments))
    assert moments[0] - begun >= EARLY * 0.05 - 0.001
    for _ in range(3):
        turn.ask()
        qtbot.waitUntil(lambda: not turn.waits)
    apart = [later - sooner for sooner, later in zip(moments, moments[1:], strict=False)]
    assert min(apart) >= EARLY * 0.05 / 2


def test_what_has_waited_longest_comes_first(qtbot: QtBot) -> None:
    turns, owner, drawn = Turns(), QObject(), list[str]()
    often = turns.turn(owner, lambda: (drawn.append("often"), often.ask()), 0.0)
    seldom = turns.turn(owner, lambda: drawn.append("seldom"), 0.0)
    often.ask()
    seldom.ask()
    qtbot.waitUntil(lambda: "seldom" in drawn)
    often.drop()
    assert len(drawn) <= 3


def test_one_that_is_gone_or_has_been_drawn_waits_no_more(qtbot: QtBot) -> None:
    turns, drawn = Turns(), list[int]()
    owner = QObject()
    gone = turns.turn(owner, lambda: drawn.append(1), 0.0)
    kept = turns.turn(turns, lambda: drawn.append(2), 0.0)
    done = turns.turn(turns, lambda: drawn.append(3), 10.0)
    for turn in (gone, done, kept):
        turn.ask()
    done.drawn()
    owner.deleteLater()
    del owner
    qtbot.waitUntil(lambda: bool(drawn))
    qtbot.wait(30)
    assert drawn == [2]
