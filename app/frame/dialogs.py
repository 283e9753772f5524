"""Dialogs in the look of the program: a question with its consequence, or a message to be closed.

Escape is always the safe answer, and the safe button has the focus.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QDialog, QHBoxLayout, QVBoxLayout, QWidget

from app.controls.button import Button, Kind
from app.controls.text import label
from app.theme import Theme
from app.theme.measures import SPACE_8, SPACE_24

WIDTH = 440


@dataclass(frozen=True, slots=True)
class Answer:
    """A button of a dialog: its words, and how it looks."""

    text: str
    kind: Literal["normal", "danger"] = "normal"


class Dialog(QDialog):
    """A title, what follows from the choice, and the answers at the right, the safe one last."""

    def __init__(
        self,
        theme: Theme,
        parent: QWidget | None,
        title: str,
        sentence: str,
        answers: Sequence[Answer],
    ) -> None:
        super().__init__(parent)
        self.setWindowTitle(QGuiApplication.applicationDisplayName() or "Chainrule")
        self.setFixedWidth(WIDTH)
        self.setAccessibleName(title)
        self.setAccessibleDescription(sentence)
        self.chosen = ""
        self.buttons: list[Button] = []
        self.column = QVBoxLayout(self)
        self.column.setContentsMargins(SPACE_24, SPACE_24, SPACE_24, SPACE_24)
        self.column.setSpacing(SPACE_8)
        for text, role in ((title, "dialog"), (sentence, "body")):
            words = label(
                text, "dialog" if role == "dialog" else "body", "t1" if role == "dialog" else "t2"
            )
            words.setWordWrap(True)
            words.setMinimumWidth(WIDTH - 2 * SPACE_24)
            words.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
            words.setVisible(bool(text))
            self.column.addWidget(words)
        self.column.addSpacing(SPACE_8)
        self.column.addLayout(self._buttons(theme, answers))

    def _buttons(self, theme: Theme, answers: Sequence[Answer]) -> QHBoxLayout:
        row = QHBoxLayout()
        row.setSpacing(SPACE_8)
        row.addStretch(1)
        for answer in answers:
            kind: Kind = answer.kind
            button = Button(theme, answer.text, kind, parent=self)
            button.setAutoDefault(False)
            button.clicked.connect(lambda _=False, text=answer.text: self._choose(text))
            row.addWidget(button)
            self.buttons.append(button)
        button.setFocus(Qt.FocusReason.TabFocusReason)  # with the ring: Enter presses it
        return row

    def _choose(self, text: str) -> None:
        self.chosen = text
        self.accept()


def ask(
    theme: Theme, parent: QWidget | None, title: str, sentence: str, answers: Sequence[Answer]
) -> str:
    """The text of the answer that was pressed; empty after Escape."""
    dialog = Dialog(theme, parent, title, sentence, answers)
    dialog.exec()
    dialog.deleteLater()
    return dialog.chosen


def tell(theme: Theme, parent: QWidget | None, title: str, sentence: str) -> Dialog:
    """Say something that has to be read; the program goes on behind it."""
    dialog = Dialog(theme, parent, title, sentence, [Answer("Close")])
    dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
    dialog.open()
    return dialog
