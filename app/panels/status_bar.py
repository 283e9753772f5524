"""The status bar: problems first, then what the drawing amounts to; at the right how and where it runs."""

from collections.abc import Iterable, Sequence

from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFontMetrics, QPainter, QPaintEvent
from PySide6.QtWidgets import QAbstractButton, QHBoxLayout, QSizePolicy, QWidget

from app.controls.flyout import Flyout
from app.controls.mark import State, draw_mark
from app.controls.ring import FocusRing
from app.controls.surface import rounded
from app.controls.text import ElidedLabel
from app.lull import Lull
from app.panels.failure_card import FailureCard
from app.panels.figures import grouped, memory, short
from app.panels.problem_sheet import WIDTH, ProblemSheet
from app.panels.run_figures import Dot
from app.panels.share_button import ShareButton
from app.studio import Studio
from app.theme import Theme
from app.theme.measures import HEIGHT_STATUS_BAR, PADDING, RADIUS_CHIP, SPACE_4, SPACE_16
from engine.dataset import DataError
from engine.events import Event, Failed, Measured
from engine.graph import NodeId
from engine.job import PROBE_EXAMPLES
from engine.problems import Problem
from engine.sizing import Cost, summed

_STATES = {"idle": "Idle", "training": "Training", "paused": "Paused"}
_DEVICES = {"cpu": "CPU", "cuda": "CUDA", "mps": "Metal"}


class ProblemButton(QAbstractButton):
    """“● No problems” or “■ 2 errors ▲ 1 advice”; a press opens the sheet."""

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self.theme = theme
        self._parts: tuple[tuple[State, str], ...] = ()
        self.setFont(theme.font("note"))
        self.setAttribute(Qt.WidgetAttribute.WA_Hover)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        self.ring = FocusRing(theme, self, RADIUS_CHIP)

    def setValue(self, problems: Sequence[Problem]) -> None:
        """Shows how many there are."""
        errors = sum(problem.severity == "error" for problem in problems)
        advice = len(problems) - errors
        parts: list[tuple[State, str]] = []
        if errors:
            parts.append(("bad", f"{errors} error{'s' if errors > 1 else ''}"))
        if advice:
            parts.append(("watch", f"{advice} advice"))
        self._parts = tuple(parts) or (("ok", "No problems"),)
        self.setAccessibleName(self.value())
        self.updateGeometry()
        self.update()

    def value(self) -> str:
        """The words shown."""
        return " ".join(words for _, words in self._parts)

    def sizeHint(self) -> QSize:
        metrics = QFontMetrics(self.font())
        words = sum(metrics.horizontalAdvance(words) + 16 for _, words in self._parts)
        return QSize(words + 8 * (len(self._parts) - 1) + 12, 20)

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        tokens = self.theme.tokens
        if self.underMouse():
            rounded(painter, QRectF(self.rect()), RADIUS_CHIP, tokens.s3)
        left = 6.0
        for state, words in self._parts:
            draw_mark(painter, tokens, state, QPointF(left + 4, self.height() / 2), 3.6)
            painter.setPen(QColor(tokens.t1 if self.underMouse() else tokens.t2))
            room = QRectF(left + 14, 0, self.width(), self.height())
            painter.drawText(room, Qt.AlignmentFlag.AlignVCenter, words)
            left += painter.fontMetrics().horizontalAdvance(words) + 24


class StatusBar(QWidget):
    """Stands below all else; also shows why Train did not begin, and why a run stopped."""

    def __init__(self, studio: Studio) -> None:
        super().__init__()
        self._studio = studio
        self._flyout: Flyout | None = None
        self._sheet: ProblemSheet | None = None
        self._refused: tuple[Problem, ...] = ()
        self.card: FailureCard | None = None
        self.problems = ProblemButton(studio.theme)
        self.totals = tuple(ElidedLabel("") for _ in range(4))
        self.share = ShareButton(studio)
        self.busy = Dot(studio.theme, "accent")
        self.state, self.probe, self.seed, self.place = (ElidedLabel("") for _ in range(4))
        self.setFixedHeight(HEIGHT_STATUS_BAR)
        self._arrange()
        self.problems.clicked.connect(self._toggle)
        lull = Lull(self, self._show_document)
        studio.document.changed.connect(lull.ask)
        studio.document.learnt.connect(lull.ask)
        studio.document.understood.connect(self._show_document)
        studio.selection_changed.connect(self._show_totals)
        session = studio.session
        session.state_changed.connect(self._show_state)
        session.advanced.connect(self._show_measured)
        session.run_changed.connect(self._close_card)
        studio.preflight.changed.connect(self._show_probe)
        session.refused.connect(self._refuse)
        session.failed.connect(self._fail)
        self._show_document()
        self._show_state()

    def show_problems(self, why: str = "") -> None:
        """Opens the sheet of problems, with a sentence above them."""
        self.close_problems()
        self._sheet = ProblemSheet(self._studio)
        self._fill_sheet(why)
        self._flyout = Flyout(self._studio.theme, self._sheet)
        self._flyout.closed.connect(self._forget)
        self._flyout.open_at(self.problems, "above", WIDTH, self._sheet.height_wanted())
        rows = self._sheet.list.rows
        if rows:
            rows[0].setFocus(Qt.FocusReason.PopupFocusReason)

    def close_problems(self) -> None:
        """Closes the sheet, if it is open."""
        if self._flyout is not None:
            self._flyout.close_up()

    @property
    def sheet(self) -> ProblemSheet | None:
        """The sheet of problems, while it is open."""
        return self._sheet

    def _arrange(self) -> None:
        row = QHBoxLayout(self)
        row.setContentsMargins(PADDING - 6, 0, PADDING, 0)
        row.setSpacing(SPACE_16)
        row.addWidget(self.problems)
        for part in self.totals:
            row.addWidget(part)
        row.addStretch(1)
        busy = QHBoxLayout()
        busy.setSpacing(SPACE_4)
        busy.addWidget(self.busy)
        busy.addWidget(self.state)
        row.addLayout(busy)
        row.addWidget(self.share)
        for part in (self.probe, self.seed, self.place):
            row.addWidget(part)

    def _show_document(self) -> None:
        document = self._studio.document
        problems = document.meaning.problems
        self.problems.setValue(problems)
        self._show_totals()
        settings = document.project.settings
        threads = f" · {settings.threads} threads" if settings.threads > 1 else ""
        self.seed.setText(f"seed {settings.seed}")
        self.place.setText(f"{settings.precision} · {_DEVICES[settings.device]}{threads}")
        self._show_probe()
        if self._sheet is not None:
            self._refresh_sheet()

    def _show_totals(self) -> None:
        """What the drawing amounts to, or what is selected of it."""
        document, chosen = self._studio.document, self._studio.nodes
        count = len(document.graph.nodes)
        of, is_part = "", bool(chosen) and document.meaning.known
        total = summed(self._costs_of(chosen)) if is_part else document.meaning.shapes.total
        if is_part:
            of, count = f"{len(chosen)} of ", len(self._studio.graph.nodes)
        texts = (
            f"{of}{count:,} layer{'' if count == 1 else 's'}",
            f"{grouped(total.parameters)} parameters",
            f"{short(total.multiply_adds)} multiply-adds",
            f"{memory(total.activation_bytes)} activations an example",
        )
        if not document.meaning.known:
            texts = (texts[0], "PyTorch is being loaded…", "", "")
        for line, text in zip(self.totals, texts, strict=True):
            line.setText(text)

    def _costs_of(self, names: Iterable[NodeId]) -> list[Cost]:
        """What these layers of the canvas cost, as far as it is known."""
        try:
            sized = self._studio.shapes.sized
        except DataError:
            return []
        return [sized[name].cost for name in names if name in sized]

    def _show_probe(self) -> None:
        document = self._studio.document
        known = document.meaning.shapes.sized
        count = min(PROBE_EXAMPLES, document.meaning.data.train.count) if known else 0
        session = self._studio.session
        said = session.run.history.measured if session.run and session.state != "idle" else None
        part = f"{said.examples} of " if said and said.examples < count else ""
        flight = self._studio.preflight
        before = f"pre-flight {flight.examples} train examples" if flight.speaks else ""
        self.probe.setText(before or (f"probe {part}{count} train examples" if count else ""))
        verdict = flight.verdict if flight.speaks or flight.refusal else None
        self.probe.setAccessibleDescription(verdict.sentence if verdict else "")

    def _show_measured(self, events: list[Event]) -> None:
        if any(isinstance(event, Measured) for event in events):
            self._show_probe()

    def _show_state(self) -> None:
        session = self._studio.session
        state, where = session.state, " · own process" if session.is_apart else ""
        self.state.setText(_STATES[state] + where)
        self.busy.setValue(state == "training")
        self._show_probe()
        if state != "idle":
            self._close_card()

    # -- problems -------------------------------------------------------------------------------

    def _toggle(self) -> None:
        if self._flyout is not None:
            self.close_problems()
        else:
            self.show_problems()

    def _fill_sheet(self, why: str = "") -> None:
        if self._sheet is not None:
            problems = self._studio.document.meaning.problems or self._refused
            self._sheet.setValue(problems, why)

    def _refresh_sheet(self) -> None:
        self._refused = ()
        if self._studio.document.meaning.problems:
            self._fill_sheet()
        else:
            self.close_problems()

    def _forget(self) -> None:
        if self._flyout is not None:
            self._flyout.deleteLater()
        self._flyout = self._sheet = None

    def _refuse(self, problems: Sequence[Problem]) -> None:
        self._refused = tuple(problems)
        errors = sum(problem.severity == "error" for problem in problems)
        what = "this error is" if errors == 1 else "these errors are"
        self.show_problems(f"Training cannot begin before {what} mended.")

    # -- a run that could not go on -------------------------------------------------------------

    def _fail(self, failed: Failed) -> None:
        self._close_card()
        self.card = FailureCard(self._studio, failed, self.window())
        self.card.destroyed.connect(self._drop_card)

    def _close_card(self) -> None:
        if self.card is not None:
            self.card.close_up()
            self.card = None

    def _drop_card(self) -> None:
        self.card = None
