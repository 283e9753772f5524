"""The right column: the inspector, or, where the window is very narrow, an edge that unfolds it."""

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QVBoxLayout, QWidget

from app.controls.button import Button
from app.panels.inspector import Inspector
from app.studio import Studio
from app.theme.measures import SPACE_4, SPACE_8

EDGE = 32  # px, the strip with the button; the seam beside it is one more


class RightColumn(QWidget):
    """Holds the inspector; `folded_changed` when it was folded to its edge or unfolded."""

    folded_changed = Signal()

    def __init__(self, studio: Studio) -> None:
        super().__init__()
        self.inspector = Inspector(studio)
        self.button = Button(studio.theme, kind="icon", icon="chevron-left", small=True)
        self.button.clicked.connect(lambda: self.fold(folded=not self.folded))
        self._edge = QWidget()
        self._edge.setFixedWidth(EDGE)
        strip = QVBoxLayout(self._edge)
        strip.setContentsMargins(SPACE_4, SPACE_8, SPACE_4, SPACE_8)
        strip.addWidget(self.button, 0, Qt.AlignmentFlag.AlignTop)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(0)
        self._seam = QFrame()  # Qt draws none beside a dock that cannot be resized
        self._seam.setObjectName("seam")
        self._seam.setFixedWidth(1)
        row.addWidget(self._seam)
        row.addWidget(self.inspector, 1)
        row.addWidget(self._edge)
        self.show_edge(shown=False)

    @property
    def folded(self) -> bool:
        """Whether only the edge is seen."""
        return self.inspector.isHidden()

    def show_edge(self, *, shown: bool) -> None:
        """Whether the inspector can be folded: where there is no room for it beside the canvas."""
        self._edge.setVisible(shown)
        self.fold(folded=shown)

    def fold(self, *, folded: bool) -> None:
        """Fold the inspector to its edge, or unfold it."""
        self.inspector.setHidden(folded)
        self._seam.setVisible(folded)
        self.button.show_icon("chevron-left" if folded else "chevron-right")
        words = "Show the inspector" if folded else "Fold the inspector"
        self.button.setAccessibleName(words)
        self.button.setToolTip(words)
        self.folded_changed.emit()

    def minimumSizeHint(self) -> QSize:
        return QSize(EDGE, 100) if self.folded else super().minimumSizeHint()
