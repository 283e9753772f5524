"""Text in forms: a line, a line of numbers with commas between them, and several lines."""

from PySide6.QtCore import QEvent, QSize, Qt, Signal
from PySide6.QtGui import QFocusEvent, QFontMetrics, QKeyEvent
from PySide6.QtWidgets import QLineEdit, QPlainTextEdit, QWidget

from app.controls.numbers import Bounds, Number, read, written
from app.theme import Theme
from app.theme.measures import HEIGHT_CONTROL

LEAST_LINES, MOST_LINES = 3, 14  # lines of a text that are seen at once
TAB = "    "


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


class ListField(TextField):
    """Numbers with commas between them. What is none gets a complaint; the last good numbers stay in force."""

    complaint = Signal(str)

    def __init__(self, theme: Theme, *, name: str, bounds: Bounds) -> None:
        super().__init__(theme, name=name)
        self._bounds, self._bad = bounds, False
        self._numbers: tuple[Number, ...] = ()
        self.setFont(theme.font("mono"))
        self.setPlaceholderText("1, 2, 3")

    def numbers(self) -> tuple[Number, ...]:
        """The last numbers taken."""
        return self._numbers

    def setValue(self, numbers: object) -> None:
        """Shows numbers; nothing is emitted."""
        self._numbers = tuple(numbers) if isinstance(numbers, tuple | list) else ()
        self._complain("")
        super().setValue(", ".join(written(number) for number in self._numbers))

    def _commit(self) -> None:
        found, complaint = _numbers_in(self.text(), self._bounds)
        self._complain(complaint)
        if not complaint and found != self._numbers:
            self._numbers = found
            super().setValue(", ".join(written(number) for number in found))
            self.changed.emit(found)

    def _complain(self, sentence: str) -> None:
        if self._bad != bool(sentence):
            self._bad = bool(sentence)
            self.setProperty("bad", self._bad)
            self.style().unpolish(self)
            self.style().polish(self)
        self.complaint.emit(sentence)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        super().keyPressEvent(event)
        if event.key() == Qt.Key.Key_Escape:
            self._complain("")


def _numbers_in(text: str, bounds: Bounds) -> tuple[tuple[Number, ...], str]:
    """The numbers of a line, and the complaint about the first that cannot be taken."""
    found: list[Number] = []
    parts = [part for part in text.replace(";", ",").split(",") if part.strip()]
    for part in parts:
        number, complaint = read(part, bounds)
        if number is None:
            more = " Put commas between the numbers." if " " in part.strip() else ""
            return (), f"{part.strip()}: {complaint}{more}" if not more else f"{complaint}{more}"
        found.append(number)
    return tuple(found), ""


class LinesField(QPlainTextEdit):
    """Several lines; `changed(text)` on Ctrl+Enter or leaving. Escape brings the last text back."""

    changed = Signal(object)

    def __init__(self, theme: Theme, *, name: str, least: int = LEAST_LINES) -> None:
        super().__init__()
        self._value, self._least = "", least
        self.setFont(theme.font("mono"))
        self.setAccessibleName(name)
        self.setToolTip("Ctrl+Enter takes it, Escape goes back")
        self.setLineWrapMode(QPlainTextEdit.LineWrapMode.NoWrap)
        self.textChanged.connect(self._fit)
        self._fit()

    def value(self) -> str:
        """The last text taken."""
        return self._value

    def setValue(self, text: str) -> None:
        """Shows a text; nothing is emitted. What is being written is kept while the text stays as it was."""
        if text == self._value and self.hasFocus():
            return
        self._value = text
        if text != self.toPlainText():
            self.setPlainText(text)

    def commit(self) -> None:
        """Take what is written."""
        if self.toPlainText() != self._value:
            self._value = self.toPlainText()
            self.changed.emit(self._value)

    def _fit(self) -> None:
        lines = min(MOST_LINES, max(self._least, self.blockCount()))
        self.setFixedHeight(lines * QFontMetrics(self.font()).lineSpacing() + 18)

    def sizeHint(self) -> QSize:
        return QSize(120, self.height())

    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)
        self.commit()

    def event(self, event: QEvent) -> bool:
        if event.type() == QEvent.Type.ShortcutOverride and _takes(event):
            event.accept()  # or the window's own command of these keys would run
            return True
        return super().event(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if _takes(event):
            self.commit()
        elif event.key() == Qt.Key.Key_Escape and self.toPlainText() != self._value:
            self.setPlainText(self._value)
        elif event.key() == Qt.Key.Key_Tab and not self.tabChangesFocus():
            self.insertPlainText(TAB)
        else:
            super().keyPressEvent(event)


def _takes(event: QEvent) -> bool:
    """Whether these keys take the text: Ctrl+Enter."""
    if not isinstance(event, QKeyEvent):
        return False
    is_enter = event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter)
    return is_enter and bool(event.modifiers() & Qt.KeyboardModifier.ControlModifier)
