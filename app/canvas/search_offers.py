"""What searching the drawing offers: the nodes that fit what was typed, and all of them at once."""

from collections.abc import Callable, Sequence

from app.canvas.offers import Offer, Offers
from app.searching import Hit, search
from app.studio import Studio
from engine.dataset import DataError
from engine.graph import NodeId, Point
from engine.shapes import Shapes

HOW = "A name, a kind, kernel 5, units>100, 28×28, →10, error, frozen"
ALL = "Select all that fit"


class SearchOffers(Offers):
    """Nodes of the drawing on the canvas; choosing one selects it and brings it into view."""

    name = "Find in the drawing"
    hint = "Find by name, kind, parameter or shape"

    about_node = False

    def __init__(self, studio: Studio, where: Callable[[], Point]) -> None:
        super().__init__(studio)
        self._where = where

    @property
    def at(self) -> Point:
        return self._where()

    def hits(self, text: str) -> list[Hit]:
        """The nodes that fit."""
        studio = self.studio
        try:
            shapes, problems = studio.shapes, studio.problems
        except DataError:
            shapes, problems = Shapes({}, {}), ()
        wrong = (problem.node for problem in problems if problem.severity == "error")
        return search(studio.graph, shapes, text, wrong)

    def found(self, text: str) -> Sequence[Offer]:
        nodes = self.studio.graph.nodes
        rows = [
            Offer(
                hit.name,
                hit.why or nodes[hit.name].layer.label,
                nodes[hit.name].layer.group,
                value=hit.name,
            )
            for hit in self.hits(text)
        ]
        every = Offer(ALL, f"{len(rows)} layers", "Structure", value=[row.value for row in rows])
        return [*rows, every] if len(rows) > 1 else rows

    def sentence(self, offer: Offer | None, text: str) -> str:
        if not text.strip():
            return HOW
        return "" if offer else f"Nothing fits “{text.strip()}”."

    def choose(self, offer: Offer | None, text: str) -> Offers | None:  # noqa: ARG002 (not all read it)
        if offer is None:
            return self
        if isinstance(offer.value, list):
            self.studio.select(offer.value)
            self.studio.reveal.emit(offer.value[0])
        else:
            name = NodeId(str(offer.value))
            self.studio.select([name])
            self.studio.reveal.emit(name)
        return None
