"""The examples of the dev part about which the network is most wrong."""

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QScrollArea, QVBoxLayout, QWidget

from app.chart.gallery import Card, Gallery, signed
from app.chart.tiles import picture
from app.controls.segments import Segments
from app.figures.exhibit import truth_of
from app.figures.maps import as_maps
from app.plot import Plot
from app.studio import Studio
from app.wording import number
from engine.axes import Labels
from engine.dataset import Data

MOST = 60  # cards
MOST_POINTS = 150  # of the plane, around one of them
NOTHING = "Train to see what the network gets wrong"
LOSS, SAID, SHARE, STEP = range(4)  # columns of a review


class Wrong(Plot):
    """The dev examples with the largest loss: those about which the network is most wrong, the worst first.

    Below each stands what it was taken for, how sure the network was, and what it truly is; Right turns the order
    around. A press shows the example in Activations. While a run goes on the examples are looked at a few at a time, so
    that some figures are older than others; when it stands still all are new. The test part is never looked at.
    """

    title = "Most wrong"
    reads = ("Review",)
    order = 33
    behind = "Activations"
    rate = 2

    def __init__(self, studio: Studio, parent: QWidget | None = None) -> None:
        super().__init__(studio, parent)
        theme = studio.theme
        self.gallery = Gallery(theme)
        self.gallery.setAccessibleName("Most wrong examples")
        self.gallery.picked.connect(lambda place: studio.session.choose_example("dev", place))
        self.area = QScrollArea()
        self.area.setAccessibleName("Most wrong examples")
        self.area.setWidget(self.gallery)
        self.area.setWidgetResizable(True)
        self.area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.order_of = Segments(theme, (("wrong", "Wrong"), ("right", "Right")), name="First")
        self.order_of.changed.connect(self.refresh)
        studio.session.example_changed.connect(self.refresh)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(self.area)

    def tools(self) -> list[QWidget]:
        return [self.order_of, *super().tools()]

    def redraw(self) -> None:
        data = self.data
        reading = self.history.latest.get(("Review", ""))
        if data is None or reading is None:
            self.subtitle = ""
            is_read = self.run is not None and self.run.history.step > 0
            self.gallery.empty = "Reading…" if is_read else NOTHING
            self.gallery.show_cards((), None)
            return
        review = np.asarray(reading.value, np.float64)[: data.dev.count]
        known = np.flatnonzero(np.isfinite(review[:, LOSS]))
        worst = known[np.argsort(-review[known, LOSS], kind="stable")]
        if self.order_of.value() == "right":
            worst = worst[::-1]
        self.subtitle = f"dev, {len(known):,} of {data.dev.count:,} looked at"
        part, place = self.studio.session.example
        chosen = place if part == "dev" and self.studio.session.watchers.own is None else None
        cards = [self._card(data, int(number), review[number]) for number in worst[:MOST]]
        self.gallery.show_cards(cards, chosen)

    def _card(self, data: Data, place: int, row: NDArray[np.float64]) -> Card:
        truth = truth_of(data, data.dev, place)
        loss = f"loss {number(float(row[LOSS]))}"
        text = _text(data, place)
        if not isinstance(data.target, Labels) or not np.isfinite(row[SAID]):
            below = f"is {_written(data, place) or truth}"
            if data.written == "":  # a text that is gone on with is its own truth
                below = f"dev example {place + 1:,}"
            return Card(place, *self._seen(data, place), loss, below, wrong=False, text=text)
        said = data.target.names[int(row[SAID])]
        wrong = said != truth
        sure = f"{row[SHARE]:.2f}".removeprefix("0")
        words = f"{said} {sure}" if wrong else f"{truth} {sure}"
        below = f"is {truth}" if wrong else loss
        return Card(place, *self._seen(data, place), words, below, wrong, self._among(data), text)

    def _among(self, data: Data) -> NDArray[np.floating] | None:
        """Other examples of the plane, for those that are points."""
        inputs = np.asarray(data.dev.inputs[:MOST_POINTS], np.float64)
        return inputs if inputs[0].size == 2 else None

    def _seen(
        self, data: Data, place: int
    ) -> tuple[NDArray[np.uint32] | None, NDArray[np.floating]]:
        """The picture of an example, in pixels; or its numbers."""
        given = _real(data, place)
        if given.ndim < 2:
            return None, given
        values = data.scale.undo(given[None])[0] if data.scale else given
        if (
            values.ndim == 2 and 1 in values.shape
        ):  # a series is a row of bars, not a strip a pixel wide
            return None, values.ravel()
        maps = as_maps(values)
        if given.ndim == 3 and len(maps) in (1, 3):
            return picture(maps), values
        return signed(maps[0], self.studio.theme), values


def _real(data: Data, place: int) -> NDArray[np.floating]:
    """An example of dev without what fills it up."""
    given = np.asarray(data.dev.inputs[place])
    if not data.axes.free:
        return given
    axis = data.axes.sizes.index(data.axes.free[0])
    return given.take(range(int(data.dev.array("", lengths=True)[place])), axis)


def _text(data: Data, place: int) -> str:
    """What an example of dev says, where it is a text."""
    words = data.words.get("")
    if words is None:
        return ""
    said = words.decode(_real(data, place).astype(int).tolist())
    return " ".join(said.split())


def _written(data: Data, place: int) -> str:
    """What should be written for an example of dev, where anything is."""
    if not data.written:
        return ""
    words = data.words[data.written]
    return words.decode(int(symbol) for symbol in data.dev.targets[place] if symbol >= 0)
