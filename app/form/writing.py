"""Fields in which a person writes: a line of text, several lines of code, numbers with commas between them."""

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QFocusEvent, QFontMetrics, QKeyEvent
from PySide6.QtWidgets import QLineEdit, QPlainTextEdit, QWidget

from app.controls.numbers import Bounds, Number, read, written
from app.theme import Theme
from app.theme.measures import HEIGHT_CONTROL

_LINES = 8  # that are seen at once


class TextField(QLineEdit):
    """A line of text; `changed(text)` on Enter or leaving. Escape brings the last text back."""

    changed = Signal(object)

    def __init__(self, theme: Theme, *, name: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._value = ""
        self.setFont(theme.font("body"))
        self.setAccessibleName(name)
        self.setFixedHeight(HEIGHT_CONTROL)
        self.returnPressed.connect(self._commit)

    def value(self) -> str:
        """The last text taken."""
        return self._value

    def setValue(self, text: str) -> None:
        """Shows a text; nothing is emitted."""
        self._value = text
        if text != self.text():
            self.setText(text)

    def _commit(self) -> None:
        if self.text() != self._value:
            self._value = self.text()
            self.changed.emit(self._value)

    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)
        self._commit()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape and self.text() != self._value:
            self.setText(self._value)
        else:
            super().keyPressEvent(event)


class SeriesField(TextField):
    """Numbers with commas between them; `changed` bears them as a tuple once all can be read."""

    complaint = Signal(str)

    def __init__(self, theme: Theme, *, name: str, whole: bool) -> None:
        super().__init__(theme, name=name)
        self._bounds = Bounds(whole=whole)
        self._numbers: tuple[Number, ...] = ()

    def setValue(self, numbers: object) -> None:
        """Shows numbers; nothing is emitted."""
        self._numbers = tuple(numbers) if isinstance(numbers, tuple | list) else ()
        super().setValue(", ".join(map(written, self._numbers)))
        self.complaint.emit("")

    def _commit(self) -> None:
        found: list[Number] = []
        for part in filter(str.strip, self.text().replace(";", ",").split(",")):
            number, sentence = read(part, self._bounds)
            if number is None:
                self.complaint.emit(
                    f"{sentence} Write numbers with commas between them, as in 2, 1."
                )
                return
            found.append(number)
        self.complaint.emit("")
        if tuple(found) != self._numbers:
            self._numbers = tuple(found)
            self.changed.emit(self._numbers)


class LinesField(QPlainTextEdit):
    """Several lines of code; `changed(text)` on Ctrl+Enter or leaving. Escape brings the last text back."""

    changed = Signal(object)

    def __init__(self, theme: Theme, *, name: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._value = ""
        self.setFont(theme.font("mono"))
        self.setAccessibleName(name)
        self.setTabChangesFocus(False)
        self.setLineWrapMode(QPlainTextEdit.LineWrapMode.NoWrap)
        metrics = QFontMetrics(self.font())
        self.setTabStopDistance(4 * metrics.horizontalAdvance(" "))
        self.setFixedHeight(_LINES * metrics.lineSpacing() + 16)

    def value(self) -> str:
        """The last text taken."""
        return self._value

    def setValue(self, text: str) -> None:
        """Shows a text; nothing is emitted."""
        self._value = text
        if text != self.toPlainText():
            self.setPlainText(text)

    def _commit(self) -> None:
        if self.toPlainText() != self._value:
            self._value = self.toPlainText()
            self.changed.emit(self._value)

    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)
        self._commit()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        enter = event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter)
        if enter and event.modifiers() & Qt.KeyboardModifier.ControlModifier:
            self._commit()
        elif event.key() == Qt.Key.Key_Escape and self.toPlainText() != self._value:
            self.setPlainText(self._value)
        elif event.key() == Qt.Key.Key_Tab:
            self.insertPlainText("    ")
        else:
            super().keyPressEvent(event)
