"""The inspector, filled in as a person would; what it shows is compared with torch and with the document."""

from collections.abc import Callable
from dataclasses import replace

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtWidgets import QLineEdit, QWidget
from pytestqt.qtbot import QtBot
from torch import nn

from app.controls.choice import Choice
from app.form import Form
from app.form.scrub import Scrubber
from app.panels import Inspector
from app.studio import Studio
from engine.events import Reading
from engine.graph import Edge, NodeId
from engine.layers import CATALOGUE
from engine.layers.dense import Dense
from engine.run import Run

Key, Left = Qt.Key, Qt.MouseButton.LeftButton
Show = Callable[..., QWidget]
HIDDEN = NodeId("hidden")


@pytest.fixture
def inspector(studio: Studio, show: Show) -> Inspector:
    made = Inspector(studio)
    show(made, 320, 700)
    return made


def fill(qtbot: QtBot, field: QWidget, text: str) -> None:
    assert isinstance(field, QLineEdit)
    qtbot.mouseClick(field, Left)
    field.selectAll()
    qtbot.keyClicks(field, text)
    qtbot.keyClick(field, Key.Key_Return)


def select(studio: Studio, *names: str) -> None:
    studio.select([NodeId(name) for name in names])


def hidden(studio: Studio) -> Dense:
    layer = studio.document.graph.nodes[HIDDEN].layer
    assert isinstance(layer, Dense)
    return layer


class TestNode:
    def test_it_shows_shape_rule_and_cost(self, inspector: Inspector, studio: Studio) -> None:
        select(studio, "hidden")
        page = inspector.node
        assert inspector.page() is page
        assert page.head.name.text() == "hidden"
        assert page.head.kind.text() == "Dense"
        counted = sum(parameter.numel() for parameter in nn.Linear(2, 8).parameters())
        assert page.cost.value() == (str(counted), "16", "32 B")
        assert "2&nbsp;" in page.shape.rule.text()
        assert page.shape.arithmetic.text() == "2 × 8 + 8 = 24 parameters"

    def test_an_edit_goes_to_the_document_under_its_own_words(
        self, inspector: Inspector, studio: Studio, qtbot: QtBot
    ) -> None:
        select(studio, "hidden")
        fill(qtbot, inspector.node.form.editor("out_features"), "32")
        assert hidden(studio).out_features == 32
        assert studio.document.undo_stack.undoText() == "Set Units of hidden"
        assert inspector.node.cost.value()[0] == "96"
        studio.document.undo_stack.undo()
        assert inspector.node.form.value() == hidden(studio)
        assert inspector.node.cost.value()[0] == "24"

    def test_a_drag_of_a_label_is_one_step(
        self, inspector: Inspector, studio: Studio, qtbot: QtBot
    ) -> None:
        select(studio, "hidden")
        label = next(s for s in inspector.node.findChildren(Scrubber) if s.text() == "Units")
        for first in (8, 16):
            qtbot.mousePress(label, Left, pos=QPoint(4, 4))
            for pixels in (8, 16, 32):
                qtbot.mouseMove(label, QPoint(4 + pixels, 4))
            qtbot.mouseRelease(label, Left, pos=QPoint(36, 4))
            assert hidden(studio).out_features == first + 8
        assert studio.document.undo_stack.count() == 2
        studio.document.undo_stack.undo()
        assert hidden(studio).out_features == 16

    def test_whoever_walks_by_tab_is_not_held_in_the_comment(
        self, inspector: Inspector, studio: Studio, qtbot: QtBot
    ) -> None:
        select(studio, "hidden")
        note = inspector.node.marks.note
        note.setFocus()
        qtbot.keyClicks(note, "small")
        qtbot.keyClick(note, Key.Key_Tab)
        assert not note.hasFocus()
        assert studio.document.graph.nodes[HIDDEN].note == "small"

    def test_selecting_changes_nothing(self, inspector: Inspector, studio: Studio) -> None:
        for name in studio.document.graph.nodes:
            select(studio, name)
            assert inspector.node.head.name.text() == name
        assert studio.document.undo_stack.count() == 0

    def test_the_name_is_changed_in_place(
        self, inspector: Inspector, studio: Studio, qtbot: QtBot
    ) -> None:
        select(studio, "hidden")
        fill(qtbot, inspector.node.head.name, "features")
        assert "features" in studio.document.graph.nodes
        assert studio.node == "features"
        qtbot.waitUntil(lambda: inspector.node.head.name.value() == "features")
        assert inspector.node.head.complaint.isHidden()

    def test_a_name_that_cannot_be_is_refused_in_a_sentence(
        self, inspector: Inspector, studio: Studio, qtbot: QtBot
    ) -> None:
        select(studio, "hidden")
        head = inspector.node.head
        fill(qtbot, head.name, "out")
        assert "Another layer is called out" in head.complaint.text()
        assert head.complaint.isVisible()
        assert "hidden" in studio.document.graph.nodes
        qtbot.keyClick(head.name, Key.Key_Escape)
        assert head.name.text() == "hidden"
        assert head.complaint.isHidden()

    def test_weights_that_suit_the_next_activation_are_suggested(
        self, inspector: Inspector, studio: Studio, qtbot: QtBot
    ) -> None:
        select(studio, "hidden")
        form = inspector.node.form
        assert form.sentence("initial_weights") == ""  # He is chosen, and suits ReLU
        qtbot.keyClick(form.editor("initial_weights"), Key.Key_Up)
        assert hidden(studio).initial_weights == "xavier"
        assert form.sentence("initial_weights") == "He normal suits relu_1, which follows."
        select(studio, "out")  # nothing but the loss follows
        assert form.sentence("initial_weights") == ""
        assert isinstance(form.editor("initial_weights"), Choice)

    def test_a_misfit_is_said_and_its_fix_mends_it(
        self, inspector: Inspector, studio: Studio, qtbot: QtBot
    ) -> None:
        graph = studio.document.graph
        wrong = graph.put(NodeId("out"), Dense(out_features=3))
        studio.document.edit("Set", wrong)
        select(studio, "loss")
        qtbot.waitUntil(lambda: len(inspector.node.problems.rows) == 1)
        [row] = inspector.node.problems.rows
        assert "gets 3 scores" in row.problem.message
        assert inspector.node.head.pill.value() == ("bad", "error")
        qtbot.mouseClick(row.fix, Left)
        assert studio.document.graph.nodes[NodeId("out")].layer == Dense(out_features=2)
        qtbot.waitUntil(lambda: inspector.node.problems.rows == [])

    def test_a_node_that_nothing_flows_into_says_so(
        self, inspector: Inspector, studio: Studio, qtbot: QtBot
    ) -> None:
        studio.document.edit("Add", studio.document.graph.add(CATALOGUE["Dropout"](), name="loose"))
        select(studio, "loose")
        arithmetic = inspector.node.shape.arithmetic
        qtbot.waitUntil(lambda: "before something flows in" in arithmetic.text())
        assert inspector.node.cost.isHidden()
        assert "Nothing flows into loose" in inspector.node.problems.rows[0].problem.message

    def test_health_comes_from_readings_of_the_run(
        self, inspector: Inspector, studio: Studio
    ) -> None:
        select(studio, "hidden")
        assert inspector.node.head.pill.isHidden()
        project = studio.document.project
        run = Run("run 1", project.graph, project.recipe, project.settings)
        for node, signal in (("hidden", 0.005), ("out", 1.0)):
            run.history.add(Reading(1, "ErrorSignal", node, signal))
        studio.session.run = run
        studio.session.advanced.emit([])
        assert inspector.node.head.pill.value() == ("watch", "weak")
        assert "5·10⁻³" in inspector.node.head.pill.toolTip()

    def test_a_probe_is_read_only_while_it_can_be_seen(
        self, inspector: Inspector, studio: Studio, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        asked: list[frozenset[str]] = []
        monkeypatch.setattr(studio.session, "watch", lambda _who, probes: asked.append(probes))
        inspector.hide()
        inspector.show()
        assert [sorted(probes) for probes in asked] == [[], ["ErrorSignal", "Silent"]]


class TestSeveral:
    def test_it_counts_and_adds_up(self, inspector: Inspector, studio: Studio) -> None:
        select(studio, "hidden", "relu_1", "out")
        page = inspector.several
        assert inspector.page() is page
        assert page.title.text() == "3 layers"
        assert page.kinds.text() == "2 × Dense, ReLU"
        assert page.cost.value()[0] == str(24 + 18)
        assert page.form.isHidden()

    def test_nodes_of_one_kind_are_set_together_in_one_step(
        self, inspector: Inspector, studio: Studio, qtbot: QtBot
    ) -> None:
        select(studio, "hidden", "out")
        qtbot.mouseClick(inspector.several.form.editor("bias"), Left)
        layers = [studio.document.graph.nodes[NodeId(n)].layer for n in ("hidden", "out")]
        assert layers == [
            Dense(out_features=8, initial_weights="he", bias=False),
            Dense(out_features=2, bias=False),
        ]
        assert studio.document.undo_stack.count() == 1

    def test_delete_removes_all_of_them(
        self, inspector: Inspector, studio: Studio, qtbot: QtBot
    ) -> None:
        select(studio, "hidden", "out")
        qtbot.mouseClick(inspector.several.delete, Left)
        assert not {"hidden", "out"} & studio.document.graph.nodes.keys()
        assert inspector.page() is inspector.run


class TestRun:
    def test_without_selection_the_settings_are_shown_and_edited(
        self, inspector: Inspector, studio: Studio, qtbot: QtBot
    ) -> None:
        assert inspector.page() is inspector.run
        fill(qtbot, inspector.run.form.editor("epochs"), "7")
        assert studio.document.project.settings.epochs == 7
        assert studio.document.undo_stack.undoText() == "Set Epochs"
        assert inspector.run.form.sentence("epochs") == ""

    def test_what_a_run_cannot_take_is_said_to_apply_to_the_next(
        self, inspector: Inspector, studio: Studio, qtbot: QtBot
    ) -> None:
        session, form = studio.session, inspector.run.form
        session.step()
        qtbot.waitUntil(lambda: session.state == "paused", timeout=10_000)
        fill(qtbot, form.editor("epochs"), "7")
        fill(qtbot, form.editor("learning_rate"), "0.03")
        assert form.sentence("epochs") == "Applies to the next run."
        assert form.sentence("learning_rate") == ""
        session.step()
        qtbot.waitUntil(lambda: bool(session.run and session.run.history.adjusted), timeout=10_000)
        assert session.run is not None
        assert session.run.history.adjusted[0].after == 0.03
        session.stop()
        qtbot.waitUntil(lambda: session.state == "idle", timeout=10_000)
        assert form.sentence("epochs") == ""

    def test_title_and_notes_are_changes_that_can_be_undone(
        self, inspector: Inspector, studio: Studio, qtbot: QtBot
    ) -> None:
        fill(qtbot, inspector.run.title, "Two moons, again")
        qtbot.mouseClick(inspector.run.notes.viewport(), Left)
        qtbot.keyClicks(inspector.run.notes, "A start.")
        inspector.run.title.setFocus()
        project = studio.document.project
        assert (project.title, project.notes) == ("Two moons, again", "A start.")
        studio.document.undo_stack.undo()
        assert inspector.run.notes.toPlainText() == ""

    def test_tabs_where_room_is_short(
        self, inspector: Inspector, studio: Studio, qtbot: QtBot
    ) -> None:
        inspector.set_compact(True)
        select(studio, "hidden")
        assert inspector.page() is inspector.node
        run_tab = inspector.tabs.findChildren(QWidget)[1]
        qtbot.mouseClick(run_tab, Left)
        assert inspector.page() is inspector.run
        select(studio, "out")
        assert inspector.page() is inspector.node


def test_a_form_that_is_edited_survives_the_change_it_makes(
    inspector: Inspector, studio: Studio, qtbot: QtBot
) -> None:
    """The control that a person types in must not be made anew by its own edit."""
    select(studio, "hidden")
    form: Form = inspector.node.form
    field = form.editor("out_features")
    fill(qtbot, field, "16")
    assert form.editor("out_features") is field
    assert field.hasFocus()


def test_the_shape_rule_names_all_inputs(
    inspector: Inspector, studio: Studio, qtbot: QtBot
) -> None:
    graph = studio.document.graph.add(CATALOGUE["Add"](), name="sum")
    edges = [Edge(NodeId(name), NodeId("sum")) for name in ("hidden", "relu_1")]
    studio.document.change("Add", replace(studio.document.project, graph=graph.connect(*edges)))
    select(studio, "sum")
    qtbot.waitUntil(lambda: inspector.node.shape.rule.text().startswith("8, 8"))
