"""A control for each kind of entry, all with one face: show a value, say when it is changed."""

from collections.abc import Callable, Hashable, Sequence
from dataclasses import dataclass, replace
from typing import Any

from pydantic import BaseModel
from PySide6.QtCore import Signal, SignalInstance
from PySide6.QtWidgets import QGridLayout, QVBoxLayout, QWidget

from app.controls.choice import Choice
from app.controls.number_field import NumberField
from app.controls.numbers import Bounds, Number
from app.controls.segments import Segments
from app.controls.switch import Switch
from app.controls.text import label
from app.form.entries import (
    Either,
    Entry,
    Flag,
    Kind,
    Lines,
    Listed,
    Numbers,
    Options,
    entry_of,
)
from app.form.texts import LinesField, ListField, TextField
from app.theme import Theme
from app.theme.measures import SPACE_4

IN_A_ROW, LEAST = 3, 30  # numbers side by side at most, and the px each has at least
LEAST_CHOICE = 96  # px
SET = "\0set"  # stands for what is no word
Named = tuple[tuple[Hashable, str], ...]


@dataclass(frozen=True, slots=True)
class Editor:
    """A control in a form. `number` is the field that its label scrubs, if it holds one number."""

    widget: QWidget
    show: Callable[[Any], None]  # it is given what its entry holds
    changed: SignalInstance
    complaint: SignalInstance | None = None
    number: NumberField | None = None
    wide: bool = False  # it stands below its label, across the form


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
        case Listed(bounds):
            listed = ListField(theme, name=entry.title, bounds=bounds)
            return Editor(listed, listed.setValue, listed.changed, listed.complaint)
        case Lines():
            lines = LinesField(theme, name=entry.title)
            return Editor(lines, lines.setValue, lines.changed, wide=True)
        case Either(words, inner):
            return _either(theme, entry, words, inner)
        case _:
            line = TextField(theme, name=entry.title)
            return Editor(line, line.setValue, line.changed)


def _either(theme: Theme, entry: Entry, words: Named, inner: Kind) -> Editor:
    """Words and, below them, the control of the inner kind, which is shown while it holds."""
    editor = editor_for(theme, replace(entry, kind=inner))
    choice = _choice(theme, entry.title, Options((*words, (SET, "set"))))
    both = EitherField(choice, editor, first_of(inner), [value for value, _ in words])
    return Editor(both, both.setValue, both.changed, editor.complaint)


def first_of(kind: Kind) -> object:
    """What a control holds that has held nothing yet."""
    match kind:
        case Numbers((bounds,)):
            return bounds.clamped(1)
        case Numbers(bounds):
            return tuple(each.clamped(1) for each in bounds)
        case Listed(bounds):
            return (bounds.clamped(1),)
        case _:
            return ""


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
    choice.setMinimumWidth(LEAST_CHOICE)  # its words are shortened
    return Editor(choice, choice.setValue, choice.changed)


class EitherField(QWidget):
    """A word, or what another control holds; `changed` bears the value of the word or of the control."""

    changed = Signal(object)

    def __init__(
        self, choice: Editor, inner: Editor, first: object, words: Sequence[Hashable]
    ) -> None:
        super().__init__()
        self._choice, self.inner, self._last, self._words = choice, inner, first, words
        self.choice = choice.widget
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(SPACE_4)
        column.addWidget(choice.widget)
        column.addWidget(inner.widget)
        self.setFocusProxy(choice.widget)
        choice.changed.connect(self._choose)
        inner.changed.connect(self._fill)

    def setValue(self, value: Any) -> None:
        """Shows a value; nothing is emitted."""
        is_word = value in self._words
        self._choice.show(value if is_word else SET)
        self._last = self._last if is_word else value
        self.inner.show(self._last)
        self.inner.widget.setVisible(not is_word)

    def _choose(self, value: object) -> None:
        self.inner.widget.setVisible(value == SET)
        self.changed.emit(self._last if value == SET else value)

    def _fill(self, value: object) -> None:
        self._last = value
        self.changed.emit(value)


class NumberRow(QWidget):
    """Several numbers side by side, as in height × width; `changed` bears them all."""

    changed = Signal(object)  # tuple[Number, ...]
    complaint = Signal(str)

    def __init__(self, theme: Theme, name: str, bounds: tuple[Bounds, ...]) -> None:
        super().__init__()
        grid = QGridLayout(self)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setSpacing(SPACE_4)
        self.fields: list[NumberField] = []
        self._sentences: dict[int, str] = {}
        across = len(bounds) if len(bounds) <= IN_A_ROW else 2
        for place, bound in enumerate(bounds):
            down, column = divmod(place, across)
            if column and len(bounds) <= IN_A_ROW:
                grid.addWidget(label("×", "note", "t3"), down, 2 * column - 1)
            field = self._field(theme, f"{name} {place + 1}", bound, place)
            field.setMinimumWidth(LEAST)
            grid.addWidget(field, down, 2 * column)
            grid.setColumnStretch(2 * column, 1)

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
