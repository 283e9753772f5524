"""What is said while code that came with a file waits for trust: it is shown first, then allowed."""

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QWidget

from app.controls.button import Button
from app.controls.mark_sign import MarkSign
from app.controls.surface import Floating
from app.controls.text import label
from app.studio import Studio
from engine.trust import waiting


class TrustBar(Floating):
    """Floats at the top of the canvas; hidden while no code waits."""

    asked = Signal()
    resized = Signal()

    def __init__(self, studio: Studio, parent: QWidget) -> None:
        super().__init__(studio.theme, parent)
        self._studio = studio
        self._count = 0
        self._words = label("", "label", "t1")
        show = Button(studio.theme, "Show the code…", small=True)
        show.clicked.connect(self.asked)
        row = QHBoxLayout(self)
        row.setContentsMargins(12, 4, 6, 4)
        row.setSpacing(10)
        row.addWidget(MarkSign(studio.theme, "watch"))
        row.addWidget(self._words)
        row.addWidget(show)
        studio.document.changed.connect(self._follow)
        self.hide()
        self._follow()

    def text(self) -> str:
        """What it says."""
        return self._words.text()

    def _follow(self) -> None:
        count = sum(1 for _ in waiting(self._studio.document.graph))
        if count == self._count:
            return
        self._count = count
        layers = "1 layer" if count == 1 else f"{count} layers"
        self._words.setText(
            f"This file brought code of its own in {layers}. It waits for your trust."
        )
        self.setAccessibleName(self._words.text())
        self.setVisible(bool(count))
        self.adjustSize()
        self.raise_()
        self.resized.emit()
