"""A form made from a declaration: one row a field, checked as it is filled in."""

from collections.abc import Collection
from dataclasses import dataclass

from pydantic import BaseModel, ValidationError
from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QGridLayout, QLabel, QVBoxLayout, QWidget

from app.controls.choice import Choice
from app.controls.text import label, tip
from app.form.editors import Editor, editor_for
from app.form.entries import Entry, entries_of
from app.form.scrub import Scrubber
from app.theme import Theme
from app.theme.measures import HEIGHT_CONTROL, PADDING, SPACE_4, SPACE_8
from engine.declare import complaints

_WIDE, _LABEL, _LABEL_SMALL = 290, 112, 92  # px: from which width on the labels have all their room
_LONG = 15  # letters of a title above which it takes two lines


@dataclass(slots=True)
class _Row:
    """What belongs to one field: its control, and the line below it for a complaint or a note."""

    entry: Entry
    editor: Editor
    label: QLabel
    line: QLabel
    note: str = ""

    def show(self, shown: bool) -> None:
        """Shows the row, or hides it whole."""
        self.label.setVisible(shown)
        self.editor.widget.setVisible(shown)
        self.line.setVisible(shown and bool(self.line.text()))


class Form(QWidget):
    """Shows a declaration with `setValue`, which emits nothing.

    `changed(name, value, model)` bears the whole declaration, checked, once a person has changed
    it. What cannot be taken is said under its row, or under the form where several fields do not
    go together; until it is mended, the last good declaration stays in force.
    """

    changed = Signal(str, object, object)

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.theme = theme
        self.merge = (
            ""  # not empty while a label is dragged: edits that bear the same word are one step
        )
        self._drags = 0
        self._model: BaseModel | None = None
        self._draft: dict[str, object] = {}
        self._rows: dict[str, _Row] = {}
        self._shape: tuple[type[BaseModel], tuple[str, ...]] | None = None
        self._grid: QGridLayout | None = None
        self._body = QWidget()
        self._sentence = _line(theme, "bad")
        self._sentence.setContentsMargins(PADDING, 0, PADDING, SPACE_4)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self._body)
        column.addWidget(self._sentence)

    def value(self) -> BaseModel | None:
        """The declaration last shown or emitted."""
        return self._model

    def setValue(self, model: BaseModel, without: Collection[str] = ()) -> None:
        """Shows a declaration, leaving out some of its fields."""
        shown = tuple(entry for entry in entries_of(type(model)) if entry.name not in without)
        shape = (type(model), tuple(entry.name for entry in shown))
        if shape != self._shape:
            self._shape = shape
            self._build(shown)
        self._model = model
        self._draft = {name: getattr(model, name) for name in type(model).model_fields}
        for name, row in self._rows.items():
            row.editor.show(self._draft[name])
        self._show_what_matters()
        self._complain("")

    def names(self) -> tuple[str, ...]:
        """The fields that have a row, from the top; some may be hidden, for they do not matter now."""
        return tuple(self._rows)

    def _show_what_matters(self) -> None:
        for place, row in enumerate(self._rows.values()):
            matters = row.entry.matters(self._draft)
            row.show(matters)
            if self._grid is not None:
                self._grid.setRowMinimumHeight(3 * place + 1, HEIGHT_CONTROL if matters else 0)

    def editor(self, name: str) -> QWidget:
        """The control of a field. Raises KeyError if it has no row."""
        return self._rows[name].editor.widget

    def say(self, name: str, note: str) -> None:
        """Puts a quiet note under a row; an empty one takes it away."""
        row = self._rows[name]
        if note != row.note:
            row.note = note
            _show(row.line, note, "t3")

    def suggest(self, name: str, value: str | None) -> None:
        """Marks one value of a choice as suggested; None marks none."""
        widget = self.editor(name)
        if isinstance(widget, Choice):
            widget.suggest(value)

    def sentence(self, name: str = "") -> str:
        """What is said under a row, or under the form."""
        line = self._rows[name].line if name else self._sentence
        return line.text()

    def _build(self, shown: tuple[Entry, ...]) -> None:
        old, self._body = self._body, QWidget()
        self._rows = {}
        grid = QGridLayout(self._body)
        grid.setContentsMargins(PADDING, 2, PADDING, 2)
        grid.setHorizontalSpacing(SPACE_8)
        grid.setVerticalSpacing(SPACE_4)
        grid.setColumnStretch(1, 1)
        section = ""
        for place, entry in enumerate(shown):
            if entry.section != section:
                section = entry.section
                head = label(section, "head")
                head.setContentsMargins(0, PADDING, 0, SPACE_4)
                grid.addWidget(head, 3 * place, 0, 1, 2)
            self._add_row(grid, 3 * place + 1, entry)
        self._grid = grid
        self._fit()
        layout = self.layout()
        if layout is not None:
            layout.replaceWidget(old, self._body)
        old.hide()
        old.deleteLater()
        self._body.setVisible(bool(shown))

    def _add_row(self, grid: QGridLayout, place: int, entry: Entry) -> None:
        editor = editor_for(self.theme, entry)
        name_label = self._label(entry, editor)
        row = _Row(entry, editor, name_label, _line(self.theme, "bad"))
        for widget in (name_label, editor.widget):
            widget.setToolTip(tip(entry.title, entry.help))
        if editor.wide:
            grid.addLayout(_stacked(name_label, editor.widget), place, 0, 1, 2)
        else:
            name_label.setMinimumHeight(HEIGHT_CONTROL)  # beside the first line of what is higher
            name_label.setMaximumWidth(_LABEL)
            name_label.setWordWrap(len(entry.title) > _LONG)
            grid.addWidget(name_label, place, 0, Qt.AlignmentFlag.AlignTop)
            grid.addWidget(editor.widget, place, 1, Qt.AlignmentFlag.AlignVCenter)
        grid.addWidget(row.line, place + 1, 0 if editor.wide else 1, 1, 2 if editor.wide else 1)
        grid.setRowMinimumHeight(place, HEIGHT_CONTROL)
        editor.changed.connect(lambda value: self._edit(entry.name, value))
        if editor.complaint is not None:
            editor.complaint.connect(lambda sentence: self._complain_at(entry.name, sentence))
        self._rows[entry.name] = row

    def _label(self, entry: Entry, editor: Editor) -> QLabel:
        if editor.number is None:
            plain = label(entry.title, "label")
            plain.setBuddy(editor.widget)
            return plain
        scrubber = Scrubber(entry.title, editor.number)
        scrubber.began.connect(lambda: self._begin_drag(entry.name))
        scrubber.scrubbed.connect(lambda value: self._edit(entry.name, value))
        scrubber.ended.connect(self._end_drag)
        return scrubber

    def _begin_drag(self, name: str) -> None:
        self._drags += 1
        self.merge = f"{name} drag {self._drags}"

    def _end_drag(self) -> None:
        self.merge = ""

    def _edit(self, name: str, value: object) -> None:
        if self._model is None:
            return
        kind = type(self._model)
        self._draft[name] = value
        try:
            model = kind.model_validate(self._draft)
        except ValidationError as error:
            self._complain(" ".join(complaints(error, kind)))
            return
        self._complain("")
        self._model = model
        self._show_what_matters()
        self.changed.emit(name, getattr(model, name), model)

    def _complain(self, sentence: str) -> None:
        _show(self._sentence, sentence, "bad")

    def _complain_at(self, name: str, sentence: str) -> None:
        row = self._rows.get(name)
        if row is not None:
            _show(row.line, sentence or row.note, "bad" if sentence else "t3")

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit()

    def _fit(self) -> None:
        if self._grid is not None:
            wide = self.width() >= _WIDE
            self._grid.setColumnMinimumWidth(0, _LABEL if wide else _LABEL_SMALL)


def _stacked(above: QWidget, below: QWidget) -> QVBoxLayout:
    column = QVBoxLayout()
    column.setContentsMargins(0, 0, 0, SPACE_4)
    column.setSpacing(SPACE_4)
    column.addWidget(above)
    column.addWidget(below)
    return column


def _line(theme: Theme, tone: str) -> QLabel:
    """A line of small text that takes as many lines as it needs, and none while it is empty."""
    made = QLabel()
    made.setTextFormat(Qt.TextFormat.PlainText)
    made.setWordWrap(True)
    made.setFont(theme.font("note"))
    made.setProperty("role", "note")
    made.setProperty("tone", tone)
    made.hide()
    return made


def _show(line: QLabel, text: str, tone: str) -> None:
    line.setText(text)
    line.setVisible(bool(text))
    if line.property("tone") != tone:
        line.setProperty("tone", tone)
        line.style().unpolish(line)  # or the style sheet would not see the property
        line.style().polish(line)
