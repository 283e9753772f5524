"""BLEU: how many pieces of one to four words translations share with what they should be.

Papineni et al. 2002, with the smoothing that sacrebleu uses by itself (Chen and Cherry 2014, “exp”); words are given,
not cut out of a text. Pure counting.
"""

import math
from collections import Counter
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

ORDERS = 4
SIZE = 2 * ORDERS + 2  # numbers that a sentence counts as


def counts(said: Sequence[str], truth: Sequence[str]) -> NDArray[np.int64]:
    """(10,) of one sentence: pieces of 1 to 4 words that are shared, those that were said; words said, words wanted."""
    shared, given = [], []
    for order in range(1, ORDERS + 1):
        mine, wanted = _pieces(said, order), _pieces(truth, order)
        shared.append((mine & wanted).total())
        given.append(mine.total())
    return np.array([*shared, *given, len(said), len(truth)], np.int64)


def _pieces(words: Sequence[str], order: int) -> Counter[tuple[str, ...]]:
    return Counter(tuple(words[at : at + order]) for at in range(len(words) - order + 1))


def bleu(summed: NDArray[np.int64]) -> float:
    """0 to 100, of a whole corpus, whose sentences' counts are summed up."""
    shared, given = summed[:ORDERS], summed[ORDERS : 2 * ORDERS]
    said, wanted = int(summed[-2]), int(summed[-1])
    if not shared.any() or not given.all():
        return 0.0
    halved, logs = 1.0, 0.0
    for mine, of in zip(shared.tolist(), given.tolist(), strict=True):
        if not mine:
            halved *= 2
        logs += math.log(mine / of if mine else 1 / (halved * of))
    brief = min(1.0, math.exp(1 - wanted / said))
    return 100 * brief * math.exp(logs / ORDERS)
