"""Examples of the dev part side by side, to be pressed: pictures where they are images, numbers otherwise."""

from collections.abc import Sequence

import numpy as np
from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QIcon, QPixmap
from PySide6.QtWidgets import QListWidget, QListWidgetItem

from app.chart.tiles import image, picture
from app.studio import Studio
from engine.axes import Image
from engine.dataset import Data

MOST = 200  # examples that are listed
HIGH, SIDE = 46, 32  # px


class ExampleRow(QListWidget):
    """A row of examples of one kind; pressing one shows it in the plot of activations."""

    def __init__(self, studio: Studio) -> None:
        super().__init__()
        self._studio = studio
        self._numbers: tuple[int, ...] = ()
        self.setAccessibleName("Examples in the cell")
        self.setFlow(QListWidget.Flow.LeftToRight)
        self.setFixedHeight(HIGH)
        self.setIconSize(QSize(SIDE, SIDE))
        self.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAsNeeded)
        self.currentRowChanged.connect(self._choose)
        self.hide()

    def show_examples(self, numbers: Sequence[int], data: Data | None = None) -> None:
        """Lists these examples of the dev part of some data; goes if there are none."""
        listed = tuple(numbers[:MOST])
        self.setVisible(bool(listed))
        if listed == self._numbers:
            return
        self._numbers = listed
        self.blockSignals(True)
        self.clear()
        for number in listed:
            self.addItem(_item(number, data))
        self.blockSignals(False)

    def _choose(self, row: int) -> None:
        if 0 <= row < len(self._numbers):
            self._studio.session.choose_example("dev", self._numbers[row])


def _item(number: int, data: Data | None) -> QListWidgetItem:
    item = QListWidgetItem()
    item.setToolTip(f"dev example {number + 1:,}")
    pixmap = _picture(number, data)
    if pixmap is None:
        item.setText(f"{number + 1:,}")
    else:
        item.setIcon(QIcon(pixmap))
        item.setData(Qt.ItemDataRole.AccessibleTextRole, item.toolTip())
        item.setSizeHint(QSize(SIDE + 8, SIDE + 4))
    return item


def _picture(number: int, data: Data | None) -> QPixmap | None:
    """A small picture of an example; None if it is none."""
    if data is None or not isinstance(data.axes, Image) or number >= data.dev.count:
        return None
    values = np.asarray(data.dev.inputs[number])
    if len(values) not in (1, 3):
        return None
    shown = data.scale.undo(values[None])[0] if data.scale else values
    made = QPixmap.fromImage(image(picture(shown)))
    return made.scaled(SIDE, SIDE, Qt.AspectRatioMode.KeepAspectRatio)
