"""A control for each kind of entry, all with one face: show a value, say when it is changed."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from pydantic import BaseModel
from PySide6.QtCore import Qt, Signal, SignalInstance
from PySide6.QtGui import QFocusEvent, QKeyEvent
from PySide6.QtWidgets import QHBoxLayout, QLineEdit, QWidget

from app.controls.choice import Choice
from app.controls.number_field import NumberField
from app.controls.numbers import Bounds, Number
from app.controls.segments import Segments
from app.controls.switch import Switch
from app.controls.text import label
from app.form.entries import Entry, Flag, Numbers, Options, entry_of
from app.theme import Theme
from app.theme.measures import HEIGHT_CONTROL, SPACE_4


@dataclass(frozen=True, slots=True)
class Editor:
    """A control in a form. `number` is the field that its label scrubs, if it holds one number."""

    widget: QWidget
    show: Callable[[Any], None]  # it is given what its entry holds
    changed: SignalInstance
    complaint: SignalInstance | None = None
    number: NumberField | None = None


def editor_for(theme: Theme, entry: Entry) -> Editor:
    """The control that suits an entry."""
    match entry.kind:
        case Numbers((bounds,)):
            field = NumberField(theme, name=entry.title, bounds=bounds)
            return Editor(field, field.setValue, field.changed, field.complaint, field)
        case Numbers(bounds):
            several = NumberRow(theme, entry.title, bounds)
            return Editor(several, several.setValue, several.changed, several.complaint)
        case Flag():
            switch = Switch(theme, name=entry.title)
            return Editor(switch, switch.setValue, switch.changed)
        case Options() as options:
            return _choice(theme, entry.title, options)
        case _:
            line = TextField(theme, name=entry.title)
            return Editor(line, line.setValue, line.changed)


def number_field(theme: Theme, model: type[BaseModel], name: str) -> NumberField:
    """A field for one number of a declaration, with its bounds; for places that are no form."""
    entry = entry_of(model, name)
    if not isinstance(entry.kind, Numbers) or len(entry.kind.bounds) != 1:
        raise TypeError(f"{model.__name__}.{name} is not one number.")
    return NumberField(theme, name=entry.title, bounds=entry.kind.bounds[0])


def _choice(theme: Theme, title: str, options: Options) -> Editor:
    if options.side_by_side:
        segments = Segments(theme, options.values, name=title, full=True)
        return Editor(segments, segments.setValue, segments.changed)
    choice = Choice(theme, options.values, name=title)
    return Editor(choice, choice.setValue, choice.changed)


class NumberRow(QWidget):
    """Several numbers side by side, as in height × width; `changed` bears them all."""

    changed = Signal(object)  # tuple[Number, ...]
    complaint = Signal(str)

    def __init__(self, theme: Theme, name: str, bounds: tuple[Bounds, ...]) -> None:
        super().__init__()
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(SPACE_4)
        self.fields: list[NumberField] = []
        self._sentences: dict[int, str] = {}
        for place, bound in enumerate(bounds):
            if place:
                row.addWidget(label("×", "note", "t3"))
            row.addWidget(self._field(theme, f"{name} {place + 1}", bound, place), 1)

    def value(self) -> tuple[Number, ...]:
        """The numbers shown."""
        return tuple(field.value() for field in self.fields)

    def setValue(self, values: tuple[Number, ...]) -> None:
        """Shows numbers; nothing is emitted."""
        for field, value in zip(self.fields, values, strict=True):
            field.setValue(value)

    def _field(self, theme: Theme, name: str, bounds: Bounds, place: int) -> NumberField:
        field = NumberField(theme, name=name, bounds=bounds)
        field.changed.connect(lambda _: self.changed.emit(self.value()))
        field.complaint.connect(lambda sentence: self._complain(place, sentence))
        self.fields.append(field)
        return field

    def _complain(self, place: int, sentence: str) -> None:
        self._sentences[place] = sentence
        self.complaint.emit(next(filter(None, self._sentences.values()), ""))


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
