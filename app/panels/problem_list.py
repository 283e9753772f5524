"""Problems as rows: the mark, where, what, and a button for the way out."""

from collections.abc import Sequence

from PySide6.QtCore import QRectF, Qt, Signal
from PySide6.QtGui import QKeyEvent, QMouseEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from app.building import mend
from app.controls.button import Button
from app.controls.mark_sign import MarkSign
from app.controls.ring import FocusRing
from app.controls.surface import rounded
from app.controls.text import label
from app.panels.section import sentence
from app.studio import Studio
from app.theme.measures import PADDING, RADIUS_CONTROL, SPACE_4, SPACE_8
from engine.problems import Problem


class ProblemRow(QWidget):
    """One problem; a press on it leads to its node, the button mends it."""

    def __init__(self, studio: Studio, problem: Problem, *, named: bool) -> None:
        super().__init__()
        self._studio, self.problem = studio, problem
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus if named else Qt.FocusPolicy.NoFocus)
        self.setAttribute(Qt.WidgetAttribute.WA_Hover, named)
        self.setAccessibleName(problem.message)
        self._leads = named and problem.node is not None
        if self._leads:
            self.setCursor(Qt.CursorShape.PointingHandCursor)
        row = QHBoxLayout(self)
        row.setContentsMargins(SPACE_8, SPACE_4 + 2, SPACE_8, SPACE_4 + 2)
        row.setSpacing(SPACE_8)
        mark = MarkSign(studio.theme, "bad" if problem.severity == "error" else "watch")
        row.addWidget(mark, 0, Qt.AlignmentFlag.AlignTop)
        row.addLayout(self._words(named), 1)
        self.ring = FocusRing(studio.theme, self, RADIUS_CONTROL)

    def _words(self, named: bool) -> QVBoxLayout:
        column = QVBoxLayout()
        column.setSpacing(SPACE_4)
        if named:
            column.addWidget(label(self.problem.node or "The drawing", "title"))
        said = sentence()
        said.setText(self.problem.message)
        said.setToolTip(self.problem.detail)
        column.addWidget(said)
        if self.problem.fix is not None:
            self.fix = Button(self._studio.theme, self.problem.fix.text, small=True)
            self.fix.clicked.connect(lambda: mend(self._studio, self.problem))
            column.addWidget(self.fix, 0, Qt.AlignmentFlag.AlignLeft)
        return column

    def lead(self) -> None:
        """Selects the node and brings it into view."""
        if self._leads and self.problem.node is not None:
            self._studio.find(self.problem.within or self.problem.node)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        if self.rect().contains(event.position().toPoint()):
            self.lead()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        event.accept()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Space):
            self.lead()
        else:
            super().keyPressEvent(event)

    def paintEvent(self, _event: QPaintEvent) -> None:
        if self._leads and self.underMouse():
            box = QRectF(self.rect())
            rounded(QPainter(self), box, RADIUS_CONTROL, self._studio.theme.tokens.s3)


class ProblemList(QWidget):
    """Rows of problems; `named` says whose each is, where that is not plain."""

    emptied = Signal()

    def __init__(self, studio: Studio, *, named: bool) -> None:
        super().__init__()
        self._studio, self._named = studio, named
        self._shown: tuple[Problem, ...] = ()
        self.rows: list[ProblemRow] = []
        self._column = QVBoxLayout(self)
        inset = SPACE_4 + 2 if named else PADDING - SPACE_8
        self._column.setContentsMargins(inset, 2, inset, 2)
        self._column.setSpacing(0)

    def setValue(self, problems: Sequence[Problem]) -> None:
        """Shows these problems."""
        if tuple(problems) == self._shown and self.rows:
            return
        self._shown = tuple(problems)
        for old in self.rows:
            old.hide()
            old.deleteLater()
        self.rows = [ProblemRow(self._studio, p, named=self._named) for p in problems]
        for row in self.rows:
            self._column.addWidget(row)
        if not self.rows:
            self.emptied.emit()
