"""The menu of a right click: the fix of the selected layer, and the commands that can be run on the canvas now."""

from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QPoint
from PySide6.QtGui import QKeySequence
from PySide6.QtWidgets import QMenu, QWidget

from app import building, marking
from app.action import Action
from app.actions import ACTIONS
from app.studio import Studio

if TYPE_CHECKING:
    from app.canvas.view import CanvasView


def make_menu(view: "CanvasView") -> QMenu:
    """The menu for the present selection."""
    studio, menu = view.studio, QMenu(view)
    problem = building.problem_at(studio, studio.node) if studio.node is not None else None
    if problem is not None and problem.fix is not None:
        menu.addAction(problem.fix.text, lambda: building.mend(studio, problem))
    before, heads = "", dict[str, QMenu]()
    for action in ACTIONS:
        if action.on_canvas and action.enabled(studio):
            if action.menu != before and not menu.isEmpty():
                menu.addSeparator()
            before = action.menu
            if action.submenu and action.submenu not in heads:
                heads[action.submenu] = menu.addMenu(action.submenu)
            _add(view, heads.get(action.submenu, menu), action)
    return menu


def _add(view: "CanvasView", menu: QMenu, action: Action) -> None:
    shown = QKeySequence(action.key).toString(QKeySequence.SequenceFormat.NativeText)
    # after a tab the key is shown and not bound: the window has it already
    made = menu.addAction(f"{action.text}\t{shown}", lambda: view.commanded.emit(action.id))
    if action.is_on is not None:
        made.setCheckable(True)
        made.setChecked(action.is_on(view.studio))
    if action.icon:
        theme = view.studio.theme
        made.setIcon(theme.icons.icon(action.icon, theme.tokens.t2, theme.tokens.t4))


def open_owners(studio: Studio, parent: QWidget, at: QPoint) -> None:
    """Open the list of nodes whose weights the selected one can use, at a place of the screen."""
    menu = QMenu(parent)
    node = studio.graph.nodes[studio.node] if studio.node else None
    if node is None:
        return
    own = menu.addAction("Weights of its own", lambda: marking.share(studio, None))
    own.setCheckable(True)
    own.setChecked(node.shares is None)
    menu.addSeparator()
    for name in marking.lenders(studio, node):
        made = menu.addAction(marking.called(name), partial(marking.share, studio, name))
        made.setCheckable(True)
        made.setChecked(node.shares == name)
    menu.aboutToHide.connect(menu.deleteLater)
    menu.popup(at)


def open_menu(view: "CanvasView", at: QPoint) -> None:
    """Open it at a place of the screen."""
    menu = make_menu(view)
    menu.aboutToHide.connect(menu.deleteLater)
    menu.popup(at)
