"""What goes out and what comes in: export in any format, the drawing as code, and code that waits for trust."""

from pathlib import Path

from PySide6.QtGui import QCloseEvent, QGuiApplication
from PySide6.QtWidgets import QFileDialog, QGridLayout, QHBoxLayout, QLabel, QPlainTextEdit, QWidget

from app.controls.button import Button
from app.controls.text import label
from app.frame.sheets import Sheet
from app.studio import Studio
from app.theme import Theme
from app.theme.measures import SPACE_8, SPACE_16
from app.work import Work
from engine.project import Project
from engine.trust import trusted, waiting


class ExportSheet(Sheet):
    """Every format with what it carries, and a button that asks for a place and writes it there."""

    def __init__(self, studio: Studio, parent: QWidget, folder: Path) -> None:
        super().__init__(studio.theme, parent, "Export", 640, 420)
        from engine.export import FORMATS  # with torch, which the window does not wait for

        self._studio, self._folder, self._work = studio, folder, Work(self)
        self.buttons: dict[str, Button] = {}
        grid = QGridLayout()
        grid.setHorizontalSpacing(SPACE_16)
        grid.setVerticalSpacing(SPACE_16)
        grid.setColumnStretch(1, 1)
        for row, (name, form) in enumerate(FORMATS.items()):
            title = label(f"{form.title}  ({form.suffix})", "head", "t1")
            help_ = label(" ".join(form.help().split("\n\n")[0].split()), "label", "t2")
            help_.setWordWrap(True)
            button = Button(studio.theme, "Export…", name=f"Export as {form.title}", parent=self)
            button.clicked.connect(lambda _=False, chosen=name: self._ask(chosen))
            self.buttons[name] = button
            for column, widget in enumerate((title, help_, button)):
                grid.addWidget(widget, row, column)
        self.said = _said()
        self.column.addLayout(grid)
        self.column.addSpacing(SPACE_8)
        self.column.addWidget(self.said)
        self.column.addStretch(1)
        self.finish()

    def _ask(self, name: str) -> None:
        from engine.export import FORMATS

        form, title = FORMATS[name], self._studio.document.project.title
        stem = "".join(c if c.isalnum() else "_" for c in title.lower()).strip("_") or "network"
        proposed = str(self._folder / f"{stem}{form.suffix}")
        place, _ = QFileDialog.getSaveFileName(
            self, f"Export as {form.title}", proposed, f"{form.title} (*{form.suffix})"
        )
        if place:
            path = Path(place)
            self._write(name, path if path.suffix == form.suffix else path.with_suffix(form.suffix))

    def _write(self, name: str, path: Path) -> None:
        from engine.export import export

        project = self._studio.document.project
        self._say("Exporting: the file is run and compared before it is put in its place…", "t2")
        self._enable(False)
        self._work.do(lambda: export(project, name, path), self._done, self._failed)

    def _done(self, files: object) -> None:
        self._enable(True)
        names = [str(path) for path in files] if isinstance(files, tuple) else []
        self._say(f"Written: {', '.join(names)}.", "ok")

    def _failed(self, error: Exception) -> None:
        self._enable(True)
        self._say(sentence_of(error), "bad")

    def _enable(self, enabled: bool) -> None:  # noqa: FBT001 (the state itself)
        for button in self.buttons.values():
            button.setEnabled(enabled)

    def _say(self, text: str, tone: str) -> None:
        show(self.said, text, tone)

    def closeEvent(self, event: QCloseEvent) -> None:
        self._work.forget()
        super().closeEvent(event)


class CodeSheet(Sheet):
    """The drawing as the script that export would write, to be read and copied."""

    def __init__(self, studio: Studio, parent: QWidget) -> None:
        super().__init__(studio.theme, parent, "The network as Python", 820, 680)
        self._work = Work(self)
        self.text = code_view(studio.theme, "Python of the network")
        self.said = _said()
        self.copy = Button(studio.theme, "Copy", icon="copy", parent=self)
        self.copy.clicked.connect(self._copy)
        row = QHBoxLayout()
        row.addWidget(self.said, 1)
        row.addWidget(self.copy)
        self.column.addWidget(self.text, 1)
        self.column.addLayout(row)
        self.finish()
        show(self.said, "Writing…", "t2")
        project = studio.document.project
        self._work.do(lambda: script_of(project), self._done, self._failed)

    def _done(self, text: object) -> None:
        self.text.setPlainText(str(text))
        lines = str(text).count("\n")
        show(self.said, f"{lines} lines, which need PyTorch and nothing of Chainrule.", "t2")

    def _failed(self, error: Exception) -> None:
        show(self.said, sentence_of(error), "bad")

    def _copy(self) -> None:
        QGuiApplication.clipboard().setText(self.text.toPlainText())
        show(self.said, "Copied.", "ok")

    def closeEvent(self, event: QCloseEvent) -> None:
        self._work.forget()
        super().closeEvent(event)


class TrustSheet(Sheet):
    """The code that a file has brought, to be read before it may be run."""

    def __init__(self, studio: Studio, parent: QWidget) -> None:
        super().__init__(studio.theme, parent, "This file brings code of its own", 720, 520)
        self._studio = studio
        words = label(
            "It is run only if you trust it: code can do all that you can do on this machine. "
            "Read it, or leave it.",
            "body",
            "t2",
        )
        words.setWordWrap(True)
        self.text = code_view(studio.theme, "Code that waits for trust")
        found = waiting(studio.document.graph)
        self.text.setPlainText("\n\n".join(f"# {name}\n{source}" for name, source in found))
        self.trust = Button(studio.theme, "Trust this code", "danger", parent=self)
        self.trust.clicked.connect(self._trust)
        row = QHBoxLayout()
        row.addStretch(1)
        row.addWidget(self.trust)
        self.column.addWidget(words)
        self.column.addWidget(self.text, 1)
        self.column.addLayout(row)
        self.finish()

    def _trust(self) -> None:
        document = self._studio.document
        document.edit("Trust the file's code", trusted(document.graph))
        self.accept()


def code_view(theme: Theme, name: str) -> QPlainTextEdit:
    """Code to be read, in even letters."""
    view = QPlainTextEdit()
    view.setReadOnly(True)
    view.setFont(theme.font("mono"))
    view.setAccessibleName(name)
    view.setLineWrapMode(QPlainTextEdit.LineWrapMode.NoWrap)
    return view


def script_of(project: Project) -> str:
    """The project as the script that export would write. Raises CannotExport and DataError."""
    from engine.export import script_text

    return script_text(project)


def sentence_of(error: Exception) -> str:
    """What went wrong, in a sentence that ends."""
    text = str(error).strip() or type(error).__name__
    return text if text.endswith((".", "!", "?")) else f"{text}."


def _said() -> QLabel:
    made = label("", "label")
    made.setWordWrap(True)
    return made


def show(line: QLabel, text: str, tone: str) -> None:
    """Show words in a tone."""
    line.setText(text)
    line.setProperty("tone", tone)
    line.style().unpolish(line)  # or the style sheet would not see the property
    line.style().polish(line)
