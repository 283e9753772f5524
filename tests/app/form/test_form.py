"""Forms filled in as a person would: with keys, presses and drags."""

from collections.abc import Iterator

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtWidgets import QApplication, QLineEdit, QWidget
from pytestqt.qtbot import QtBot

from app.controls.choice import Choice
from app.controls.number_field import NumberField
from app.controls.segments import Segments
from app.controls.switch import Switch
from app.form import Form, number_field
from app.form.editors import SET, EitherField, NumberRow
from app.form.scrub import Scrubber
from app.form.texts import LinesField, ListField, TextField
from app.theme import Theme
from engine.dataset import Split
from engine.layers import CATALOGUE
from engine.layers.convolution import Conv2d
from engine.layers.dense import Dense
from engine.settings import Settings

Key, Left = Qt.Key, Qt.MouseButton.LeftButton
Heard = list[tuple[str, object, object]]


@pytest.fixture
def theme(qapp: QApplication) -> Iterator[Theme]:
    made = Theme("dark")
    made.apply(qapp)
    yield made
    made.deleteLater()


@pytest.fixture
def form(qtbot: QtBot, theme: Theme) -> Form:
    made = Form(theme)
    made.resize(320, 400)
    qtbot.addWidget(made)
    with qtbot.waitExposed(made):
        made.show()
    made.activateWindow()
    return made


@pytest.fixture
def heard(form: Form) -> Heard:
    said: Heard = []
    form.changed.connect(lambda *words: said.append(words))
    return said


def fill(qtbot: QtBot, field: QWidget, text: str) -> None:
    assert isinstance(field, QLineEdit)
    qtbot.mouseClick(field, Left)
    field.selectAll()
    qtbot.keyClicks(field, text)
    qtbot.keyClick(field, Key.Key_Return)


def test_showing_emits_nothing(form: Form, heard: Heard) -> None:
    form.setValue(Conv2d(out_channels=8, bias=False, initial_weights="he"))
    form.setValue(Settings(epochs=3, device="cuda"))
    form.setValue(Dense())
    assert heard == []
    assert form.value() == Dense()


def test_each_kind_of_field_has_its_control(form: Form) -> None:
    form.setValue(Conv2d())
    assert isinstance(form.editor("out_channels"), NumberField)
    assert isinstance(form.editor("kernel_size"), NumberRow)
    assert isinstance(form.editor("bias"), Switch)
    assert isinstance(form.editor("initial_weights"), Choice)
    assert form.names()[-1] == "initial_weights"
    form.setValue(Settings())
    assert isinstance(form.editor("device"), Segments)


def test_a_typed_number_is_emitted_with_the_whole_declaration(
    form: Form, heard: Heard, qtbot: QtBot
) -> None:
    form.setValue(Dense(bias=False))
    fill(qtbot, form.editor("out_features"), "128")
    assert heard == [("out_features", 128, Dense(out_features=128, bias=False))]


def test_one_number_of_several_is_emitted_with_the_others(
    form: Form, heard: Heard, qtbot: QtBot
) -> None:
    form.setValue(Conv2d(kernel_size=(3, 5)))
    row = form.editor("kernel_size")
    assert isinstance(row, NumberRow)
    fill(qtbot, row.fields[0], "7")
    assert heard == [("kernel_size", (7, 5), Conv2d(kernel_size=(7, 5)))]


def test_a_switch_and_a_choice_are_emitted(form: Form, heard: Heard, qtbot: QtBot) -> None:
    form.setValue(Dense())
    qtbot.mouseClick(form.editor("bias"), Left)
    qtbot.keyClick(form.editor("initial_weights"), Key.Key_Down)
    assert [name for name, _, _ in heard] == ["bias", "initial_weights"]
    assert heard[-1][2] == Dense(bias=False, initial_weights="xavier")


def test_out_of_bounds_is_said_under_the_row_and_changes_nothing(
    form: Form, heard: Heard, qtbot: QtBot
) -> None:
    form.setValue(Dense())
    field = form.editor("out_features")
    fill(qtbot, field, "0")
    assert heard == []
    assert form.value() == Dense()
    assert "from 1 to" in form.sentence("out_features")
    assert field.property("bad") is True
    fill(qtbot, field, "5")
    assert form.sentence("out_features") == ""
    assert heard[-1][1] == 5


def test_fields_that_do_not_go_together_are_said_under_the_form(
    form: Form, heard: Heard, qtbot: QtBot
) -> None:
    form.setValue(Split())
    fill(qtbot, form.editor("train"), "0.6")
    assert heard == []
    assert "add up to 1, not 0.9" in form.sentence()
    fill(qtbot, form.editor("dev"), "0.25")
    assert form.sentence() == ""
    assert heard == [("dev", 0.25, Split(train=0.6, dev=0.25, test=0.15))]


def test_what_did_not_go_together_is_forgotten_when_another_is_shown(
    form: Form, heard: Heard, qtbot: QtBot
) -> None:
    form.setValue(Split())
    fill(qtbot, form.editor("train"), "0.6")
    form.setValue(Split())
    assert form.sentence() == ""
    fill(qtbot, form.editor("seed"), "4")
    assert heard == [("seed", 4, Split(seed=4))]


def test_a_complaint_goes_when_another_value_is_shown(form: Form, qtbot: QtBot) -> None:
    form.setValue(Dense())
    fill(qtbot, form.editor("out_features"), "none")
    form.setValue(Dense(out_features=9))
    field = form.editor("out_features")
    assert isinstance(field, NumberField)
    assert (field.text(), form.sentence("out_features")) == ("9", "")


def test_a_note_stands_under_its_row_and_gives_way_to_a_complaint(form: Form, qtbot: QtBot) -> None:
    form.setValue(Settings())
    form.say("epochs", "Applies to the next run.")
    fill(qtbot, form.editor("epochs"), "-1")
    assert "from 1" in form.sentence("epochs")
    fill(qtbot, form.editor("epochs"), "3")
    assert form.sentence("epochs") == "Applies to the next run."


def scrubber(form: Form, title: str) -> Scrubber:
    return next(label for label in form.findChildren(Scrubber) if label.text() == title)


def test_dragging_a_label_changes_the_number_under_one_word(
    form: Form, heard: Heard, qtbot: QtBot
) -> None:
    form.setValue(Dense(out_features=64))
    words: list[str] = []
    form.changed.connect(lambda *_: words.append(form.merge))
    drag(qtbot, scrubber(form, "Units"), 8, 20)
    drag(qtbot, scrubber(form, "Units"), -4)
    assert [value for _, value, _ in heard] == [66, 69, 68]
    assert words[0] == words[1] != words[2]
    assert all(words)
    assert form.merge == ""


def test_escape_takes_a_drag_back(form: Form, heard: Heard, qtbot: QtBot) -> None:
    form.setValue(Dense(out_features=64))
    label = scrubber(form, "Units")
    qtbot.mousePress(label, Left, pos=QPoint(5, 5))
    qtbot.mouseMove(label, QPoint(25, 5))
    qtbot.keyClick(label, Key.Key_Escape)
    qtbot.mouseMove(label, QPoint(65, 5))
    qtbot.mouseRelease(label, Left, pos=QPoint(65, 5))
    assert [value for _, value, _ in heard] == [69, 64]


def drag(qtbot: QtBot, label: QWidget, *pixels: int) -> None:
    qtbot.mousePress(label, Left, pos=QPoint(5, 5))
    for distance in pixels:
        qtbot.mouseMove(label, QPoint(5 + distance, 5))
    qtbot.mouseRelease(label, Left, pos=QPoint(5 + pixels[-1], 5))


def test_labels_give_way_in_a_narrow_form(form: Form) -> None:
    form.setValue(Dense())
    wide = scrubber(form, "Units").width()
    form.resize(264, 400)
    QApplication.processEvents()
    assert (wide, scrubber(form, "Units").width()) == (112, 92)


def test_a_number_outside_a_form_has_its_declared_bounds(theme: Theme, qtbot: QtBot) -> None:
    field = number_field(theme, Settings, "learning_rate")
    qtbot.addWidget(field)
    assert (field.bounds.above, field.bounds.most) == (0, 1000)
    with pytest.raises(TypeError, match="not one number"):
        number_field(theme, Settings, "device")


def test_text_is_taken_on_enter_and_brought_back_by_escape(theme: Theme, qtbot: QtBot) -> None:
    line = TextField(theme, name="Title")
    qtbot.addWidget(line)
    line.setValue("First")
    heard: list[object] = []
    line.changed.connect(heard.append)
    with qtbot.waitExposed(line):
        line.show()
    qtbot.keyClicks(line, " of all")
    qtbot.keyClick(line, Key.Key_Escape)
    assert line.text() == "First"
    qtbot.keyClicks(line, "!")
    qtbot.keyClick(line, Key.Key_Return)
    assert heard == ["First!"]


def test_a_word_or_a_value_of_ones_own(form: Form, heard: Heard, qtbot: QtBot) -> None:
    form.setValue(CATALOGUE["MaxPool2d"]())
    field = form.editor("stride")
    assert isinstance(field, EitherField)
    assert isinstance(field.choice, Segments)
    assert field.choice.value() is None
    assert field.inner.widget.isHidden()
    field.choice.changed.emit(SET)
    assert heard[-1][:2] == ("stride", (1, 1))
    assert not field.inner.widget.isHidden()
    row = field.inner.widget
    assert isinstance(row, NumberRow)
    fill(qtbot, row.fields[0], "3")
    assert heard[-1][:2] == ("stride", (3, 1))
    field.choice.changed.emit(None)
    assert heard[-1][:2] == ("stride", None)


def test_a_word_beside_numbers(form: Form, heard: Heard) -> None:
    form.setValue(Conv2d(padding=(2, 3)))
    field = form.editor("padding")
    assert isinstance(field, EitherField)
    assert field.choice.value() == SET
    field.choice.changed.emit("same")
    assert heard[-1][:2] == ("padding", "same")
    assert isinstance(heard[-1][2], Conv2d)


def test_numbers_with_commas(form: Form, heard: Heard, qtbot: QtBot) -> None:
    form.setValue(CATALOGUE["Permute"]())
    field = form.editor("dims")
    assert isinstance(field, ListField)
    assert field.text() == "2, 1"
    fill(qtbot, field, "1; 3 ,2")
    assert heard[-1][:2] == ("dims", (1, 3, 2))
    fill(qtbot, field, "1, two")
    assert len(heard) == 1
    assert "“two” is not a number" in form.sentence("dims")
    fill(qtbot, field, "1, 2.5")
    assert "whole number" in form.sentence("dims")
    fill(qtbot, field, "2, 1")
    assert not form.sentence("dims")


def test_code_is_taken_as_a_whole(form: Form, heard: Heard, qtbot: QtBot) -> None:
    form.setValue(CATALOGUE["Code"]().as_own())
    field = form.editor("source")
    assert isinstance(field, LinesField)
    assert "trusted" not in form.names()
    field.setFocus()
    field.selectAll()
    qtbot.keyClicks(field, "y = x + 1")
    qtbot.keyClick(field, Qt.Key.Key_Return)
    qtbot.keyClicks(field, "y * y")
    assert not heard
    qtbot.keyClick(field, Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier)
    name, value, layer = heard[-1]
    assert (name, value) == ("source", "y = x + 1\ny * y")
    assert layer.trusted
    qtbot.keyClicks(field, "z")
    qtbot.keyClick(field, Qt.Key.Key_Escape)
    assert field.toPlainText() == "y = x + 1\ny * y"
