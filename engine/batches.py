"""The place of a run in its train data: which examples each minibatch holds, in an order that seed and epoch decide."""

import numpy as np
import torch
from torch import Tensor

from engine.feeding import Source, Stream
from engine.varied import Varying


class Batches:
    """Minibatches without end, epoch after epoch. It may stand in the middle of one."""

    def __init__(
        self,
        inputs: tuple[Source, ...],
        targets: Tensor,
        seed: int,
        in_order: Tensor | None = None,
        varying: Varying | None = None,
    ) -> None:
        """Shuffled anew in each epoch; or `in_order`, given as places: each row of a minibatch goes on in the next."""
        self._varying = varying
        self.inputs, self.targets, self._seed = inputs, targets, seed
        self._streams = [given for given in inputs if isinstance(given, Stream)]
        self._rows = in_order
        self.count = len(targets)
        self.epoch, self.offset = 0, 0  # whole epochs done, examples of the next one seen
        self.began = 0  # where in the epoch the minibatch of the moment began
        self._order = self._shuffled()

    def _shuffled(self) -> Tensor:
        """The order of this epoch: it follows from the seed and the epoch alone, so that a run can go on anywhere."""
        if self._rows is not None:
            return self._rows
        chance = np.random.default_rng([self._seed, self.epoch])
        return torch.from_numpy(chance.permutation(self.count)).to(self.targets.device)

    def go_to(self, epoch: int, offset: int) -> None:
        """Stand at another place."""
        if epoch != self.epoch:
            self.epoch = epoch
            self._order = self._shuffled()
        self.offset = self.began = offset

    def next(self, size: int) -> tuple[tuple[Tensor, ...], Tensor]:
        """The next minibatch. The last of an epoch may be smaller; a single example left over joins it."""
        if self._rows is not None:
            return self._going_on(min(size, self.count))
        end = min(self.offset + size, self.count)
        if end == self.count - 1 and size > 1:
            end = self.count
        chosen = self._order[self.offset : end]
        self.began, self.offset = self.offset, end
        inputs = tuple([given.index_select(0, chosen) for given in self.inputs])
        if self._streams:
            self._look_ahead(end, size)
        if self._varying is not None:
            inputs = self._varying(inputs, self.epoch, self.began)
        return inputs, self.targets.index_select(0, chosen)

    def _look_ahead(self, start: int, size: int) -> None:
        """Let streams read the minibatch after this one, as far as it is of the same epoch."""
        end = min(start + size, self.count)
        if end == self.count - 1 and size > 1:
            end = self.count
        for stream in self._streams:
            stream.ahead(self._order[start:end])

    def close_streams(self) -> None:
        """Read nothing more ahead."""
        for stream in self._streams:
            stream.close()

    def _going_on(self, size: int) -> tuple[tuple[Tensor, ...], Tensor]:
        """The next example of each of `size` rows, into which the data are cut; the last minibatch ends the epoch."""
        length = self.count // size
        place = min(self.offset // size, length - 1)
        chosen = self._order[place : size * length : length]
        self.began, self.offset = self.offset, self.offset + size
        if self.offset > self.count - size:
            self.offset = self.count
        inputs = tuple([given.index_select(0, chosen) for given in self.inputs])
        return inputs, self.targets.index_select(0, chosen)

    def ahead(self, size: int, count: int) -> Tensor | None:
        """The places of the next `count` whole minibatches in one row; None if the epoch has not so many left."""
        end = self.offset + size * count
        if self._rows is not None or end > self.count or (end == self.count - 1 and size > 1):
            return None
        return self._order[self.offset : end]

    def skip(self, examples: int) -> bool:
        """Be done with so many examples, which somebody else has taken; whether an epoch is over."""
        self.offset += examples
        return self.close()

    @property
    def is_last(self) -> bool:
        """Whether the minibatch of the moment is the last of its epoch."""
        return self.offset == self.count

    def close(self) -> bool:
        """Be done with the minibatch of the moment; whether an epoch is over."""
        self.began = self.offset
        if not self.is_last:
            return False
        self.go_to(self.epoch + 1, 0)
        return True

    @property
    def epochs(self) -> float:
        """Epochs done, with the fraction of the one begun."""
        return self.epoch + self.offset / self.count
