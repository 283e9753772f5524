"""Finding one's way on the canvas: search, the selection in view, and a tidy layout that glides into place."""

from PySide6.QtCore import QEasingCurve, QObject, QPoint, QPointF, QRectF, QVariantAnimation

from app.canvas.quick_menu import QuickMenu
from app.canvas.search_offers import SearchOffers
from app.canvas.view import CanvasView
from app.laying import part_of
from app.placing import home_of
from app.studio import Studio
from app.tidying import tidied
from engine.graph import Graph, NodeId, Point

GLIDE_MS = 220
MOST_GLIDING = 400  # nodes: more are simply there
SEARCH_TOP = 44  # px from the upper edge of the canvas


class Wayfinder(QObject):
    """Does what these commands ask for, on one view."""

    def __init__(self, studio: Studio, view: CanvasView, menu: QuickMenu) -> None:
        super().__init__(view)
        self._studio, self._view, self._menu = studio, view, menu
        self._from: dict[NodeId, QPointF] = {}
        self._glide = QVariantAnimation(self)
        self._glide.setDuration(GLIDE_MS)
        self._glide.setStartValue(0.0)
        self._glide.setEndValue(1.0)
        self._glide.setEasingCurve(QEasingCurve.Type.InOutCubic)
        self._glide.valueChanged.connect(self._move)
        view.drawing.followed.connect(self._arrive)

    def find(self) -> None:
        """Open the search of the drawing."""
        self._menu.open(SearchOffers(self._studio, self._place))

    def _place(self) -> Point:
        """Where the search stands: in the middle above."""
        middle = self._view.viewport().rect().center().x() - self._menu.width() // 2
        return self._view.mapToScene(QPoint(middle, SEARCH_TOP)).toTuple()

    def show_selection(self) -> None:
        """Bring what is selected into view, as large as it goes."""
        nodes, area = self._view.drawing.nodes, QRectF()
        for name in self._studio.nodes & nodes.keys():
            area = area.united(nodes[name].frame)
        if not area.isEmpty():
            self._view.camera.close_in(area)

    def tidy(self, *, shuffles: bool = False) -> None:
        """Put all nodes, or those selected if they are several, into tidy places, as one step."""
        studio = self._studio
        part = studio.nodes if len(studio.nodes) > 1 else None
        places = _tidied_at_home(studio.graph, part, shuffles=shuffles)
        before = {name: QPointF(*studio.graph.nodes[name].position) for name in places}
        text = f"Tidy up {len(places)} layers" if part else "Tidy up"
        studio.edit(text, studio.graph.move(places))
        if part is None:
            self._view.fit()
        if studio.theme.moves and len(places) <= MOST_GLIDING:
            self._from = before
            self._glide.start()
            self._move(0.0)

    def _move(self, share: float) -> None:
        """Show the nodes on their way; the project has them where they go."""
        graph = self._studio.graph
        if not self._from.keys() <= graph.nodes.keys():
            return
        ends = {name: QPointF(*graph.nodes[name].position) for name in self._from}
        self._view.drawing.shift(
            {name: start + (ends[name] - start) * share for name, start in self._from.items()}
        )

    def _arrive(self) -> None:
        """Something else is shown: nothing is on its way any more."""
        self._glide.stop()
        if self._from:
            self._view.drawing.put_back(self._from)
            self._from = {}


def _tidied_at_home(
    graph: Graph, part: frozenset[NodeId] | None, *, shuffles: bool
) -> dict[NodeId, Point]:
    """New places of nodes, those of each frame by themselves; of all: of those outside, which take theirs along."""
    homes = {"", *map(home_of, part or ())}
    places: dict[NodeId, Point] = {}
    for home in homes:
        chosen = None if part is None else {name for name in part if home_of(name) == home}
        if chosen is None or len(chosen) > 1:
            places |= tidied(part_of(graph, home), chosen, shuffles=shuffles)
    return places
