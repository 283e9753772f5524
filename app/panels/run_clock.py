"""How fast a run goes and how long it will still take, from what it has said so far. Knows no widgets."""

from collections import deque

from engine.history import History

_WINDOW = 3.0  # seconds of training over which speed is measured


def way_of(history: History) -> str:
    """How the steps of a run are done, compiled or not and why, as it last said; empty while it has not."""
    said = [remark.detail for remark in history.remarked if remark.words in ("compiled", "plain")]
    return said[-1] if said else ""


class RunClock:
    """Fed with the history as it grows; forgets what is older than a few seconds."""

    def __init__(self) -> None:
        self._marks: deque[tuple[float, int, float]] = deque()  # seconds trained, step, epoch

    def forget(self) -> None:
        """Another run begins."""
        self._marks.clear()

    def feed(self, history: History) -> None:
        """Takes note of how far the run is; pauses do not count, for no training time passes."""
        mark = (history.seconds, history.step, history.epoch)
        if self._marks and mark[0] < self._marks[-1][0]:
            self._marks.clear()
        if not self._marks or mark[0] > self._marks[-1][0]:
            self._marks.append(mark)
        while len(self._marks) > 2 and mark[0] - self._marks[1][0] > _WINDOW:
            self._marks.popleft()

    @property
    def speed(self) -> float | None:
        """Steps a second; None while it is not known."""
        passed = self._passed()
        return passed[1] / passed[0] if passed else None

    def left(self, history: History) -> float | None:
        """Seconds of training to the last epoch; None while it is not known."""
        passed = self._passed()
        if not passed or not passed[2] or history.started is None:
            return None
        return max(0.0, history.started.epochs - history.epoch) * passed[0] / passed[2]

    def _passed(self) -> tuple[float, int, float] | None:
        if len(self._marks) < 2:
            return None
        (t1, s1, e1), (t2, s2, e2) = self._marks[0], self._marks[-1]
        return (t2 - t1, s2 - s1, e2 - e1) if t2 > t1 and s2 > s1 else None
