"""Data that take a while to be read or fetched: done beside the window, with how far it is and a way out."""

from collections.abc import Callable
from functools import partial

from PySide6.QtCore import QTimer, Signal
from PySide6.QtWidgets import QHBoxLayout, QProgressBar, QVBoxLayout, QWidget

from app.controls.button import Button
from app.controls.text import ElidedLabel
from app.errand import Errand, Errands
from app.theme import Theme
from app.theme.measures import SPACE_4, SPACE_8
from engine.dataset import Recipe
from engine.waiting import heard_by

LOOK_MS, SOON_LOOKS = 100, 5  # it is shown after half a second


class _Ear:
    """What is heard of the work; the thread that works writes it, the window reads it."""

    def __init__(self) -> None:
        self.share, self.doing, self.left = -1.0, "Reading the data", False

    def hear(self, share: float, doing: str) -> bool:
        self.share, self.doing = share, doing
        return not self.left

    def prepare(self, recipe: Recipe) -> None:
        """Read the data; the window finds them at hand. What is wrong with them it says itself."""
        with heard_by(self.hear):
            recipe.prepare()


class DataWait(QWidget):
    """Hidden as long as nobody waits. `left`: nobody waits any more, and nothing came of it."""

    left = Signal()

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self.errands = Errands(self, one_by_one=True)
        self._errand: Errand | None = None
        self._ear, self._looks = _Ear(), 0
        self.pending: Recipe | None = None
        self.text, self.progress = ElidedLabel("", "label", "t2"), QProgressBar()
        self.progress.setTextVisible(False)
        self.progress.setAccessibleName("Progress")
        self.cancel = Button(theme, "Cancel", small=True, name="Cancel reading the data")
        self.cancel.clicked.connect(self._cancel)
        row = QHBoxLayout()
        row.setSpacing(SPACE_8)
        row.addWidget(self.text, 1)
        row.addWidget(self.cancel)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(SPACE_4)
        column.addLayout(row)
        column.addWidget(self.progress)
        self._ticks = QTimer(self)
        self._ticks.setInterval(LOOK_MS)
        self._ticks.timeout.connect(self._tick)
        self.hide()

    def read(self, recipe: Recipe, then: Callable[[], None]) -> None:
        """Read the data of a recipe, then do something; what was being read until now is left."""
        self.leave()
        ear = self._ear = _Ear()
        self.pending, self._looks = recipe, 0

        def rest(_result: object) -> None:
            self._rest()
            then()

        self._errand = self.errands.begin(partial(ear.prepare, recipe), rest, rest)
        self._ticks.start()

    def leave(self) -> None:
        """Wait for nothing any more."""
        self._ear.left = True
        if self._errand is not None:
            self._errand.leave()
        self._rest()

    def _cancel(self) -> None:
        self.leave()
        self.left.emit()

    def _rest(self) -> None:
        self._errand = self.pending = None
        self._ticks.stop()
        self.hide()

    def _tick(self) -> None:
        self._looks += 1
        if self._looks < SOON_LOOKS:
            return
        share = self._ear.share
        self.progress.setRange(0, 100 if share >= 0 else 0)
        self.progress.setValue(round(100 * max(0.0, share)))
        self.text.setText(f"{self._ear.doing}…")
        self.show()
