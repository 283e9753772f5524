"""Loss and accuracy as training goes on."""

from collections.abc import Callable, Iterator

import numpy as np
from PySide6.QtWidgets import QVBoxLayout, QWidget

from app.chart.chart import Chart
from app.chart.figure import Area, Figure, Flag, Line, Moment, Readout, Second, Value
from app.chart.scale import Scale, even_range, growing_end, log_range
from app.controls.segments import Segments
from app.plot import CURVES, Plot
from app.progress import Extent, Point, Progress, Sight, Style, nearest
from app.studio import Studio
from app.wording import number, plain, terse, tick
from engine.events import Adjusted, Failed
from engine.history import Curve
from engine.layer import Layer
from engine.layer import Loss as LossLayer
from engine.settings import Settings

DASHES = (7.0, 3.0)  # dev is always dashed
MOST_MOMENTS = 200  # changes of settings that are marked, the last ones
FLOORS = (0.95, 0.9, 0.8, 0.5, 0.0)  # where an axis of accuracy may begin
FIRST_EPOCHS = 1 / 64  # what is shown of x before the first step

Write = Callable[[float], str]


def percent(share: float) -> str:
    """A share in per cent: 96.4 %."""
    return f"{100 * share:.1f} %"


def whole_percent(share: float) -> str:
    """A share in per cent beside an axis that says so: 80."""
    return f"{100 * share:.3g}"


def steps_in_words(step: float) -> str:
    """A number of steps in little room: 400, 505k, 1.25M."""
    if step < 10_000:
        return f"{step:,.0f}"
    return f"{step / 1e3:g}k" if step < 1e6 else f"{step / 1e6:g}M"


def four(value: float) -> str:
    """A number with four digits."""
    return number(value, 4)


class Loss(Plot):
    """How wrong the network still is.

    The thin line is each minibatch, the thick one the same train examples each time, the dashed one the dev part, from
    which nothing is learnt. Where dev rises while train falls, the network learns by heart: the shaded gap. Drag or
    turn the wheel to zoom in; double-click to see everything.
    """

    title = "Loss"
    reads = ("ProbeLoss",)
    order = 1
    rate = CURVES

    def __init__(self, studio: Studio, parent: QWidget | None = None) -> None:
        super().__init__(studio, parent)
        theme = studio.theme
        self.chart = Chart(theme, "Loss by epoch")
        choices = (("loss", "Loss"), ("accuracy", "Accuracy"))
        self.measure = Segments(theme, choices, name="What is drawn")
        self.axis = Segments(theme, (("even", "Linear"), ("log", "Log")), name="Axis of the loss")
        self.axis.setValue("log")
        for signal in (self.measure.changed, self.axis.changed, self.chart.zoomed):
            signal.connect(self.refresh)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(self.chart)
        self.reset()

    def tools(self) -> list[QWidget]:
        return [self.measure, self.axis, *super().tools()]

    def reset(self) -> None:
        self.chart.reset()
        self.progress = Progress(self.history)
        self._losses, self._accuracies = Extent(), Extent()

    def redraw(self) -> None:
        self.subtitle = self.run.name if self.run else ""
        self.progress.update()
        known = self.progress.highest is not None
        by_loss = not known or self.measure.value() == "loss"
        for tool, wanted in ((self.measure, known), (self.axis, by_loss)):
            if tool.parentWidget() is not None:  # before it is in a head, it would be a window
                tool.setVisible(wanted)
        whole = self._whole()
        sight = Sight(self.progress, self.chart.window_ or whole, max(1, self.chart.columns))
        self.chart.show_figure(
            self._loss(sight, whole) if by_loss else self._accuracy(sight, whole)
        )

    def _whole(self) -> Scale:
        """The x axis in epochs: as far as the run has come, in steps, and no further than is planned."""
        history = self.history
        settings = self.studio.document.project.settings
        planned = history.started.epochs if history.started else settings.epochs
        end = max(history.epoch, FIRST_EPOCHS)
        return Scale(0.0, growing_end(end, planned) if history.epoch else float(planned))

    # -- loss ---------------------------------------------------------------------------------------------------------

    def _loss(self, sight: Sight, whole: Scale) -> Figure:
        progress, tokens = self.progress, self.studio.theme.tokens
        probe, dev = progress.probe, progress.validated["dev_loss"]
        key = (
            sight.line("batch", progress.batches, Style(tokens.train, 1.0, 0.38)),
            sight.line("probe", probe, Style(tokens.train), _label("probe", probe.curve, terse)),
            sight.line(
                "dev", dev, Style(tokens.dev, dashes=DASHES), _label("dev", dev.curve, terse)
            ),
        )
        best = _best(progress, progress.lowest, dev.curve, terse)
        return Figure(
            whole,
            self._loss_scale(sight),
            "epoch",
            next((_unit(node.layer) for node in self.graph.of_kind(LossLayer)), "loss"),
            tick,
            lines=_drawn(key),
            key=key,
            areas=self._gap(key[1], key[2]),
            moments=tuple(self._moments()),
            flags=best,
            second=self._steps(sight),
            empty="Train to see the loss",
            read=self._read_loss,
        )

    def _loss_scale(self, sight: Sight) -> Scale:
        """Probe and dev lie wholly within it; of single batches, if there is a probe, all but the outermost."""
        progress, extent = self.progress, self._losses
        for pyramid in (progress.probe, progress.validated["dev_loss"]):
            seen = sight.whole(pyramid)
            extent.take(seen.lows, seen.highs)
        batches = sight.whole(progress.batches)
        extent.take(batches.lows, batches.highs, leave_out=2.0 if len(progress.probe.curve) else 0)
        if self.axis.value() == "log":
            return log_range(extent.low, extent.high) if extent.known else Scale(0.01, 5.0, True)
        return even_range(extent.low, extent.high) if extent.known else Scale(0.0, 3.0)

    def _gap(self, probe: Line, dev: Line) -> tuple[Area, ...]:
        """What lies between train and dev from the best dev loss on."""
        best = self.progress.lowest
        if best is None or len(dev.xs) < 2 or not len(probe.xs):
            return ()
        since = dev.xs >= self.progress.epochs(best.step) - 1e-9
        xs = dev.xs[since]
        highs = dev.ys[since]
        lows = np.minimum(np.interp(xs, probe.xs, probe.ys), highs)
        return (Area(xs, lows, highs, self.studio.theme.tokens.dev, 0.06),)

    def _read_loss(self, epoch: float) -> Readout | None:
        step = float(self.progress.steps(epoch))
        probe = nearest(self.progress.probe.curve, step)
        dev = nearest(self.progress.validated["dev_loss"].curve, step)
        batch = nearest(self.history.losses, step)
        anchor = probe or batch or dev
        if anchor is None:
            return None
        tokens = self.studio.theme.tokens
        values = [
            self._value("dev", dev, tokens.dev),
            self._value("probe", probe, tokens.train),
            self._value("batch", batch, "", ring=False),
        ]
        if probe and dev:
            values.insert(2, Value("gap", number(dev.value - probe.value, 4)))
        return self._readout(anchor, values)

    # -- accuracy -----------------------------------------------------------------------------------------------------

    def _accuracy(self, sight: Sight, whole: Scale) -> Figure:
        progress, tokens = self.progress, self.studio.theme.tokens
        train, dev = progress.validated["train_accuracy"], progress.validated["dev_accuracy"]
        for pyramid in (train, dev):
            seen = sight.whole(pyramid)
            self._accuracies.take(seen.lows, seen.highs)
        key = (
            sight.line("train", train, Style(tokens.train), _label("train", train.curve, percent)),
            sight.line(
                "dev", dev, Style(tokens.dev, dashes=DASHES), _label("dev", dev.curve, percent)
            ),
        )
        floor = next((floor for floor in FLOORS if floor <= self._accuracies.low), 0.0)
        return Figure(
            whole,
            Scale(floor, 1.0),
            "epoch",
            "accuracy, %",
            whole_percent,
            lines=_drawn(key),
            key=key,
            moments=tuple(self._moments()),
            flags=_best(progress, progress.highest, dev.curve, percent),
            second=self._steps(sight),
            read=self._read_accuracy,
        )

    def _read_accuracy(self, epoch: float) -> Readout | None:
        step, tokens = float(self.progress.steps(epoch)), self.studio.theme.tokens
        curves = self.progress.validated
        dev = nearest(curves["dev_accuracy"].curve, step)
        train = nearest(curves["train_accuracy"].curve, step)
        values = [
            self._value("dev", dev, tokens.dev, percent),
            self._value("train", train, tokens.train, percent),
        ]
        return self._readout(dev, values) if dev else None

    # -- both ---------------------------------------------------------------------------------------------------------

    def _value(
        self,
        name: str,
        point: Point | None,
        colour: str,
        write: Write = four,
        ring: bool = True,
    ) -> Value:
        if point is None:
            return Value(name, "–", colour)
        place = (float(self.progress.epochs(point.step)), point.value) if ring else None
        return Value(name, write(point.value), colour, place)

    def _readout(self, anchor: Point, values: list[Value]) -> Readout:
        epoch = float(self.progress.epochs(anchor.step))
        return Readout(epoch, f"epoch {epoch:.1f} · step {anchor.step:,}", tuple(values))

    def _moments(self) -> Iterator[Moment]:
        """Changes of settings, and where the run broke off."""
        for event in self.history.adjusted[-MOST_MOMENTS:]:
            yield Moment(float(self.progress.epochs(event.step)), _change(event))
        if isinstance(self.history.ended, Failed):
            yield Moment(float(self.progress.epochs(self.history.ended.step)), "failed")

    def _steps(self, sight: Sight) -> Second:
        """Round numbers of steps, where they lie among the epochs."""
        first, last = self.progress.steps(np.array([sight.shown.low, sight.shown.high]))
        if last <= first:
            return Second("step", ())
        ticks = np.array(Scale(float(first), float(last)).ticks(sight.columns // 70))
        ticks = ticks[(ticks == np.round(ticks)) & (ticks > 0) & (ticks <= self.history.step)]
        places = self.progress.epochs(ticks)
        return Second(
            "step", tuple((float(x), steps_in_words(v)) for x, v in zip(places, ticks, strict=True))
        )


def _label(name: str, curve: Curve, write: Write) -> str:
    return f"{name} {write(float(curve.values[-1]))}" if len(curve) else ""


def _best(progress: Progress, best: Point | None, curve: Curve, write: Write) -> tuple[Flag, ...]:
    """A flag at the best value on dev, once it is behind us."""
    if best is None or not len(curve) or best.step == curve.steps[-1]:
        return ()
    where = float(progress.epochs(best.step))
    return (Flag(where, best.value, f"best dev {write(best.value)}"),)


def _change(event: Adjusted) -> str:
    """A change of a setting in words: rate .1 → .01."""
    field = Settings.model_fields.get(event.setting)
    name = (field.title if field else None) or event.setting
    return f"{name.lower()} {plain(event.before)} → {plain(event.after)}"


def _drawn(lines: tuple[Line, ...]) -> tuple[Line, ...]:
    return tuple(line for line in lines if len(line.xs))


def _unit(layer: Layer) -> str:
    return layer.unit if isinstance(layer, LossLayer) else "loss"
