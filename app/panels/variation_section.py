"""How pictures are varied while they are learnt from: set here, and seen here before it is used."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray
from pydantic import BaseModel
from PySide6.QtCore import QPointF, QRectF, QSize, Signal
from PySide6.QtGui import QColor, QImage, QPainter, QPainterPath, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QVBoxLayout, QWidget

from app.controls.surface import rounded
from app.form import Form
from app.panels.glance import picture
from app.panels.section import section_head
from app.theme import Theme
from app.theme.measures import PADDING, SPACE_4, SPACE_8
from engine.axes import Image
from engine.dataset import Data, DataError
from engine.variation import Variation

EXAMPLES, TIMES = 3, 4  # rows; variations of each
CAPTION, WIDE = 16, 216  # px
AS_IT_IS, VARIED = "as it is", "as they may be seen"


class VariationView(QWidget):
    """Some pictures of the train part, a row each: as they are, and varied."""

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self._theme = theme
        self._rows: tuple[tuple[QImage, ...], ...] = ()
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)
        self.setAccessibleName("Pictures as they are, and varied")
        theme.changed.connect(self.update)

    def setValue(self, rows: Sequence[Sequence[NDArray[np.generic]]]) -> None:
        """Shows rows of pictures (channels, height, width) from 0 to 1; the first of each is as it is."""
        self._rows = tuple(tuple(map(picture, row)) for row in rows)
        self.setVisible(bool(self._rows))
        self.updateGeometry()
        self.update()

    def value(self) -> tuple[tuple[QImage, ...], ...]:
        """The pictures shown."""
        return self._rows

    def sizeHint(self) -> QSize:
        return QSize(WIDE, self.heightForWidth(WIDE))

    def minimumSizeHint(self) -> QSize:
        return QSize(WIDE // 2, self.heightForWidth(WIDE // 2))

    def hasHeightForWidth(self) -> bool:
        return True

    def heightForWidth(self, width: int) -> int:
        rows = len(self._rows)
        return CAPTION + rows * (self._side(width) + SPACE_4) - SPACE_4 if rows else 0

    @staticmethod
    def _side(width: int) -> int:
        """Of a picture; the first column is set apart from the others."""
        return (width - SPACE_8 - TIMES * SPACE_4) // (1 + TIMES)

    def _box(self, row: int, column: int) -> QRectF:
        side = self._side(self.width())
        left = column * (side + SPACE_4) + (SPACE_8 if column else 0)
        return QRectF(left, CAPTION + row * (side + SPACE_4), side, side)

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setFont(self._theme.font("note", size=10))
        painter.setPen(QColor(self._theme.tokens.t3))
        for column, text in ((0, AS_IT_IS), (1, VARIED)):
            painter.drawText(QPointF(self._box(0, column).left(), CAPTION - SPACE_4 - 1), text)
        for row, images in enumerate(self._rows):
            for column, image in enumerate(images):
                self._paint(painter, self._box(row, column), image)

    def _paint(self, painter: QPainter, box: QRectF, image: QImage) -> None:
        painter.save()
        outline = QPainterPath()
        outline.addRoundedRect(box, 4, 4)
        painter.setClipPath(outline)
        is_coarse = box.width() >= 2 * image.width()
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform, not is_coarse)
        painter.drawImage(_fitted(box, image), image)
        painter.restore()
        rounded(painter, box, 4, None, self._theme.tokens.line2)


def _fitted(box: QRectF, image: QImage) -> QRectF:
    """The largest place in a box that has the image's proportions."""
    share = box.width() / max(image.width(), image.height())
    width, height = image.width() * share, image.height() * share
    middle = box.center()
    return QRectF(middle.x() - width / 2, middle.y() - height / 2, width, height)


class VariationSection(QWidget):
    """`changed(name, value, variation)`: a field was edited."""

    changed = Signal(str, object, object)

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self.form, self.view = Form(theme), VariationView(theme)
        self.form.changed.connect(self._edited)
        shown = QVBoxLayout()
        shown.setContentsMargins(PADDING, SPACE_4, PADDING, SPACE_4)
        shown.addWidget(self.view)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        for part in (section_head("Variation while learning"), self.form):
            column.addWidget(part)
        column.addLayout(shown)

    def _edited(self, name: str, value: object, variation: BaseModel) -> None:
        self.changed.emit(name, value, variation)

    def show_data(self, data: Data | None, variation: Variation) -> None:
        """Shows the settings, and what they do to some pictures; nothing for data that are no pictures."""
        suits = data is not None and isinstance(data.axes, Image)
        self.setVisible(suits)
        if data is None or not suits:
            return
        self.form.setValue(variation)
        self.view.setValue(_examples(data, variation) if variation else ())


def _examples(data: Data, variation: Variation) -> Sequence[Sequence[NDArray[np.generic]]]:
    """Pictures of different classes, spread over the train part."""
    from engine.varied import examples  # which brings torch, and so not before it is asked for

    if not isinstance(data.axes, Image) or data.axes.channels not in (1, 3) or not data.train.count:
        return ()
    places = np.unique(np.linspace(0, data.train.count - 1, EXAMPLES).astype(int)).tolist()
    try:
        return [list(row) for row in examples(data, variation, places, TIMES).numpy()]
    except DataError:  # said where the data are read
        return ()
