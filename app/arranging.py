"""Aligning and distributing nodes by the rooms that they take on the screen: pure geometry."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from app.placing import CLEARANCE, GAP
from engine.graph import NodeId, Point

How = Literal["left", "centre", "right", "top", "middle", "bottom", "across", "down"]
"""The first six align; `across` and `down` leave equal gaps from left to right, and from top to bottom."""


@dataclass(frozen=True, slots=True)
class Room:
    """The rectangle of a node, in pixels of the drawing."""

    left: float
    top: float
    width: float
    height: float


def arranged(rooms: Mapping[NodeId, Room], how: How) -> dict[NodeId, Point]:
    """Where nodes go: aligned with the outermost of them, or with the middle of all; or spread evenly.

    The outermost two stay where they are when nodes are spread, unless there is too little room between them.
    """
    if not rooms:
        return {}
    if how in ("across", "down"):
        return _spread(rooms, across=how == "across")
    left, top = min(r.left for r in rooms.values()), min(r.top for r in rooms.values())
    right = max(r.left + r.width for r in rooms.values())
    bottom = max(r.top + r.height for r in rooms.values())

    def place(room: Room) -> Point:
        match how:
            case "left":
                return left, room.top
            case "right":
                return right - room.width, room.top
            case "centre":
                return round((left + right - room.width) / 2), room.top
            case "top":
                return room.left, top
            case "bottom":
                return room.left, bottom - room.height
        return room.left, round((top + bottom - room.height) / 2)

    return {name: place(room) for name, room in rooms.items()}


def _spread(rooms: Mapping[NodeId, Room], *, across: bool) -> dict[NodeId, Point]:
    def start(name: NodeId) -> float:
        return rooms[name].left if across else rooms[name].top

    def size(name: NodeId) -> float:
        return rooms[name].width if across else rooms[name].height

    line = sorted(rooms, key=lambda name: (start(name), name))
    room = start(line[-1]) + size(line[-1]) - start(line[0]) - sum(map(size, line))
    gap = room / (len(line) - 1) if len(line) > 1 else 0.0
    if gap < CLEARANCE:
        gap = GAP if across else 2 * CLEARANCE
    places, at = dict[NodeId, Point](), start(line[0])
    for name in line:
        where = float(round(at))
        places[name] = (where, rooms[name].top) if across else (rooms[name].left, where)
        at += size(name) + gap
    return places
