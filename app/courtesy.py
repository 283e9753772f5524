"""While the window is busy, a run with short steps waits: both are faster for it (`engine.runner.Courtesy`)."""

from PySide6.QtCore import QAbstractEventDispatcher, QObject

from engine.control import Control
from engine.job import Job
from engine.runner import Apart, Courtesy, Runner


class WindowFirst(QObject):
    """Tells a run's courtesy when the event loop of this thread is awake."""

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self._courtesy: Courtesy | None = None

    def runner(self, job: Job, control: Control, *, apart: bool) -> Runner:
        """What runs a job: a process of its own, or a thread beside this one, which is then attended to."""
        if apart:
            return Apart(job, control, exact=False)
        from engine.train import train  # and torch, which the window does not wait for

        courtesy = Courtesy()
        control.between = courtesy.give_way
        self.attend(courtesy)
        return Runner(lambda: train(job, control, exact=False), control)

    def attend(self, courtesy: Courtesy) -> None:
        """Tell this one from now on."""
        self.leave()
        self._courtesy = courtesy
        dispatcher = QAbstractEventDispatcher.instance()
        dispatcher.awake.connect(courtesy.begin)
        dispatcher.aboutToBlock.connect(courtesy.end)

    def leave(self) -> None:
        """Tell nobody any more."""
        if self._courtesy is None:
            return
        dispatcher = QAbstractEventDispatcher.instance()
        dispatcher.awake.disconnect(self._courtesy.begin)
        dispatcher.aboutToBlock.disconnect(self._courtesy.end)
        self._courtesy.end()
        self._courtesy = None
