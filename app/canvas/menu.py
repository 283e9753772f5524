"""The menu of a right click: what can be done with what is selected."""

from typing import TYPE_CHECKING

from PySide6.QtCore import QPoint
from PySide6.QtWidgets import QMenu

from app import building

if TYPE_CHECKING:
    from app.canvas.view import CanvasView


def make_menu(view: "CanvasView") -> QMenu:
    """The menu for the present selection."""
    studio, menu = view.studio, QMenu(view)
    name = studio.node
    if name is not None:
        problem = building.problem_at(studio, name)
        if problem is not None and problem.fix is not None:
            menu.addAction(problem.fix.text, lambda: building.mend(studio, problem))
            menu.addSeparator()
        menu.addAction("Rename…", view.rename_asked.emit)
    if studio.nodes:
        menu.addAction("Duplicate", lambda: building.duplicate(studio))
    if studio.nodes or studio.wires:
        menu.addAction("Delete", lambda: building.delete_selection(studio))
        menu.addSeparator()
    menu.addAction("Fit the network", view.fit)
    return menu


def open_menu(view: "CanvasView", at: QPoint) -> None:
    """Open it at a place of the screen."""
    menu = make_menu(view)
    menu.aboutToHide.connect(menu.deleteLater)
    menu.popup(at)
