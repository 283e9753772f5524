"""What a command is: one record that menus, keys, the canvas, the command palette and the page of keys read.

A command that needs more than the studio (canvas, files, window) asks it of the `Stage`, which the
window is.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from app.studio import Studio

MENUS = ("File", "Edit", "Layer", "Run", "View", "Help")


class View(Protocol):
    """What commands ask of the canvas."""

    def fit(self) -> None: ...
    def zoom_in(self) -> None: ...
    def zoom_out(self) -> None: ...
    def rename_selected(self) -> None: ...
    def inspect(self) -> None: ...
    def share_selected(self) -> None: ...
    def comment_selected(self) -> None: ...


class Papers(Protocol):
    """What commands ask of the files."""

    def new(self, template: str) -> None: ...
    def open(self, path: Path | None = None) -> None: ...
    def save(self) -> bool: ...
    def revert(self, version: Path | None = None) -> None: ...
    def save_as(self) -> bool: ...
    def export(self) -> None: ...
    def report(self) -> None: ...
    def bring(self) -> None: ...
    def show_code(self) -> None: ...
    def trust(self) -> None: ...


@dataclass(frozen=True, slots=True)
class Template:
    """A template as menus show it."""

    name: str
    title: str


class Stage(Protocol):
    """What commands ask of the window."""

    @property
    def studio(self) -> Studio: ...
    @property
    def view(self) -> View: ...
    @property
    def papers(self) -> Papers: ...
    @property
    def templates(self) -> Sequence[Template]: ...
    @property
    def panels(self) -> Sequence[str]: ...  # titles of what can be shown and hidden
    @property
    def plots(self) -> Sequence[str]: ...  # those of them that can fill the window
    def panel_shown(self, title: str) -> bool: ...
    def show_panel(self, title: str, shown: bool) -> None: ...
    def fill(self, title: str) -> None: ...
    def reset_layout(self) -> None: ...
    def show_menu(self) -> None: ...
    def show_commands(self) -> None: ...
    def show_shortcuts(self) -> None: ...
    def show_about(self) -> None: ...
    def find_layer(self) -> None: ...
    def close(self) -> bool: ...


def _always(_studio: Studio) -> bool:
    return True


@dataclass(frozen=True, slots=True)
class Action:
    """One command. `submenu` is the heading it stands under; `hidden` ones are in no menu."""

    id: str
    text: str
    menu: str
    tip: str
    run: Callable[[Stage], object]
    shortcuts: tuple[str, ...] = ()
    icon: str = ""
    enabled: Callable[[Studio], bool] = _always
    checked: Callable[[Stage], bool] | None = None
    is_on: Callable[[Studio], bool] | None = None  # whether what it switches is on
    submenu: str = ""
    hidden: bool = False
    rule: bool = False  # a line above it in its menu
    on_canvas: bool = False  # in the menu of a right click on the canvas, while it can be run
    canvas_keys: tuple[str, ...] = ()  # keys that act only while the canvas has the focus

    @property
    def key(self) -> str:
        """The key that is shown beside it; empty if it has none."""
        return next(iter((*self.shortcuts, *self.canvas_keys)), "")
