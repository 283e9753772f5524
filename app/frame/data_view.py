"""What was found in a file or folder: columns or examples at the left, its parts and parameters at the right."""

from collections.abc import Sequence

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import (
    QFrame,
    QHBoxLayout,
    QLabel,
    QScrollArea,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from app.controls.text import ElidedLabel, label
from app.form import Form
from app.frame.looking import Found
from app.panels.column_table import ColumnTable
from app.panels.glance_view import GlanceView
from app.panels.parts_bar import PartsBar
from app.panels.quiet_scroll import QuietScrollBar
from app.panels.section import section_head
from app.theme import Theme
from app.theme.measures import PADDING, SPACE_8, SPACE_16
from engine.dataset import Dataset

HINT = "Nothing is chosen yet. A file or folder can also be dropped on the window."
SIDE, HIGH = 288, 316  # px: the right side, and both
SHOWN_ELSEWHERE = ("file", "folder", "target", "groups")


class DataView(QWidget):
    """Shows what was found with `show_found`; the parts of it that can be changed are public."""

    wished = Signal(str, str)  # a column, and what a person wants it used as

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self._theme = theme
        self.columns = ColumnTable(theme)
        self.columns.wished.connect(self.wished)
        self.glance, self.counts = GlanceView(theme), GlanceView(theme)
        self.counts.setAccessibleName("Classes")
        self.parts = PartsBar(theme)
        self.of_split, self.of_set = Form(theme), Form(theme)
        self._facts = QVBoxLayout()
        self._left = QStackedWidget()
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(SPACE_16)
        row.addWidget(self._left, 1)
        row.addWidget(self._right())
        for page in (self._hint(), self.columns, self._examples()):
            self._left.addWidget(page)
        self.setFixedHeight(HIGH)
        self.show_found(None)

    def _hint(self) -> QLabel:
        hint = label(HINT, "label", "t3")
        hint.setAlignment(Qt.AlignmentFlag.AlignCenter)
        return hint

    def _examples(self) -> QWidget:
        page = QWidget()
        column = QVBoxLayout(page)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(SPACE_8)
        column.addLayout(self._facts)
        column.addWidget(self.counts)
        column.addStretch(1)
        return page

    def _right(self) -> QScrollArea:
        inside = QWidget()
        column = QVBoxLayout(inside)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        shown = QVBoxLayout()
        shown.setContentsMargins(PADDING, 0, PADDING, 0)
        shown.setSpacing(10)
        for widget in (self.glance, self.parts):
            shown.addWidget(widget)
        column.addLayout(shown)
        self._set_head = section_head("Reading")
        for part in (section_head("Parts"), self.of_split, self._set_head, self.of_set):
            column.addWidget(part)
        column.addStretch(1)
        self._side = QScrollArea()
        self._side.setFrameShape(QFrame.Shape.NoFrame)
        self._side.setWidgetResizable(True)
        self._side.setFixedWidth(SIDE)
        self._side.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._side.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        QuietScrollBar(self._theme, self._side)
        self._side.setWidget(inside)
        return self._side

    def show_found(self, found: Found | None) -> None:
        """Shows what was found, or that nothing was looked for yet."""
        self._side.setVisible(found is not None)
        if found is None:
            self._left.setCurrentIndex(0)
            return
        seen, data = found.preview, found.preview.data
        self._left.setCurrentIndex(1 if seen.columns else 2)
        self.columns.show_columns(seen.columns)
        self._tell([*seen.facts], seen.texts)
        self.glance.setValue(found.glance)
        self.counts.setValue(found.counts)
        self.parts.setVisible(data is not None)
        if data is not None:
            self.parts.setValue(data.train.count, data.dev.count, data.sealed.count)
        self.of_split.setValue(seen.recipe.split)
        self._show_set(seen.recipe.dataset)

    def _show_set(self, dataset: Dataset) -> None:
        self.of_set.setValue(dataset, without=SHOWN_ELSEWHERE)
        self._set_head.setVisible(bool(self.of_set.names()))

    def _tell(self, facts: Sequence[tuple[str, str]], texts: Sequence[str]) -> None:
        """Facts line by line, then examples of text."""
        while (item := self._facts.takeAt(0)) is not None:
            if (old := item.widget()) is not None:
                old.hide()
                old.deleteLater()
        for name, value in facts:
            self._facts.addWidget(_fact(name, value))
        for text in texts:
            self._facts.addWidget(ElidedLabel(text, "mono", "t2"))


def _fact(name: str, value: str) -> QWidget:
    line = QWidget()
    row = QHBoxLayout(line)
    row.setContentsMargins(0, 0, 0, 0)
    row.setSpacing(SPACE_8)
    title = label(name, "label", "t3")
    title.setFixedWidth(96)
    row.addWidget(title)
    said = ElidedLabel(value, "label", "t1")
    said.setAccessibleName(f"{name}: {value}")
    row.addWidget(said, 1)
    return line
