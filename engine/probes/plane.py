"""What a network makes of every point of the plane, for data of two numbers."""

from collections.abc import Iterator
from typing import ClassVar

import numpy as np

from engine.answers import answers
from engine.events import Reading
from engine.plane import grid, has_plane
from engine.probe import Moment, Pass, Probe

FINEST, COARSEST = 100, 24  # points along a side of the grid
UNIT_SIDE = 32  # points along a side of what is drawn of hidden units
WORK = 2e8  # multiply-adds that one grid may cost, about: larger networks get a coarser one
MOST_UNITS = 64  # of one layer that are drawn


def side_for(parameters: int) -> int:
    """How fine a grid is for a network with so many weights, each of which is used once a point."""
    return int(np.clip((WORK / max(parameters, 1)) ** 0.5, COARSEST, FINEST))


class Plane(Probe):
    """What the network says of each point of the plane: (side, side, classes or values), the top row first."""

    needs: ClassVar[Pass] = "plane"

    def read(self, moment: Moment) -> Iterator[Reading]:
        if moment.data is None or not has_plane(moment.data):
            return
        network = moment.network
        side = side_for(sum(p.numel() for p in network.module.parameters()))
        look = moment.feed(grid(moment.data, side))
        pairs = zip(network.losses, network.judges, look.predictions, strict=True)
        for node, judge, scores in pairs:
            if judge.target is None and scores.ndim == 2:
                said = answers(scores, moment.graph.nodes[node].layer, moment.target)
                drawn = said.float().reshape(side, side, -1)
                yield self.say(moment, node, drawn.cpu().numpy().copy())


class PlaneOfUnits(Probe):
    """What each hidden unit gives at each point of the plane: (units, side, side), the top row first."""

    needs: ClassVar[Pass] = "plane"

    def read(self, moment: Moment) -> Iterator[Reading]:
        if moment.data is None or not has_plane(moment.data):
            return
        for node, value in moment.feed(grid(moment.data, UNIT_SIDE)).values.items():
            if value.ndim == 2:
                units = value[:, :MOST_UNITS].T.reshape(-1, UNIT_SIDE, UNIT_SIDE)
                yield self.say(moment, node, units.float().cpu().numpy().copy())
