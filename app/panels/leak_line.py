"""A line that says what the parts of the data share; it is found out beside the window."""

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QLabel, QVBoxLayout, QWidget

from app.errand import Errand, Errands
from app.panels.section import say, sentence
from engine.dataset import Data
from engine.leaks import Leaks, leaks
from engine.waiting import heard_by


class _Wanted:
    """Whether somebody still waits: the window writes it, the thread that looks reads it."""

    left = False


class LeakLine(QWidget):
    """Hidden as long as nothing is shared."""

    told = Signal()  # something is, and the line wants room

    def __init__(self) -> None:
        super().__init__()
        self.text: QLabel = sentence("label", "watch")
        self.errands = Errands(self, one_by_one=True)
        self._errand: Errand | None = None
        self._of: Data | None = None
        self._wanted = _Wanted()
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(self.text)
        self._show("")

    def setValue(self, data: Data | None) -> None:
        """Looks for what these parts share, and says it as soon as it is known."""
        if data is self._of:
            return
        self._of = data
        self._leave()
        self._show("")
        if data is not None:
            wanted = self._wanted = _Wanted()

            def look() -> Leaks:
                with heard_by(lambda _share, _what: not wanted.left):
                    return leaks(data)

            self._errand = self.errands.begin(look, self._found, lambda _: None)

    def _leave(self) -> None:
        """A look at large data that nobody waits for any more ends soon."""
        self._wanted.left = True
        if self._errand is not None:
            self._errand.leave()

    def _found(self, said: object) -> None:
        if isinstance(said, Leaks):
            self._show(" ".join(said.sentences))
            if said.sentences:
                self.told.emit()

    def _show(self, text: str) -> None:
        say(self.text, text)
        self.setVisible(bool(text))
