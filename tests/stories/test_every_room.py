"""Every dock and every dialogue, opened with the mouse on a trained example, does there what it is for."""

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from person import LEFT, PLAIN, Person
from PySide6.QtCore import QPoint, Qt, QTimer
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QDialog, QFileDialog, QLabel, QLineEdit

from engine.graph import NodeId

Desk = Callable[..., Person]


@pytest.fixture
def person(desk: Desk) -> Person:
    """A person before `one-hidden-layer`, trained for two epochs."""
    made = desk("one-hidden-layer", epochs=2)
    made.press("Train")
    made.state("training")
    made.state("idle")
    return made


def reading(person: Person, probe: str, node: str = "") -> object:
    run = person.studio.session.run
    assert run is not None
    found = run.history.latest.get((probe, node))
    return None if found is None else found.value


def dialog() -> QDialog:
    return next(
        w for w in QApplication.topLevelWidgets() if isinstance(w, QDialog) and w.isVisible()
    )


def words_of(shown: QDialog) -> str:
    return " ".join(label.text() for label in shown.findChildren(QLabel))


class TestDocks:
    def test_the_palette_finds_a_layer_and_adds_it(self, person: Person) -> None:
        person.press("Find a layer")  # the rail's button opens the list and its search
        person.wait(lambda: isinstance(QApplication.focusWidget(), QLineEdit))
        field = QApplication.focusWidget()
        QTest.keyClicks(field, "drop")
        QTest.keyClick(field, Qt.Key.Key_Return)
        assert any(name.startswith("drop") for name in person.studio.document.graph.nodes)

    def test_the_data_panel_chooses_an_example(self, person: Person) -> None:
        glance = person.window.column.data.glance
        QTest.mouseClick(glance, LEFT, PLAIN, glance.picture_box(3).center().toPoint())
        part, number = person.studio.session.example
        train = person.studio.document.meaning.data.train
        assert part == "train"
        assert train.targets[number] == 3
        person.wait(
            lambda: np.array_equal(reading(person, "Activations", "image"), train.inputs[number])
        )

    def test_the_inspector_shows_cost_and_changes_a_parameter(self, person: Person) -> None:
        person.click_node("hidden")
        person.fill_in("Units", "64")
        sized = person.studio.document.meaning.shapes.sized[NodeId("hidden")]
        assert sized.cost.parameters == 784 * 64 + 64

    def test_the_loss_is_drawn_on_either_axis_and_as_accuracy(self, person: Person) -> None:
        plot = person.window.arrangement.plots["Loss"].plot
        chart = plot.chart
        person.wait(lambda: chart.figure is not None and bool(chart.figure.lines))
        assert chart.figure.y.log
        run = person.studio.session.run
        assert run is not None
        losses = [event.dev_loss for event in run.history.validated]
        shares = [event.dev_accuracy for event in run.history.validated]
        person.wait(lambda: any(list(line.ys) == losses for line in chart.figure.lines))
        person.press("Axis of the loss: Linear")
        person.wait(lambda: not chart.figure.y.log)
        person.press("What is drawn: Accuracy")
        person.wait(lambda: any(list(line.ys) == shares for line in chart.figure.lines))
        assert not any(list(line.ys) == losses for line in chart.figure.lines)

    def test_the_gradients_switch_and_a_bar_selects_its_layer(self, person: Person) -> None:
        chart = person.see("Gradient by layer")
        person.wait(lambda: chart.shown is not None and len(chart.shown.bars) > 1)
        signals = [bar.text for bar in chart.shown.bars]
        person.press("Gradient of: ∂L/∂W")
        person.wait(lambda: len(chart.shown.bars) == 2)
        assert [bar.name for bar in chart.shown.bars] == ["hidden", "scores"]
        hidden, scores = (reading(person, "WeightGradient", name) for name in ("hidden", "scores"))
        assert 10 ** chart.shown.bars[0].power == pytest.approx(hidden / scores)
        assert signals != [bar.text for bar in chart.shown.bars]
        QTest.mouseClick(chart, LEFT, PLAIN, QPoint(chart.width() // 4, chart.height() // 2))
        assert person.studio.node == "hidden"

    def test_the_activations_follow_the_chosen_example(self, person: Person) -> None:
        data = person.studio.document.meaning.data
        person.press("Next example")
        assert person.studio.session.example == ("dev", 1)
        person.wait(
            lambda: np.array_equal(reading(person, "Activations", "image"), data.dev.inputs[1])
        )
        person.press("Part of the data: Train")
        person.wait(
            lambda: np.array_equal(reading(person, "Activations", "image"), data.train.inputs[0])
        )

    def test_a_dock_fills_the_window_and_escape_brings_the_rest_back(self, person: Person) -> None:
        loss = person.window.arrangement.plots["Loss"]
        before = loss.width()
        person.press("Loss: Fill the window")
        person.wait(lambda: loss.width() > 2 * before)
        QTest.keyClick(person.window, Qt.Key.Key_Escape)
        person.wait(lambda: abs(loss.width() - before) < 20)


class TestDialogues:
    def test_a_command_is_found_and_opens_about(self, person: Person) -> None:
        person.press("Search or run a command")
        person.wait(person.window.commands.isVisible)
        field = QApplication.focusWidget()
        QTest.keyClicks(field, "about")
        QTest.keyClick(field, Qt.Key.Key_Return)
        person.wait(
            lambda: any(
                isinstance(w, QDialog) and w.isVisible() for w in QApplication.topLevelWidgets()
            )
        )
        assert "torch 2.13.0" in words_of(dialog())
        person.press("Close")

    def test_the_page_of_shortcuts_names_those_of_the_actions(self, person: Person) -> None:
        QTest.keySequence(person.window, "F1")
        person.wait(
            lambda: any(
                isinstance(w, QDialog) and w.isVisible() for w in QApplication.topLevelWidgets()
            )
        )
        assert "Restart" in words_of(dialog())
        person.press("Close")

    def test_an_error_is_listed_and_mended_by_its_button(self, person: Person) -> None:
        person.click_node("flatten")
        QTest.keyClick(person.window.view.view, Qt.Key.Key_Delete)
        person.press("1 error 1 advice")
        person.press("Remove hidden")  # the way out that the list offers
        problems = person.studio.document.meaning.problems
        assert not [problem for problem in problems if problem.node == "hidden"]
        assert "hidden" not in person.studio.document.graph.nodes

    def test_leaving_unsaved_work_asks_first(self, person: Person) -> None:
        asked: list[str] = []

        def answer() -> None:
            asked.append(words_of(dialog()))
            person.press("Cancel")

        QTimer.singleShot(100, person.window, answer)
        assert not person.window.close()
        assert "Save “One hidden layer” first?" in asked[0]
        assert person.window.isVisible()

    def test_a_foreign_file_is_refused_and_nothing_is_lost(
        self, person: Person, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        mine, foreign = tmp_path / "mine.chainrule", tmp_path / "holiday.chainrule"
        monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *_, **__: (str(mine), ""))
        QTest.keySequence(person.window, "Ctrl+S")
        person.wait(mine.exists)
        foreign.write_bytes(b"Dear all, the weather is fine.")
        monkeypatch.setattr(QFileDialog, "getOpenFileName", lambda *_, **__: (str(foreign), ""))
        before = person.studio.document.project
        QTest.keySequence(person.window, "Ctrl+O")
        person.wait(
            lambda: any(
                isinstance(w, QDialog) and w.isVisible() for w in QApplication.topLevelWidgets()
            )
        )
        assert "holiday.chainrule is not a Chainrule project" in words_of(dialog())
        person.press("Close")
        assert person.studio.document.project is before

    def test_a_run_that_diverges_says_where_and_shows_the_layer(self, person: Person) -> None:
        person.press("Inspector: Run")
        person.fill_in("Rate", "1000")
        person.fill_in("Weight decay", "100")
        person.press("Restart")
        person.wait(lambda: person.window.status.card is not None)
        card = person.window.status.card
        text = " ".join(label.text() for label in card.findChildren(QLabel))
        assert "Training has stopped" in text
        assert "at step" in text
        assert person.studio.session.state == "idle"
        first = person.studio.session.run
        person.press("Restart with rate 100")
        person.wait(lambda: person.studio.session.run is not first)
        assert person.studio.document.project.settings.learning_rate == 100
        person.wait(lambda: person.studio.session.state == "idle")
