"""Units that no longer learn, layer by layer: those that never fire and those that are flat, since when, in words.

A unit of a ReLU is dead while no probe example brings it above 0; one of a tanh or sigmoid is stuck while more than
95 % of them bring it where its slope is below 6 % of its greatest. Some 10 % dead are usual from the start in deep
networks.
"""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from app.controls.mark import State
from engine.graph import Graph, NodeId
from engine.history import History

MANY, MOST = 0.2, 0.4  # of a layer's units: worth a look, and bad
FLAT, FLATTER = 0.25, 0.5  # of a layer's outputs: the same
KINDS = {"Silent": "dead", "Frozen": "stuck"}
MOST_LISTED = 12  # units by name of those that stopped at one step


@dataclass(frozen=True, slots=True, eq=False)
class Stuck:
    """The units of one layer: which are stuck, since which step (−1: they are not), and how flat each is."""

    name: NodeId
    probe: str
    units: NDArray[np.bool_]
    since: NDArray[np.int64]
    flat: NDArray[np.float64] | None = (
        None  # share of the probe batch, where the activation flattens
    )

    @property
    def count(self) -> int:
        """How many are stuck."""
        return int(self.units.sum())

    @property
    def share(self) -> float:
        """What share of the units is stuck, or of the outputs is flat, whichever is said of the layer."""
        return float(self.flat.mean()) if self.flat is not None else self.count / len(self.units)

    @property
    def state(self) -> State:
        """How grave it is."""
        many, most = (MANY, MOST) if self.flat is None else (FLAT, FLATTER)
        return "bad" if self.share >= most else "watch" if self.share >= many else "ok"

    @property
    def words(self) -> str:
        """As in “3 of 64 dead”, or “2 of 64 stuck, 20 % flat”."""
        said = f"{self.count} of {len(self.units)} {KINDS[self.probe]}"
        return said if self.flat is None else f"{said}, {100 * self.share:.0f} % flat"

    @property
    def listed(self) -> str:
        """Since when, and which of them: since step 120: 3, 7 · since step 340: 12."""
        parts = []
        for step in sorted(set(self.since[self.units].tolist())):
            units = np.flatnonzero(self.units & (self.since == step)).tolist()
            more = f" and {len(units) - MOST_LISTED} more" if len(units) > MOST_LISTED else ""
            named = ", ".join(str(unit) for unit in units[:MOST_LISTED])
            parts.append(f"since step {step:,}: {named}{more}")
        return " · ".join(parts) or f"no unit is {KINDS[self.probe]}"

    def of_unit(self, unit: int) -> str:
        """What is to be said of one unit."""
        words = {"Silent": "never fires", "Frozen": "is stuck"}[self.probe]
        if self.units[unit]:
            return f"unit {unit} of {self.name} {words} since step {int(self.since[unit]):,}"
        if self.flat is not None:
            share = 100 * float(self.flat[unit])
            return f"unit {unit} of {self.name} is flat on {share:.0f} % of the examples"
        return f"unit {unit} of {self.name} fires"


def stuck_in(graph: Graph, history: History) -> Iterator[Stuck]:
    """Every layer whose units can be stuck, from input to output, as far as it was read."""
    for name in graph.order:
        for probe in KINDS:
            reading = history.latest.get((probe, name))
            if reading is None:
                continue
            units = np.asarray(reading.value, np.bool_)
            since = history.since.get((probe, name))
            if since is None or since.shape != units.shape:  # a file of before it was kept
                since = np.where(units, reading.step, -1)
            flat = history.latest.get(("Saturation", name))
            is_flat = probe == "Frozen" and flat is not None
            shares = np.asarray(flat.value, np.float64) if is_flat and flat is not None else None
            yield Stuck(name, probe, units, since, shares)
