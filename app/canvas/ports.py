"""Ports: where they sit on a node, how they are caught, and how each state is drawn.

They are no items of their own: a node places and draws its ports, so that none can be left behind.
"""

from dataclasses import dataclass
from typing import Literal

from PySide6.QtCore import QPointF, Qt
from PySide6.QtGui import QPainter, QPen

from app.placing import port_height
from app.theme import Tokens, ink
from engine.graph import Edge, NodeId
from engine.layer import Layer, Port

CATCH = 12.0  # px around a port that catch the mouse
REACH = 11.0  # px that the largest state sticks out

Side = Literal["in", "out"]
SIDES: tuple[Side, ...] = ("in", "out")
Look = Literal["joined", "free", "open", "hover", "legal", "taken", "doubtful", "illegal", "error"]
"""How a port is drawn: `free` ones wait for a wire, `open` ones need none, `doubtful` ones do not take what flows.

A wire in hand may end at `legal` ones, and at `taken` ones in place of the wire that is there.
"""


@dataclass(frozen=True, slots=True)
class PortRef:
    """One port of one node."""

    node: NodeId
    side: Side
    name: str


def edge_between(first: PortRef, second: PortRef) -> Edge | None:
    """The edge that joins two ports, whichever was caught first; None if both are of one side."""
    if first.side == second.side:
        return None
    source, target = (first, second) if first.side == "out" else (second, first)
    return Edge(source.node, target.node, source.name, target.name)


def ports_of(layer: Layer, side: Side) -> tuple[Port, ...]:
    """The ports of one side of a layer."""
    return layer.inputs if side == "in" else layer.outputs


def place_of(side: Side, number: int, width: float) -> QPointF:
    """Where the port of this number sits on a node of this width."""
    return QPointF(0.0 if side == "in" else width, port_height(number))


def draw_port(painter: QPainter, tokens: Tokens, at: QPointF, look: Look) -> None:
    """Draw a port in one of its states; states differ in shape, not only in colour."""
    painter.setPen(Qt.PenStyle.NoPen)
    if look == "joined":
        _dot(painter, at, 4, tokens.wire, QPen(ink(tokens.canvas), 2))
    elif look == "free":
        _dot(painter, at, 4.25, tokens.s2, QPen(ink(tokens.wire), 1.5))
    elif look == "open":
        pen = QPen(ink(tokens.wire), 1.6)
        pen.setCapStyle(Qt.PenCapStyle.FlatCap)
        pen.setDashPattern([1.4, 1.05])
        _dot(painter, at, 4, tokens.canvas, pen)
    elif look == "hover":
        painter.setBrush(ink(tokens.accent, 0.22))
        painter.drawEllipse(at, 9, 9)
        _dot(painter, at, 5, tokens.accent)
    elif look == "legal":
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.setPen(QPen(ink(tokens.ok), 1.5))
        painter.drawEllipse(at, 9, 9)
        _dot(painter, at, 5, tokens.ok)
    elif look == "taken":
        pen = QPen(ink(tokens.ok), 1.5)
        pen.setDashPattern([2.2, 1.6])
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.setPen(pen)
        painter.drawEllipse(at, 9, 9)
        _dot(painter, at, 4, tokens.wire)
    elif look == "doubtful":
        _dot(painter, at, 4.25, tokens.s2, QPen(ink(tokens.watch), 1.5))
        painter.drawLine(at + QPointF(-2, 0), at + QPointF(2, 0))
    elif look == "illegal":
        _dot(painter, at, 4.25, tokens.canvas, QPen(ink(tokens.t4), 1.5))
        painter.setPen(QPen(ink(tokens.t4), 1.2))
        painter.drawLine(at + QPointF(-2, -2), at + QPointF(2, 2))
        painter.drawLine(at + QPointF(2, -2), at + QPointF(-2, 2))
    else:
        _dot(painter, at, 5, tokens.bad, QPen(ink(tokens.canvas), 2))
        painter.setPen(QPen(ink(tokens.canvas), 1.4))
        painter.drawLine(at + QPointF(-1.6, -1.6), at + QPointF(1.6, 1.6))
        painter.drawLine(at + QPointF(1.6, -1.6), at + QPointF(-1.6, 1.6))


def _dot(painter: QPainter, at: QPointF, radius: float, fill: str, pen: QPen | None = None) -> None:
    painter.setPen(pen or Qt.PenStyle.NoPen)
    painter.setBrush(ink(fill))
    painter.drawEllipse(at, radius, radius)
