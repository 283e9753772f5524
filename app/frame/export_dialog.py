"""Export: the format, the place, and what was written or why it was refused."""

from pathlib import Path

from PySide6.QtWidgets import QFileDialog, QWidget

from app.controls.choice import Choice
from app.controls.text import label
from app.errand import Errands
from app.frame.work_dialog import WorkDialog
from app.handing import Format, formats, written
from app.studio import Studio

SENTENCE = "The drawing, with the weights of its last run, for use without Chainrule."


class ExportDialog(WorkDialog):
    """Asks for a format, then for a place, and says what became of it."""

    def __init__(self, studio: Studio, errands: Errands, parent: QWidget, folder: Path) -> None:
        super().__init__(studio, errands, parent, "Export the network", SENTENCE, "Export…")
        self._folder = folder
        self._formats = {form.name: form for form in formats()}
        choices = [(form.name, form.title) for form in self._formats.values()]
        self.format = Choice(studio.theme, choices, name="Format")
        self.help = label("", "note", "t3")
        self.help.setWordWrap(True)
        self.format.changed.connect(lambda _: self._explain())
        self.add_field("Format", self.format)
        self.form.addRow(self.help)
        self._explain()

    @property
    def chosen_format(self) -> Format:
        """The format that is chosen."""
        return self._formats[str(self.format.value())]

    def _explain(self) -> None:
        self.help.setText(self.chosen_format.help)
        self.adjustSize()

    def begin(self) -> None:
        form = self.chosen_format
        out = self._place(form)
        if out is None:
            return
        self.studio.session.keep()
        project = self.studio.document.project
        self.work(
            f"Writing {out.name}…",
            lambda: written(project, form.name, out, lambda: not self.leaving),
            self._tell,
        )

    def _place(self, form: Format) -> Path | None:
        title = self.studio.document.project.title.lower()
        stem = "".join(letter if letter.isalnum() else "_" for letter in title).strip("_")
        proposed = self._folder / f"{stem or 'network'}{form.suffix}"
        name, _ = QFileDialog.getSaveFileName(
            self, "Export", str(proposed), f"{form.title} (*{form.suffix})"
        )
        path = Path(name) if name else None
        return path.with_name(path.name + form.suffix) if path and not path.suffix else path

    def _tell(self, files: object) -> None:
        paths = (
            [path for path in files if isinstance(path, Path)] if isinstance(files, tuple) else []
        )
        if paths:
            self.finished_saying(
                f"Written to {paths[-1].parent}:", [f"{p.name}, {_size(p)}" for p in paths]
            )


def _size(path: Path) -> str:
    count = path.stat().st_size
    return f"{count / 1e6:,.1f} MB" if count >= 1e6 else f"{count / 1e3:,.1f} kB"
