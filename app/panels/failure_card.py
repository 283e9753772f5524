"""The card that says why a run could not go on. It stays until it is closed or another run begins."""

from PySide6.QtCore import QEvent, QObject
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from app.controls.button import Button
from app.controls.mark_sign import MarkSign
from app.controls.surface import SHADOW_REACH, Floating
from app.controls.text import label
from app.panels.section import say, sentence
from app.rerun import in_words, retry
from app.studio import Studio
from app.theme.measures import HEIGHT_RUN_BAR, PADDING, SPACE_4, SPACE_8
from engine.events import Failed
from engine.graph import NodeId, drawn

WIDTH = 440  # px
_ROOMY, _PILLS = 1500, 48  # px: where the card has room beside the pills; how high those are


class FailureCard(Floating):
    """Floats over the upper middle of a window."""

    def __init__(self, studio: Studio, failed: Failed, window: QWidget) -> None:
        super().__init__(studio.theme, window)
        self._studio, self.failed = studio, failed
        self._node = NodeId(failed.node) if failed.node else None
        self.setAccessibleName(f"Training has stopped. {failed.message}")
        self.setFixedWidth(WIDTH + 2 * SHADOW_REACH)
        self.message, self.detail = sentence("body"), sentence("note", "t3")
        say(self.message, failed.message)
        say(self.detail, failed.detail)
        column = QVBoxLayout(self)
        column.setContentsMargins(PADDING, SPACE_8, PADDING, PADDING)
        column.setSpacing(SPACE_4)
        column.addLayout(self._head())
        column.addWidget(self.message)
        column.addWidget(self.detail)
        column.addLayout(self._ways_out())
        window.installEventFilter(self)
        self.show_node()
        self._place()
        self.show()
        self.raise_()

    def _head(self) -> QHBoxLayout:
        row = QHBoxLayout()
        row.setSpacing(SPACE_8)
        self.close_button = Button(
            self._studio.theme, kind="icon", icon="x", small=True, name="Close"
        )
        self.close_button.clicked.connect(self.close_up)
        row.addWidget(MarkSign(self._studio.theme, "bad"))
        row.addWidget(label("Training has stopped", "title"))
        row.addStretch(1)
        row.addWidget(self.close_button)
        return row

    def _ways_out(self) -> QHBoxLayout:
        """Buttons: begin anew with what is advised, and show where it began."""
        row = QHBoxLayout()
        row.setContentsMargins(0, SPACE_4, 0, 0)
        row.setSpacing(SPACE_8)
        theme, failed = self._studio.theme, self.failed
        if failed.advice:
            text = f"Restart with {in_words(failed.advice)}"
            self.again = Button(theme, text, "primary", icon="rotate-ccw", small=True)
            self.again.clicked.connect(self._retry)
            row.addWidget(self.again)
        if self._node is not None:
            self.lead = Button(theme, f"Show {failed.node}", small=True)
            self.lead.clicked.connect(self.show_node)
            row.addWidget(self.lead)
        row.addStretch(1)
        return row

    def _retry(self) -> None:
        self.close_up()
        retry(self._studio, self.failed.advice)

    def show_node(self) -> None:
        """Selects the node where it began and brings it into view."""
        if self._node is not None and drawn(self._node) in self._studio.document.graph.nodes:
            self._studio.find(self._node)

    def close_up(self) -> None:
        """Goes for good."""
        self.hide()
        self.deleteLater()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.Resize and watched is self.parent():
            self._place()
        return False

    def _place(self) -> None:
        window = self.parentWidget()
        if window is not None:
            inner = self.layout()
            tall = inner.totalHeightForWidth(self.width()) if inner else self.sizeHint().height()
            self.resize(self.width(), tall)
            below = (
                0 if window.width() >= _ROOMY else _PILLS
            )  # what floats over a narrow canvas stays readable
            top = HEIGHT_RUN_BAR + SPACE_8 + below
            self.move((window.width() - self.width()) // 2, top)
