"""How a node is drawn, at each distance: all of it, without what cannot be read, its glyph alone, a patch of colour."""

from dataclasses import dataclass

import numpy as np
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QPainter, QPainterPath, QPen, QPolygonF

from app.canvas.face import Face
from app.canvas.frame_paint import FOLD, draw_fold, draw_frame, fold_box
from app.canvas.layout import COMPLAINT, Layout, complaint_of, wanted_of
from app.canvas.lettering import fitted, letter, lettering, width_of_words
from app.canvas.node_marks import (
    PALE,
    dashed,
    draw_bypass,
    draw_first_names,
    draw_marks,
    draw_names,
    draw_owner,
    draw_sheets,
    draw_side,
)
from app.canvas.ports import Look as PortLook
from app.canvas.ports import PortRef, Side, draw_port, ports_of
from app.canvas.vitals import Vital
from app.controls.mark import State, draw_mark
from app.controls.surface import rounded
from app.icons import glyph
from app.placing import HEADER
from app.theme import Theme, ink
from app.theme.measures import RADIUS_CARD, RADIUS_CHIP
from engine.graph import Group, NodeId
from engine.layer import Port

FEWER, GLYPH, PATCH = 0.8, 0.5, 0.25  # zooms below which less is drawn
TITLE_LINE, NOTE_LINE = 19.0, 34.5  # px, baselines in the header


@dataclass(frozen=True, slots=True)
class Mood:
    """What the pointer and the keyboard make of a node."""

    hovered: bool = False
    selected: bool = False
    focused: bool = False
    pressed: bool = False  # the fix button is
    hot_port: PortRef | None = None
    offers: tuple[
        tuple[PortRef, PortLook], ...
    ] = ()  # ports legal and illegal for the wire in hand


class NodePainter:
    """Draws one node; made for one painting."""

    def __init__(
        self, painter: QPainter, theme: Theme, face: Face, vital: Vital, layout: Layout, mood: Mood
    ) -> None:
        self.painter, self.theme, self.tokens = painter, theme, theme.tokens
        self.face, self.vital, self.layout, self.mood = face, vital, layout, mood
        self.colours = theme.tokens.group(face.layer.group)
        self.left = 12.0 if face.is_card else 10.0

    def paint(self, zoom: float) -> None:
        """Draw the node as it looks at a zoom."""
        self.painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        if zoom < PATCH:
            self._patch()
            return
        whole, is_on = self.layout.whole, self.face.enabled
        if self.face.frame is not None:
            draw_frame(self.painter, self.theme, self.face, whole)
        else:
            draw_sheets(self.painter, self.theme, self.face, whole)
            self._body(whole_tint=zoom < GLYPH)
        self.painter.setOpacity(1.0 if is_on else PALE)
        if zoom < GLYPH and self.face.frame is None:
            self._large_glyph(zoom)
        else:
            self._header(zoom)
            self._content(zoom)
        near = zoom >= FEWER or (zoom >= GLYPH and self._is_busy)
        if near:
            hot = self.mood.hot_port
            draw_names(self.painter, self.theme, self.face, self.layout, hot, zoom)
        self.painter.setOpacity(1.0)
        draw_bypass(self.painter, self.theme, self.face, whole)
        self._edges()
        self._ports()
        draw_marks(self.painter, self.theme, self.face, whole)
        if zoom >= GLYPH and self._is_busy:
            draw_first_names(self.painter, self.theme, self.face, self.layout)

    @property
    def _is_busy(self) -> bool:
        """Whether the hand is over it, or holds a wire."""
        return self.mood.hovered or bool(self.mood.offers)

    @property
    def _in_error(self) -> bool:
        return self.face.misfit is not None

    @property
    def _mark(self) -> State | None:
        problem = self.face.problem
        if problem is not None:
            return "bad" if problem.severity == "error" else "watch"
        return self.vital.health if self.face.enabled else None

    def _patch(self) -> None:
        colour = ink(self.tokens.bad) if self._in_error else ink(self.colours.hue, 0.8)
        self.painter.fillRect(self.layout.whole, colour)
        if self.mood.selected:
            self.painter.setPen(QPen(ink(self.tokens.accent), 0))
            self.painter.setBrush(Qt.BrushStyle.NoBrush)
            self.painter.drawRect(self.layout.whole.adjusted(-6, -6, 6, 6))

    def _body(self, *, whole_tint: bool) -> None:
        whole, tokens = self.layout.whole, self.tokens
        rounded(self.painter, whole.translated(0, 2), RADIUS_CARD, tokens.shadow)
        rounded(self.painter, whole, RADIUS_CARD, tokens.s2)
        shape = QPainterPath()
        shape.addRoundedRect(whole, RADIUS_CARD, RADIUS_CARD)
        is_low = not whole_tint and whole.height() > HEADER + 1 and self.layout.footer is not None
        if is_low:
            header = QPainterPath()
            header.addRect(QRectF(0, 0, whole.width(), HEADER))
            shape = shape.intersected(header)
        if self.face.enabled:
            self.painter.fillPath(shape, ink(self.colours.tint))
        draw_side(self.painter, self.theme, self.face, shape)
        if is_low:
            line = QRectF(0, HEADER, whole.width(), 1)
            self.painter.fillRect(line, ink(tokens.line2))

    def _glyph(self, box: QRectF, zoom: float) -> None:
        device = self.painter.device()
        ratio = (device.devicePixelRatio() if device else 1.0) * max(1.0, np.ceil(4 * zoom) / 4)
        size = round(box.height())
        name = glyph(self.face.layer.group)
        pixmap = self.theme.icons.pixmap(name, self.colours.hue, size, ratio)
        self.painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
        self.painter.drawPixmap(box, pixmap, QRectF(pixmap.rect()))

    def _large_glyph(self, zoom: float) -> None:
        whole = self.layout.whole
        size = min(44.0, whole.height() - 16)
        box = QRectF(0, 0, size, size)
        box.moveCenter(whole.center())
        self._glyph(box, zoom)
        if self._mark:
            draw_mark(self.painter, self.tokens, self._mark, QPointF(whole.width() - 18, 18), 8)

    def _header(self, zoom: float) -> None:
        small = zoom < FEWER
        glyph_left, beside = (8.0, 20.0) if small else (self.left, 24.0)
        self._glyph(QRectF(glyph_left, 14, 16, 16), zoom)
        left = glyph_left + beside - (1 if not self.face.is_card else 0)
        right = self.layout.whole.width() - ((22 if small else 24) if self._mark else 8)
        if isinstance(self.face.layer, Group):
            right -= FOLD
            draw_fold(self.painter, self.theme, self.face, fold_box(self.layout.whole))
        self._title(left, right - left, zoom)
        if zoom >= GLYPH:
            self._second_line(left, zoom, small=small)
        if self._mark:
            at = QPointF(right + (11 if small else 10), 14.5)
            draw_mark(self.painter, self.tokens, self._mark, at, 4.2 if small else 3.6)

    def _second_line(self, left: float, zoom: float, *, small: bool) -> None:
        layer, room = self.face.layer, self.layout.whole.width() - left - 6
        words = self.face.shares or ((layer.caption or layer.label) if small else self.face.kind)
        scale = fitted(words, "note", zoom, room)
        at = QPointF(left, NOTE_LINE + (scale - 1) * 5)
        if self.face.shares:
            wide = draw_owner(self.painter, self.theme, at, scale)
            at, room = at + QPointF(wide, 0), room - wide
        letter(self.painter, at, words, ink(self.tokens.t2), room=room, scale=scale)

    def _title(self, left: float, room: float, zoom: float) -> None:
        scale = fitted(self.face.title, "title", zoom, room)
        at = QPointF(left, TITLE_LINE + (scale - 1) * 4)
        letter(
            self.painter, at, self.face.title, ink(self.tokens.t1), "title", room=room, scale=scale
        )

    def _content(self, zoom: float) -> None:
        if self.layout.picture is not None and self.vital.picture is not None:
            self.vital.picture.paint(self.painter, self.layout.picture, self.tokens, zoom)
        if self.layout.complaint is not None:
            self._complaint()
        if self.layout.footer is not None:
            self._footer(self.layout.footer, zoom)

    def _complaint(self) -> None:
        painter, tokens = self.painter, self.tokens
        if self.layout.complaint is None:
            return
        painter.setFont(lettering(COMPLAINT))
        painter.setPen(ink(tokens.t2))
        words = complaint_of(self.face)
        painter.drawText(self.layout.complaint, Qt.TextFlag.TextWordWrap, words)
        fix = self.face.problem.fix if self.face.problem else None
        if self.layout.button is not None and fix is not None:
            fill = tokens.s4 if self.mood.pressed else tokens.s3
            rounded(painter, self.layout.button, RADIUS_CHIP, fill, tokens.line2)
            at = QPointF(self.layout.button.left() + 9, self.layout.button.center().y() + 4)
            room = self.layout.button.width() - 14
            letter(painter, at, fix.text, ink(tokens.t1), COMPLAINT, weight=500, room=room)

    def _footer(self, box: QRectF, zoom: float) -> None:
        tokens, scale = self.tokens, fitted(self.face.right, "figure", zoom, box.width() - 50)
        if self.layout.picture is not None or self._in_error:
            self.painter.fillRect(QRectF(1, box.top(), box.width() - 2, 1), ink(tokens.line1))
        if self._in_error:
            self.painter.setFont(lettering(COMPLAINT, 500))
            self.painter.setPen(ink(tokens.bad))
            inside = box.adjusted(10, 5, -10, 0)
            self.painter.drawText(inside, Qt.TextFlag.TextWordWrap, wanted_of(self.face))
            return
        baseline = box.top() + 16
        right = width_of_words(self.face.right, "figure") * scale
        at = QPointF(box.right() - 12, baseline)
        letter(
            self.painter, at, self.face.right, ink(tokens.t2), "figure", to_left=True, scale=scale
        )
        room = box.width() - 32 - right
        if self.face.left and width_of_words(self.face.left, "note") * scale <= room:
            at = QPointF(12, baseline)
            letter(self.painter, at, self.face.left, ink(tokens.t2), room=room, scale=scale)
        elif self.vital.trend is not None and room > 12:
            self._sparkline(QRectF(12, box.top() + 7, min(44.0, room), 10))

    def _sparkline(self, box: QRectF) -> None:
        trend = self.vital.trend
        if trend is None or len(trend) < 2:
            return
        low, span = trend.min(), float(np.ptp(trend)) or 1.0
        across = np.linspace(box.left(), box.right(), len(trend))
        down = box.bottom() - (trend - low) / span * box.height()
        line = QPolygonF([QPointF(x, y) for x, y in zip(across, down, strict=True)])
        pen = QPen(ink(self.tokens.t4 if self.face.frozen else self.tokens.gradient), 1.25)
        pen.setJoinStyle(Qt.PenJoinStyle.RoundJoin)
        self.painter.setPen(pen)
        self.painter.setBrush(Qt.BrushStyle.NoBrush)
        self.painter.drawPolyline(line)

    def _edges(self) -> None:
        tokens, mood = self.tokens, self.mood
        if self.face.enabled:
            self._ring(tokens.line2, 1, -0.5)
        else:
            dashed(self.painter, self.theme, self.layout.whole)
        if self._in_error:
            self._ring(tokens.bad, 1.5, 0.75)
        elif mood.hovered:
            self._ring(tokens.t3, 1.5, 0.5)
        if mood.selected:
            self._ring(tokens.accent, 2, 2.5)
        elif mood.focused:
            self._ring(tokens.accent, 2, 2.5, [2.0, 1.5])

    def _ring(
        self, colour: str, width: float, out: float, dashes: list[float] | None = None
    ) -> None:
        pen = QPen(ink(colour), width)
        if dashes:
            pen.setDashPattern(dashes)
        self.painter.setPen(pen)
        self.painter.setBrush(Qt.BrushStyle.NoBrush)
        box = self.layout.whole.adjusted(-out, -out, out, out)
        self.painter.drawRoundedRect(box, RADIUS_CARD + out, RADIUS_CARD + out)

    def _ports(self) -> None:
        offers = dict(self.mood.offers)
        sides: tuple[Side, ...] = ("in", "out")
        for side in sides:
            for number, port in enumerate(ports_of(self.face.layer, side)):
                ref = PortRef(NodeId(self.face.name), side, port.name)
                look = offers.get(ref) or self._look(ref, port)
                draw_port(self.painter, self.tokens, self.layout.port(side, number), look)

    def _look(self, ref: PortRef, port: Port) -> PortLook:
        joined = (ref.side, ref.name) in self.face.joined
        problem = self.face.problem
        if ref == self.mood.hot_port:
            return "hover"
        if problem and problem.severity == "error" and (ref.side, ref.name) == ("in", problem.port):
            return "error"
        if self.mood.hovered:
            return "hover"
        if joined:
            return "joined"
        return "open" if port.optional else "free"
