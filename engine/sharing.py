"""Sharing out: examples among parts, in exact numbers and each class in proportion."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

Indices = NDArray[np.int64]


def shares(count: int, weights: tuple[float, ...]) -> list[int]:
    """Whole numbers in proportion to the weights that add up to count, by largest remainder."""
    exact = np.round(count * np.array(weights) / sum(weights), 6)  # 0.7 * 10 is 7, not 6.99…
    whole = np.floor(exact).astype(int)
    whole[np.argsort(whole - exact, kind="stable")[: count - whole.sum()]] += 1
    return [int(number) for number in whole]


def fair_order(
    indices: Indices, labels: NDArray[Any] | None, chance: np.random.Generator
) -> Indices:
    """The indices in a random order of which any stretch holds each class in proportion.

    `labels` are those of the indices, in step with them; None if there are no classes. The number
    of a class in a stretch is right to within about one.
    """
    shuffle = chance.permutation(len(indices))
    if labels is None:
        return indices[shuffle]
    indices, labels = indices[shuffle], labels[shuffle]
    place = np.empty(len(indices))  # in (0, 1): how far through its own class an example is
    for label in np.unique(labels):
        members = np.flatnonzero(labels == label)
        place[members] = (np.arange(len(members)) + 0.5) / len(members)
    return indices[np.argsort(place, kind="stable")]


def whole_groups(
    groups: NDArray[Any], weights: tuple[float, ...], chance: np.random.Generator
) -> NDArray[np.intp]:
    """The number of the part of each example, so that no group is in two and sizes are about as the weights say.

    Large groups go first, each to the part that lacks most; in what order those of like size go is chance. No part
    stays without a group if there are as many groups as parts.
    """
    _, member, sizes = np.unique(groups, return_inverse=True, return_counts=True)
    shuffle = chance.permutation(len(sizes))
    order = shuffle[np.argsort(-np.floor(np.log2(sizes[shuffle])), kind="stable")]
    lack = len(groups) * np.array(weights) / sum(weights)
    part = np.empty(len(sizes), np.intp)
    empty = set(range(len(weights)))
    for place, group in enumerate(order):
        must = empty if len(order) - place <= len(empty) else range(len(weights))
        chosen = max(must, key=lambda number: (lack[number], -number))
        part[group] = chosen
        lack[chosen] -= sizes[group]
        empty.discard(chosen)
    return part[member.reshape(-1)]
