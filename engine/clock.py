"""How long a run has trained: a clock that stands still while it is paused."""

import time


class Clock:
    """Runs from the beginning."""

    def __init__(self, seconds: float = 0.0) -> None:
        self._before = seconds  # up to the last halt
        self._since: float | None = time.perf_counter()  # None while it stands

    @property
    def seconds(self) -> float:
        """Spent so far, pauses left out."""
        return self._before + (0.0 if self._since is None else time.perf_counter() - self._since)

    def halt(self) -> None:
        """Stand still."""
        self._before, self._since = self.seconds, None

    def run_on(self) -> None:
        """Run again."""
        self._since = time.perf_counter()
