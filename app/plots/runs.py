"""All runs of the project in a list: what came of them, how they differ, and which are laid over the one shown."""

from PySide6.QtCore import QModelIndex, QPoint, Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QHeaderView, QMenu, QTableView, QVBoxLayout, QWidget

from app.controls.button import Button
from app.controls.text import label
from app.plot import Plot
from app.plots.run_table import NAME, RunTable
from app.studio import Studio
from app.theme.measures import PADDING, SPACE_8
from engine.run import Run

WIDTHS = (112, 58, 84, 72)  # px of all columns but the last
UNLIKE = "{run} against {shown}: {words}."
SAME = "{run} was given the same as {shown}: only chance, or nothing, parts them."
ALONE = "Tick runs to lay them over the one that is shown. Press one to read how it differs."


class Runs(Plot):
    """What has been trained in this project, the newest at the top.

    A tick lays a run over the one that is shown, in the loss plot. Press a run to read how its settings, data and
    drawing differ from those of the run that is shown. Restoring one brings back its drawing, data and settings, with
    the weights it has learnt, or (right click) those that did best on dev. Restoring, renaming and deleting can be
    undone.
    """

    title = "Runs"
    order = 9
    behind = "Activations"
    rate = 4
    by_step = True

    def __init__(self, studio: Studio, parent: QWidget | None = None) -> None:
        super().__init__(studio, parent)
        self.model = RunTable(studio)
        self.table = _Table(self)
        self.table.setModel(self.model)
        self.words = label("", "note", "t2")
        self.words.setWordWrap(True)
        self.words.setAccessibleName("How the run differs")
        self.words.setContentsMargins(PADDING, SPACE_8, PADDING, SPACE_8)
        self.words.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self._buttons = self._made_buttons()
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self.table, 1)
        column.addWidget(self.words)
        self.table.selectionModel().currentRowChanged.connect(self._say)
        studio.document.runs_changed.connect(self._list)
        studio.document.filed.connect(self.model.list_runs)  # a run that goes on is another value
        studio.document.opened.connect(self._list)
        studio.session.state_changed.connect(self._list)
        studio.overlaid_changed.connect(self.refresh)
        self._list()

    def _made_buttons(self) -> list[Button]:
        made = []
        for icon, words, do in (
            ("rotate-ccw", "Restore the run", self.restore),
            ("pencil", "Rename the run", self.rename),
            ("trash-2", "Delete the run", self.delete),
        ):
            button = Button(self.studio.theme, kind="icon", icon=icon, small=True, name=words)
            button.clicked.connect(do)
            made.append(button)
        return made

    def tools(self) -> list[QWidget]:
        return [*self._buttons, *super().tools()]

    def redraw(self) -> None:
        count = len(self.model.runs)
        self.subtitle = f"{count} {'run' if count == 1 else 'runs'}" if count else ""
        self.model.refresh()
        self._say()

    def reset(self) -> None:
        self._list()

    def _list(self) -> None:
        chosen = self.chosen_run
        self.model.list_runs()
        if chosen is not None:
            self.choose(chosen)
        self.refresh()

    # -- one of them --------------------------------------------------------------------------------------------------

    @property
    def chosen_run(self) -> Run | None:
        """The run in the row that is pressed."""
        row = self.table.currentIndex().row()
        return self.model.runs[row] if 0 <= row < len(self.model.runs) else None

    def choose(self, run: Run) -> None:
        """Press the row of a run."""
        for row, listed in enumerate(self.model.runs):
            if listed.history is run.history:
                self.table.setCurrentIndex(self.model.index(row, NAME))

    def restore(self) -> None:
        """Bring back the drawing, data and settings of the run, and show it."""
        if (run := self.chosen_run) is not None:
            self.model.restore(run)

    def restore_best(self) -> None:
        """The same with the weights that did best on dev, as a run of its own."""
        if (run := self.chosen_run) is not None:
            self.model.restore_best(run)

    def rename(self) -> None:
        """Let the name of the run be written anew in its row."""
        if self.chosen_run is not None:
            self.table.edit(self.model.index(self.table.currentIndex().row(), NAME))

    def delete(self) -> None:
        """Forget the run; that can be undone."""
        run, document = self.chosen_run, self.studio.document
        if run is not None and self.model.may_go(run):
            document.delete_run(run)
            self.studio.say(f"Deleted {run.name}", "Undo", document.undo_stack.undo)

    def _say(self) -> None:
        run, shown = self.chosen_run, self.run
        for button in self._buttons:
            button.setEnabled(run is not None and self.model.may_go(run))
        if run is None or shown is None or run.history is shown.history:
            self.words.setText(ALONE if self.model.runs else "Train to see the runs.")
            return
        found = self.model.differences(run)
        form = UNLIKE if found else SAME
        words = form.format(run=run.name, shown=shown.name, words=" · ".join(found))
        self.words.setText(words)


class _Table(QTableView):
    """Rows of runs, in the look of the program."""

    def __init__(self, plot: Runs) -> None:
        super().__init__(plot)
        self._plot = plot
        self.setAccessibleName("Runs")
        self.setShowGrid(False)
        self.setSelectionBehavior(QTableView.SelectionBehavior.SelectRows)
        self.setSelectionMode(QTableView.SelectionMode.SingleSelection)
        self.setEditTriggers(
            QTableView.EditTrigger.DoubleClicked | QTableView.EditTrigger.EditKeyPressed
        )
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setWordWrap(False)
        self.verticalHeader().hide()
        self.verticalHeader().setDefaultSectionSize(28)
        self.horizontalHeader().setHighlightSections(False)
        self.horizontalHeader().setDefaultAlignment(Qt.AlignmentFlag.AlignLeft)
        self.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        self.customContextMenuRequested.connect(self._show_menu)

    def setModel(self, model: RunTable) -> None:  # type: ignore[override]  # it shows nothing else
        super().setModel(model)
        header = self.horizontalHeader()
        for column, width in enumerate(WIDTHS):
            self.setColumnWidth(column, width)
        header.setSectionResizeMode(len(WIDTHS), QHeaderView.ResizeMode.Stretch)

    def _show_menu(self, where: QPoint) -> None:
        index: QModelIndex = self.indexAt(where)
        if not index.isValid():
            return
        self.setCurrentIndex(index)
        menu = QMenu(self)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        menu.addAction("Restore", self._plot.restore)
        best = menu.addAction("Restore its best weights", self._plot.restore_best)
        run = self._plot.chosen_run
        best.setEnabled(run is not None and run.best is not None)
        menu.addAction("Rename", self._plot.rename)
        menu.addSeparator()
        menu.addAction("Delete", self._plot.delete)
        menu.popup(self.viewport().mapToGlobal(where))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Delete:
            self._plot.delete()
        else:
            super().keyPressEvent(event)
