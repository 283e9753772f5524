"""What a trained network says of samples that nobody knows the truth of."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
import torch
from numpy.typing import NDArray

from engine.answers import answers, judged
from engine.axes import Labels, StepLabels
from engine.control import Own
from engine.dataset import Data
from engine.feeding import decimals, on_device
from engine.lengths import too_many
from engine.opening import Which
from engine.planning import Feed
from engine.run import Run
from engine.trained import Untrained, trained

BATCH = 256


@dataclass(frozen=True, slots=True, eq=False)
class Prediction:
    """What is said of one sample: the share of each class, likeliest first, or values; a row of them for sequences."""

    title: str
    classes: tuple[tuple[str, float], ...]
    values: NDArray[np.float64]


def predicted(
    run: Run, data: Data, samples: Sequence[Own], which: Which = "best"
) -> Iterator[Prediction]:
    """Send samples through the network of a run, in their order.

    Each brings the numbers of every part that the network reads, scaled as the data are. Raises Untrained.
    """
    network = trained(run, data, which)
    name = judged(network)
    place = list(network.losses).index(name) if name is not None else None
    loss = run.graph.flat.nodes[name].layer if name is not None else None
    for start in range(0, len(samples), BATCH):
        batch = samples[start : start + BATCH]
        for sample in batch:
            if (why := too_many(sample, run.graph, data)) is not None:
                raise Untrained(f"{sample.title}: {why}")
        inputs = [
            on_device(_stacked(batch, feed), run.settings.device, decimals(run.settings))
            for feed in network.feeds
        ]
        with torch.no_grad():
            results = network.module(*inputs)
        scores = network.predictions(results)[place] if place is not None else results[0]
        said = answers(scores, loss, data.target) if loss is not None else scores.double()
        for sample, row in zip(batch, said.cpu().numpy(), strict=True):
            yield Prediction(sample.title, _named(row, data), row)


def _stacked(batch: Sequence[Own], feed: Feed) -> NDArray[np.generic]:
    """What samples bring of one tensor, the shorter ones filled up; or how long they are. Raises Untrained."""
    held = [sample.lengths if feed.lengths else sample.arrays for sample in batch]
    if any(feed.part not in part for part in held):
        part = f"the part “{feed.part}”" if feed.part else "the sequence's length"
        raise Untrained(f"This network also reads {part}, which a single file does not bring.")
    if feed.lengths:
        return np.array([sample.lengths[feed.part] for sample in batch], np.int64)
    arrays = [np.asarray(sample.arrays[feed.part]) for sample in batch]
    most = np.max([array.shape for array in arrays], axis=0).tolist()
    return np.stack(
        [np.pad(a, [(0, m - n) for m, n in zip(most, a.shape, strict=True)]) for a in arrays]
    )


def _named(row: NDArray[np.float64], data: Data) -> tuple[tuple[str, float], ...]:
    target = data.target
    if not isinstance(target, Labels) or isinstance(target, StepLabels) or row.ndim != 1:
        return ()
    order = np.argsort(-row, kind="stable")
    return tuple((target.names[place], float(row[place])) for place in order)
