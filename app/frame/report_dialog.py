"""Export of a run: which one, as what, the place, and what was written."""

from pathlib import Path

from PySide6.QtWidgets import QFileDialog, QWidget

from app.controls.choice import Choice
from app.controls.text import label
from app.errand import Errands
from app.frame.work_dialog import WorkDialog
from app.reporting import Kind, kinds, reported
from app.studio import Studio
from engine.run import Run

SENTENCE = "What a run was given and what came of it, to read or to draw elsewhere."


class ReportDialog(WorkDialog):
    """Asks for a run and a kind of report, then for a place, and says what became of it."""

    def __init__(self, studio: Studio, errands: Errands, parent: QWidget, folder: Path) -> None:
        super().__init__(studio, errands, parent, "Export a run", SENTENCE, "Export…")
        self._folder = folder
        self._kinds = {kind.name: kind for kind in kinds()}
        self._runs = list(reversed(studio.document.project.runs))
        names = [(number, run.name) for number, run in enumerate(self._runs)]
        self.run = Choice(studio.theme, names, name="Run")
        shown = studio.session.run
        for number, run in enumerate(self._runs):
            if shown is not None and run.history is shown.history:
                self.run.setValue(number)
        choices = [(kind.name, kind.title) for kind in self._kinds.values()]
        self.kind = Choice(studio.theme, choices, name="Kind")
        self.help = label("", "note", "t3")
        self.help.setWordWrap(True)
        self.kind.changed.connect(lambda _: self._explain())
        self.add_field("Run", self.run)
        self.add_field("As", self.kind)
        self.form.addRow(self.help)
        self._explain()

    @property
    def chosen_kind(self) -> Kind:
        """The kind of report that is chosen."""
        return self._kinds[str(self.kind.value())]

    def _explain(self) -> None:
        self.help.setText(self.chosen_kind.help)
        self.adjustSize()

    def begin(self) -> None:
        run = self._runs[int(str(self.run.value()))]
        kind = self.chosen_kind
        out = self._place(kind, run)
        if out is None:
            return
        if self.studio.session.state == "training":
            self.studio.session.pause()  # both draw from torch's one random generator
        project = self.studio.document.project
        self.work(
            f"Writing {out.name}…",
            lambda: reported(project, run, kind.name, out, lambda: not self.leaving),
            self._tell,
        )

    def _place(self, kind: Kind, run: Run) -> Path | None:
        stem = "".join(c if c.isalnum() else "_" for c in f"{self._title()}_{run.name}".lower())
        if not kind.suffix:
            name = QFileDialog.getExistingDirectory(self, "Export", str(self._folder))
            return Path(name) / stem if name else None
        proposed = str(self._folder / f"{stem}{kind.suffix}")
        name, _ = QFileDialog.getSaveFileName(
            self, "Export", proposed, f"{kind.title} (*{kind.suffix})"
        )
        path = Path(name) if name else None
        return path.with_name(path.name + kind.suffix) if path and not path.suffix else path

    def _title(self) -> str:
        return self.studio.document.project.title.strip() or "network"

    def _tell(self, files: object) -> None:
        paths = (
            [path for path in files if isinstance(path, Path)] if isinstance(files, tuple) else []
        )
        if paths:
            lines = [f"{path.name}, {path.stat().st_size / 1e3:,.1f} kB" for path in paths]
            self.finished_saying(f"Written to {paths[-1].parent}:", lines)
