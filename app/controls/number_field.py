"""A field for one number, with bounds and steppers. Scrubbing by its label is the form's: `app.form.scrub`."""

from collections.abc import Callable

from PySide6.QtCore import QEvent, Qt, Signal
from PySide6.QtGui import (
    QEnterEvent,
    QFocusEvent,
    QKeyEvent,
    QResizeEvent,
    QWheelEvent,
)
from PySide6.QtWidgets import QLineEdit, QWidget

from app.controls.button import Button
from app.controls.numbers import Bounds, Number, read, stepped, written
from app.theme.measures import HEIGHT_CONTROL
from app.theme.theme import Theme

_STEPPER = 20  # px, side of − and +
_WHEEL_NOTCH = 120  # eighths of a degree


class NumberField(QLineEdit):
    """Shows a number; `changed(number)` on Enter, leaving, arrow keys, wheel or steppers.

    A text that cannot be taken gets a bad edge and `complaint(sentence)`; the last good value stays
    in force, and `complaint("")` says when all is well again. Escape brings the good value back.
    """

    changed = Signal(object)
    complaint = Signal(str)

    def __init__(
        self,
        theme: Theme,
        *,
        name: str,
        bounds: Bounds | None = None,
        step: Number | None = None,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self.theme, self.bounds = theme, bounds or Bounds()
        self._step = step
        self._value: Number = 0
        self._sentence = ""
        self.setFont(theme.font("mono"))
        self.setAccessibleName(name)
        self.setFixedHeight(HEIGHT_CONTROL)
        self.setMinimumWidth(48)
        self.textEdited.connect(self._forgive)
        self.returnPressed.connect(self.commit)
        self._steppers = (
            self._stepper("minus", f"Less: {name}", lambda: self.step(-1)),
            self._stepper("plus", f"More: {name}", lambda: self.step(1)),
        )
        self._show(0)

    def value(self) -> Number:
        """The last good value."""
        return self._value

    def setValue(self, value: Number) -> None:
        """Shows a value; nothing is emitted but the end of a complaint."""
        self._value = int(value) if self.bounds.whole else float(value)
        self._show(self._value)

    def commit(self) -> None:
        """Takes the text as it stands: a new value, or a complaint."""
        if self.text() == written(self._value):
            self._complain("")
            return
        number, sentence = read(self.text(), self.bounds)
        self._complain(sentence)
        if number is not None:
            self._take(number)

    def restore(self) -> None:
        """Back to the last good value."""
        self._show(self._value)
        self.selectAll()

    def step(self, steps: int) -> None:
        """Up or down by some steps, from what is written if that can be taken."""
        number, _ = read(self.text(), self.bounds)
        start = self._value if number is None else number
        self._take(stepped(start, steps, self.bounds, self._step))

    def _take(self, number: Number) -> None:
        before, self._value = self._value, number
        self._show(number)
        if number != before:
            self.changed.emit(number)

    def _show(self, number: Number) -> None:
        self.setText(written(number))
        self._complain("")

    def _forgive(self, text: str) -> None:
        if self._sentence and read(text, self.bounds)[0] is not None:
            self._complain("")

    def _complain(self, sentence: str) -> None:
        if sentence == self._sentence:
            return
        self._sentence = sentence
        self.setProperty("bad", bool(sentence))
        self.style().unpolish(self)  # or the style sheet would not see the property
        self.style().polish(self)
        self.complaint.emit(sentence)

    def _stepper(self, icon: str, name: str, act: Callable[[], None]) -> Button:
        button = Button(self.theme, kind="icon", icon=icon, name=name, parent=self)
        button.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        button.setCursor(Qt.CursorShape.ArrowCursor)
        button.setFixedSize(_STEPPER, _STEPPER)
        button.setAutoRepeat(True)
        button.clicked.connect(act)
        button.hide()
        return button

    def keyPressEvent(self, event: QKeyEvent) -> None:
        stride = 10 if event.modifiers() & Qt.KeyboardModifier.ShiftModifier else 1
        if event.key() == Qt.Key.Key_Up:
            self.step(stride)
        elif event.key() == Qt.Key.Key_Down:
            self.step(-stride)
        elif event.key() == Qt.Key.Key_Escape and self.text() != written(self._value):
            self.restore()
        else:
            super().keyPressEvent(event)

    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)
        self.commit()

    def wheelEvent(self, event: QWheelEvent) -> None:
        if self.hasFocus() and abs(event.angleDelta().y()) >= _WHEEL_NOTCH:
            self.step(1 if event.angleDelta().y() > 0 else -1)
            event.accept()
        else:
            event.ignore()

    def enterEvent(self, event: QEnterEvent) -> None:
        super().enterEvent(event)
        self._show_steppers(self.isEnabled() and self.width() >= 4 * _STEPPER)

    def leaveEvent(self, event: QEvent) -> None:
        super().leaveEvent(event)
        self._show_steppers(False)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        top = (self.height() - _STEPPER) // 2
        for place, button in enumerate(reversed(self._steppers), start=1):
            button.move(self.width() - 4 - place * _STEPPER, top)

    def _show_steppers(self, shown: bool) -> None:
        for button in self._steppers:
            button.setVisible(shown)
