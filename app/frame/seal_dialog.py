"""The door of the test set: which run, the checklist, why; then what came out, kept in the project for good."""

from PySide6.QtWidgets import QLineEdit, QWidget

from app.controls.choice import Choice
from app.errand import Errands
from app.frame.work_dialog import WorkDialog
from app.panels.checklist import Checklist
from app.panels.verdict_view import VerdictView
from app.studio import Studio
from engine.opening import Opening, Which, earlier
from engine.project import Project
from engine.run import Run
from engine.seal import Point, Rehearsal, checklist, opened, rehearsed

SENTENCE = (
    "The last word on a run, spoken once. It is evaluated on examples that nothing has seen, and the opening is "
    "written into the project for good."
)
NOTHING = "Nothing has been trained yet: there is no run to be tested."
BIASED = "What it says now is no longer unbiased: name every opening when you report it."
GO, AGAIN, KEEP = "Open the test set", "Open once more", "Keep it sealed"


class SealDialog(WorkDialog):
    """Asks for a run, says whether it is ready, and opens the test set for it."""

    def __init__(self, studio: Studio, errands: Errands, parent: QWidget) -> None:
        project = studio.document.project
        self._before = earlier(project.openings, project.recipe)
        go = AGAIN if self._before else GO
        super().__init__(studio, errands, parent, "Open the test set?", SENTENCE, go)
        if studio.session.state == "training":
            studio.session.pause()  # its weights are judged as they are now
        self.buttons[-1].show_text(KEEP)
        self._rehearsal: Rehearsal | None = None
        self._runs: list[Run] = [run for run in reversed(project.runs) if run.checkpoint]
        names = [(number, run.name) for number, run in enumerate(self._runs)]
        self.run = Choice(studio.theme, names, name="Run")
        weights = [("best", "The best by dev"), ("last", "The last")]
        self.weights = Choice(studio.theme, weights, name="Weights")
        self.why = QLineEdit()
        self.why.setAccessibleName("Why")
        self.why.setPlaceholderText("Best on dev; to be reported")
        self.points = Checklist()
        self.verdict = VerdictView(studio.theme)
        self._lay_out()
        self._look()

    def _lay_out(self) -> None:
        for title, field in (("Run", self.run), ("Weights", self.weights), ("Why", self.why)):
            self.add_field(title, field)
        self.column.insertWidget(3, self.points)
        self.column.insertWidget(4, self.verdict)
        self.verdict.setVisible(bool(self._before))
        self.verdict.setValue(self._before, classes=False)
        shown = self.studio.session.run
        for number, run in enumerate(self._runs):
            if shown is not None and run.history is shown.history:
                self.run.setValue(number)
        self.run.changed.connect(lambda _: self._look())
        self.weights.changed.connect(lambda _: self._look())

    @property
    def _run(self) -> Run:
        return self._runs[int(str(self.run.value()))]

    def _look(self) -> None:
        """Judge train and dev beside the window, and say how the run stands."""
        self._rehearsal = None
        if not self._runs:
            self.buttons[0].setEnabled(False)
            self.points.setValue([(False, NOTHING, "Train a network first.")])
            return
        run, project = self._run, self.studio.document.project
        which: Which = "best" if self.weights.value() == "best" else "last"

        def work() -> tuple[Rehearsal, tuple[Point, ...]]:
            found = rehearsed(run, which)
            return found, checklist(project, run, found)

        self.points.setValue([(True, "Looking at train and dev…", "")])
        self.work("", work, self._tell)

    def _tell(self, found: object) -> None:
        if not isinstance(found, tuple):
            return
        self._rehearsal, points = found
        shown = [(point.good, point.title, point.detail) for point in points]
        if self._before:
            shown.append((False, _times(len(self._before)), BIASED))
        self.points.setValue(shown)
        self.adjustSize()

    def begin(self) -> None:
        rehearsal, run, why = self._rehearsal, self._run, self.why.text()
        if rehearsal is None:
            return
        project = self.studio.document.project

        def work() -> tuple[Project, Opening]:
            return opened(project, run, rehearsal, why)

        self.work("Evaluating…", work, self._keep)

    def _keep(self, found: object) -> None:
        if not isinstance(found, tuple):
            return
        opening = found[1]
        self.studio.document.note_opening(opening)
        project = self.studio.document.project
        openings = earlier(project.openings, self._run.recipe)
        for field in (self.run, self.weights, self.why):
            self.form.setRowVisible(field, False)  # noqa: FBT003 - Qt's own
        self.points.hide()
        self.verdict.setValue(openings)
        self.verdict.show()
        words = f"{opening.run}, {opening.weights} weights (step {opening.step:,}), {opening.examples:,} examples."
        lines = [f"{_times(len(openings) - 1)}. {BIASED}"] if len(openings) > 1 else []
        self.finished_saying(words, lines)
        self.adjustSize()

    def adjustSize(self) -> None:
        """As high as it has to be; Qt's own stops at two thirds of the screen."""
        self.column.activate()
        self.resize(self.width(), self.column.totalSizeHint().height())


def _times(openings: int) -> str:
    return (
        "It was opened once before" if openings == 1 else f"It was opened {openings} times before"
    )
