"""The sheet that opens above the status bar: every problem, with its node and its way out."""

from collections.abc import Sequence

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFrame, QScrollArea, QVBoxLayout, QWidget

from app.controls.text import label
from app.panels.problem_list import ProblemList
from app.panels.quiet_scroll import QuietScrollBar
from app.panels.section import say, sentence
from app.studio import Studio
from app.theme.measures import HEIGHT_DOCK_HEAD, PADDING, SPACE_8
from engine.problems import Problem

WIDTH, TALLEST = 400, 420  # px


class ProblemSheet(QWidget):
    """Shows what is wrong with the drawing now, or why Train did not begin."""

    def __init__(self, studio: Studio) -> None:
        super().__init__()
        self.title = label("", "title")
        self.why = sentence()
        self.list = ProblemList(studio, named=True)
        head = QVBoxLayout()
        head.setContentsMargins(PADDING, SPACE_8, PADDING, SPACE_8)
        head.addWidget(self.title)
        head.addWidget(self.why)
        area = QScrollArea()
        area.setFrameShape(QFrame.Shape.NoFrame)
        area.setWidgetResizable(True)
        area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        QuietScrollBar(studio.theme, area)
        holder = QWidget()
        inner = QVBoxLayout(holder)
        inner.setContentsMargins(0, 0, 0, 0)
        inner.addWidget(self.list)
        inner.addStretch(1)
        area.setWidget(holder)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, SPACE_8)
        column.setSpacing(0)
        column.addLayout(head)
        column.addWidget(area, 1)

    def setValue(self, problems: Sequence[Problem], why: str = "") -> None:
        """Shows these problems, and a sentence above them."""
        self.title.setText(count_words(problems) or "No problems")
        say(self.why, why)
        self.list.setValue(problems)

    def height_wanted(self) -> int:
        """How high it would like to be."""
        rows = self.list.heightForWidth(WIDTH - 10)
        why = self.why.heightForWidth(WIDTH - 2 * PADDING) if self.why.text() else 0
        return min(TALLEST, HEIGHT_DOCK_HEAD + why + rows + 2 * SPACE_8)


def count_words(problems: Sequence[Problem]) -> str:
    """“2 errors, 1 advice”; empty if there are none."""
    errors = sum(problem.severity == "error" for problem in problems)
    advice = len(problems) - errors
    words = [f"{errors} error{'s' if errors > 1 else ''}"] if errors else []
    return ", ".join([*words, *([f"{advice} advice"] if advice else [])])
