"""Import of a PyTorch module: says first that the file is run, then asks for it, and shows what became of it."""

from pathlib import Path

from PySide6.QtWidgets import QFileDialog, QHBoxLayout, QWidget

from app.controls.button import Button
from app.controls.switch import Switch
from app.errand import Errands
from app.form.texts import TextField
from app.frame.work_dialog import WorkDialog
from app.handing import Brought, brought
from app.studio import Studio
from app.theme.measures import HEIGHT_CONTROL, SPACE_8

SENTENCE = (
    "Importing runs the Python file, with all that it does. Choose one only if you know where it is from. "
    "Your project stays as it is until the module has been read."
)


class ImportDialog(WorkDialog):
    """Asks which class of which file, made how, and what its inputs look like."""

    def __init__(self, studio: Studio, errands: Errands, parent: QWidget, folder: Path) -> None:
        title = "Import a PyTorch module"
        super().__init__(studio, errands, parent, title, SENTENCE, "Run the file and import")
        self._folder = folder
        self.brought: Brought | None = None
        theme = studio.theme
        self.file = TextField(theme, name="Python file")
        self.kind = TextField(theme, name="Class")
        self.arguments = TextField(theme, name="Arguments")
        self.inputs = TextField(theme, name="Inputs")
        choose = Button(theme, "Choose…", small=True, name="Choose a Python file")
        choose.setAutoDefault(False)  # Enter in a field takes its text
        choose.clicked.connect(self._choose_file)
        row = QHBoxLayout()
        row.setSpacing(SPACE_8)
        row.addWidget(self.file, 1)
        row.addWidget(choose)
        self.add_field("File", row)
        for title, field, hint in (
            ("Class", self.kind, "Net; the only one if left empty"),
            ("Arguments", self.arguments, '[10] or {"depth": 2}'),
            ("Inputs", self.inputs, "3,224,224; guessed if left empty"),
        ):
            field.setPlaceholderText(hint)
            self.add_field(title, field)
        self.loss = Switch(theme, name="Add a loss")
        self.loss.setValue(True)
        beside = QHBoxLayout()
        beside.setContentsMargins(0, (HEIGHT_CONTROL - self.loss.sizeHint().height()) // 2, 0, 0)
        beside.addWidget(self.loss)
        beside.addStretch(1)
        self.add_field("Add a loss", beside)

    def _choose_file(self) -> None:
        name, _ = QFileDialog.getOpenFileName(
            self, "Choose a Python file", str(self._folder), "Python (*.py);;All files (*)"
        )
        if name:
            self.file.setText(name)

    def begin(self) -> None:
        file, kind = self.file.text().strip(), self.kind.text().strip()
        shapes = [part.strip() for part in self.inputs.text().split(";") if part.strip()]
        if not file or not Path(file).is_file():
            self.say("Choose the Python file first.", tone="bad")
        else:
            arguments, loss = self.arguments.text().strip(), self.loss.isChecked()
            target = f"{file}:{kind}" if kind else file
            self.work(
                f"Running {Path(file).name}…",
                lambda: brought(
                    target, shapes, arguments, loss=loss, keep=lambda: not self.leaving
                ),
                self._take,
            )

    def _take(self, result: object) -> None:
        if isinstance(result, Brought):
            self.brought = result
            count = len(result.project.graph.nodes)
            self.finished_saying(f"Imported as {count} layers.", result.lines)
