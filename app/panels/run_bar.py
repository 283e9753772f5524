"""The run bar: what the project is, the commands of the run, how far it is, and the two settings changed most."""

from collections.abc import Callable, Iterable
from dataclasses import replace

from PySide6.QtCore import QElapsedTimer, QRectF, QSize
from PySide6.QtGui import QKeySequence, QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QWidget

from app.actions import ACTIONS
from app.controls.button import Button
from app.controls.button import Kind as ButtonKind
from app.controls.number_field import NumberField
from app.controls.text import ElidedLabel, tip
from app.form import number_field
from app.form.scrub import Scrubber
from app.panels.command_field import CommandField
from app.panels.figures import duration, rate
from app.panels.run_clock import RunClock, way_of
from app.panels.run_figures import Dot, Figure, Rule, RunProgress, SealChip
from app.studio import Studio
from app.theme import Theme
from app.theme.measures import HEIGHT_RUN_BAR, HEIGHT_RUN_BAR_SMALL, PADDING, SPACE_4, SPACE_8
from engine.dataset import DataError
from engine.opening import earlier
from engine.settings import Settings

Trigger = Callable[[str], None]
WIDE = 1500  # px, from which width on all of it is shown
_FIGURES_MS = 180  # figures change no more often while it trains: they could not be read
_RECORDS = {action.id: action for action in ACTIONS}
_TITLE_WIDEST, _TITLE_LEAST = 220, 72  # px


class RunBar(QWidget):
    """Stands above all else. Buttons run commands by their id and follow what those allow."""

    def __init__(self, studio: Studio, trigger: Trigger) -> None:
        super().__init__()
        self._studio, self._trigger = studio, trigger
        theme = studio.theme
        self.buttons: dict[str, Button] = {}
        self._clock, self._since = RunClock(), QElapsedTimer()
        self.title = ElidedLabel("", "title")
        self.title.setMaximumWidth(_TITLE_WIDEST)
        self.unsaved = Dot(theme)
        self.primary = self._primary()
        self.progress = RunProgress(theme)
        self.speed = Figure(theme, "0,000", "steps/s", "Speed")
        self.left = Figure(theme, "00", "min left", "Time left")
        self.rate = Tuner(studio, "learning_rate", 68)
        self.batch = Tuner(studio, "batch_size", 60)
        commands = _RECORDS["app.commands"]
        self.commands = CommandField(theme, "Search or run a command", commands.shortcuts[0])
        self.commands.setToolTip(tip(commands.text, commands.tip, commands.shortcuts[0]))
        self.commands.clicked.connect(lambda: trigger("app.commands"))
        self.seal = SealChip(theme)
        self.seal.clicked.connect(lambda: trigger("run.test"))
        self._row = QHBoxLayout(self)
        self._row.setContentsMargins(PADDING, 0, PADDING, 0)
        self._row.setSpacing(SPACE_8)
        self._fill()
        self._listen()
        self.set_compact(False)
        self._show_project()
        self._show_run()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        if (self.width() < WIDE) != self.compact:
            self.set_compact(self.width() < WIDE)

    def set_compact(self, compact: bool) -> None:
        """Leaves out speed, time left and batch, and makes the search an icon; or brings all back.

        Follows the width by itself.
        """
        self.compact = compact
        self.setFixedHeight(HEIGHT_RUN_BAR_SMALL if compact else HEIGHT_RUN_BAR)
        for part in (self.speed, self.left, self.batch):
            part.setVisible(not compact)
        self.commands.set_compact(compact)

    # -- making ---------------------------------------------------------------------------------

    def _fill(self) -> None:
        theme = self._studio.theme
        self._put(self._button("app.menu", "menu"), Logo(theme), self.title, self.unsaved)
        self._put(Rule(theme), self._button("edit.undo"), self._button("edit.redo"), Rule(theme))
        self._put(self.primary)
        for name in ("run.step", "run.stop", "run.restart"):
            self._put(self._button(name))
        self._row.addSpacing(SPACE_8)
        self._put(self.progress)
        self._row.addSpacing(SPACE_8)
        self._put(self.speed, self.left, Rule(theme), self.rate, self.batch)
        self._row.addStretch(1)
        self._put(self.commands, self.seal, self._button("view.theme", self._theme_icon()))

    def _put(self, *parts: QWidget) -> None:
        for part in parts:
            self._row.addWidget(part)

    def _button(self, name: str, icon: str = "", kind: ButtonKind = "icon") -> Button:
        record = _RECORDS[name]
        button = Button(self._studio.theme, kind=kind, icon=icon or record.icon, name=record.text)
        button.setToolTip(_tip(name))
        button.clicked.connect(lambda: self._trigger(name))
        self.buttons[name] = button
        return button

    def _primary(self) -> Button:
        button = Button(self._studio.theme, "Train", "primary", icon="play")
        button.reserve("Train", "Pause")
        button.clicked.connect(lambda: self._trigger(self._primary_id()))
        return button

    def _primary_id(self) -> str:
        return "run.pause" if self._studio.session.state == "training" else "run.train"

    def _theme_icon(self) -> str:
        return "sun" if self._studio.theme.name == "light" else "moon"

    def _listen(self) -> None:
        studio = self._studio
        studio.document.changed.connect(self._show_project)
        studio.document.filed.connect(self._show_project)
        studio.document.stepped.connect(self._allow)
        studio.session.state_changed.connect(self._show_run)
        studio.session.run_changed.connect(self._begin_run)
        studio.session.advanced.connect(self._advance)
        studio.theme.changed.connect(self._show_theme)

    # -- showing --------------------------------------------------------------------------------

    def _show_project(self) -> None:
        document = self._studio.document
        project = document.project
        self.title.setText(project.title)
        self.title.setMinimumWidth(min(_TITLE_LEAST, self.title.sizeHint().width()))
        self.unsaved.setValue(document.unsaved)
        self.unsaved.setToolTip("There are changes that are not saved." if document.unsaved else "")
        self.rate.setValue(project.settings)
        self.batch.setValue(project.settings)
        try:
            count: int | None = document.meaning.data.sealed.count
        except DataError:
            count = None
        self.seal.setValue(count, len(earlier(project.openings, project.recipe)))
        self._show_progress()
        self._allow()

    def _begin_run(self) -> None:
        self._clock.forget()
        self._show_run()

    def _show_run(self) -> None:
        name = self._primary_id()
        record = _RECORDS[name]
        self.primary.show_text(record.text)
        self.primary.show_icon(record.icon)
        self.primary.setToolTip(_tip(name))
        self._show_progress()
        self._show_speed()
        self._allow()

    def _advance(self, _events: Iterable[object]) -> None:
        run = self._studio.session.run
        if run is None:
            return
        self._clock.feed(run.history)
        if not self._since.isValid() or self._since.elapsed() >= _FIGURES_MS:
            self._since.start()
            self._show_progress()
            self._show_speed()

    def _show_progress(self) -> None:
        run, settings = self._studio.session.run, self._studio.document.project.settings
        if run is None or run.history.started is None:
            self.progress.setValue(0, settings.epochs, 0)
        else:
            history = run.history
            epochs = history.started.epochs if history.started else settings.epochs
            self.progress.setValue(history.epoch, epochs, history.step)

    def _show_speed(self) -> None:
        session = self._studio.session
        speed = self._clock.speed if session.state != "idle" else None
        self.speed.setValue(rate(speed) if speed is not None else "")
        self.speed.setToolTip(way_of(session.run.history) if session.run else "")
        left = self._clock.left(session.run.history) if session.run and speed is not None else None
        number, unit = duration(left) if left is not None else ("", "s")
        self.left.setValue(number, f"{unit} left")

    def _allow(self) -> None:
        for name, button in self.buttons.items():
            button.setEnabled(_RECORDS[name].enabled(self._studio))

    def _show_theme(self) -> None:
        self.buttons["view.theme"].show_icon(self._theme_icon())
        self.update()


class Tuner(QWidget):
    """One setting with its label, which scrubs it; a run that goes on follows the project."""

    def __init__(self, studio: Studio, name: str, width: int) -> None:
        super().__init__()
        self._studio, self._name, self._drags, self._merge = studio, name, 0, ""
        field = Settings.model_fields[name]
        self._title = field.title or name
        self.field: NumberField = number_field(studio.theme, Settings, name)
        self.field.setFixedWidth(width)
        self.field.setToolTip(tip(self._title, field.description or ""))
        self.label = Scrubber(self._title, self.field)
        row = QHBoxLayout(self)
        row.setContentsMargins(SPACE_4, 0, SPACE_4, 0)  # room for the focus ring
        row.setSpacing(SPACE_8)
        row.addWidget(self.label)
        row.addWidget(self.field)
        self.field.changed.connect(self._change)
        self.field.complaint.connect(lambda said: studio.say(said) if said else None)
        self.label.began.connect(self._begin)
        self.label.scrubbed.connect(self._change)
        self.label.ended.connect(self._end)

    def setValue(self, settings: Settings) -> None:
        """Shows the setting; nothing is emitted."""
        value = getattr(settings, self._name)
        if value != self.field.value() or not self.field.hasFocus():
            self.field.setValue(value)

    def _begin(self) -> None:
        self._drags += 1
        self._merge = f"{self._name} in the run bar {self._drags}"

    def _end(self) -> None:
        self._merge = ""

    def _change(self, value: object) -> None:
        document = self._studio.document
        settings = document.project.settings.but(**{self._name: value})
        after = replace(document.project, settings=settings)
        document.change(f"Set {self._title}", after, self._merge)


class Logo(QWidget):
    """The sign of the program."""

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self._theme = theme
        self.setFixedSize(20, 20)

    def sizeHint(self) -> QSize:
        return QSize(20, 20)

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        accent = self._theme.tokens.accent
        self._theme.icons.paint(painter, "logo", QRectF(0, 1, 20, 18), accent)


def _tip(name: str) -> str:
    record = _RECORDS[name]
    keys = record.shortcuts[:1]
    native = [QKeySequence(key).toString(QKeySequence.SequenceFormat.NativeText) for key in keys]
    return tip(record.text, record.tip, next(iter(native), ""))
