"""Arrays over time, bounded: when there are too many frames every other one is let go, and fewer are taken.

So a long run's beginning is kept as finely as its end.
"""

import numpy as np
from numpy.typing import NDArray

MOST_FRAMES = 512


class Film:
    """Frames of one shape, each at its step."""

    def __init__(self, most: int = MOST_FRAMES) -> None:
        self._most = most
        self._steps: list[int] = []
        self._frames: list[NDArray[np.generic]] = []
        self._every, self._missed = 1, 0  # of so many frames one is kept; how many were not since

    def __len__(self) -> int:
        return len(self._steps)

    @property
    def steps(self) -> NDArray[np.int64]:
        """(n,) the step of each frame, ascending."""
        return np.array(self._steps, np.int64)

    @property
    def frames(self) -> NDArray[np.generic]:
        """(n, …) all frames."""
        return np.stack(self._frames)

    def append(self, step: int, frame: NDArray[np.generic]) -> None:
        """Take in one more frame, unless so many are there that only a part of them is kept."""
        if self._frames and (step <= self._steps[-1] or frame.shape != self._frames[0].shape):
            return
        self._missed += 1
        if self._frames and self._missed < self._every:
            return
        self._missed = 0
        self._steps.append(step)
        self._frames.append(frame)
        if len(self._steps) > self._most:
            self._steps, self._frames = self._steps[::2], self._frames[::2]
            self._every *= 2

    def few(self, most: int) -> tuple[NDArray[np.int64], NDArray[np.generic]]:
        """(n,) steps and (n, …) frames, at most so many, the first and the last among them: what a file keeps."""
        count = len(self._steps)
        chosen = np.unique(np.linspace(0, count - 1, min(count, most)).round().astype(int))
        return self.steps[chosen], self.frames[chosen]

    def cut(self, step: int) -> None:
        """Forget all that came after a step."""
        count = int(np.searchsorted(self.steps, step, side="right"))
        self._steps, self._frames = self._steps[:count], self._frames[:count]
