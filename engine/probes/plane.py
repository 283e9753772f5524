"""What a network makes of every point of the plane, for data of two numbers."""

from collections.abc import Iterator
from typing import ClassVar

import numpy as np
from numpy.typing import NDArray

from engine.answers import answers
from engine.axes import Row
from engine.dataset import Data
from engine.events import Reading
from engine.probe import Moment, Pass, Probe

FINEST, COARSEST = 100, 24  # points along a side of the grid
UNIT_SIDE = 32  # points along a side of what is drawn of hidden units
WORK = 2e8  # multiply-adds that one grid may cost, about: larger networks get a coarser one
MOST_UNITS = 64  # of one layer that are drawn
MARGIN = 0.12  # beyond the outermost points, as a share of the side


def has_plane(data: Data) -> bool:
    """Whether examples are points of a plane and nothing else."""
    return data.axes == Row(2) and not data.others


def extent(data: Data) -> NDArray[np.float64]:
    """(2, 2): the middle of the square that holds the train points with a margin, and half its side, for both axes."""
    points = np.asarray(data.train.inputs, np.float64)
    low, high = points.min(0), points.max(0)
    half = max(float((high - low).max()) / 2 * (1 + MARGIN), 1e-9)
    return np.stack([(low + high) / 2, np.array([half, half])])


def grid(data: Data, side: int) -> NDArray[np.float32]:
    """(side · side, 2): the middles of the cells of a square grid, row by row from the top left."""
    middle, half = extent(data)
    steps = (np.arange(side) + 0.5) / side * 2 - 1
    x, y = np.meshgrid(steps, -steps)
    points = np.stack([x.ravel(), y.ravel()], 1) * half + middle
    return np.asarray(points, np.float32)


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
