"""A square of the plane with what a network makes of each of its points, and the points of a data set over it."""

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QImage, QMouseEvent, QPainter, QPaintEvent, QPixmap
from PySide6.QtWidgets import QSizePolicy, QWidget

from app.chart.backdrop import Backdrop
from app.chart.drawing import MIDDLE, RIGHT, Drawing, elided, pen
from app.chart.scale import Scale
from app.chart.tiles import image
from app.theme import Theme, ink
from app.wording import tick

Floats = NDArray[np.floating]
LEFT, TOP, EDGE, FOOT = 44, 26, 12, 34  # px around the square
REACH = 14.0  # px: how far from a point a press still means it
LEAST_DOT, LARGEST_DOT = 4.0, 7.0  # px
DOTS = 60  # that lie side by side, where there is room for dots of that size


@dataclass(frozen=True, slots=True, eq=False)
class Cloud:
    """Points of one part: places (n, 2), a colour for each, and whether they are drawn hollow."""

    name: str
    places: Floats
    colours: tuple[str, ...]
    hollow: bool = False


@dataclass(frozen=True, slots=True, eq=False)
class PlaneFigure:
    """The surface in pixels, top row first, or None; the ends of both axes; clouds; the chosen point; a key."""

    pixels: NDArray[np.uint32] | None
    x: Scale
    y: Scale
    clouds: tuple[Cloud, ...]
    chosen: tuple[float, float] | None
    key: tuple[tuple[str, str], ...]  # (name, colour)
    said: str = ""


class PlaneChart(QWidget):
    """Shows a plane. `picked(cloud, number)` when a point is pressed."""

    picked = Signal(int, int)

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.theme = theme
        self.figure: PlaneFigure | None = None
        self.empty = (
            "Only data of two numbers have a plane: try the templates spirals and two-moons"
        )
        self._kept: tuple[object, QImage] = (None, QImage())
        self._backdrop = Backdrop(self, theme)
        self._key: object = None
        self._clouds: tuple[Cloud, ...] = ()  # held, so that no other ones get their identity
        self._dots = QPixmap()
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.setAccessibleName("The plane")

    def sizeHint(self) -> QSize:
        return QSize(320, 300)

    def show_figure(self, figure: PlaneFigure | None) -> None:
        """Shows this from now on."""
        self.figure = figure
        self.setAccessibleDescription(figure.said if figure else "")
        self.update()

    def box(self) -> QRectF:
        """The square."""
        side = min(self.width() - LEFT - EDGE, self.height() - TOP - FOOT)
        return QRectF(LEFT, TOP, max(40, side), max(40, side))

    def place(self, figure: PlaneFigure, point: tuple[float, float]) -> QPointF:
        """A point of the plane in pixels."""
        box = self.box()
        x, y = float(figure.x.share(point[0])), float(figure.y.share(point[1]))
        return QPointF(box.left() + x * box.width(), box.bottom() - y * box.height())

    # -- painting -----------------------------------------------------------------------------------------------------

    def paintEvent(self, _event: QPaintEvent) -> None:
        with QPainter(self) as painter:
            painter.fillRect(self.rect(), ink(self.theme.tokens.s1))
            drawing = Drawing(painter, self.theme.tokens)
            if self.figure is None:
                room, colour = self.width() - 2 * EDGE, drawing.tokens.t3
                drawing.paragraph((EDGE, 24), self.empty, room, colour)
                return
            figure = self.figure
            key = (figure.x, figure.y, figure.key)
            self._backdrop.paint(painter, key, lambda d: self._paint_axes(d, figure))
            if figure.pixels is not None:
                self._paint_surface(drawing, figure.pixels)
            painter.drawPixmap(0, 0, self._points(figure))
            words = elided(figure.said, self.width() - 2 * EDGE)
            drawing.text(EDGE, self.box().bottom() + 30, words, drawing.tokens.t2)
            if self.figure.chosen is not None:
                painter.setBrush(Qt.BrushStyle.NoBrush)
                for colour, wide in ((drawing.tokens.s1, 5.0), (drawing.tokens.t1, 2.5)):
                    painter.setPen(pen(colour, wide))
                    painter.drawEllipse(self.place(self.figure, self.figure.chosen), 8.0, 8.0)

    def _paint_axes(self, drawing: Drawing, figure: PlaneFigure) -> None:
        box, tokens = self.box(), drawing.tokens
        x = float(EDGE)
        for name, colour in figure.key:
            drawing.smooth(True)
            drawing.painter.setPen(Qt.PenStyle.NoPen)
            drawing.painter.setBrush(ink(colour))
            drawing.painter.drawEllipse(QPointF(x + 4, 12), 3.5, 3.5)
            x = drawing.text(x + 12, 16, name, tokens.t2) + 12
            if x > self.width() - 60:
                break
        drawing.smooth(False)
        for value in figure.x.ticks(max(2, int(box.width() // 60))):
            at = self.place(figure, (value, figure.y.low)).x()
            drawing.line((at, box.bottom()), (at, box.bottom() + 4), tokens.line2)
            drawing.text(at, box.bottom() + 16, tick(value), tokens.t3, "figure", MIDDLE)
        for value in figure.y.ticks(max(2, int(box.height() // 40))):
            at = self.place(figure, (figure.x.low, value)).y()
            drawing.line((box.left() - 4, at), (box.left(), at), tokens.line2)
            drawing.text(box.left() - 8, at + 4, tick(value), tokens.t3, "figure", RIGHT)

    def _points(self, figure: PlaneFigure) -> QPixmap:
        """All points on nothing, painted once for each size and theme: hundreds of dots cost more than all else."""
        ratio = self.devicePixelRatioF()
        key = (id(figure.clouds), self.size().toTuple(), ratio, self.theme.name)
        if key != self._key:
            self._key, self._clouds = key, figure.clouds
            self._dots = QPixmap(self.size() * ratio)
            self._dots.setDevicePixelRatio(ratio)
            self._dots.fill(Qt.GlobalColor.transparent)
            with QPainter(self._dots) as painter:
                for cloud in figure.clouds:
                    self._paint_cloud(Drawing(painter, self.theme.tokens), figure, cloud)
        return self._dots

    def _paint_surface(self, drawing: Drawing, pixels: NDArray[np.uint32]) -> None:
        if self._kept[0] is not pixels:
            self._kept = (pixels, image(np.ascontiguousarray(pixels)))
        drawing.painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform, on=True)
        drawing.painter.drawImage(self.box(), self._kept[1])

    def _paint_cloud(self, drawing: Drawing, figure: PlaneFigure, cloud: Cloud) -> None:
        painter = drawing.painter
        drawing.smooth(True)
        radius = min(LARGEST_DOT, max(LEAST_DOT, self.box().width() / DOTS)) / 2
        for point, colour in zip(cloud.places.tolist(), cloud.colours, strict=True):
            at = self.place(figure, (point[0], point[1]))
            painter.setPen(
                pen(drawing.tokens.s1 if not cloud.hollow else colour, 1.5 if radius > 3 else 1.0)
            )
            painter.setBrush(ink(drawing.tokens.s1 if cloud.hollow else colour))
            painter.drawEllipse(at, radius, radius)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        found, least = None, REACH
        for number, cloud in enumerate(self.figure.clouds if self.figure else ()):
            for place, point in enumerate(cloud.places.tolist()):
                at = self.place(self.figure, (point[0], point[1])) if self.figure else QPointF()
                far = math.hypot(at.x() - event.position().x(), at.y() - event.position().y())
                if far < least:
                    found, least = (number, place), far
        if found is not None:
            self.picked.emit(*found)
