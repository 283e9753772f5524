"""Pictures of each dock and each dialogue by itself, with the content of a trained example: for looking at them all.

`python3 -m app.screenshot FOLDER --parts` writes them. A dock or dialogue that is missing here has not been looked at.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from tempfile import TemporaryDirectory

from PySide6.QtCore import QTimer
from PySide6.QtGui import QPixmap
from PySide6.QtWidgets import QApplication, QDialog

from app.frame.exchange import CodeSheet
from app.frame.window import Window
from engine.graph import Graph
from engine.layers.code import Code
from engine.layers.rearranging import Flatten
from engine.problems import bypass

Wait = Callable[[Callable[[], bool]], None]  # lets the window live until something is so
RUIN = {
    "optimizer": "SGD",
    "learning_rate": 1000.0,
    "weight_decay": 100.0,
}  # weights grow 10⁵-fold a step


@dataclass(frozen=True, slots=True)
class Portrait:
    """A picture and the name of its file."""

    name: str
    picture: QPixmap


def portraits(window: Window, wait: Wait) -> Iterator[Portrait]:
    """Draw every dock, then every dialogue, of a window whose network is trained and stands still."""
    for dock in window.arrangement.docks:
        yield Portrait(f"dock-{dock.windowTitle().lower()}", dock.grab())
    sheets = {"shortcuts": "app.shortcuts", "about": "app.about", "export": "file.export"}
    for name, command in sheets.items():
        window.trigger(command)
        yield Portrait(f"dialogue-{name}", _front(wait))
    yield Portrait("dialogue-code", _code(window, wait))
    yield Portrait("dialogue-trust", _trust(window, wait))
    yield Portrait("dialogue-save-first", _asked(window, wait))
    yield Portrait("dialogue-cannot-be-opened", _told(window, wait))
    window.trigger("app.commands")
    wait(lambda: window.commands.isVisible())
    yield Portrait("dialogue-commands", window.grab())
    window.commands.hide()
    yield Portrait("dialogue-problems", _problems(window, wait))
    yield Portrait("dialogue-failure", _failure(window, wait))


def _front(wait: Wait) -> QPixmap:
    """Draw the dialogue that is open, and close it."""
    wait(lambda: _dialog() is not None)
    dialog = _dialog()
    picture = dialog.grab() if dialog else QPixmap()
    if dialog:
        dialog.reject()
    return picture


def _code(window: Window, wait: Wait) -> QPixmap:
    """The network as Python, once it is written."""
    window.trigger("file.code")
    wait(lambda: isinstance(sheet := _dialog(), CodeSheet) and bool(sheet.text.toPlainText()))
    return _front(wait)


def _trust(window: Window, wait: Wait) -> QPixmap:
    """What is asked of a drawing with a stranger's code in it."""
    document = window.studio.document
    code = Code(source="y = torch.sin(x)\ny / (1 + y.abs())")
    document.edit("Bring code", document.graph.add(code))
    window.trigger("file.trust")
    picture = _front(wait)
    document.undo_stack.undo()
    return picture


def _dialog() -> QDialog | None:
    shown = (w for w in QApplication.topLevelWidgets() if isinstance(w, QDialog) and w.isVisible())
    return next(shown, None)


def _asked(window: Window, wait: Wait) -> QPixmap:
    """The question before work is lost. It waits for its answer, so the picture is taken from within."""
    taken: list[QPixmap] = []
    QTimer.singleShot(0, window, lambda: taken.append(_front(wait)))
    window.papers.may_leave()
    return taken[0]


def _told(window: Window, wait: Wait) -> QPixmap:
    """What is said of a file that is none of ours; the project is saved before, so that no question comes first."""
    session, document = window.studio.session, window.studio.document
    session.stop()
    wait(lambda: session.state == "idle")
    with TemporaryDirectory() as folder:
        document.save(Path(folder, "mine.chainrule"))
        foreign = Path(folder, "holiday.chainrule")
        foreign.write_bytes(b"Dear all, the weather is fine.")
        window.papers.open(foreign)
        return _front(wait)


def _problems(window: Window, wait: Wait) -> QPixmap:
    """The list of problems of a drawing whose Flatten is missing."""
    studio = window.studio
    studio.document.edit("Remove Flatten", _without_flatten(studio.document.graph))
    window.status.show_problems()
    wait(lambda: window.status.sheet is not None)
    picture = window.grab()
    window.status.close_problems()
    studio.document.undo_stack.undo()
    return picture


def _without_flatten(graph: Graph) -> Graph:
    for node in graph.of_kind(Flatten):
        graph = bypass(graph, node.id)
    return graph


def _failure(window: Window, wait: Wait) -> QPixmap:
    """What is said of a run that has diverged, after a real one has."""
    studio = window.studio
    before = studio.document.project
    wild = before.settings.but(**RUIN)
    studio.document.change("Ruin the settings", replace(before, settings=wild))
    window.trigger("run.restart")
    wait(lambda: window.status.card is not None)
    picture = window.grab()
    studio.document.undo_stack.undo()
    return picture
