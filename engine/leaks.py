"""Examples that are in two parts at once: whoever has learnt them by heart looks better than it is.

Only whether examples are equal is found out; nothing else is read of the test part.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from hashlib import blake2b

import numpy as np

from engine.dataset import Data, Part
from engine.samples import Inputs
from engine.streamed import Streamed
from engine.waiting import told


@dataclass(frozen=True, slots=True)
class Leaks:
    """How many examples of a part equal one of an earlier part."""

    dev: int  # dev examples that are in train too
    test: int  # test examples that are in train or dev too
    groups: int | None = None  # groups that are in several parts; None if the data name none

    @property
    def sentences(self) -> tuple[str, ...]:
        """What there is to say of it, and what to do; nothing if the parts share nothing."""
        return tuple(filter(None, (self._equal, self._split)))

    @property
    def _equal(self) -> str:
        if not self.dev and not self.test:
            return ""
        found = [(self.dev, "dev", "train"), (self.test, "test", "train or dev")]
        said = " and ".join(
            f"{count:,} {part} {'example equals one' if count == 1 else 'examples equal some'} of {other}"
            for count, part, other in found
            if count
        )
        return (
            f"{said}: what is known by heart there counts as right. Remove the copies from a file of your own; a set "
            "that comes with Chainrule cannot be mended, so say it beside the result."
        )

    @property
    def _split(self) -> str:
        if not self.groups:
            return ""
        belongs = "group is" if self.groups == 1 else "groups are"
        return f"{self.groups:,} {belongs} in more than one part. Share out whole groups."


@lru_cache(maxsize=4)
def leaks(data: Data) -> Leaks:
    """Count examples whose inputs are the same, to the last bit, in two parts."""
    train, dev, test = (_digests(part, data) for part in (data.train, data.dev, data.sealed.open()))
    known = set(train)
    in_train = sum(digest in known for digest in dev)
    known.update(dev)
    return Leaks(in_train, sum(digest in known for digest in test), _torn(data))


def _torn(data: Data) -> int | None:
    """How many groups have examples in several parts; None where no example says to which it belongs."""
    groups = [part.groups for part in (data.train, data.dev, data.sealed.open())]
    known = [np.unique(group) for group in groups if group is not None]
    if not known:
        return None
    return int((np.unique(np.concatenate(known), return_counts=True)[1] > 1).sum())


def _digests(part: Part, data: Data) -> list[bytes]:
    """What stands for each example's inputs: sixteen bytes of BLAKE2b."""
    found = []
    for place, marks in enumerate(
        zip(*(_marks(part.array(name)) for name in data.parts), strict=True)
    ):
        if place % 100 == 0:
            told(place, part.count, "Comparing the parts")
        digest = blake2b(digest_size=16)
        for mark in marks:
            digest.update(mark)
        found.append(digest.digest())
    return found


def _marks(inputs: Inputs) -> Iterator[bytes]:
    """The bytes of each example; of one that is streamed those of its file, which are the same if files are."""
    if isinstance(inputs, Streamed):
        return inputs.marks()
    return (row.tobytes() for row in np.ascontiguousarray(inputs))
