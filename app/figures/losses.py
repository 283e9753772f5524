"""The loss of each minibatch, smoothed and raw, of the probe batch and of dev, as a figure."""

from collections.abc import Callable
from dataclasses import dataclass, field

import numpy as np

from app.chart.figure import Area, Figure, Line, Readout, Value
from app.chart.pyramid import Pyramid
from app.chart.scale import Scale, even_range, log_range
from app.figures import marks
from app.figures.comparison import DASHES, Comparison
from app.progress import Extent, Sight, Style, nearest
from app.theme import Tokens
from app.wording import number, terse, tick

GHOSTS = ("dev_loss", "smooth")
GROWN = 1.02  # times as many batches as before are looked at anew
DEEPEST = 1e-40  # of the highest loss: a log axis goes no deeper; float32 spans no more above a loss of .01


@dataclass(frozen=True, slots=True, eq=False)
class Ranges:
    """What the y axis has to show: of all values, and of those that a logarithm has."""

    even: Extent = field(default_factory=Extent)
    log: Extent = field(default_factory=lambda: Extent(above=0.0))
    _seen: dict[str, tuple[Pyramid, int]] = field(default_factory=dict)

    @property
    def both(self) -> tuple[Extent, Extent]:
        """Both of them."""
        return self.even, self.log

    def news(self, name: str, pyramid: Pyramid, grown: float = 1.0) -> int | None:
        """From which point on a curve has not been looked at, if it has grown so many times; None if it has not."""
        before, count = self._seen.get(name, (None, 0))[:2]
        now = len(pyramid.curve)
        if before is not pyramid or now < count:
            count = 0
        if now <= count * grown and count:
            return None
        self._seen[name] = pyramid, now
        return count


def figure(
    compared: Comparison, sight: Sight, whole: Scale, ranges: Ranges, tokens: Tokens, *, log: bool,
    unit: str,
) -> Figure:  # fmt: skip
    """The losses of the run shown and of the past ones, within the window of `sight`."""
    progress = sight.progress
    probe, dev = progress.probe, progress.validated["dev_loss"]
    smooth = Style(tokens.train, 1.5, 0.8)
    key: tuple[Line, ...] = (
        sight.line("batch", progress.batches, Style(tokens.train, 1.0, 0.38)),
        sight.line("smoothed", progress.smooth, smooth),
        sight.line("probe", probe, Style(tokens.train), marks.label("probe", probe.curve, terse)),
        sight.line(
            "dev", dev, Style(tokens.dev, dashes=DASHES), marks.label("dev", dev.curve, terse)
        ),
    )
    if not len(probe.curve):
        key = (*key[:2], key[3])
    ghosts = compared.ghost_lines(sight, tokens, GHOSTS, ranges.both)
    return Figure(
        whole,
        _scale(sight, ranges, log=log),
        marks.NAMES[progress.unit],
        unit,
        tick,
        lines=drawn(key),
        key=key,
        areas=_gap(sight, key[-2], key[-1], tokens) if len(probe.curve) else (),
        moments=tuple(marks.moments(progress)),
        flags=marks.best(progress, "dev_loss", terse),
        second=marks.second(sight),
        empty="Train to see the loss",
        read=_reader(compared, sight, tokens),
        ghosts=ghosts,
    )


def drawn(lines: tuple[Line, ...]) -> tuple[Line, ...]:
    """Those lines that have points."""
    return tuple(line for line in lines if len(line.xs))


def _scale(sight: Sight, ranges: Ranges, *, log: bool) -> Scale:
    """Smoothed, probe and dev lie wholly within it; of single batches all but the outermost."""
    progress = sight.progress
    for name, pyramid in (("probe", progress.probe), ("dev", progress.validated["dev_loss"])):
        if (since := ranges.news(name, pyramid)) is not None:
            seen = sight.whole(pyramid) if not since else None
            values = pyramid.curve.values[since:]
            for extent in ranges.both:
                extent.take(*((seen.lows, seen.highs) if seen else (values, values)))
    sure = 2.0 if len(progress.probe.curve) else 0.0  # per cent of batches that may lie outside
    if ranges.news(f"batches {sure}", progress.batches, GROWN) is not None:
        seen = sight.whole(progress.batches)
        for extent in ranges.both:
            extent.take(seen.lows, seen.highs, leave_out=sure)
    extent = ranges.log if log else ranges.even
    if not extent.known:
        return Scale(0.01, 5.0, log=True) if log else Scale(0.0, 3.0)
    if log:
        return log_range(max(extent.low, extent.high * DEEPEST), extent.high)
    return even_range(extent.low, extent.high)


def _gap(sight: Sight, probe: Line, dev: Line, tokens: Tokens) -> tuple[Area, ...]:
    """What lies between train and dev from the best dev loss on."""
    best = sight.progress.best.get("dev_loss")
    if best is None or len(dev.xs) < 2 or not len(probe.xs):
        return ()
    since = dev.xs >= sight.progress.at(best.step) - 1e-9
    xs, highs = dev.xs[since], dev.ys[since]
    lows = np.minimum(np.interp(xs, probe.xs, probe.ys), highs)
    return (Area(xs, lows, highs, tokens.dev, 0.06),)


def _reader(
    compared: Comparison, sight: Sight, tokens: Tokens
) -> Callable[[float], Readout | None]:
    progress = compared.progress

    def read(x: float) -> Readout | None:
        step = float(progress.steps(x))
        probe = nearest(progress.probe.curve, step)
        dev = nearest(progress.validated["dev_loss"].curve, step)
        batch, smooth = nearest(progress.history.losses, step), nearest(progress.smooth.curve, step)
        anchor = probe or batch or dev
        if anchor is None:
            return None
        values = [
            marks.value(progress, "dev", dev, tokens.dev),
            marks.value(progress, "probe", probe, tokens.train),
            marks.value(progress, "smoothed", smooth, tokens.train, ring=not probe),
            marks.value(progress, "batch", batch, "", ring=False),
        ]
        if probe and dev:
            values.insert(2, Value("gap", number(dev.value - probe.value, 4)))
        ghosts = marks.ghost_values(compared, tokens, x, GHOSTS, marks.four)
        return marks.readout(progress, anchor, [*values, *ghosts, *marks.near(sight, x)])

    return read
