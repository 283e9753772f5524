"""New, open, save: projects and their files, with the questions that keep work from being lost.

Knows the disk only through the document; a file that cannot be read leaves the open project as it is.
"""

from pathlib import Path

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QFileDialog, QWidget

from app.errand import Errands
from app.frame.code_sheet import CodeSheet
from app.frame.data_dialog import bring_data
from app.frame.dialogs import Answer, ask, tell
from app.frame.export_dialog import ExportDialog
from app.frame.import_dialog import ImportDialog
from app.frame.reading import Found, Reading, stamp
from app.frame.report_dialog import ReportDialog
from app.frame.saving import Saving
from app.frame.seeking import Seeking
from app.frame.trust_dialog import ask_trust
from app.holding import Holding
from app.studio import Studio
from engine.bringing import TEXTS, CannotBring, bring
from engine.dataset import DataError, datasets_at
from engine.project import still_opened
from engine.source import name_of, named_by
from engine.storage import ProjectError
from engine.template import UnknownTemplate, template

SUFFIX = ".chainrule"
LARGE = 1 << 18  # bytes of a text from which on it is rather data to learn from than a sample
KINDS = f"Chainrule projects (*{SUFFIX});;Project text (*.json);;All files (*)"


class Files(QObject):
    """The flows around the project's file, in the name of one window."""

    brought = Signal()  # a sample of a person's own is shown

    def __init__(self, studio: Studio, window: QWidget) -> None:
        super().__init__(window)
        self.studio, self.window = studio, window
        self.errands = Errands(self)
        self.reading = Reading(studio, self.errands, self)
        self.saving = Saving(studio, self)
        self.seeking = Seeking(studio, self.errands, window)
        self.saving.saved.connect(self._saved)
        self.saving.rested.connect(self._hold)
        self.saving.failed.connect(
            lambda sentence: self._tell("The project could not be saved", sentence)
        )
        self._holding = Holding()
        studio.document.filed.connect(self._hold)
        self.code: CodeSheet | None = None

    def new(self, name: str) -> None:
        """Put a fresh copy of a template in place of the project, if that may go."""
        try:
            project = template(name)
        except (UnknownTemplate, ProjectError) as error:
            self._tell("This template cannot be opened", str(error))
            return
        if self.may_leave():
            self.studio.document.begin(project)

    def open(self, path: Path | None = None) -> None:
        """Open a file, asking for it where none is given; only one that can be read asks what becomes of this."""
        path = path or self._ask_open()
        if path is not None:
            chosen = path
            self.reading.read(
                path,
                lambda found: self._open(chosen, found),
                lambda error: self._cannot_open(chosen, error),
            )

    def _open(self, path: Path, found: Found) -> None:
        if not self.may_leave():
            return
        if stamp(path) != found.mark:  # it may be the very file just saved
            self.open(path)
            return
        if self._holding.take(path):
            self.studio.document.begin(found.project, path)
        elif self._wants_copy(path):
            self.studio.document.begin(found.project, saved=False)
        else:
            return
        self.studio.preferences.remember(path.absolute())
        if found.changed:
            self.studio.say(found.changed)
        if found.missing:
            self.seeking.ask(found.missing)

    def seek(self) -> None:
        """Say where the data lie now that the project learns from."""
        self.seeking.choose(named_by(self.studio.document.project.recipe.dataset))

    def hold(self) -> None:
        """Let the file hold a copy of the data from the next save on, or none."""
        document = self.studio.document
        path = named_by(document.project.recipe.dataset)
        held = path in document.project.sources and document.project.sources[path].held
        document.hold_data(path, held=not held)
        what = "holds no copy of" if held else "holds a copy of"
        self.studio.say(f"From the next save on the project's file {what} {name_of(path)}.")

    def _cannot_open(self, path: Path, error: Exception) -> None:
        if not isinstance(error, ProjectError | DataError):
            raise error
        self._tell(f"{path.name} cannot be opened", str(error))

    def revert(self, version: Path | None = None) -> None:
        """Put the file as it was saved last, or an earlier version of it, in place of what is open."""
        path = self.studio.document.path
        if path is None:
            return
        held, source = path, version or path

        def put(found: Found) -> None:
            if not self.studio.document.unsaved or self._may_revert():
                project = still_opened(found.project, self.studio.document.project)
                is_saved = version is None and project is found.project
                self.studio.document.begin(project, held, saved=is_saved)

        self.saving.finish()
        self.reading.read(source, put, lambda error: self._cannot_open(source, error))

    def _may_revert(self) -> bool:
        sentence = "What was changed and trained since the last save is lost."
        answers = [Answer("Revert", "danger"), Answer("Cancel")]
        return (
            ask(self.studio.theme, self.window, "Go back to what was saved?", sentence, answers)
            == "Revert"
        )

    def _wants_copy(self, path: Path) -> bool:
        title = f"“{path.name}” is open in another window"
        sentence = "Both would write to the same file, and the last one to save would win. A copy has no file yet."
        answers = [Answer("Cancel"), Answer("Open a copy")]
        return ask(self.studio.theme, self.window, title, sentence, answers) == "Open a copy"

    def _hold(self) -> None:
        """Hold the file of what is open, and no other."""
        path = self.studio.document.path
        if self.saving.busy:  # under a new name perhaps, which is held already
            return
        if path is None:
            self._holding.release()
        else:
            self._holding.take(path)

    def release(self) -> None:
        """Hold no file any more: the window closes, once what is being saved is in its file."""
        self.reading.leave()
        self.saving.finish()
        self.errands.end()
        self._holding.release()

    def take(self, path: Path, *, inverted: bool = False) -> None:
        """Open a project that was dropped; show anything else to the network as a sample, or as data to learn from."""
        if path.suffix in (SUFFIX, ".json"):
            self.open(path)
            return
        if path.is_dir() or (path.suffix.lower() in TEXTS and path.stat().st_size > LARGE):
            self.bring_data(path)
            return
        session = self.studio.session
        try:
            recipe = session.run.recipe if session.run else self.studio.document.project.recipe
            own, done = bring(path, recipe.prepare(), inverted=inverted)
        except (CannotBring, DataError) as error:
            if datasets_at(path.absolute()):
                self.bring_data(path)
                return
            self._tell(f"{path.name} cannot be shown to this network", str(error))
            return
        session.watchers.show_own(own)
        self.brought.emit()
        if session.state == "idle" and not (session.run and session.run.checkpoint):
            done += " Train, to see what the network makes of it."
        if path.suffix.lower() in TEXTS:
            self.studio.say(done, "Learn from it", lambda: self.bring_data(path))
        else:
            words = "As it was" if inverted else "Invert"
            self.studio.say(done, words, lambda: self.take(path, inverted=not inverted))

    def save(self) -> bool:
        """Write the project to its file, or ask for one, beside the window; whether that has begun."""
        path = self.studio.document.path
        if path is None or path.suffix == ".json":  # text alone holds no weights
            return self.save_as()
        return self._write(path)

    def save_as(self) -> bool:
        """Ask for a file and write the project to it beside the window; whether that has begun."""
        path = self._ask_save()
        return path is not None and self._write(path)

    def export(self) -> None:
        """Write the network for use elsewhere."""
        dialog = ExportDialog(self.studio, self.errands, self.window, self._folder())
        dialog.exec()
        dialog.deleteLater()

    def report(self) -> None:
        """Write a run down, to read or to draw elsewhere."""
        dialog = ReportDialog(self.studio, self.errands, self.window, self._folder())
        dialog.exec()
        dialog.deleteLater()

    def unseal(self) -> None:
        """Lead to the door of the test set."""
        from app.frame.seal_dialog import (
            SealDialog,
        )  # and torch, which the window does not wait for

        dialog = SealDialog(self.studio, self.errands, self.window)
        dialog.exec()
        dialog.deleteLater()

    def bring(self) -> None:
        """Put a module out of a Python file in place of the project, if that may go."""
        dialog = ImportDialog(self.studio, self.errands, self.window, self._folder())
        dialog.exec()
        dialog.deleteLater()
        if dialog.brought is not None and self.may_leave():
            self.studio.document.begin(dialog.brought.project)

    def bring_data(self, path: Path | None = None) -> None:
        """Learn from data of a person's own, asking for them where none are given."""
        bring_data(self.studio, self.errands, self.window, self._folder(), path)

    def show_code(self) -> None:
        """Show the drawing as code, beside the window."""
        if self.code is None:
            self.code = CodeSheet(self.studio, self.errands, self.window)
            self.code.destroyed.connect(self._forget_code)
        self.code.show()
        self.code.raise_()
        self.code.activateWindow()

    def _forget_code(self) -> None:
        self.code = None

    def trust(self) -> None:
        """Show the code that the file brought, and let it run if the person says so."""
        ask_trust(self.studio, self.window)

    def may_leave(self) -> bool:
        """Whether the project may go: nothing would be lost, or it was saved, or it need not be."""
        self.saving.finish()
        document, running = self.studio.document, self.studio.session.state != "idle"
        if not document.unsaved and not running:
            return True
        sentence = "What was done since the last save is lost otherwise."
        if running:
            sentence = "The run that is going stops. Saving keeps what it has learnt so far."
        answers = [Answer("Don't save", "danger"), Answer("Cancel"), Answer("Save")]
        title = f"Save “{document.project.title}” first?"
        chosen = ask(self.studio.theme, self.window, title, sentence, answers)
        return chosen == "Don't save" or (chosen == "Save" and self.save() and self.saving.finish())

    def _write(self, path: Path) -> bool:
        if not self._holding.take(path):
            title, sentence = f"“{path.name}” is open in another window", "Save under another name."
            self._tell(title, sentence)
            return False
        self.saving.write(path)
        return True

    def _saved(self, path: Path) -> None:
        self.studio.preferences.remember(path.absolute())
        self.studio.say(f"Saved as {path.name}")

    def _tell(self, title: str, sentence: str) -> None:
        tell(self.studio.theme, self.window, title, sentence)

    def _folder(self) -> Path:
        """Where a file dialog begins: beside the open file, else beside the last one, else at home."""
        known = [self.studio.document.path, *self.studio.preferences.recent]
        return next((path.parent for path in known if path is not None), Path.home())

    def _ask_open(self) -> Path | None:
        name, _ = QFileDialog.getOpenFileName(
            self.window, "Open a project", str(self._folder()), KINDS
        )
        return Path(name) if name else None

    def _ask_save(self) -> Path | None:
        stem = "".join(c for c in self.studio.document.project.title if c.isalnum() or c in " -_")
        proposed = self.studio.document.path or self._folder() / (stem.strip() or "project")
        place = str(proposed.with_suffix(SUFFIX))
        name, _ = QFileDialog.getSaveFileName(self.window, "Save the project", place, KINDS)
        path = Path(name) if name else None
        return path.with_name(path.name + SUFFIX) if path and not path.suffix else path
