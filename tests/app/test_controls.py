"""Each control, pressed and typed into as a person would; showing a value never emits."""

from collections.abc import Callable, Iterator

import pytest
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QWheelEvent
from PySide6.QtWidgets import QAbstractButton, QApplication, QHBoxLayout, QWidget
from pytestqt.qtbot import QtBot

from app.controls.button import Button
from app.controls.choice import Choice
from app.controls.dock_head import DockHead
from app.controls.number_field import NumberField
from app.controls.numbers import Bounds, Number, read, stepped, written
from app.controls.pill import Pill
from app.controls.search_field import SearchField
from app.controls.segments import Segments
from app.controls.switch import Switch
from app.controls.tile import Tile
from app.controls.toast import Toast
from app.theme import DARK, Theme

Key, Button_ = Qt.Key, Qt.MouseButton
Show = Callable[..., QWidget]


@pytest.fixture
def theme(qapp: QApplication) -> Iterator[Theme]:
    made = Theme("dark")
    made.apply(qapp)
    yield made
    made.deleteLater()


@pytest.fixture
def show(qtbot: QtBot) -> Show:
    kept: list[QWidget] = []  # qtbot itself holds no strong reference

    def put(*controls: QWidget) -> QWidget:
        host = QWidget()
        row = QHBoxLayout(host)
        row.setContentsMargins(12, 12, 12, 12)
        for control in controls:
            row.addWidget(control)
        qtbot.addWidget(host)
        kept.append(host)
        with qtbot.waitExposed(host):
            host.show()
        host.activateWindow()
        return host

    return put


def heard(signal) -> list[object]:
    said: list[object] = []
    signal.connect(said.append)
    return said


def wheel(control: QWidget, notches: int) -> None:
    at = QPointF(control.rect().center())
    event = QWheelEvent(
        at,
        QPointF(control.mapToGlobal(at.toPoint())),
        QPoint(),
        QPoint(0, 120 * notches),
        Qt.MouseButton.NoButton,
        Qt.KeyboardModifier.NoModifier,
        Qt.ScrollPhase.NoScrollPhase,
        False,
    )
    QApplication.sendEvent(control, event)


class TestNumbers:
    @pytest.mark.parametrize(
        ("number", "text"), [(6, "6"), (1.0, "1.0"), (0.003, "0.003"), (1e-5, "1e-5")]
    )
    def test_written_reads_back(self, number: Number, text: str) -> None:
        assert written(number) == text
        assert float(text) == number

    @pytest.mark.parametrize(
        ("text", "number"), [("−3", -3), ("1e3", 1000), ("57 610", 57610), (" 7.0 ", 7)]
    )
    def test_whole_numbers_as_people_write_them(self, text: str, number: int) -> None:
        assert read(text, Bounds(whole=True)) == (number, "")

    @pytest.mark.parametrize(
        ("text", "bounds", "words"),
        [
            ("2.5", Bounds(whole=True), "whole"),
            ("0", Bounds(True, 1, 9), "from 1 to 9"),
            ("0", Bounds(above=0), "more than 0"),
            ("1", Bounds(below=1), "less than 1"),
            ("nan", Bounds(), "finite"),
            ("1e999", Bounds(), "finite"),
            ("six", Bounds(), "“six” is not a number"),
            ("", Bounds(), "needed"),
        ],
    )
    def test_what_cannot_be_taken_is_said(self, text: str, bounds: Bounds, words: str) -> None:
        number, complaint = read(text, bounds)
        assert number is None
        assert words in complaint

    @pytest.mark.parametrize(
        ("start", "steps", "end"),
        [(0.003, 1, 0.004), (0.001, -1, 0.0009), (0.009, 1, 0.01), (0.0, 1, 0.1), (1.0, -2, 0.8)],
    )
    def test_steps_keep_to_the_leading_digit(self, start: float, steps: int, end: float) -> None:
        assert stepped(start, steps, Bounds()) == end

    def test_steps_stop_at_the_bounds(self) -> None:
        assert stepped(8, 5, Bounds(True, 1, 9)) == 9
        assert stepped(0.5, -1, Bounds(above=0), step=0.5) == 0.5


class TestNumberField:
    def make(self, theme: Theme, bounds: Bounds | None = None) -> NumberField:
        field = NumberField(theme, name="Filters", bounds=bounds or Bounds(True, 1, 64))
        field.setMinimumWidth(140)
        field.setValue(6)
        return field

    def test_typing_takes_effect_on_enter_only(self, theme: Theme, show: Show, qtbot) -> None:
        field = self.make(theme)
        show(field)
        said = heard(field.changed)
        field.selectAll()
        qtbot.keyClicks(field, "32")
        assert said == []
        qtbot.keyClick(field, Key.Key_Return)
        assert said == [32]
        assert field.value() == 32

    def test_showing_a_value_emits_nothing(self, theme: Theme, show: Show) -> None:
        field = self.make(theme)
        said = heard(field.changed)
        field.setValue(9)
        assert (said, field.text()) == ([], "9")

    def test_leaving_takes_the_value(self, theme: Theme, show: Show, qtbot) -> None:
        field, other = self.make(theme), Switch(theme, name="Bias")
        show(field, other)
        field.setFocus()
        said = heard(field.changed)
        field.selectAll()
        qtbot.keyClicks(field, "7")
        qtbot.keyClick(field, Key.Key_Tab)
        assert said == [7]
        assert other.hasFocus()

    def test_out_of_bounds_complains_and_keeps_the_good_value(
        self, theme: Theme, show: Show, qtbot
    ) -> None:
        field = self.make(theme)
        show(field)
        said, complaints = heard(field.changed), heard(field.complaint)
        field.selectAll()
        qtbot.keyClicks(field, "0")
        qtbot.keyClick(field, Key.Key_Return)
        assert said == []
        assert field.value() == 6
        assert complaints == ["This must be from 1 to 64."]
        assert field.grab().toImage().pixelColor(70, 0).name() == DARK.bad
        qtbot.keyClick(field, Key.Key_Escape)
        assert (field.text(), complaints[-1]) == ("6", "")

    def test_a_complaint_ends_as_soon_as_the_text_is_good(
        self, theme: Theme, show: Show, qtbot
    ) -> None:
        field = self.make(theme)
        show(field)
        complaints = heard(field.complaint)
        field.selectAll()
        qtbot.keyClicks(field, "x")
        qtbot.keyClick(field, Key.Key_Return)
        qtbot.keyClick(field, Key.Key_Backspace)
        qtbot.keyClicks(field, "8")
        assert complaints == ["“x” is not a number.", ""]

    def test_arrows_step_by_one_and_with_shift_by_ten(
        self, theme: Theme, show: Show, qtbot
    ) -> None:
        field = self.make(theme)
        show(field)
        said = heard(field.changed)
        qtbot.keyClick(field, Key.Key_Up)
        qtbot.keyClick(field, Key.Key_Up, Qt.KeyboardModifier.ShiftModifier)
        qtbot.keyClick(field, Key.Key_Down)
        assert said == [7, 17, 16]

    def test_the_wheel_is_heeded_only_with_the_focus(self, theme: Theme, show: Show, qtbot) -> None:
        field, other = self.make(theme), Switch(theme, name="Bias")
        show(field, other)
        other.setFocus()
        said = heard(field.changed)
        wheel(field, 1)
        assert said == []
        field.setFocus()
        wheel(field, -1)
        assert said == [5]

    def test_steppers_appear_under_the_mouse_and_work(
        self, theme: Theme, show: Show, qtbot
    ) -> None:
        field = self.make(theme)
        show(field)
        said = heard(field.changed)
        less, more = field.findChildren(Button)
        assert not more.isVisible()
        qtbot.mouseMove(field, QPoint(10, 10))
        qtbot.waitUntil(more.isVisible)
        qtbot.mouseClick(more, Button_.LeftButton)
        qtbot.mouseClick(less, Button_.LeftButton)
        assert said == [7, 6]


class TestButton:
    @pytest.mark.parametrize("key", [Key.Key_Space, Key.Key_Return])
    def test_keys_press_it(self, theme: Theme, show: Show, qtbot, key: Qt.Key) -> None:
        button = Button(theme, "Train", "primary", icon="play")
        show(button)
        with qtbot.waitSignal(button.clicked, timeout=500):
            qtbot.keyClick(button, key)

    def test_the_mouse_presses_it(self, theme: Theme, show: Show, qtbot) -> None:
        button = Button(theme, kind="icon", icon="undo-2", name="Undo")
        show(button)
        with qtbot.waitSignal(button.clicked, timeout=500):
            qtbot.mouseClick(button, Button_.LeftButton)
        assert (button.accessibleName(), button.toolTip()) == ("Undo", "Undo")

    def test_reserved_words_keep_the_width(self, theme: Theme) -> None:
        button = Button(theme, "Train", "primary", icon="play")
        button.reserve("Train", "Pause")
        before = button.sizeHint()
        button.show_text("Pause")
        assert button.sizeHint() == before
        assert button.accessibleName() == "Pause"

    def test_the_ring_comes_with_the_keyboard_only(self, theme: Theme, show: Show, qtbot) -> None:
        first, second = Button(theme, "One"), Button(theme, "Two")
        host = show(first, second)
        qtbot.mouseClick(first, Button_.LeftButton)
        assert first.hasFocus()
        assert not first.ring.visible
        qtbot.keyClick(first, Key.Key_Tab)
        assert second.ring.visible
        corner = second.geometry().topLeft()
        ring = host.grab().toImage().pixelColor(corner.x() + 20, corner.y() - 3)
        assert ring.name() == DARK.accent
        qtbot.keyClick(second, Key.Key_Backtab)
        assert not second.ring.visible

    @pytest.mark.parametrize("kind", ["primary", "normal", "ghost", "danger", "final"])
    def test_a_disabled_button_looks_disabled(self, theme: Theme, kind: str, qtbot) -> None:
        button = Button(theme, "Train", kind)
        qtbot.addWidget(button)
        enabled = button.grab().toImage()
        button.setEnabled(False)
        assert button.grab().toImage() != enabled


class TestSegments:
    def make(self, theme: Theme) -> Segments:
        return Segments(theme, [("a", "Depth"), ("b", "History"), ("c", "All")], name="View")

    def test_a_press_and_the_arrows_choose(self, theme: Theme, show: Show, qtbot) -> None:
        segments = self.make(theme)
        show(segments)
        said = heard(segments.changed)
        _, history, last = segments.findChildren(QWidget, options=Qt.FindDirectChildrenOnly)[:3]
        qtbot.mouseClick(history, Button_.LeftButton)
        qtbot.keyClick(history, Key.Key_Right)
        assert said == ["b", "c"]
        assert last.hasFocus()

    def test_showing_or_pressing_the_same_emits_nothing(
        self, theme: Theme, show: Show, qtbot
    ) -> None:
        segments = self.make(theme)
        show(segments)
        said = heard(segments.changed)
        segments.setValue("b")
        history = segments.findChildren(QWidget)[1]
        qtbot.mouseClick(history, Button_.LeftButton)
        assert (said, segments.value()) == ([], "b")


class TestSwitch:
    def test_flipped_by_mouse_space_and_enter(self, theme: Theme, show: Show, qtbot) -> None:
        switch = Switch(theme, name="Bias")
        show(switch)
        said = heard(switch.changed)
        qtbot.mouseClick(switch, Button_.LeftButton)
        qtbot.keyClick(switch, Key.Key_Space)
        qtbot.keyClick(switch, Key.Key_Return)
        assert said == [True, False, True]

    def test_showing_emits_nothing(self, theme: Theme, qtbot) -> None:
        switch = Switch(theme, name="Bias")
        qtbot.addWidget(switch)
        said = heard(switch.changed)
        off = switch.grab().toImage()
        switch.setValue(True)
        assert said == []
        assert switch.grab().toImage() != off


class TestChoice:
    def make(self, theme: Theme) -> Choice:
        choices = [("he", "He normal"), ("xavier", "Xavier"), ("zero", "Zero")]
        return Choice(theme, choices, name="Initial weights")

    def test_keys_choose(self, theme: Theme, show: Show, qtbot) -> None:
        choice = self.make(theme)
        show(choice)
        said = heard(choice.changed)
        qtbot.keyClick(choice, Key.Key_Down)
        assert (said, choice.value()) == (["xavier"], "xavier")

    def test_showing_emits_nothing_and_the_wheel_needs_focus(
        self, theme: Theme, show: Show
    ) -> None:
        choice, other = self.make(theme), Switch(theme, name="Bias")
        show(choice, other)
        other.setFocus()
        said = heard(choice.changed)
        choice.setValue("zero")
        wheel(choice, 1)
        assert (said, choice.value()) == ([], "zero")

    def test_other_choices_keep_what_is_shown(self, theme: Theme) -> None:
        choice = self.make(theme)
        choice.setValue("zero")
        choice.show_choices([("zero", "Zero"), ("one", "One")])
        assert choice.value() == "zero"
        choice.show_choices([("one", "One")])
        assert choice.value() == "one"

    def test_the_suggestion_shows_while_it_is_chosen(self, theme: Theme, qtbot) -> None:
        choice = self.make(theme)
        qtbot.addWidget(choice)
        choice.resize(200, 28)
        plain = choice.grab().toImage()
        choice.suggest("he")
        assert choice.grab().toImage() != plain


class TestSearchField:
    def test_letters_escape_and_down(self, theme: Theme, show: Show, qtbot) -> None:
        field = SearchField(theme, "Find a layer", key="/")
        show(field)
        said = heard(field.changed)
        qtbot.keyClicks(field, "de")
        with qtbot.waitSignal(field.descended, timeout=500):
            qtbot.keyClick(field, Key.Key_Down)
        qtbot.keyClick(field, Key.Key_Escape)
        field.setValue("x")
        assert said == ["d", "de", ""]


class TestShown:
    def test_states_of_a_pill_differ_without_colour(self, theme: Theme, qtbot) -> None:
        greys = set()
        for state in ("ok", "watch", "bad", "none"):
            pill = Pill(theme, state)
            qtbot.addWidget(pill)
            pill.resize(pill.sizeHint())
            picture = pill.grab().toImage()
            ground = picture.pixelColor(4, 10)
            greys.add(
                tuple(
                    picture.pixelColor(x, y) != ground for x in range(8, 18) for y in range(4, 16)
                )
            )
        assert len(greys) == 4

    def test_a_pill_is_named_by_its_word(self, theme: Theme, qtbot) -> None:
        pill = Pill(theme, "ok", "healthy")
        qtbot.addWidget(pill)
        pill.setValue("bad", "dead")
        assert (pill.accessibleName(), pill.value()) == ("dead", ("bad", "dead"))

    def test_a_tile_bears_the_tint_of_its_group(self, theme: Theme, qtbot) -> None:
        tile = Tile(theme, "Dense", 32)
        qtbot.addWidget(tile)
        assert tile.grab().toImage().pixelColor(16, 3).name() == DARK.group("Dense").tint
        tile.setValue("Loss")
        assert tile.grab().toImage().pixelColor(16, 3).name() == DARK.group("Loss").tint

    def test_a_dock_head_shortens_its_subtitle_not_its_title(
        self, theme: Theme, show: Show
    ) -> None:
        head = DockHead(theme, "Gradients", "a subtitle that is far too long for so narrow a dock")
        head.add_tool(Button(theme, kind="icon", icon="maximize-2", small=True, name="Expand"))
        host = show(head)
        host.resize(200, 60)
        QApplication.processEvents()
        assert head.height() == 36
        assert head.title.width() >= head.title.sizeHint().width()
        assert head.width() <= 200

    def test_tools_without_room_wait_behind_a_button(self, theme: Theme, show: Show, qtbot) -> None:
        head, chosen = DockHead(theme, "Loss"), []
        wide = Segments(theme, (("loss", "Loss"), ("accuracy", "Accuracy")), name="What is drawn")
        small = Button(theme, kind="icon", icon="maximize-2", small=True, name="Expand")
        wide.changed.connect(chosen.append)
        head.add_tool(wide)
        head.add_tool(small)
        host = show(head)
        host.resize(400, 200)
        qtbot.waitUntil(lambda: wide.isVisible() and not head.more.isVisible())
        host.resize(190, 200)
        qtbot.waitUntil(head.more.isVisible)
        assert not wide.isVisible()
        assert small.isVisible()
        qtbot.mouseClick(head.more, Qt.MouseButton.LeftButton)
        qtbot.waitUntil(wide.isVisible)
        qtbot.mouseClick(wide.findChildren(QAbstractButton)[1], Qt.MouseButton.LeftButton)
        assert chosen == ["accuracy"]
        wide.hide()  # by whom it belongs to: there is nothing left to offer
        qtbot.waitUntil(head.more.isHidden)
        wide.show()
        host.resize(400, 200)
        qtbot.waitUntil(lambda: wide.isVisible() and wide.parentWidget() is head)
        assert head.more.isHidden()
        assert wide.geometry().right() < small.geometry().left()

    def test_the_first_words_of_a_subtitle_give_way(self, theme: Theme, show: Show) -> None:
        head = DockHead(theme, "Activations", "dev example 7 of 330")
        host = show(head)
        host.resize(500, 60)
        QApplication.processEvents()
        assert head.subtitle.grab() is not None
        assert head.subtitle.toolTip() == ""
        host.resize(150, 60)
        QApplication.processEvents()
        head.subtitle.grab()
        assert head.subtitle.toolTip() == "dev example 7 of 330"


class TestToast:
    def test_goes_by_itself(self, theme: Theme, show: Show, qtbot) -> None:
        host = show(Switch(theme, name="Bias"))
        toast = Toast(theme, host, stay_ms=40)
        toast.say("conv_2 deleted")
        assert toast.isVisible()
        assert not toast.button.isVisible()
        qtbot.waitUntil(toast.isHidden, timeout=1000)

    def test_the_action_is_done_once_and_ends_it(self, theme: Theme, show: Show, qtbot) -> None:
        host = show(Switch(theme, name="Bias"))
        host.resize(420, 200)
        toast, done = Toast(theme, host), []
        toast.say("conv_2 deleted", "Undo", lambda: done.append("undone"))
        qtbot.mouseClick(toast.button, Button_.LeftButton)
        assert done == ["undone"]
        assert toast.isHidden()

    def test_stays_while_the_mouse_is_on_it(self, theme: Theme, show: Show, qtbot) -> None:
        host = show(Switch(theme, name="Bias"))
        host.resize(420, 200)
        toast = Toast(theme, host, stay_ms=60)
        toast.say("conv_2 deleted")
        qtbot.mouseMove(toast, toast.rect().center())
        qtbot.wait(150)
        assert toast.isVisible()
        qtbot.mouseMove(host, QPoint(2, 2))
        qtbot.waitUntil(toast.isHidden, timeout=1000)
