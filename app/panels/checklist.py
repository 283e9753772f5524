"""A checklist, line by line: what is so, whether it is as it should be, and a word more on it."""

from collections.abc import Sequence

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QGridLayout, QWidget

from app.controls.text import Tone, label
from app.theme.measures import SPACE_8

MARKS: dict[bool, tuple[str, Tone]] = {True: ("✓", "ok"), False: ("▲", "watch")}
WIDTH = 360  # px of the words


class Checklist(QWidget):
    """Shows lines of (as it should be, title, detail); meaning rests on the mark, not on its colour."""

    def __init__(self) -> None:
        super().__init__()
        self.setAccessibleName("Checklist")
        self._grid = QGridLayout(self)
        self._grid.setContentsMargins(0, SPACE_8, 0, 0)
        self._grid.setHorizontalSpacing(SPACE_8)
        self._grid.setVerticalSpacing(0)
        self._grid.setColumnStretch(1, 1)

    def setValue(self, points: Sequence[tuple[bool, str, str]]) -> None:
        """Shows these lines in place of those before."""
        while (item := self._grid.takeAt(0)) is not None:
            if (old := item.widget()) is not None:
                old.hide()
                old.deleteLater()
        for place, (good, title, detail) in enumerate(points):
            mark, tone = MARKS[good]
            self._grid.addWidget(label(mark, "body", tone), 3 * place, 0, Qt.AlignmentFlag.AlignTop)
            for row, (text, look) in enumerate(((title, "t1"), (detail, "t2"))):
                words = label(text, "body" if row == 0 else "note", "t1" if look == "t1" else "t2")
                words.setWordWrap(True)
                words.setFixedWidth(WIDTH)
                words.setVisible(bool(text))
                self._grid.addWidget(words, 3 * place + row, 1)
            self._grid.setRowMinimumHeight(3 * place + 2, 6)
        said = (f"{MARKS[good][0]} {title}. {detail}" for good, title, detail in points)
        self.setAccessibleDescription("; ".join(said))
