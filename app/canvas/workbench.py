"""Building on the canvas beside the gestures of the hand: the quick menu, the clipboard, aligning what is selected."""

from PySide6.QtCore import QObject, QPointF, QRect
from PySide6.QtWidgets import QWidget

from app import building
from app.arranging import How, Room, arranged
from app.canvas.clipboard import Clipboard
from app.canvas.layer_offers import LayerOffers, Spot, spot_of
from app.canvas.offers import CutOffers, JoinOffers, MoveOffers, Offer, Offers
from app.canvas.ports import PortRef
from app.canvas.quick_menu import QuickMenu
from app.canvas.view import CanvasView
from app.studio import Studio
from engine.graph import Edge, Point


class Workbench(QObject):
    """Opens the quick menu where it belongs and keeps it there while the canvas is moved."""

    def __init__(self, studio: Studio, view: CanvasView, canvas: QWidget) -> None:
        super().__init__(canvas)
        self._studio, self._view = studio, view
        self.clipboard = Clipboard(studio)
        self.menu = QuickMenu(studio.theme, canvas)
        view.typed.connect(self.add)
        view.hung.connect(self._hang)
        view.pointed.connect(lambda place: self._open(Spot(place=place.toTuple())))
        view.camera.moved.connect(self._stand)
        self._lit: Edge | None = None  # the wire that the row in the menu is about
        view.walk.branched.connect(self.menu.open)
        self.menu.opened.connect(self._show)
        self.menu.pointed.connect(self._light)
        self.menu.closed.connect(self._leave)
        studio.room_changed.connect(self.menu.close_up)
        studio.document.opened.connect(self.menu.close_up)

    def add(self, text: str = "") -> None:
        """Open the menu of layers where the next one would go, with something typed already."""
        self._open(spot_of(self._studio), text)

    def join(self) -> None:
        """Open the list of the ports that the selected node, or an end of the selected wire, can be joined to."""
        if (wire := self._view.walk.wire) is not None:
            self.menu.open(MoveOffers(self._studio, wire))
        elif self._studio.node is not None:
            self.menu.open(JoinOffers(self._studio, self._studio.node))

    def part(self) -> None:
        """Open the list of the selected node's wires, to cut one."""
        if self._studio.node is not None:
            self.menu.open(CutOffers(self._studio, self._studio.node))

    def _open(self, spot: Spot, text: str = "") -> None:
        self.menu.open(LayerOffers(self._studio, spot, self._middle), text)

    def _hang(self, port: PortRef, place: QPointF) -> None:
        self._view.show_hanging(port, place)
        self._open(Spot(port=port, place=place.toTuple()))

    @property
    def _middle(self) -> Point:
        return self._view.camera.middle.toTuple()

    # -- where the menu stands ----------------------------------------------------------------------------------------

    def _show(self, offers: Offers) -> None:
        """Bring what the menu belongs to into view, and stand beside it."""
        if (
            offers.about_node
            and self._studio.node is not None
            and self._studio.node in self._view.drawing.nodes
        ):
            frame = self._view.drawing.nodes[self._studio.node].frame
            self._view.camera.reveal(frame.adjusted(0, 0, frame.width(), 0))
        self._stand()

    def _stand(self) -> None:
        if self.menu.offers is not None:
            self.menu.place_at(self._view.mapFromScene(QPointF(*self.menu.offers.at)))

    def _light(self, offer: Offer | None) -> None:
        """Light the wire that a row is about, and no other."""
        wires, offers = self._view.drawing.wires, self.menu.offers
        wanted = offers.lights(offer) if offers else None
        for edge, is_lit in ((self._lit, False), (wanted, True)):
            if edge is not None and edge in wires:
                wires[edge].show_mood(hovered=is_lit)
        self._lit = wanted

    def _leave(self) -> None:
        self._light(None)
        self._view.show_hanging(None, QPointF())
        self._view.setFocus()

    # -- clipboard and order ------------------------------------------------------------------------------------------

    def paste(self) -> None:
        """Put what is on the clipboard under the pointer, or into the middle of what is seen."""
        port = self._view.viewport()
        point = port.mapFromGlobal(port.cursor().pos())
        inside = QRect(port.rect()).contains(point) and port.underMouse()
        self.clipboard.paste(self._view.mapToScene(point).toTuple() if inside else self._middle)

    def arrange(self, how: How) -> None:
        """Align or distribute the selected nodes as they stand on the screen."""
        frames = {
            name: item.frame
            for name, item in self._view.drawing.nodes.items()
            if name in self._studio.nodes
        }
        rooms = {n: Room(f.left(), f.top(), f.width(), f.height()) for n, f in frames.items()}
        places = arranged(rooms, how)
        if places:
            building.move(self._studio, places)
