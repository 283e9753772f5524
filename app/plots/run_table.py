"""The runs of a project as a table: a row for each, the newest first. It holds no figures of its own."""

from bisect import bisect_left
from dataclasses import replace
from typing import Any

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QPersistentModelIndex, Qt
from PySide6.QtGui import QColor, QPixmap

from app.figures.comparison import colour_of
from app.studio import Studio
from app.theme import ink
from app.wording import number, raised
from engine.contrast import contrast
from engine.events import Validated
from engine.project import free_name
from engine.run import Run, at_its_best

NAME, EPOCHS, LOSS, SHARE, DIFFERENT = range(5)
TITLES = ("Run", "Epochs", "Best dev", "Accuracy", "Differs in")
Index = QModelIndex | QPersistentModelIndex
_SWATCH = 10  # px
_ROOT = QModelIndex()


class RunTable(QAbstractTableModel):
    """Reads the project's runs, and the run that is going even before it is kept."""

    def __init__(self, studio: Studio) -> None:
        super().__init__()
        self._studio = studio
        self.runs: list[Run] = []
        self._contrasts: dict[tuple[int, int], tuple[str, ...]] = {}
        self.list_runs()

    # -- what it lists ------------------------------------------------------------------------------------------------

    def list_runs(self) -> None:
        """Read anew which runs there are."""
        kept, going = self._studio.document.project.runs, self._studio.session.run
        is_new = going is not None and all(run.history is not going.history for run in kept)
        found = [*reversed(kept)] if not is_new or going is None else [going, *reversed(kept)]
        self._contrasts.clear()
        if [id(run.history) for run in found] == [id(run.history) for run in self.runs]:
            self.runs = found  # a name is another: a reset would end the very edit it came from
            self.refresh()
            return
        self.beginResetModel()
        self.runs = found
        self.endResetModel()

    def refresh(self) -> None:
        """Read anew what the runs have come to; which there are stays."""
        if self.runs:
            last = self.index(len(self.runs) - 1, DIFFERENT)
            self.dataChanged.emit(self.index(0, 0), last)

    def differences(self, run: Run) -> tuple[str, ...]:
        """How a run differs from the one that is shown, in words."""
        shown = self._studio.session.run
        if shown is None or shown.history is run.history:
            return ()
        key = id(run.history), id(shown.history)
        if key not in self._contrasts:
            self._contrasts[key] = contrast(shown, run)
        return self._contrasts[key]

    def may_go(self, run: Run) -> bool:
        """Whether it may be deleted or be put aside for another: not while it is trained."""
        shown = self._studio.session.run
        is_kept = any(kept.history is run.history for kept in self._studio.document.project.runs)
        idle = self._studio.session.state == "idle"
        return is_kept and (idle or (shown is not None and shown.history is not run.history))

    def restore(self, run: Run) -> None:
        """Make drawing, data and settings of a run those of the project, and show it."""
        self._show(run, f"Restored {run.name}: Train goes on with it")

    def restore_best(self, run: Run) -> None:
        """The same with the weights that did best on dev, as a run of its own: the curves of the first stay whole."""
        document = self._studio.document
        found = at_its_best(run, free_name(document.project.runs, f"{run.name}, best"))
        if found is not None and self._show(
            found, f"{found.name} goes on from epoch {found.history.epoch:g}"
        ):
            document.record(found)

    def _show(self, run: Run, said: str) -> bool:
        studio = self._studio
        if studio.session.state != "idle":
            studio.say("Stop the run that is going first")
            return False
        document = studio.document
        given = replace(document.project, graph=run.graph, recipe=run.recipe, settings=run.settings)
        is_other = given != document.project
        document.change(f"Restore {run.name}", given)
        studio.session.show(run)
        undo = ("Undo", document.undo_stack.undo) if is_other else ()
        studio.say(said, *undo)
        return True

    # -- what Qt asks -------------------------------------------------------------------------------------------------

    def rowCount(self, parent: Index = _ROOT) -> int:
        return 0 if parent.isValid() else len(self.runs)

    def columnCount(self, parent: Index = _ROOT) -> int:
        return 0 if parent.isValid() else len(TITLES)

    def headerData(
        self, section: int, way: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole
    ) -> Any:
        if way != Qt.Orientation.Horizontal or role != Qt.ItemDataRole.DisplayRole:
            return None
        return self._share_title() if section == SHARE else TITLES[section]

    def _share_title(self) -> str:
        last = (run.history.validated[-1] for run in self.runs if run.history.validated)
        return "R²" if any(event.dev_r2 is not None for event in last) else TITLES[SHARE]

    def flags(self, index: Index) -> Qt.ItemFlag:
        usual = Qt.ItemFlag.ItemIsEnabled | Qt.ItemFlag.ItemIsSelectable
        if index.column() != NAME:
            return usual
        return usual | Qt.ItemFlag.ItemIsUserCheckable | Qt.ItemFlag.ItemIsEditable

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        run, column = self.runs[index.row()], index.column()
        match role:
            case Qt.ItemDataRole.DisplayRole | Qt.ItemDataRole.EditRole:
                return self._text(run, column)
            case Qt.ItemDataRole.ToolTipRole:
                return "\n".join(self.differences(run)) if column == DIFFERENT else None
            case Qt.ItemDataRole.CheckStateRole if column == NAME:
                is_on = any(other.history is run.history for _, other in self._studio.overlaid)
                return Qt.CheckState.Checked if is_on else Qt.CheckState.Unchecked
            case Qt.ItemDataRole.DecorationRole if column == NAME:
                return self._swatch(run)
            case Qt.ItemDataRole.FontRole:
                return self._studio.theme.font("label" if column in (NAME, DIFFERENT) else "figure")
            case Qt.ItemDataRole.ForegroundRole:
                tokens = self._studio.theme.tokens
                return QColor(tokens.t2 if column == DIFFERENT else tokens.t1)
        return None

    def _text(self, run: Run, column: int) -> str:
        history = run.history
        match column:
            case 0:
                return run.name
            case 1:
                return number(history.epoch, 2) if history.epoch % 1 else f"{history.epoch:.0f}"
            case 2:
                return raised(number(_lowest(run), 3)) if history.validated else "–"
            case 3:
                return (_share(history.validated[-1]) if history.validated else "") or "–"
        shown = self._studio.session.run
        if shown is not None and shown.history is run.history:
            return "shown"
        return " · ".join(self.differences(run)) or "nothing"

    def _swatch(self, run: Run) -> QPixmap:
        """The colour of a run: that of train while it is shown."""
        tokens, shown = self._studio.theme.tokens, self._studio.session.run
        kept = enumerate(self._studio.document.project.runs)
        places = (place for place, other in kept if other.history is run.history)
        is_shown = shown is not None and shown.history is run.history
        colour = tokens.train if is_shown else colour_of(tokens, next(places, 0))
        picture = QPixmap(_SWATCH, 3)
        picture.fill(ink(colour))
        return picture

    def setData(self, index: Index, value: Any, role: int = Qt.ItemDataRole.EditRole) -> bool:
        run = self.runs[index.row()]
        if role == Qt.ItemDataRole.CheckStateRole:
            others = [
                other for _, other in self._studio.overlaid if other.history is not run.history
            ]
            on = Qt.CheckState(value) == Qt.CheckState.Checked
            self._studio.overlay([*others, run] if on else others)
            return True
        if role == Qt.ItemDataRole.EditRole and self.may_go(run):
            self._studio.document.rename_run(run, str(value))
            return True
        return False


def _lowest(run: Run) -> float:
    """The lowest loss on dev: of the best weights, which are handed out now and then, or what came since."""
    said = run.history.validated
    if run.best is None:
        return min(event.dev_loss for event in said)
    since = bisect_left(said, run.best.step, key=lambda event: event.step)
    return min([run.best.dev_loss, *(event.dev_loss for event in said[since:])])


def _share(event: Validated) -> str:
    if event.dev_accuracy is not None:
        return f"{100 * event.dev_accuracy:.1f} %"
    return "" if event.dev_r2 is None else number(event.dev_r2, 3)
