"""The question whether the code that a file brought may run: the code first, then the answer."""

from PySide6.QtWidgets import QWidget

from app.frame.code_sheet import reading
from app.frame.dialogs import Answer, Dialog
from app.studio import Studio
from engine.trust import trusted, waiting

TRUST = "Trust this file's code"
SENTENCE = (
    "It stands in {layers} and has not been run. Code can do whatever you can: read it, and trust it only if you know "
    "where the file is from."
)
_HEIGHT = 220  # px


class TrustDialog(Dialog):
    """Shows all the code that waits."""

    def __init__(self, studio: Studio, parent: QWidget) -> None:
        found = list(waiting(studio.document.graph))
        layers = found[0][0] if len(found) == 1 else f"{len(found)} layers"
        answers = [Answer(TRUST, "danger"), Answer("Not now")]
        title = "Trust the code in this file?"
        super().__init__(studio.theme, parent, title, SENTENCE.format(layers=layers), answers)
        self.code = reading(studio, "Code that waits")
        self.code.setPlainText("\n\n".join(f"# {name}\n{source}" for name, source in found))
        self.code.setFixedHeight(_HEIGHT)
        self.column.insertWidget(2, self.code)


def ask_trust(studio: Studio, parent: QWidget) -> None:
    """Show the code that waits, and let it run if the person says so."""
    dialog = TrustDialog(studio, parent)
    dialog.exec()
    dialog.deleteLater()
    if dialog.chosen == TRUST:
        studio.document.edit("Trust the code", trusted(studio.document.graph))
