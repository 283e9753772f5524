"""How strongly each state hangs on each earlier one, as a map: the later step in rows, the earlier in columns."""

import numpy as np

from app.chart.figure import Readout, Value
from app.chart.heat import Heat
from app.chart.scale import Scale
from app.timeline import amount
from app.wording import raised
from engine.history import History

COLOURS = Scale(-8, 1)
TICKS = tuple((float(power), f"10^{power}".replace("-", "−")) for power in (-8, -6, -4, -2)) + (
    (0.0, "1"),
)
NOTHING = np.empty((0, 0))


def pairs_of(history: History, node: str, track: int = 0, *, backward: bool = False) -> Heat:
    """The map last read of a track of a recurrent layer, in the order of time."""
    reading = history.latest.get(("StepPairs", node))
    maps = np.asarray(reading.value, np.float64) if reading else NOTHING
    rows = maps[track] if maps.ndim == 3 and track < len(maps) else NOTHING
    values, steps = (rows[:-1], rows[-1] + 1) if len(rows) > 1 else (NOTHING, np.empty(0))
    if backward and len(steps):
        values, steps = values[::-1, ::-1], (steps[-1] + 1 - steps)[::-1]
    with np.errstate(divide="ignore"):
        powers = np.log10(values / (values[0, 0] if values.size else 1.0))
    powers = np.where(np.isneginf(powers), COLOURS.low, powers)

    def read(row: int, column: int) -> Readout | None:
        if np.isnan(values[row, column]):
            return None
        late, early = int(steps[row]), int(steps[column])
        said = raised(amount(float(10 ** powers[row, column])))
        return Readout(0, f"h at step {late} by h at step {early}", (Value("‖∂h/∂h‖", said),))

    count = len(values)
    marks = tuple(range(0, count, max(1, count // 6)))
    return Heat(
        powers,
        tuple((place + 0.5, f"h {int(steps[place])}") for place in marks),
        Scale(1.0, float(max(2, steps[-1] if len(steps) else 2))),
        "of which later step t, read before" if backward else "of which earlier step t",
        COLOURS,
        TICKS,
        "‖\u2009∂hₛ/∂hₜ\u2009‖ relative to s = t, a row for each step s",
        "",
        "Choose an example, train, and the map is read when there is time",
        "",
        read,
    )
