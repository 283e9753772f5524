"""The gates of recurrent layers for the chosen example, and what comes back to each of its steps."""

from collections.abc import Iterator
from typing import ClassVar

import numpy as np
import torch

from engine.events import Reading
from engine.fading import Floats
from engine.gates import GATES
from engine.graph import NodeId
from engine.jacobians import pair_map
from engine.probe import Moment, Pass, Probe
from engine.recurrence import Track
from engine.unrolled import Returned, Unrolled

MOST_NUMBERS = 1 << 20  # of one node that are handed out


class Gates(Probe):
    """Every gate, cell and state of a recurrent layer: (tracks, gates, steps, units), float32, in the order of reading.

    The gates are those of `engine.recurrence.GATES`. Only the steps that the example has.
    """

    needs: ClassVar[Pass] = "gates"

    def read(self, moment: Moment) -> Iterator[Reading]:
        for node, reading in moment.example_unrolled.readings.items():
            rows = [_values(track) for track in reading.tracks]
            if (
                len({row.shape for row in rows}) == 1
                and sum(row.size for row in rows) <= MOST_NUMBERS
            ):
                yield self.say(moment, node, np.stack(rows))


def _values(track: Track) -> "np.ndarray[tuple[int, ...], np.dtype[np.float32]]":
    """(gates, steps, units); a projected state has fewer units than its gates, and is filled up with NaN."""
    names = GATES[track.kind]
    widest = max(track.values[name][0].shape[1] for name in names)
    found = np.full((len(names), len(track.states), widest), np.nan, np.float32)
    for place, name in enumerate(names):
        value = torch.stack(track.values[name], 1)[0].detach().float().cpu().numpy()
        found[place, :, : value.shape[1]] = value
    return found[:, _real(track)]


def _real(track: Track) -> "np.ndarray[tuple[int, ...], np.dtype[np.bool_]]":
    if track.real is None:
        return np.ones(len(track.states), bool)
    return np.asarray(track.real[0].cpu().numpy(), bool)


def strips(unrolled: Unrolled) -> Iterator[tuple[NodeId, Floats]]:
    """(tracks, 1 or 2, steps) of each recurrent node: ‖∂L/∂h_t‖ of the first example, and ‖∂L/∂c_t‖ of an LSTM."""
    for node, returned in unrolled.returned.items():
        pairs = zip(unrolled.readings[node].tracks, returned, strict=True)
        yield node, np.stack([_strip(track, back) for track, back in pairs])


def _strip(track: Track, back: Returned) -> Floats:
    grads = [back.states, *([back.cells] if back.cells is not None else [])]
    rows = [grad[0].norm(dim=1).cpu().numpy() for grad in grads]
    return np.asarray(np.stack(rows)[:, _real(track)], np.float64)


class GateGradient(Probe):
    """‖∂L/∂h_t‖ and, of an LSTM, ‖∂L/∂c_t‖ at each step of the chosen example: (tracks, 1 or 2, steps)."""

    needs: ClassVar[Pass] = "gates"

    def read(self, moment: Moment) -> Iterator[Reading]:
        for node, strip in strips(moment.example_unrolled):
            yield self.say(moment, node, strip)


class ForcedGateGradient(Probe):
    """The same on a copy of which one gate is held open or shut at every step; nothing where none is held."""

    needs: ClassVar[Pass] = "gates"

    def read(self, moment: Moment) -> Iterator[Reading]:
        if moment.forced is None:
            return
        for node, strip in strips(moment.forced_unrolled):
            if node == moment.forced.node:
                yield self.say(moment, node, strip)


class StepPairs(Probe):
    """‖∂h_s/∂h_t‖ of all pairs of steps of the chosen example: (tracks, steps + 1, steps).

    Row s, column t; the last row holds which step each is, in the order of reading.
    """

    needs: ClassVar[Pass] = "pairs"

    def read(self, moment: Moment) -> Iterator[Reading]:
        for node, reading in moment.example_unrolled.readings.items():
            maps = []
            for track in reading.tracks:
                if (found := pair_map(track, cancelled=moment.cancelled)) is None:
                    return
                maps.append(np.vstack([found[0], found[1].astype(float)]))
            yield self.say(moment, node, np.stack(maps))
