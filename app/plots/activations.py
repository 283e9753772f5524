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
from app.plot import Plot
from app.studio import Studio
from app.theme.measures import PADDING, SPACE_16
from app.wording import number
from engine.axes import Labels, axes_of
from engine.dataset import Data, Part
from engine.graph import NodeId
from engine.layer import Loss
from engine.layers.data import Input
from engine.layers.rearranging import Flatten
from engine.samples import DataError

Numbers = NDArray[np.floating]
MOST_POINTS = 400  # of the data set that are drawn around a chosen point
MOST_CLASSES = 12
UNSEEN = (Input, Flatten, Loss)  # the example itself, the same numbers once more, none at all


class Activations(Plot):
    """What each layer makes of one example, from the input down to the output.

    A layer of images shows one small map a channel, any other one bar or cell a unit. Blue is positive, orange
    negative, and the numbers at the right are the ends of each layer's colours. A red edge marks what never fires on
    any of the probe examples. At the left are the example, the truth, and how probable the network finds each class.
    """

    title = "Activations"
    reads = ("Activations", "Prediction", "Silent")
    order = 3

    def __init__(self, studio: Studio, parent: QWidget | None = None) -> None:
        super().__init__(studio, parent)
        theme = studio.theme
        self.card = ExampleCard(theme)
        self.column = StripColumn(theme)
        self.column.empty = "Train to see what each layer makes of it"
        self.column.picked.connect(studio.pick)
        self.area = QScrollArea()
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
        return [self.before, self.after, self.part, *super().tools()]

    def reset(self) -> None:
        self.column.forget()
        self._shown_node: str | None = None

    # -- which example ------------------------------------------------------------------------------------------------

    def _data(self) -> Data | None:
        """The data of the run that is shown, or of the project; None if they cannot be had."""
        recipe = self.run.recipe if self.run else self.studio.document.project.recipe
        try:
            return recipe.prepare()
        except DataError:
            return None

    def _go(self, away: int) -> None:
        data, (part, place) = self._data(), self.studio.session.example
        if data is not None:
            self._choose(part, (place + away) % _part(data, part).count)

    def _choose(self, part: str, place: int) -> None:
        self.studio.session.choose_example(part, place)

    # -- drawing ------------------------------------------------------------------------------------------------------

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        if (event.oldSize().height() <= TALL) != (event.size().height() <= TALL):
            self.refresh()

    def redraw(self) -> None:
        low = self.height() <= TALL
        self.card.narrow(low=low)
        data = self._data()
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
        part, place = self.studio.session.example
        chosen = _part(data, part)
        place %= chosen.count
        self.part.setValue(part)
        self.subtitle = f"{part} example {place + 1:,} of {chosen.count:,}"
        given = chosen.inputs[place][None]
        is_point = given.size == 2
        is_raw = is_point or given.ndim > 2  # a row stays scaled: one column would hide all others
        values = cast(Numbers, (data.scale.undo(given) if data.scale and is_raw else given)[0])
        shown = _shown(data, part) if is_point else None
        return Example(
            values,
            chosen.titles[place] if chosen.titles else "",
            f"truth: {_truth(data, chosen, place)}",
            self._classes(data, chosen, place),
            among=shown[0] if shown else None,
            labels=shown[1] if shown else None,
        )

    def _classes(self, data: Data, part: Part, place: int) -> tuple[Class, ...]:
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
        if np.ndim(part.targets[place]):  # a class at each step
            return ()
        true = int(part.targets[place])
        order = np.argsort(-np.nan_to_num(values), kind="stable")[:MOST_CLASSES]
        room = 5 if self.height() > TALL else 3
        chosen = order[:room] if true in order[:room] else [*order[: room - 1], true]
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
        found = []
        for name in self.graph.order:
            reading = latest.get(("Activations", name))
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
        drawn = values
        if values.ndim == 2:  # a sequence: one map that lies
            drawn = (values if values.shape[1] > values.shape[0] else values.T)[None]
        elif values.ndim not in (1, 3):
            drawn = values.reshape(-1)
        remark = _dead_in_words(dead, "channels" if values.ndim == 3 else "units")
        return Strip(name, axes_of(values.shape).text, drawn, dead, remark)


def _part(data: Data, name: str) -> Part:
    return data.train if name == "train" else data.dev


def _truth(data: Data, part: Part, place: int) -> str:
    given = part.targets[place]
    if isinstance(data.target, Labels):
        named = [data.target.names[int(one)] for one in np.ravel(given) if one >= 0]
        return ", ".join([*named[:MOST_CLASSES], *(["…"] if len(named) > MOST_CLASSES else [])])
    return ", ".join(number(float(value)) for value in np.ravel(part.targets[place]))


def _shown(data: Data, part: str) -> tuple[Numbers, NDArray[np.int64]]:
    """Some of the part's points, and their classes."""
    chosen = _part(data, part)
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
