"""What each layer makes of one example."""

from typing import cast

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import Qt
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QScrollArea, QWidget

from app.chart.axes import TALL
from app.chart.example import Class, Example, ExampleCard
from app.chart.strips import Strip, StripColumn
from app.controls.button import Button
from app.controls.segments import Segments
from app.figures.exhibit import Exhibit, exhibit, has_gradients, part_of
from app.figures.maps import as_maps, cell_of, place_of
from app.plot import Plot
from app.studio import Studio
from app.theme.measures import PADDING, SPACE_16
from app.wording import number
from engine.axes import Labels, axes_of
from engine.dataset import Data
from engine.graph import NodeId
from engine.layer import Loss
from engine.layers.data import Input
from engine.layers.rearranging import Flatten

Numbers = NDArray[np.floating]
MOST_POINTS = 400  # of the data set that are drawn around a chosen point
MOST_CLASSES = 12
AS_ANSWERED = ", as if its answer were right"  # what gradients of an own sample mean
UNSEEN = (Input, Flatten, Loss)  # the example itself, the same numbers once more, none at all


class Activations(Plot):
    """What each layer makes of one example, from the input down to the output.

    A layer of images shows one small map a channel, any other one bar or cell a unit. Blue is positive, orange
    negative, and the numbers at the right are the ends of each layer's colours. A red edge marks what never fires on
    any of the probe examples. At the left are the example, the truth, and how probable the network finds each class.
    Gradients shows ∂L/∂h instead: where a change would make the loss larger (blue) or smaller. Press a cell to see what
    it is made of in the plots Layer and Cell. Drop a picture of your own on the window to see what becomes of it.
    """

    title = "Activations"
    reads = ("Activations", "ActivationGradients", "Prediction", "Silent")
    order = 3

    def __init__(self, studio: Studio, parent: QWidget | None = None) -> None:
        super().__init__(studio, parent)
        theme = studio.theme
        self.card = ExampleCard(theme)
        self.column = StripColumn(theme)
        self.column.empty = "Train to see what each layer makes of it"
        self.column.picked.connect(studio.pick)
        self.column.cell_picked.connect(self._pick)
        self.area = QScrollArea()
        self.area.setAccessibleName("Activation maps")
        self.area.setWidget(self.column)
        self.area.setWidgetResizable(True)
        self.area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.before = Button(
            theme, kind="icon", icon="chevron-left", small=True, name="Example before"
        )
        self.after = Button(
            theme, kind="icon", icon="chevron-right", small=True, name="Next example"
        )
        self.part = Segments(theme, (("dev", "Dev"), ("train", "Train")), name="Part of the data")
        self.view = Segments(
            theme, (("Activations", "Maps"), ("ActivationGradients", "Gradients")), name="Show"
        )
        self.view.changed.connect(self.turn)
        studio.session.watchers.focus_changed.connect(self.refresh)
        self.before.clicked.connect(lambda: self._go(-1))
        self.after.clicked.connect(lambda: self._go(1))
        self.part.changed.connect(lambda part: self._choose(str(part), 0))
        studio.session.example_changed.connect(self.refresh)
        row = QHBoxLayout(self)
        row.setContentsMargins(PADDING, 0, 0, 0)
        row.setSpacing(SPACE_16)
        row.addWidget(self.card)
        row.addWidget(self.area, 1)
        self.reset()

    def tools(self) -> list[QWidget]:
        return [self.before, self.after, self.part, self.view, *super().tools()]

    def wanted(self) -> frozenset[str]:
        return frozenset({str(self.view.value()), "Activations", "Prediction", "Silent"})

    def reset(self) -> None:
        self.column.forget()
        self._shown_node: str | None = None

    # -- which example ------------------------------------------------------------------------------------------------

    def _go(self, away: int) -> None:
        data, (part, place) = self.data, self.studio.session.example
        if data is not None:
            self._choose(part, (place + away) % part_of(data, part).count)

    def _choose(self, part: str, place: int) -> None:
        self.studio.session.choose_example(part, place)

    def _pick(self, name: str, place: tuple[int, ...]) -> None:
        """Look closely at the cell that was pressed."""
        reading = self.history.latest.get(("Activations", name))
        if reading is not None:
            self.studio.look_at(name, cell_of(np.shape(reading.value), place))

    # -- drawing ------------------------------------------------------------------------------------------------------

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        if (event.oldSize().height() <= TALL) != (event.size().height() <= TALL):
            self.refresh()

    def redraw(self) -> None:
        low = self.height() <= TALL
        self.card.narrow(low=low)
        data = self.data
        self.card.show_example(self._example(data) if data else None)
        strips = tuple(self._strips())
        self.column.show_strips(strips, self.chosen, low=low)
        self._follow_selection()

    def _follow_selection(self) -> None:
        """Scroll to the selected layer once, when it becomes the selected one."""
        node = self.chosen
        if node != self._shown_node:
            self._shown_node = node
            if node and (span := self.column.span(node)):
                middle = (span[0] + span[1]) // 2
                self.area.ensureVisible(0, middle, 0, (span[1] - span[0]) // 2 + 4)

    def _example(self, data: Data) -> Example:
        shown = exhibit(data, self.studio.session)
        self.part.setValue(self.studio.session.example[0])
        of_own = shown.part is None and self.view.value() == "ActivationGradients"
        self.subtitle = f"{shown.where}{AS_ANSWERED if of_own else ''}"
        is_point = shown.given.size == 2
        among = _among(data, shown) if is_point else None
        return Example(
            shown.values,
            shown.title,
            f"truth: {shown.truth}" if shown.part else "truth unknown",
            self._classes(data, shown),
            among=among[0] if among else None,
            labels=among[1] if among else None,
        )

    def _classes(self, data: Data, shown: Exhibit) -> tuple[Class, ...]:
        """What is predicted: the most probable classes with the true one among them, or the values."""
        said = [r.value for (probe, _), r in self.history.latest.items() if probe == "Prediction"]
        if not said or np.ndim(said[0]) != 1 or len(cast(Numbers, said[0])) != data.target.count:
            return ()
        values, names = cast(Numbers, said[0]), data.target.names
        if not isinstance(data.target, Labels):
            names = names if len(names) > 1 else ("output",)
            return tuple(
                Class(n, 0.0, number(float(v)), False) for n, v in zip(names, values, strict=True)
            )
        true = shown.label
        if true is None and shown.part is not None:  # a class at each step
            return ()
        order = np.argsort(-np.nan_to_num(values), kind="stable")[:MOST_CLASSES]
        room = 5 if self.height() > TALL else 3
        known = true is None or true in order[:room]
        chosen = order[:room] if known else [*order[: room - 1], true]
        return tuple(
            Class(
                names[i],
                min(1.0, float(np.nan_to_num(values[i]))),
                _share(float(values[i])),
                i == true,
            )
            for i in map(int, chosen)
        )

    def _strips(self) -> list[Strip]:
        latest, nodes = self.history.latest, self.graph.nodes
        found, probe = [], str(self.view.value())
        if probe == "ActivationGradients" and not has_gradients(self.data, self.studio.session):
            return []  # those at hand are of the example before
        for name in self.graph.order:
            reading = latest.get((probe, name))
            if reading is None or isinstance(nodes[name].layer, UNSEEN):
                continue
            values = np.asarray(reading.value)
            if values.size:
                found.append(self._strip(name, values))
        return found

    def _strip(self, name: NodeId, values: Numbers) -> Strip:
        silent = self.history.latest.get(("Silent", name))
        dead = np.asarray(silent.value, bool) if silent is not None else None
        if dead is not None and dead.shape != values.shape[:1]:
            dead = None
        drawn, focus = as_maps(values), self.studio.session.watchers.focus
        cell = focus.cell if focus and focus.node == name else ()
        remark = _dead_in_words(dead, "channels" if values.ndim == 3 else "units")
        marked = place_of(values.shape, cell)
        return Strip(name, axes_of(values.shape).text, drawn, dead, remark, marked)


def _among(data: Data, shown: Exhibit) -> tuple[Numbers, NDArray[np.int64]]:
    """Some points of the same part, and their classes."""
    chosen = shown.part or data.train
    inputs = chosen.inputs[:MOST_POINTS]
    points = cast(Numbers, data.scale.undo(inputs) if data.scale else inputs)
    is_class = isinstance(data.target, Labels) and np.ndim(chosen.targets) == 1
    targets = chosen.targets[:MOST_POINTS] if is_class else np.zeros(len(points))
    labels: NDArray[np.int64] = np.asarray(targets, np.int64)
    return points, labels


def _share(value: float) -> str:
    """A probability in the least room: .91."""
    return f"{value:.2f}".removeprefix("0") if value < 0.995 else "1.0"


def _dead_in_words(dead: NDArray[np.bool_] | None, what: str) -> str:
    """2 of 10 channels never fire; nothing if all do."""
    if dead is None or not dead.any():
        return ""
    count = int(dead.sum())
    return f"{count} of {len(dead)} {what} never fire{'s' if count == 1 else ''}"
