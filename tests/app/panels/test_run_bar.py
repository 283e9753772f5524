"""The run bar, pressed and typed into as a person would, over a session that really trains."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from app.panels import RunBar
from app.panels.figures import duration, grouped, memory, rate, short
from app.panels.run_clock import RunClock, way_of
from app.panels.run_figures import RunProgress
from app.studio import Studio
from engine.events import Remarked, Started, Steps
from engine.graph import NodeId
from engine.history import History

Key, Left = Qt.Key, Qt.MouseButton.LeftButton
Show = Callable[..., QWidget]
LIMIT_MS = 20_000


@pytest.fixture
def pressed() -> list[str]:
    return []


@pytest.fixture
def bar(studio: Studio, show: Show, pressed: list[str]) -> RunBar:
    def trigger(name: str) -> None:
        pressed.append(name)
        verb = name.removeprefix("run.")
        if verb in ("train", "pause", "step", "stop"):
            getattr(studio.session, verb)()

    made = RunBar(studio, trigger)
    show(made, 1600, 48)
    return made


def move(studio: Studio, x: float) -> None:
    graph = studio.document.graph.move({NodeId("hidden"): (x, 0.0)})
    studio.document.edit("Move", graph)


def long(studio: Studio, epochs: int = 100_000) -> None:
    project = studio.document.project
    settings = project.settings.but(epochs=epochs)
    studio.document.change("Set", replace(project, settings=settings))


def state(qtbot: QtBot, studio: Studio, wanted: str) -> None:
    qtbot.waitUntil(lambda: studio.session.state == wanted, timeout=LIMIT_MS)


class TestCommands:
    def test_each_button_runs_its_command(
        self, bar: RunBar, pressed: list[str], qtbot: QtBot
    ) -> None:
        for name in ("app.menu", "run.restart", "view.theme"):
            qtbot.mouseClick(bar.buttons[name], Left)
        qtbot.mouseClick(bar.commands, Left)
        assert pressed == ["app.menu", "run.restart", "view.theme", "app.commands"]

    def test_undo_and_redo_follow_the_stack(self, bar: RunBar, studio: Studio) -> None:
        undo, redo = bar.buttons["edit.undo"], bar.buttons["edit.redo"]
        stack = studio.document.undo_stack
        assert (undo.isEnabled(), redo.isEnabled()) == (False, False)
        move(studio, 20.0)
        assert (undo.isEnabled(), redo.isEnabled()) == (True, False)
        stack.undo()
        assert (undo.isEnabled(), redo.isEnabled()) == (False, True)

    def test_train_becomes_pause_and_back(
        self, bar: RunBar, studio: Studio, pressed: list[str], qtbot: QtBot
    ) -> None:
        long(studio)
        step, stop = bar.buttons["run.step"], bar.buttons["run.stop"]
        assert (bar.primary.text(), step.isEnabled(), stop.isEnabled()) == ("Train", True, False)
        width = bar.primary.width()
        qtbot.mouseClick(bar.primary, Left)
        state(qtbot, studio, "training")
        assert (bar.primary.text(), step.isEnabled(), stop.isEnabled()) == ("Pause", False, True)
        assert bar.primary.width() == width
        qtbot.mouseClick(bar.primary, Left)
        state(qtbot, studio, "paused")
        assert (bar.primary.text(), step.isEnabled(), stop.isEnabled()) == ("Train", True, True)
        qtbot.mouseClick(stop, Left)
        state(qtbot, studio, "idle")
        assert pressed == ["run.train", "run.pause", "run.stop"]

    def test_tips_bear_the_keys(self, bar: RunBar) -> None:
        assert "F10" in bar.buttons["run.step"].toolTip()
        assert "Train the network" in bar.primary.toolTip()


class TestFigures:
    def test_epoch_and_step_follow_the_run(self, bar: RunBar, studio: Studio, qtbot: QtBot) -> None:
        assert bar.progress.accessibleName() == "Epoch 0 of 2, step 0"
        qtbot.mouseClick(bar.buttons["run.step"], Left)
        qtbot.waitUntil(lambda: "step 1" in bar.progress.accessibleName(), timeout=LIMIT_MS)
        assert bar.progress.accessibleName() == "Epoch 1 of 2, step 1"
        assert bar.progress.share == pytest.approx(1 / 14, rel=1e-6)  # 140 examples, 20 a batch
        studio.session.train()
        state(qtbot, studio, "idle")
        assert bar.progress.accessibleName() == "Epoch 2 of 2, step 14"
        assert bar.progress.share == 1

    def test_speed_and_time_left_are_shown_while_a_run_lasts(
        self, bar: RunBar, studio: Studio, qtbot: QtBot
    ) -> None:
        long(studio)
        assert bar.speed.value() == bar.left.value() == ""
        places = (bar.rate.x(), bar.batch.x(), bar.commands.x())
        studio.session.train()
        qtbot.waitUntil(lambda: bool(bar.speed.value() and bar.left.value()), timeout=LIMIT_MS)
        assert bar.speed.value().endswith("steps/s")
        assert bar.left.value().endswith("left")
        assert (bar.rate.x(), bar.batch.x(), bar.commands.x()) == places
        studio.session.stop()
        state(qtbot, studio, "idle")
        assert bar.speed.value() == ""

    def test_the_clock_counts_training_time_alone(self) -> None:
        history, clock = History(), RunClock()
        history.add(Started(0, 0, 10, 100, 6400, 1000, 5, 0, 1, "cpu"))
        assert clock.speed is None
        for step in (50, 100, 150):  # 50 steps, half an epoch, in 2 s
            history.add(Steps(step, step / 100, np.zeros(50), step / 25))
            clock.feed(history)
            clock.feed(history)  # nothing passed, as in a pause
        assert clock.speed == pytest.approx(25)
        assert clock.left(history) == pytest.approx((10 - 1.5) * 4)

    def test_it_knows_how_steps_are_done_and_why(self) -> None:
        history = History()
        assert way_of(history) == ""
        history.add(Remarked(0, "plain", "Steps are not compiled: LSTM cannot be compiled."))
        history.add(Remarked(5, "rate × 0.3", "Dev got no better."))
        assert way_of(history) == "Steps are not compiled: LSTM cannot be compiled."

    def test_the_clock_forgets_old_speed(self) -> None:
        history, clock = History(), RunClock()
        history.add(Started(0, 0, 10, 1000, 64000, 1000, 5, 0, 1, "cpu"))
        seconds = 0.0
        for number in range(1, 41):
            seconds += 1.0 if number <= 20 else 0.1  # ten times as fast from half on
            history.add(Steps(10 * number, number / 100, np.zeros(10), seconds))
            clock.feed(history)
        for number in range(41, 101):
            seconds += 0.1
            history.add(Steps(10 * number, number / 100, np.zeros(10), seconds))
            clock.feed(history)
        assert clock.speed == pytest.approx(100)

    @pytest.mark.parametrize(
        ("epoch", "epochs", "current"), [(0.0, 5, 0), (0.2, 5, 1), (1.0, 5, 1), (4.01, 5, 5)]
    )
    def test_the_epoch_under_way_counts_from_one(
        self, bar: RunBar, epoch: float, epochs: int, current: int
    ) -> None:
        progress: RunProgress = bar.progress
        progress.setValue(epoch, epochs, 7)
        assert progress.current == current

    def test_numbers_for_people(self) -> None:
        assert grouped(57610) == "57,610"
        assert (short(352800), short(1_270_100), short(14.6e6)) == ("352,800", "1.27 M", "14.6 M")
        assert (memory(18816), memory(600), memory(2_500_000)) == ("18.8 kB", "600 B", "2.50 MB")
        assert (rate(7.42), rate(1234)) == ("7.4", "1,234")
        assert [duration(s) for s in (18, 100, 5400, 300_000, 9e6)] == [
            ("18", "s"),
            ("2", "min"),
            ("90", "min"),
            ("83", "h"),
            ("104", "d"),
        ]


class TestSettings:
    def test_the_rate_reaches_the_project_and_the_run(
        self, bar: RunBar, studio: Studio, qtbot: QtBot
    ) -> None:
        session, field = studio.session, bar.rate.field
        session.step()
        state(qtbot, studio, "paused")
        qtbot.mouseClick(field, Left)
        field.selectAll()
        qtbot.keyClicks(field, "0.02")
        qtbot.keyClick(field, Key.Key_Return)
        assert studio.document.project.settings.learning_rate == 0.02
        session.step()
        qtbot.waitUntil(
            lambda: bool(session.run and session.run.history.adjusted), timeout=LIMIT_MS
        )
        assert session.run is not None
        assert session.run.history.adjusted[0].after == 0.02
        studio.document.undo_stack.undo()
        assert field.value() == studio.document.project.settings.learning_rate != 0.02

    def test_a_drag_of_the_label_is_one_step(
        self, bar: RunBar, studio: Studio, qtbot: QtBot
    ) -> None:
        label = bar.batch.label
        qtbot.mousePress(label, Left, pos=QPoint(4, 4))
        for pixels in (8, 16, 24):
            qtbot.mouseMove(label, QPoint(4 + pixels, 4))
        qtbot.mouseRelease(label, Left, pos=QPoint(28, 4))
        assert studio.document.project.settings.batch_size == 26
        assert studio.document.undo_stack.count() == 1

    def test_a_value_that_cannot_be_is_said(
        self, bar: RunBar, studio: Studio, qtbot: QtBot
    ) -> None:
        field = bar.rate.field
        field.setFocus()
        field.selectAll()
        qtbot.keyClicks(field, "0")
        with qtbot.waitSignal(studio.said) as said:
            qtbot.keyClick(field, Key.Key_Return)
        assert "more than 0" in said.args[0]
        assert studio.document.project.settings.learning_rate > 0


def test_title_unsaved_and_seal_follow_the_document(
    bar: RunBar, studio: Studio, tmp_path: Path
) -> None:
    assert (bar.title.text(), bar.unsaved.value()) == ("Moons", False)
    assert "30 test examples" in bar.seal.toolTip()
    move(studio, 20.0)
    assert bar.unsaved.value()
    studio.document.save(tmp_path / "moons.chainrule")
    assert not bar.unsaved.value()


def test_where_room_is_short_it_leaves_out_what_can_be_missed(bar: RunBar, show: Show) -> None:
    host = bar.parentWidget()
    assert host is not None
    assert (bar.height(), bar.batch.isVisible(), bar.commands.width()) == (48, True, 232)
    host.resize(1280, 48)
    assert not (bar.speed.isVisible())
    assert not (bar.left.isVisible())
    assert not (bar.batch.isVisible())
    assert (bar.height(), bar.commands.sizeHint().width()) == (44, 28)
    assert bar.rate.isVisible()
    host.resize(1600, 48)
    assert bar.batch.isVisible()


def test_the_theme_button_shows_which_theme_is_on(bar: RunBar, studio: Studio) -> None:
    dark = bar.buttons["view.theme"].grab().toImage()
    studio.theme.switch("light")
    assert bar.buttons["view.theme"].grab().toImage() != dark
