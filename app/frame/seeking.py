"""Data that are not where they were: the person is asked where they lie now, and told if those are others."""

from dataclasses import replace
from pathlib import Path

from PySide6.QtCore import QObject
from PySide6.QtWidgets import QFileDialog, QWidget

from app.errand import Errands
from app.frame.dialogs import Answer, ask
from app.studio import Studio
from engine.project import relocated
from engine.source import is_same, name_of, renamed


class Seeking(QObject):
    """Finds a file or folder again, in the name of one window."""

    def __init__(self, studio: Studio, errands: Errands, window: QWidget) -> None:
        super().__init__(window)
        self._studio, self._errands, self._window = studio, errands, window

    def ask(self, path: str) -> None:
        """Say that what a project learns from is not there, and offer to choose it anew."""
        sentence = f"This project learns from {path}, but there is nothing; nor does it lie beside the project's file."
        answers = [Answer("Later"), Answer("Choose…")]
        title = f"“{name_of(path)}” has moved"
        if ask(self._studio.theme, self._window, title, sentence, answers) == "Choose…":
            self.choose(path)

    def choose(self, path: str) -> None:
        """Ask where it lies now; whether it is the same is found out beside the window."""
        new = self._chosen(path)
        if new is None:
            return
        source = self._studio.document.project.sources.get(path)
        if source is None:  # never saved: nobody knows what it was
            self._take(path, new)
            return
        known = source
        self._errands.begin(
            lambda: is_same(new, known),
            lambda same: self._found(path, new, is_known=bool(same)),
            lambda error: self._studio.say(str(error)),
        )

    def _chosen(self, path: str) -> Path | None:
        home = self._studio.document.path
        place, title = str(home.parent if home else Path.home()), f"Where is {name_of(path)} now?"
        if hasattr(self._studio.document.project.recipe.dataset, "folder"):
            name = QFileDialog.getExistingDirectory(self._window, title, place)
        else:
            name, _ = QFileDialog.getOpenFileName(self._window, title, place)
        return Path(name) if name else None

    def _found(self, path: str, new: Path, *, is_known: bool) -> None:
        if is_known:
            self._move(path, new)
            return
        sentence = (
            f"What lies in {new} is not what this project learnt from. Runs so far stay those of the old data, and a "
            "new one begins anew."
        )
        answers = [Answer("Use it all the same", "danger"), Answer("Cancel")]
        title = f"“{new.name}” holds something else"
        if ask(self._studio.theme, self._window, title, sentence, answers) == "Use it all the same":
            self._take(path, new)

    def _move(self, path: str, new: Path) -> None:
        """The same data at another place: no edit, and runs go on with them."""
        document = self._studio.document
        document.begin(relocated(document.project, {path: str(new)}), document.path, saved=False)
        self._studio.say(f"{new.name} is found again. Save, and it will be known.")

    def _take(self, path: str, new: Path) -> None:
        """Other data: an edit, which can be undone."""
        project = self._studio.document.project
        recipe = renamed(project.recipe, {path: str(new)})
        self._studio.document.change("Choose the data anew", replace(project, recipe=recipe))
