"""Where the canvas is: the drawing and the groups that are open, each a button that leads back to it."""

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QWidget

from app.controls.button import Button
from app.controls.surface import Floating
from app.controls.text import label
from app.room import Path, group_at
from app.studio import Studio

OUTSIDE = "Network"


class Breadcrumb(Floating):
    """Floats at the top of the canvas while the inside of a group is shown."""

    resized = Signal()

    def __init__(self, studio: Studio, parent: QWidget) -> None:
        super().__init__(studio.theme, parent)
        self._studio = studio
        self._row = QHBoxLayout(self)
        self._row.setContentsMargins(4, 2, 10, 2)
        self._row.setSpacing(0)
        self.setAccessibleName("Open group")
        studio.room_changed.connect(self._show)
        studio.document.changed.connect(self._show)
        self._shown: tuple[Path, str] = ((), "")
        self.hide()

    def text(self) -> str:
        """What it says: `Network › block`."""
        return " › ".join((OUTSIDE, *self._studio.path))

    def _show(self) -> None:
        path, note = self._studio.path, self._note()
        if (path, note) == self._shown:
            return
        self._shown = (path, note)
        while (item := self._row.takeAt(0)) is not None:
            if (old := item.widget()) is not None:
                old.hide()
                old.deleteLater()
        for depth, name in enumerate((OUTSIDE, *path)):
            self._add(depth, str(name), is_last=depth == len(path))
        if note:
            self._row.addSpacing(8)
            self._row.addWidget(label(note, "note", "t3"))
        self.setVisible(bool(path))
        self.adjustSize()
        self.raise_()
        self.resized.emit()

    def _add(self, depth: int, name: str, *, is_last: bool) -> None:
        if depth:
            self._row.addWidget(label("›", "label", "t3"))
        if is_last:
            self._row.addSpacing(8)
            self._row.addWidget(label(name, "title"))
            return
        back = Button(self._studio.theme, name, "ghost", small=True, name=f"Back to {name}")
        back.clicked.connect(lambda: self._studio.go(self._studio.path[:depth]))
        self._row.addWidget(back)

    def _note(self) -> str:
        """What is to be known of the group: how often what is seen here is run."""
        group = group_at(self._studio.document.graph, self._studio.path)
        if group is None or group.repeat == 1:
            return ""
        weights = "the same weights" if group.shared else "weights of its own each"
        return f"×{group.repeat}, {weights}; shapes of the first"
