"""The drawing as the Python that it stands for: to be read and copied, and never behind the drawing for long."""

from PySide6.QtCore import QTimer
from PySide6.QtGui import QGuiApplication, QHideEvent, QShowEvent
from PySide6.QtWidgets import QHBoxLayout, QPlainTextEdit, QWidget

from app.controls.button import Button
from app.controls.text import label
from app.errand import Errand, Errands
from app.frame.sheets import Sheet
from app.handing import Refused, code_of
from app.studio import Studio
from app.theme.measures import SPACE_8

LATER_MS = 400  # after the last edit
TRAINING = "The code follows once training stands still."


class CodeSheet(Sheet):
    """Stays open beside the window; asks for the code again after each edit."""

    def __init__(self, studio: Studio, errands: Errands, parent: QWidget) -> None:
        super().__init__(studio.theme, parent, "Code", 900, 760)
        self._studio, self._errands = studio, errands
        self._errand: Errand | None = None
        self.text = reading(studio, "Code of the drawing")
        self.note = label("", "note", "t3")
        self.note.setWordWrap(True)
        self.copy = Button(studio.theme, "Copy", icon="copy", small=True, name="Copy the code")
        self.copy.clicked.connect(
            lambda: QGuiApplication.clipboard().setText(self.text.toPlainText())
        )
        head = QHBoxLayout()
        head.setSpacing(SPACE_8)
        head.addWidget(self.note, 1)
        head.addWidget(self.copy)
        self.column.addLayout(head)
        self.column.addWidget(self.text, 1)
        self.finish()
        self._later = QTimer(self)
        self._later.setSingleShot(True)
        self._later.setInterval(LATER_MS)
        self._later.timeout.connect(self._ask)
        studio.document.changed.connect(self._soon)
        studio.session.state_changed.connect(self._soon)

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self._ask()

    def hideEvent(self, event: QHideEvent) -> None:
        self._later.stop()
        if self._errand is not None:
            self._errand.leave()
        super().hideEvent(event)

    def _soon(self) -> None:
        if self.isVisible():
            self._later.start()

    def _ask(self) -> None:
        if self._errand is not None:
            self._errand.leave()
        if self._studio.session.state == "training":  # both draw from torch's one random generator
            self.note.setText(TRAINING)
            return
        project = self._studio.document.project
        self._errand = self._errands.begin(lambda: code_of(project), self._show, self._fail)

    def _show(self, text: object) -> None:
        lines = str(text).count("\n")
        self.note.setText(f"{lines:,} lines; they need PyTorch and nothing of Chainrule.")
        self.copy.setEnabled(True)
        place = self.text.verticalScrollBar().value()
        self.text.setPlainText(str(text))
        self.text.verticalScrollBar().setValue(place)

    def _fail(self, error: Exception) -> None:
        lines = error.lines if isinstance(error, Refused) else ()
        self.note.setText(" ".join([str(error), *lines]))
        self.copy.setEnabled(bool(self.text.toPlainText()))


def reading(studio: Studio, name: str) -> QPlainTextEdit:
    """A place where code is read."""
    made = QPlainTextEdit()
    made.setReadOnly(True)
    made.setFont(studio.theme.font("mono"))
    made.setAccessibleName(name)
    made.setLineWrapMode(QPlainTextEdit.LineWrapMode.NoWrap)
    return made
