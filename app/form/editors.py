"""A control for each kind of entry, all with one face: show a value, say when it is changed."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from pydantic import BaseModel
from PySide6.QtCore import Signal, SignalInstance
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from app.controls.choice import Choice
from app.controls.number_field import NumberField
from app.controls.numbers import Bounds, Number
from app.controls.segments import Segments
from app.controls.switch import Switch
from app.controls.text import label
from app.form.entries import Either, Entry, Flag, Numbers, Options, Series, Words, entry_of
from app.form.writing import LinesField, SeriesField, TextField
from app.theme import Theme
from app.theme.measures import SPACE_4


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
        case Series(whole):
            series = SeriesField(theme, name=entry.title, whole=whole)
            return Editor(series, series.setValue, series.changed, series.complaint)
        case Either() as either:
            both = EitherField(theme, entry, either)
            return Editor(both, both.setValue, both.changed, both.complaint)
        case Words(lines=True):
            text = LinesField(theme, name=entry.title)
            return Editor(text, text.setValue, text.changed)
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


SET = "set"
"""What is chosen where a value of one's own stands in place of a word."""


class EitherField(QWidget):
    """A choice of words, with a field below for a value of one's own; `changed` bears the word or the value."""

    changed = Signal(object)
    complaint = Signal(str)

    def __init__(self, theme: Theme, entry: Entry, either: Either) -> None:
        super().__init__()
        self._words = tuple(value for value, _ in either.words)
        self._own: object = _first(either.other)
        self.choice = Choice(theme, [*either.words, (SET, "set…")], name=entry.title)
        self.inner = editor_for(theme, Entry(entry.name, entry.title, entry.help, either.other))
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(SPACE_4)
        column.addWidget(self.choice)
        column.addWidget(self.inner.widget)
        self.choice.changed.connect(self._choose)
        self.inner.changed.connect(self._set)
        if self.inner.complaint is not None:
            self.inner.complaint.connect(self.complaint)

    def setValue(self, value: object) -> None:
        """Shows a word or a value; nothing is emitted."""
        is_word = value in self._words
        if not is_word:
            self._own = value
        self.choice.setValue(value if is_word else SET)
        self.inner.show(self._own)
        self.inner.widget.setVisible(not is_word)

    def _choose(self, value: object) -> None:
        chosen = self._own if value == SET else value
        self.setValue(chosen)
        self.complaint.emit("")
        self.changed.emit(chosen)

    def _set(self, value: object) -> None:
        self._own = value
        self.changed.emit(value)


def _first(kind: Numbers | Series) -> object:
    """A value to begin with, where there was a word before."""
    if isinstance(kind, Series):
        return (1,) if kind.whole else (1.0,)
    numbers = tuple(_one(bounds) for bounds in kind.bounds)
    return numbers if len(numbers) > 1 else numbers[0]


def _one(bounds: Bounds) -> Number:
    for number in (1, 0.5, 0.001):
        if not bounds.complaint(number):
            return number if bounds.whole else float(number)
    return bounds.clamped(1)
