"""Pictures of each dock and each dialogue by itself, with the content of a trained example: for looking at them all.

`python3 -m app.screenshot FOLDER --parts` writes them. A dock or dialogue that is missing here has not been looked at.
"""

import multiprocessing
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
from PySide6.QtCore import QTimer
from PySide6.QtGui import QPixmap
from PySide6.QtWidgets import QApplication, QDialog, QMenu

from app import marking
from app.controls.button import Button
from app.controls.flyout import Flyout
from app.frame.recovery import offer
from app.frame.seal_dialog import SealDialog
from app.frame.window import Window
from app.handiwork import handiwork
from app.keeping import Keeping
from app.plots.loss import Loss as LossPlot
from app.plots.runs import Runs
from engine.graph import Graph
from engine.layer import Loss, Weighted
from engine.layers.code import Code
from engine.layers.rearranging import Flatten
from engine.problems import bypass
from engine.recovery import Keeper

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
    _look_closely(window)
    for dock in window.arrangement.docks:
        window.show_panel(dock.windowTitle(), shown=True)
        _settle(window, wait)
        yield Portrait(f"dock-{dock.windowTitle().lower().replace(' ', '-')}", dock.grab())
    for name, command in (("shortcuts", "app.shortcuts"), ("about", "app.about")):
        window.trigger(command)
        yield Portrait(f"dialogue-{name}", _front(wait))
    yield Portrait("dialogue-save-first", _asked(window, wait))
    yield Portrait("dialogue-cannot-be-opened", _told(window, wait))
    yield Portrait("dialogue-recovery", _recovered(window, wait))
    yield from _tested(window, wait)
    window.trigger("app.commands")
    wait(lambda: window.commands.isVisible())
    yield Portrait("dialogue-commands", window.grab())
    window.commands.hide()
    yield Portrait("dialogue-problems", _problems(window, wait))
    for name, picture in handiwork(window, lambda: _settle(window, wait)):
        yield Portrait(f"building-{name}", picture)
    yield from _groups(window, wait)
    yield from _code(window, wait)
    yield Portrait("dialogue-failure", _failure(window, wait))
    yield Portrait("runs-compared", _compared(window, wait))
    yield from _apart(window, wait)


def _look_closely(window: Window) -> None:
    """Look at a cell in the middle of the first layer with weights."""
    studio = window.studio
    run = studio.session.run
    for node in run.graph.flat.order if run else ():
        reading = run.history.latest.get(("Activations", node)) if run else None
        if reading is not None and isinstance(
            studio.document.graph.flat.nodes[node].layer, Weighted
        ):
            studio.look_at(node, tuple(size // 2 for size in np.shape(reading.value)))
            return


def _settle(window: Window, wait: Wait) -> None:
    """Let what was just asked for be measured and drawn."""
    settle = QTimer(window)
    settle.setSingleShot(True)
    settle.start(700)
    wait(lambda: not settle.isActive())


def _front(wait: Wait) -> QPixmap:
    """Draw the dialogue that is open, and close it."""
    wait(lambda: _dialog() is not None)
    dialog = _dialog()
    picture = dialog.grab() if dialog else QPixmap()
    if dialog:
        dialog.reject()
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


def _recovered(window: Window, wait: Wait) -> QPixmap:
    """What is offered after a program that did not end well."""
    studio = window.studio
    with TemporaryDirectory() as folder:
        place = Path(folder)
        Keeper(place / "left").keep(studio.document.project, studio.document.path)
        offer(studio, Keeping(studio.document, studio.session, place), window, place)
        return _front(wait)


def _tested(window: Window, wait: Wait) -> Iterator[Portrait]:
    """The door of the test set, and what came out when it was opened for the second time."""
    window.studio.session.stop()
    wait(lambda: window.studio.session.state == "idle")
    for name in ("before", "once", "after"):
        dialog = SealDialog(window.studio, window.papers.errands, window)
        dialog.open()
        wait(dialog.buttons[0].isEnabled)
        if name != "before":
            dialog.begin()
            wait(dialog.buttons[0].isHidden)
        if name != "once":
            yield Portrait(f"dialogue-test-set-{name}", dialog.grab())
        dialog.reject()


def _groups(window: Window, wait: Wait) -> Iterator[Portrait]:
    """A group beside layers that bear marks, and its inside."""
    studio = window.studio
    graph = studio.document.graph
    steps = studio.document.undo_stack.index()
    last = next(iter(graph.incoming[graph.of_kind(Loss)[0].id])).source
    bends = [node.id for node in graph.nodes.values() if node.layer.group == "Activation"]
    studio.select(bends[-1:])
    marking.switch(studio, enabled=False)
    studio.select([last])
    marking.comment(studio, last, "As many units as there are classes.")
    marking.freeze(studio, frozen=True)
    first = next(node.id for node in graph.nodes.values() if isinstance(node.layer, Weighted))
    studio.select([first, *(edge.target for edge in graph.outgoing[first])])
    marking.group(studio)
    window.view.fit()
    _settle(window, wait)
    yield Portrait("group-and-marks", window.grab())
    studio.enter(next(iter(studio.nodes)))
    studio.select([first])
    _settle(window, wait)
    yield Portrait("group-inside", window.grab())
    studio.leave()
    while studio.document.undo_stack.index() > steps:
        studio.document.undo_stack.undo()


def _code(window: Window, wait: Wait) -> Iterator[Portrait]:
    """The dialogues of code in and out; those of export where this Chainrule has it."""
    studio, papers = window.studio, window.papers
    taken: list[QPixmap] = []
    for name, command in (
        ("import", "file.import"),
        ("export", "file.export"),
        ("report", "file.report"),
    ):
        QTimer.singleShot(300, window, lambda: taken.append(_front(wait)))
        window.trigger(command)
        wait(lambda: bool(taken))
        yield Portrait(f"dialogue-{name}", taken.pop())
    papers.show_code()
    wait(lambda: papers.code is not None and bool(papers.code.note.text()))
    yield Portrait("dialogue-code", _front(wait))
    graph = studio.document.graph.add(Code(source="x * torch.sigmoid(x)"), (0.0, 400.0))
    studio.document.edit("As from a file", graph)
    yield Portrait("code-that-waits", window.grab())
    QTimer.singleShot(300, window, lambda: taken.append(_front(wait)))
    window.trigger("file.trust")
    yield Portrait("dialogue-trust", taken.pop())
    studio.document.undo_stack.undo()


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


def _compared(window: Window, wait: Wait) -> QPixmap:
    """All runs so far laid over one another, how one of them differs, and what else the loss plot offers."""
    studio, plots = window.studio, window.arrangement.plots
    if window.status.card is not None:
        window.status.card.close()
    studio.overlay(studio.document.project.runs)
    for title in ("Loss", "Runs"):
        plots[title].raise_()
    loss, runs = plots["Loss"].plot, plots["Runs"].plot
    if isinstance(runs, Runs):
        runs.choose(studio.document.project.runs[0])
    if isinstance(loss, LossPlot):
        loss.more.click()
    _settle(window, wait)
    picture = window.grab()
    for flyout in window.findChildren(Flyout):
        flyout.close_up()
    studio.overlay(())
    return picture


def _apart(window: Window, wait: Wait) -> Iterator[Portrait]:
    """The menu with a process of its own asked for, and what is said when that process is killed."""
    studio, session = window.studio, window.studio.session
    studio.train_apart(apart=True)
    next(b for b in window.findChildren(Button) if b.accessibleName() == "Menu").click()
    whole = next(
        w for w in QApplication.topLevelWidgets() if isinstance(w, QMenu) and w.isVisible()
    )
    part = next(m for m in whole.findChildren(QMenu) if m.title() == "Run")
    part.popup(whole.geometry().topRight())
    _settle(window, wait)
    yield Portrait("menu-run", part.grab())
    part.close()
    whole.close()
    longer = studio.document.project.settings.but(epochs=10_000)
    studio.document.change("Train longer", replace(studio.document.project, settings=longer))
    session.restart()
    wait(lambda: session.run is not None and session.run.history.step > 20)
    _settle(window, wait)
    yield Portrait("run-apart", window.grab())
    for process in multiprocessing.active_children():
        process.kill()
    wait(lambda: window.status.card is not None)
    _settle(window, wait)
    yield Portrait("run-apart-crashed", window.grab())
    studio.train_apart(apart=False)
    studio.document.undo_stack.undo()
