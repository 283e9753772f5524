"""What a plot is: a declaration with a title, the probes it reads, and how often it is redrawn.

The kinds are in `app.plots`. A plot draws what the run's history holds and keeps no figures of its own that the history
has; it is redrawn only while it can be seen, and its probes run only then.
"""

import inspect
from collections.abc import Sequence
from typing import ClassVar

from PySide6.QtCore import Signal
from PySide6.QtGui import QHideEvent, QShowEvent
from PySide6.QtWidgets import QWidget

from app.controls.button import Button
from app.controls.text import tip
from app.lull import Lull
from app.studio import Studio
from engine.dataset import Data, DataError
from engine.events import Event, Measured, Reading, Steps
from engine.graph import Graph, NodeId
from engine.history import History
from engine.project import Project
from engine.run import Run

CURVES, PICTURES = 10, 5  # redraws a second: curves; bars and maps, which cost more


class Plot(QWidget):
    """One view of a run. A subclass says how it is drawn; its docstring tells people how to read it.

    What it is stands in class attributes, for the classes of Qt take no keywords: `class Loss(Plot, title=…)` fails.
    """

    title: ClassVar[str] = ""
    reads: ClassVar[
        tuple[str | type, ...]
    ] = ()  # the probes whose readings it draws, or their names
    order: ClassVar[int] = 100  # among the docks, from the left
    behind: ClassVar[str] = ""  # the title of the plot whose place it shares, as a tab behind it
    content: ClassVar[str] = ""  # it is there where the data are of this content, in front at first
    rate: ClassVar[int] = PICTURES  # redraws a second, at most
    by_step: ClassVar[bool] = False  # whether each block of steps changes it, not readings alone

    subtitle_changed = Signal(str)

    def __init__(self, studio: Studio, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.studio = studio
        self._subtitle = ""
        self.covered = False
        self._turn = studio.session.turns.turn(self, lambda: self.redraw(), 1 / self.rate)
        self.info = Button(studio.theme, kind="icon", icon="circle-help", small=True)
        self.info.setAccessibleName(f"How to read {self.title}")
        self.info.setToolTip(tip(f"How to read {self.title}", self.help()))
        self.setAccessibleName(self.title)
        session, document = studio.session, studio.document
        session.advanced.connect(self._on_advanced)
        session.run_changed.connect(self._on_run_changed)
        self._lull = Lull(self, self.refresh)
        document.changed.connect(self._lull.ask)
        studio.selection_changed.connect(self._lull.ask)
        studio.theme.changed.connect(self._on_change)

    # -- what a subclass says -----------------------------------------------------------------------------------------

    def redraw(self) -> None:
        """Show the history as it is now; called while visible, at most `rate` times a second."""
        raise NotImplementedError

    def reset(self) -> None:
        """Forget what was kept of the run before: another is shown from now on."""

    def tools(self) -> list[QWidget]:
        """What belongs into the head of the dock, at its right end."""
        return [self.info]

    # -- what it can ask ----------------------------------------------------------------------------------------------

    @classmethod
    def probes(cls) -> frozenset[str]:
        """The names of the probes it may read; they run only while it is visible."""
        return frozenset(probe if isinstance(probe, str) else probe.__name__ for probe in cls.reads)

    def wanted(self) -> frozenset[str]:
        """Those it reads at the moment; `turn` says that they have changed."""
        return self.probes()

    @classmethod
    def suits(cls, project: Project) -> bool:
        """Whether the project has what it is about; its dock is put away while it has not."""
        return not cls.content or cls.content == project.recipe.dataset.content

    @classmethod
    def help(cls) -> str:
        """The docstring as one flowing text, for people."""
        return " ".join(inspect.cleandoc(cls.__doc__ or "").split())

    @property
    def run(self) -> Run | None:
        """The run that is shown."""
        return self.studio.session.run

    @property
    def history(self) -> History:
        """What the run has said so far; an empty one if there is none."""
        return self.run.history if self.run else History()

    @property
    def data(self) -> Data | None:
        """The data of the run that is shown, or of the project; None if they cannot be had."""
        recipe = self.run.recipe if self.run else self.studio.document.project.recipe
        try:
            return recipe.prepare()
        except DataError:
            return None

    @property
    def graph(self) -> Graph:
        """The network that the run trains, or else the drawing."""
        return (self.run.graph if self.run else self.studio.document.graph).flat

    @property
    def chosen(self) -> NodeId:
        """The selected layer under its whole name; nothing if it is not one alone."""
        return self.studio.full_name(self.studio.node) if self.studio.node else NodeId("")

    @property
    def subtitle(self) -> str:
        """What exactly is shown, in a few words for the head of the dock."""
        return self._subtitle

    @subtitle.setter
    def subtitle(self, text: str) -> None:
        if text != self._subtitle:
            self._subtitle = text
            self.subtitle_changed.emit(text)

    # -- when it is redrawn -------------------------------------------------------------------------------------------

    @property
    def seen(self) -> bool:
        """Whether a person can see it: Qt calls a tab visible that lies behind another."""
        return self.isVisible() and not self.covered

    @property
    def waits(self) -> bool:
        """Whether it has something new to draw."""
        return self._turn.waits

    def cover(self, covered: bool) -> None:  # noqa: FBT001 - a signal's own value
        """Say whether it lies behind another plot: then it neither reads its probes nor draws."""
        if covered != self.covered:
            self.covered = covered
            self.turn()

    def refresh(self) -> None:
        """Redraw now if it is seen, or else when it is shown again."""
        if self.seen:
            self._draw()

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self.turn()

    def hideEvent(self, event: QHideEvent) -> None:
        self._turn.drop()
        self.studio.session.watch(self, frozenset())
        super().hideEvent(event)

    def turn(self) -> None:
        """Begin to be seen, cease to be, or read other probes."""
        self.studio.session.watch(self, self.wanted() if self.seen else frozenset())
        if self.seen:
            self._draw()
        else:
            self._turn.drop()

    def _on_advanced(self, events: Sequence[Event] = ()) -> None:
        """Something happened: redraw when it is this plot's turn, if it shows any of that."""
        if self.seen and (not events or self._shows(events)):
            self._turn.ask()

    def _shows(self, events: Sequence[Event]) -> bool:
        wanted = self.wanted()
        return any(
            event.probe in wanted
            if isinstance(event, Reading)
            else self.by_step or not isinstance(event, Steps | Measured)
            for event in events
        )

    def _on_run_changed(self) -> None:
        self.reset()
        self.refresh()

    def _on_change(self, *_: object) -> None:
        self.refresh()

    def _draw(self) -> None:
        """Redraw at once, out of turn."""
        self._turn.drawn()
        self._lull.drop()
        self.redraw()
