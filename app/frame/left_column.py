"""The left column: the palette above the data, or, where the window is narrow, a rail with both behind it."""

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFrame, QHBoxLayout, QSplitter, QWidget

from app.panels.data_panel import DataPanel
from app.panels.palette import Palette
from app.studio import Studio

MOST = 0.62  # of the column, that the data may take by themselves


class LeftColumn(QWidget):
    """Palette and data, parted by a seam that can be dragged."""

    def __init__(self, studio: Studio) -> None:
        super().__init__()
        self.layers, self.data = Palette(studio), DataPanel(studio)
        self.layers.add_foot("Data", "database", self.data)
        self._split = QSplitter(Qt.Orientation.Vertical)
        self._split.setHandleWidth(1)
        self._split.setChildrenCollapsible(False)
        self._split.addWidget(self.layers)
        self._split.addWidget(self.data)
        self._split.setStretchFactor(0, 1)
        self._split.setStretchFactor(1, 0)
        self._seam = QFrame()  # Qt draws none beside a dock that cannot be resized
        self._seam.setObjectName("seam")
        self._seam.setFixedWidth(1)
        self.data.fold.toggled.connect(self._make_room)
        self.data.shared.told.connect(self._make_more_room)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(0)
        row.addWidget(self._split)
        row.addWidget(self._seam)

    def _make_room(self) -> None:
        """Give the data what they show, up to most of the column."""
        whole = sum(self._split.sizes())
        wanted = min(self.data.sizeHint().height(), int(MOST * whole))
        self._split.setSizes([whole - wanted, wanted])

    def _make_more_room(self) -> None:
        """For what has come to be said; never less than a person left by the seam."""
        sizes = self._split.sizes()
        wanted = min(self.data.sizeHint().height(), int(MOST * sum(sizes)))
        if len(sizes) == 2 and sizes[1] < wanted:
            self._make_room()

    def show_dense(self, *, dense: bool) -> None:
        """Become a rail, out of which palette and data fly, or the whole column again."""
        self.layers.set_compact(dense)
        self._seam.setVisible(dense)
        if dense:
            self.data.hide()
            self.data.setParent(None)
        else:
            self._split.addWidget(self.data)
            self.data.show()

    def begin_search(self) -> None:
        """Put the cursor into the palette's search."""
        self.layers.begin_search()
