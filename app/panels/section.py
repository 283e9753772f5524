"""Parts of a panel: heads of sections, rows of figures, sentences, boxes."""

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QGridLayout, QLabel, QSizePolicy, QVBoxLayout, QWidget

from app.controls.surface import rounded
from app.controls.text import Tone, label
from app.theme import Role, Theme
from app.theme.measures import PADDING, RADIUS_CONTROL, SPACE_4, SPACE_8


def section_head(text: str) -> QLabel:
    """The head of a section, 11 px."""
    head = label(text, "head")
    head.setContentsMargins(PADDING, PADDING, PADDING, SPACE_4)
    return head


def sentence(role: Role = "label", tone: Tone = "") -> QLabel:
    """Text that takes as many lines as it needs."""
    made = label("", role, tone)
    made.setWordWrap(True)
    made.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Minimum)
    return made


def say(line: QLabel, text: str) -> None:
    """Shows a text, or hides the line if there is none."""
    line.setText(text)
    line.setVisible(bool(text))


class Figures(QWidget):
    """Names at the left, numbers in mono at the right."""

    def __init__(self, *names: str) -> None:
        super().__init__()
        grid = QGridLayout(self)
        grid.setContentsMargins(PADDING, 2, PADDING, 2)
        grid.setVerticalSpacing(SPACE_4 + 1)
        grid.setColumnStretch(0, 1)
        self._values: list[QLabel] = []
        for row, name in enumerate(names):
            value = label("", "mono")
            value.setAccessibleName(name)
            grid.addWidget(label(name, "label"), row, 0)
            grid.addWidget(value, row, 1, Qt.AlignmentFlag.AlignRight)
            self._values.append(value)

    def setValue(self, *values: str) -> None:
        """Shows numbers, in the order of the names."""
        for line, value in zip(self._values, values, strict=True):
            line.setText(value)

    def value(self) -> tuple[str, ...]:
        """The numbers shown."""
        return tuple(line.text() for line in self._values)


class Box(QWidget):
    """A quiet box for what is said, not edited."""

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self._theme = theme
        self.column = QVBoxLayout(self)
        self.column.setContentsMargins(10, SPACE_8, 10, SPACE_8)
        self.column.setSpacing(3)

    def paintEvent(self, _event: QPaintEvent) -> None:
        tokens = self._theme.tokens
        box = QRectF(self.rect())
        rounded(QPainter(self), box, RADIUS_CONTROL, tokens.s2, tokens.line1)
