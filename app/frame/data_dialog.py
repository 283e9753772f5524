"""Data of a person's own: a file or folder, what was found in it, what is to be made of it, and a network for it."""

from collections.abc import Callable
from dataclasses import replace
from functools import partial
from pathlib import Path

from pydantic import BaseModel
from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QFileDialog, QHBoxLayout, QProgressBar, QWidget

from app.controls.button import Button
from app.controls.choice import Choice
from app.errand import Errands
from app.form.texts import TextField
from app.frame.data_view import DataView
from app.frame.looking import Found, Look, at_path, at_recipe, title_of
from app.frame.work_dialog import WorkDialog
from app.panels.column_table import USES
from app.studio import Studio
from app.theme.measures import SPACE_8
from engine.dataset import Data, DataError, Dataset, Recipe, Split
from engine.datasets.table_file import TableFile

TITLE, GO = "Data of your own", "Use these data"
SENTENCE = (
    "A table (CSV, TSV, Parquet), text, NumPy arrays, or a folder of images or sounds. Files are only read; what is "
    "shown is the train part."
)
WIDE = 960  # px
LOOK_MS, SOON_LOOKS = 100, 5  # the progress is shown after half a second
NETWORKS = (("first", "A first network of the right sizes"), ("keep", "The drawing as it is"))
KINDS = "Data (*.csv *.tsv *.tab *.csv.gz *.parquet *.pq *.txt *.npy *.npz *.gz *.bin *.idx);;All files (*)"


class DataDialog(WorkDialog):
    """Asks for data and shows them as they would be used; `taken` is what was taken in the end."""

    def __init__(
        self,
        studio: Studio,
        errands: Errands,
        parent: QWidget,
        folder: Path,
        path: Path | None = None,
    ) -> None:
        super().__init__(studio, errands, parent, TITLE, SENTENCE, GO)
        self.setFixedWidth(WIDE)
        self._folder, self._look, self._looks = folder, Look(), 0
        self.found: Found | None = None
        self.taken: tuple[Recipe, bool] | None = None  # and whether a first network is wanted
        theme = studio.theme
        self.file = TextField(theme, name="File or folder")
        self.file.setPlaceholderText("/home/me/table.csv")
        self.reading = Choice(theme, [], name="Read as")
        self.target = Choice(theme, [], name="Predict")
        self.network = Choice(theme, NETWORKS, name="Network")
        self.view = DataView(theme)
        self.progress = QProgressBar()
        self._ticks = QTimer(self)
        self._ticks.setInterval(LOOK_MS)
        self._lay_out()
        self._listen()
        self._begin_at(path)

    def _lay_out(self) -> None:
        row = QHBoxLayout()
        row.setSpacing(SPACE_8)
        row.addWidget(self.file, 1)
        for text, choose in (("File…", self._choose_file), ("Folder…", self._choose_folder)):
            button = Button(
                self.studio.theme, text, small=True, name=f"Choose a {text[:-1].lower()}"
            )
            button.setAutoDefault(False)  # Enter in the field takes the text
            button.clicked.connect(choose)
            row.addWidget(button)
        self.add_field("Where", row)
        for title, field in (("Read as", self.reading), ("Predict", self.target)):
            self.add_field(title, field)
        self.progress.setTextVisible(False)
        self.progress.setAccessibleName("Progress")
        self.progress.hide()
        self.column.insertWidget(3, self.view)
        self.column.insertWidget(4, self.progress)
        self.add_field("Network", self.network)

    def _listen(self) -> None:
        self.file.changed.connect(lambda text: self.look_at(Path(str(text).strip("\"' "))))
        self.reading.changed.connect(self._read_as)
        self.target.changed.connect(lambda name: self._wish(str(name), "target"))
        self.view.wished.connect(self._wish)
        self.view.of_set.changed.connect(self._edit_set)
        self.view.of_split.changed.connect(self._edit_split)
        self._ticks.timeout.connect(self._tick)

    def _begin_at(self, path: Path | None) -> None:
        """Look at what was dropped, or at the file that the project has learnt from."""
        self._show_rows()
        self.buttons[0].setEnabled(False)
        recipe = self.studio.document.project.recipe
        own = str(getattr(recipe.dataset, "file", "")).strip()
        if path is not None:
            self.look_at(path)
        elif own:
            self.file.setValue(own)
            self._begin(partial(at_recipe, recipe, (recipe.dataset,)))

    # -- looking ------------------------------------------------------------------------------------------------------

    def look_at(self, path: Path) -> None:
        """Look at a file or folder."""
        self.found = None
        self.file.setValue(str(path))
        self.view.show_found(None)
        self._show_rows()
        self._begin(partial(at_path, path.expanduser()))

    def _begin(self, work: Callable[[], Found]) -> None:
        """Look beside the window; a look that goes on is left."""
        self._look.left = True
        if self._errand is not None:
            self._errand.leave()
        look = self._look = Look()
        self.buttons[0].setEnabled(False)
        self.say("")
        self._looks = 0
        self._ticks.start()
        self._errand = self._errands.begin(lambda: look.at(work), self._show, self._fail)

    def _tick(self) -> None:
        self._looks += 1
        if self._looks < SOON_LOOKS:
            return
        share = self._look.share
        self.progress.setRange(0, 100 if share >= 0 else 0)
        self.progress.setValue(round(100 * max(0.0, share)))
        self.progress.show()
        if self.said.text() != f"{self._look.doing}…":
            self.say(f"{self._look.doing}…")

    def _rest(self) -> None:
        self._ticks.stop()
        self.progress.hide()
        self._errand = None

    def _leave(self) -> None:
        self._look.left = True
        self._ticks.stop()
        super()._leave()

    def _fail(self, error: Exception) -> None:
        self._rest()
        known = error if isinstance(error, DataError | MemoryError) else None
        said = str(known) if known else f"This cannot be read ({type(error).__name__}: {error})."
        self.say(said or "The data do not fit into memory.", tone="bad")

    def _show(self, result: object) -> None:
        self._rest()
        if not isinstance(result, Found):
            return
        self.found = result
        self.view.show_found(result)
        self._show_rows()
        seen = result.preview
        if seen.complaint:
            self.say(seen.complaint, tone="bad")
        else:
            self.say(*([seen.notes[0], seen.notes[1:]] if seen.notes else [""]))
        self.buttons[0].setEnabled(seen.data is not None)

    def _show_rows(self) -> None:
        """Show the choices that there are."""
        found = self.found
        ways = found.readings if found else ()
        columns = found.preview.columns if found else ()
        self.reading.show_choices([(place, one.title) for place, one in enumerate(ways)])
        if found is not None:
            kinds = [one.name for one in ways]
            self.reading.setValue(kinds.index(found.preview.recipe.dataset.name))
        self.form.setRowVisible(self.reading, len(ways) > 1)
        self.target.show_choices([(column.name, column.name) for column in columns])
        for column in columns:
            if column.is_target:
                self.target.setValue(column.name)
        self.form.setRowVisible(self.target, bool(columns))
        self.form.setRowVisible(self.network, found is not None and found.first is not None)
        if found is not None and found.preview.data is not None:
            self.network.setValue("keep" if self._fits(found.preview.data) else "first")
        self.adjustSize()

    def _fits(self, data: Data) -> bool:
        """Whether the network that is drawn reads and says what these data have."""
        try:
            now = self.studio.document.meaning.data
        except DataError:
            return False
        same = now.axes == data.axes and type(now.target) is type(data.target)
        return same and now.target.count == data.target.count and not data.others

    # -- saying otherwise ---------------------------------------------------------------------------------------------

    def _read_as(self, place: object) -> None:
        if self.found is not None:
            dataset = self.found.readings[int(str(place))]
            self._begin(partial(at_recipe, Recipe.usual(dataset), self.found.readings))

    def _wish(self, column: str, wish: str) -> None:
        """Use a column otherwise."""
        if self.found is None:
            return
        recipe = self.found.preview.recipe
        dataset = recipe.dataset
        if not isinstance(dataset, TableFile):
            return
        target = next((c.name for c in self.found.preview.columns if c.is_target), "")
        split = recipe.split
        if wish == "target":
            update: dict[str, object] = {"target": column, "task": "guess"}
            dataset = dataset.using(column, None).model_copy(update=update)
        elif wish == "group":
            dataset = dataset.using(column, None).model_copy(update={"groups": column})
            split = split.model_copy(update={"by": "groups"})
        elif column == target:
            dataset = self._target_as(dataset, column, wish)
        else:
            role = next((role for role in USES if role == wish), None)
            dataset = dataset.using(column, role)
        if wish != "group" and column == dataset.groups:
            dataset = dataset.model_copy(update={"groups": ""})
            split = split.model_copy(update={"by": "classes"})
        self._again(dataset=dataset, split=split)

    def _target_as(self, dataset: TableFile, column: str, wish: str) -> TableFile:
        """The column that is predicted as a class or as a number; it cannot be anything else."""
        task = {"number": "number", "category": "class", "guess": "guess"}.get(wish)
        update = {"target": column, "task": task or dataset.task}
        return dataset.model_copy(update=update)

    def _edit_set(self, _name: str, _value: object, dataset: BaseModel) -> None:
        if isinstance(dataset, Dataset):
            self._again(dataset=dataset)

    def _edit_split(self, _name: str, _value: object, split: BaseModel) -> None:
        if isinstance(split, Split):
            self._again(split=split)

    def _again(self, **changes: object) -> None:
        if self.found is not None:
            recipe = self.found.preview.recipe.model_copy(update=changes)
            seen = replace(self.found.preview, recipe=recipe)
            self.found = replace(self.found, preview=seen)  # what is said next builds on it
            self._begin(partial(at_recipe, recipe, self.found.readings))

    # -- the end ------------------------------------------------------------------------------------------------------

    def begin(self) -> None:
        if self.found is not None and self.found.preview.data is not None:
            wants = self.network.value() == "first" and self.found.first is not None
            self.taken = self.found.preview.recipe, wants
            self.accept()

    def _choose_file(self) -> None:
        name, _ = QFileDialog.getOpenFileName(self, "Choose a file", str(self._folder), KINDS)
        if name:
            self.look_at(Path(name))

    def _choose_folder(self) -> None:
        name = QFileDialog.getExistingDirectory(self, "Choose a folder", str(self._folder))
        if name:
            self.look_at(Path(name))

    def adjustSize(self) -> None:
        """As high as it has to be; Qt's own stops at two thirds of the screen."""
        self.column.activate()
        self.resize(self.width(), self.column.totalSizeHint().height())


def bring_data(
    studio: Studio, errands: Errands, parent: QWidget, folder: Path, path: Path | None
) -> None:
    """Ask for data, and make them those of the project, which can be undone."""
    dialog = DataDialog(studio, errands, parent, folder, path)
    dialog.accepted.connect(lambda: _use(studio, dialog))
    dialog.finished.connect(dialog.deleteLater)
    dialog.open()


def _use(studio: Studio, dialog: DataDialog) -> None:
    if dialog.taken is None or dialog.found is None:
        return
    recipe, wants_first = dialog.taken
    document, first = studio.document, dialog.found.first
    after = replace(document.project, recipe=recipe)
    if wants_first and first is not None:
        title = document.project.title if document.path else title_of(recipe)
        after = replace(after, graph=first.graph, settings=first.settings, title=title)
    document.change(f"Use {title_of(recipe)}", after)
    studio.say(f"Learns from {title_of(recipe)} now", "Undo", document.undo_stack.undo)
