"""The inspector of the run: how it is trained, and what the project is called."""

from dataclasses import replace

from pydantic import BaseModel
from PySide6.QtCore import Signal
from PySide6.QtGui import QFocusEvent
from PySide6.QtWidgets import QPlainTextEdit, QVBoxLayout, QWidget

from app.controls.text import label
from app.form import Form, entry_of
from app.form.texts import TextField
from app.panels.section import section_head
from app.studio import Studio
from app.theme import Theme
from app.theme.measures import PADDING, SPACE_4
from engine.settings import ADJUSTABLE, Settings

LATER = "Applies to the next run."


class NotesField(QPlainTextEdit):
    """Some lines of text; `changed(text)` on leaving."""

    changed = Signal(str)

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self._value = ""
        self.setFont(theme.font("label"))
        self.setAccessibleName("Notes")
        self.setPlaceholderText("What this project is about")
        self.setTabChangesFocus(True)
        self.setFixedHeight(96)

    def setValue(self, text: str) -> None:
        """Shows a text; nothing is emitted."""
        self._value = text
        if text != self.toPlainText():
            self.setPlainText(text)

    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)
        if self.toPlainText() != self._value:
            self._value = self.toPlainText()
            self.changed.emit(self._value)


class RunPage(QWidget):
    """Shows the settings; what a run can take while it goes on reaches it by the document."""

    def __init__(self, studio: Studio) -> None:
        super().__init__()
        self._studio = studio
        self.form = Form(studio.theme)
        self.title = TextField(studio.theme, name="Title")
        self.notes = NotesField(studio.theme)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, PADDING)
        column.setSpacing(0)
        column.addWidget(section_head("Training"))
        column.addWidget(self.form)
        column.addWidget(section_head("Project"))
        words = QVBoxLayout()
        words.setContentsMargins(PADDING, 0, PADDING, 0)
        words.setSpacing(SPACE_4)
        for name, field in (("Title", self.title), ("Notes", self.notes)):
            words.addWidget(label(name, "label"))
            words.addWidget(field)
        column.addLayout(words)
        column.addStretch(1)
        self.form.changed.connect(self._edit)
        self.title.changed.connect(self._retitle)
        self.notes.changed.connect(self._annotate)
        studio.session.state_changed.connect(self.show_project)
        self.show_project()

    def show_project(self) -> None:
        """Shows the project as it is now."""
        project = self._studio.document.project
        self.form.setValue(project.settings)
        self.title.setValue(project.title)
        self.notes.setValue(project.notes)
        for name in self.form.names():
            self.form.say(name, LATER if self._waits(name) else "")

    def _waits(self, name: str) -> bool:
        """Whether the run of the moment goes on with another value than the project has."""
        session, settings = self._studio.session, self._studio.document.project.settings
        if session.state == "idle" or session.run is None or name in ADJUSTABLE:
            return False
        return bool(getattr(session.run.settings, name) != getattr(settings, name))

    def _edit(self, name: str, _value: object, settings: BaseModel) -> None:
        if isinstance(settings, Settings):
            document = self._studio.document
            text = f"Set {entry_of(Settings, name).title}"
            document.change(text, replace(document.project, settings=settings), self.form.merge)

    def _retitle(self, title: object) -> None:
        document = self._studio.document
        document.change("Rename the project", replace(document.project, title=str(title).strip()))

    def _annotate(self, notes: str) -> None:
        document = self._studio.document
        document.change("Change the notes", replace(document.project, notes=notes))
