"""How each weight matrix and bias, and its gradient, has changed over the run."""

from math import sqrt

import numpy as np
from numpy.typing import NDArray
from PySide6.QtWidgets import QVBoxLayout, QWidget

from app.chart.figure import Readout, Value
from app.chart.heat import Heat
from app.chart.heat_map import HeatMap
from app.chart.scale import Scale
from app.controls.choice import Choice
from app.controls.segments import Segments
from app.depth import latest_at, span_of, step_at
from app.plot import Plot
from app.spreads import FINE, bin_in_words, shares_of, ticks_of
from app.studio import Studio
from app.wording import number
from engine.bins import BINS

Floats = NDArray[np.float64]
CHOICES = (
    ("WeightSpread", "W"),
    ("GradientSpread", "∂L/∂W"),
    ("ParameterGradient", "All"),
)
SHARES = Scale(-4, 0)  # powers of ten of the share in a bin
SHARE_TICKS = ((-4.0, ".01 %"), (-3.0, ".1 %"), (-2.0, "1 %"), (-1.0, "10 %"), (0.0, "all"))
SIZES = Scale(-8, 1)
SIZE_TICKS = tuple((float(p), f"10^{p}".replace("-", "−")) for p in (-8, -6, -4, -2)) + (
    (0.0, "1"),
)
CHOICE = 112  # px: `conv_1.weight` can be told from `conv_1.bias`
STEP = 5  # bins by which the picture grows


class Parameters(Plot):
    """How one weight matrix or bias, or its gradient, is spread over the run: each column is a histogram at one step.

    Brighter is a larger share of its numbers. Weights that spread ever wider grow without end; a band that does not
    move is not learnt. The third choice shows the length of every gradient, a row for each weight matrix and bias.
    """

    title = "Parameters"
    reads = ("WeightSpread", "GradientSpread", "ParameterGradient", "GradientNoise")
    order = 23
    behind = "Gradients"
    rate = 2

    def __init__(self, studio: Studio, parent: QWidget | None = None) -> None:
        super().__init__(studio, parent)
        self.chart = HeatMap(studio.theme, "Parameters by step")
        self.chart.picked.connect(lambda name: studio.pick(name.rpartition(".")[0]))
        self.parameter = Choice(studio.theme, (), name="Weight matrix or bias")
        self.parameter.setMinimumWidth(CHOICE)
        self.parameter.changed.connect(self.refresh)
        self.quantity = Segments(studio.theme, CHOICES, name="Parameters, shown")
        self.quantity.changed.connect(self.refresh)
        self._offered: tuple[str, ...] = ()
        self._chosen_before = ""
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(self.chart)
        self.reset()

    def tools(self) -> list[QWidget]:
        return [self.parameter, self.quantity, *super().tools()]

    def reset(self) -> None:
        self._reach = STEP

    def redraw(self) -> None:
        probe = str(self.quantity.value())
        self._offer()
        self._say_noise()
        if (
            self.parameter.parentWidget() is not None
        ):  # before it is in a head, it would be a window
            self.parameter.setVisible(probe != "ParameterGradient")
        heat = self._all() if probe == "ParameterGradient" else self._one(probe)
        self.chart.show_heat(heat)

    # -- which of them ------------------------------------------------------------------------------------------------

    def _names(self) -> tuple[str, ...]:
        """All weights and biases that were read, in the order of the network."""
        known = [node for probe, node in self.history.latest if probe == "WeightSpread"]
        order = {name: place for place, name in enumerate(self.graph.order)}
        return tuple(sorted(known, key=lambda name: order.get(name.rpartition(".")[0], 0)))  # type: ignore[call-overload]

    def _offer(self) -> None:
        """Offer what there is; a layer that is newly selected shows its own."""
        names = self._names()
        if names != self._offered:
            self._offered = names
            self.parameter.show_choices(tuple((name, name) for name in names))
        if self.chosen != self._chosen_before:
            self._chosen_before = self.chosen
            own = [name for name in names if name.rpartition(".")[0] == self.chosen]
            if own and self.parameter.value() not in own:
                self.parameter.setValue(own[0])

    def _say_noise(self) -> None:
        """How noisy the gradient of a minibatch is."""
        reading, run = self.history.latest.get(("GradientNoise", "")), self.run
        if reading is None or run is None or not isinstance(reading.value, float):
            self.subtitle = ""
            return
        noise = number(sqrt(reading.value / run.settings.batch_size), 2)
        self.subtitle = f"batch noise {noise} × signal"

    # -- drawing ------------------------------------------------------------------------------------------------------

    def _one(self, probe: str) -> Heat:
        """Histograms of one of them: a row a bin, the positive at the top."""
        name = str(self.parameter.value() or "")
        film, count = self.history.films.get((probe, name)), self.chart.columns
        span = span_of(self.history, int(film.steps[0]) if film is not None and len(film) else 0)
        shares = self._shares(probe, name, span, count)
        rows = self._cut(shares)
        cut = rows.start
        fine, known = FINE[probe], shares[rows]
        with np.errstate(divide="ignore"):
            powers = np.where(
                known > 0, np.log10(known), np.where(np.isnan(known), np.nan, SHARES.low)
            )

        def read(row: int, column: int) -> Readout | None:
            share = float(known[row, column])
            if np.isnan(share):
                return None
            step = step_at(span, column, count, self.history)
            words = bin_in_words(BINS - 1 - cut - row, fine)
            return Readout(0, f"step {step:,} · {words}", (Value("share", f"{100 * share:.2g} %"),))

        labels = [((1 - place) * BINS - cut, text) for place, text in ticks_of(fine)]
        return Heat(
            powers if name else np.empty((0, count)),
            tuple((at, text) for at, text in labels if 0 <= at <= len(known)),
            span,
            "step",
            SHARES,
            SHARE_TICKS,
            f"{name}: {'its numbers' if probe == 'WeightSpread' else 'its gradient'}"
            if name
            else "W",
            empty="Train to see weights and gradients",
            read=read,
        )

    def _shares(self, probe: str, name: str, span: Scale, count: int) -> Floats:
        """(bins, columns) the histogram at the end of each column, the highest numbers first."""
        film, shares = self.history.films.get((probe, name)), np.full((BINS, count), np.nan)
        if film is not None and len(film):
            places = latest_at(film.steps, span, count)
            seen = places >= 0
            shares[:, seen] = shares_of(film.frames)[0][places[seen]].T[::-1]
        return shares

    def _cut(self, shares: Floats) -> slice:
        """The rows around 0 that hold anything, growing in steps."""
        used = np.flatnonzero(np.nan_to_num(shares).any(1))
        reach = max((abs(int(row) - BINS // 2) for row in used), default=0) + 1
        self._reach = min(BINS // 2, max(self._reach, -(-reach // STEP) * STEP))
        return slice(BINS // 2 - self._reach, BINS // 2 + self._reach + 1)

    def _all(self) -> Heat:
        """The lengths of all gradients: a row for each weight matrix and bias."""
        scalars, count = self.history.scalars, self.chart.columns
        names = [name for name in self._names() if ("ParameterGradient", name) in scalars]
        begun = [int(scalars["ParameterGradient", name].steps[0]) for name in names]
        span = span_of(self.history, min(begun, default=0))
        lengths = np.full((len(names), count), np.nan)
        for row, name in enumerate(names):
            curve = scalars["ParameterGradient", name]
            places = latest_at(curve.steps, span, count)
            lengths[row, places >= 0] = curve.values[places[places >= 0]]
        with np.errstate(divide="ignore"):
            powers = np.log10(lengths)

        def read(row: int, column: int) -> Readout | None:
            if np.isnan(lengths[row, column]):
                return None
            step = step_at(span, column, count, self.history)
            value = Value("‖\u2009∂L/∂W\u2009‖", number(float(lengths[row, column])))
            return Readout(0, f"{names[row]} · step {step:,}", (value,))

        return Heat(
            powers,
            tuple((row + 0.5, name) for row, name in enumerate(names)),
            span,
            "step",
            SIZES,
            SIZE_TICKS,
            "‖\u2009∂L/∂W\u2009‖ of each weight matrix and bias",
            "0, ∞" if np.isinf(powers).any() else "",
            "Train to see weights and gradients",
            str(self.parameter.value() or ""),
            read,
        )
