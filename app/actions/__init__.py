"""Every command of the program, a file for each menu. To add one, add a record to its file.

Commands that depend on what is there (a template, a recent file, a dock) are records like the rest.
"""

from app.action import Action, Stage
from app.actions import arrange, cell, edit, file, find, help, layer, mend, run, view  # noqa: A004 - they are the names of the menus

ACTIONS: tuple[Action, ...] = (
    *file.ACTIONS,
    *edit.ACTIONS,
    *arrange.ACTIONS,
    *layer.ACTIONS,
    *cell.ACTIONS,
    *mend.ACTIONS,
    *run.ACTIONS,
    *find.ACTIONS,
    *view.ACTIONS,
    *help.ACTIONS,
)
"""The commands that are always there."""


def all_actions(stage: Stage) -> tuple[Action, ...]:
    """All commands there are now, in the order of the menus."""
    return (
        *file.template_actions(stage),
        *file.ACTIONS,
        *file.recent_actions(stage),
        *file.version_actions(stage),
        *edit.ACTIONS,
        *arrange.ACTIONS,
        *layer.ACTIONS,
        *cell.ACTIONS,
        *mend.ACTIONS,
        *run.ACTIONS,
        *find.ACTIONS,
        *view.ACTIONS,
        *view.panel_actions(stage),
        *help.ACTIONS,
    )
