"""What dialogues share that do something which takes a while: fields, a line of what goes on, and a way out."""

from collections.abc import Callable, Sequence

from PySide6.QtCore import QTimer
from PySide6.QtGui import QCloseEvent
from PySide6.QtWidgets import QFormLayout, QHBoxLayout, QLabel, QWidget

from app.controls.text import label
from app.errand import Errand, Errands
from app.frame.dialogs import Answer, Dialog
from app.handing import Refused
from app.studio import Studio
from app.theme.measures import HEIGHT_CONTROL, SPACE_8

SOON_MS = 500  # before it is said that something goes on
MOST_LINES = 12


class WorkDialog(Dialog):
    """A dialogue whose first answer begins the work and whose last one leaves it."""

    def __init__(
        self, studio: Studio, errands: Errands, parent: QWidget, title: str, sentence: str, go: str
    ) -> None:
        super().__init__(studio.theme, parent, title, sentence, [Answer(go), Answer("Cancel")])
        self.studio, self._errands, self._go = studio, errands, go
        self._errand: Errand | None = None
        self._left = False
        self.form = QFormLayout()
        self.form.setSpacing(SPACE_8)
        self.form.setFieldGrowthPolicy(QFormLayout.FieldGrowthPolicy.AllNonFixedFieldsGrow)
        self.said = _line("t2")
        self.column.insertLayout(2, self.form)
        self.column.insertWidget(3, self.said)
        self._soon = QTimer(self)
        self._soon.setSingleShot(True)
        self._soon.setInterval(SOON_MS)

    def add_field(self, title: str, field: QWidget | QHBoxLayout) -> None:
        """Put a field below the others, with its name beside its middle."""
        name = label(title, "label")
        name.setFixedHeight(HEIGHT_CONTROL)
        self.form.addRow(name, field)

    def work(self, doing: str, work: Callable[[], object], done: Callable[[object], None]) -> None:
        """Do something beside the window. What is in the way is said in the dialogue."""
        self.buttons[0].setEnabled(False)
        self._left = False
        self._soon.timeout.connect(lambda: self.say(doing))
        self._soon.start()

        def finish(result: object) -> None:
            self._end()
            done(result)

        def fail(error: Exception) -> None:
            self._end()
            lines = error.lines if isinstance(error, Refused) else ()
            self.say(str(error), lines, tone="bad")

        self._errand = self._errands.begin(work, finish, fail)

    @property
    def leaving(self) -> bool:
        """Whether the person has gone while something was done."""
        return self._left or (self._errand is not None and self._errand.left)

    def say(self, sentence: str, lines: Sequence[str] = (), tone: str = "t2") -> None:
        """Say something below the fields."""
        shown = [*lines[:MOST_LINES], *(["…"] if len(lines) > MOST_LINES else [])]
        self.said.setText("\n".join([sentence, *(f"•  {line}" for line in shown)]))
        self.said.setProperty("tone", tone)
        self.said.style().unpolish(self.said)
        self.said.style().polish(self.said)
        self.said.setVisible(bool(sentence))
        self.adjustSize()

    def finished_saying(self, sentence: str, lines: Sequence[str]) -> None:
        """Say what was done; all that is left is to close."""
        self.say(sentence, lines, tone="t1")
        self.buttons[0].hide()
        self.buttons[-1].show_text("Close")

    def begin(self) -> None:
        """Do what the dialogue is for."""
        raise NotImplementedError

    def _end(self) -> None:
        self._soon.stop()
        self._errand = None
        self.buttons[0].setEnabled(True)

    def _choose(self, text: str) -> None:
        if text == self._go:
            self.begin()
        else:
            self._leave()
            self.reject()

    def _leave(self) -> None:
        self._soon.stop()
        self._left = True
        if self._errand is not None:
            self._errand.leave()
            self._errand = None

    def reject(self) -> None:
        self._leave()
        super().reject()

    def closeEvent(self, event: QCloseEvent) -> None:
        self._leave()
        super().closeEvent(event)


def _line(tone: str) -> QLabel:
    made = label("", "label", "t2")
    made.setProperty("tone", tone)
    made.setWordWrap(True)
    made.hide()
    return made
