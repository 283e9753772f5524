"""After a program that ended without saying so: what was open then is offered once the window stands."""

from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QWidget

from app.frame.dialogs import Answer, Dialog
from app.keeping import Keeping, abandoned
from app.studio import Studio
from engine.dataset import DataError
from engine.recovery import About, Keeper, recovered
from engine.storage import ProjectError

DELETE, LATER, RESTORE = "Delete", "Later", "Restore"


def offer(
    studio: Studio, keeping: Keeping, window: QWidget, place: Path | None = None
) -> Dialog | None:
    """Offer the latest of what was left behind, and the next after each answer; None if nothing was."""
    return _offer(studio, keeping, window, abandoned(place))


def _offer(
    studio: Studio, keeping: Keeping, window: QWidget, left: list[tuple[Path, About]]
) -> Dialog | None:
    if not left:
        return None
    (folder, said), *rest = left
    dialog = Dialog(studio.theme, window, "Chainrule did not end well", _words(said), _ANSWERS)
    dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)

    def answered() -> None:
        if dialog.chosen == RESTORE:
            restore(studio, keeping, folder, said)
        elif dialog.chosen == DELETE:
            Keeper(folder).forget()
            _offer(studio, keeping, window, rest)

    dialog.finished.connect(answered)
    dialog.open()
    return dialog


_ANSWERS = (Answer(DELETE, "danger"), Answer(LATER), Answer(RESTORE))


def _words(said: About) -> str:
    when = said.kept.astimezone()
    where = f" It belongs to {said.path}, which is as it was saved last." if said.path else ""
    return (
        f"“{said.title}” was open and not saved. What is here of it was kept on {when:%d %B} at {when:%H:%M:%S}, "
        f"its runs included.{where}"
    )


def restore(studio: Studio, keeping: Keeping, folder: Path, said: About) -> None:
    """Put what was kept in place of the project; it counts as not saved."""
    try:
        path = Path(said.path) if said.path else None
        studio.document.begin(recovered(folder), path, saved=False)
    except (ProjectError, DataError) as error:
        studio.say(f"{error} It stays in {folder}.")
        return
    keeping.adopt(folder)
    studio.say(f"“{said.title}” is as it was at {said.kept.astimezone():%H:%M:%S}. Save it.")
