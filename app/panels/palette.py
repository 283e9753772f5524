"""The palette: every kind of layer, to be searched, dragged to the canvas, or added with Enter.

Where room is short it is a rail of groups whose lists fly out beside it.
"""

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from app.building import add_layer
from app.controls.flyout import Flyout
from app.controls.search_field import SearchField
from app.controls.text import label
from app.panels.finder import Finder, groups, kinds_of
from app.panels.layer_list import LayerList
from app.panels.rail import Rail
from app.studio import Studio
from app.theme.measures import HEIGHT_DOCK_HEAD, HEIGHT_PALETTE_ROW, PADDING, SPACE_8, SPACE_12

WIDTH, TALL = 240, 560  # px, of the list and of its fly-out


class Palette(QWidget):
    """Stands at the left of the canvas."""

    def __init__(self, studio: Studio) -> None:
        super().__init__()
        self._studio = studio
        self._panels: dict[str, QWidget] = {}
        self._flyout: Flyout | None = None
        self.finder = Finder(studio)
        self.rail = Rail(studio.theme, groups())
        self.rail.hide()
        self.rail.pressed.connect(self._press)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.addWidget(self.finder)
        row.addWidget(self.rail)

    @property
    def compact(self) -> bool:
        """Whether it is a rail."""
        return not self.rail.isHidden()

    @property
    def search(self) -> SearchField:
        """The search that is in use: of the list, or of the list that flies out."""
        content = self._flyout.content if self._flyout is not None else None
        return content.search if isinstance(content, Finder) else self.finder.search

    @property
    def flyout(self) -> Flyout | None:
        """The list that is flown out now."""
        return self._flyout

    def set_compact(self, compact: bool) -> None:
        """Becomes a rail of groups, or the whole list again."""
        self.close_flyout()
        self.finder.setVisible(not compact)
        self.rail.setVisible(compact)

    def begin_search(self) -> None:
        """Puts the cursor into the search, opening it first where there is only the rail."""
        if not self.compact:
            self.finder.begin_search()
        elif self._flyout is None or not isinstance(self._flyout.content, Finder):
            self._press("search")

    def add_foot(self, name: str, icon: str, panel: QWidget) -> None:
        """Gives another panel a button at the foot of the rail, out of which it flies."""
        self._panels[name] = panel
        self.rail.add_foot(name, icon)

    def close_flyout(self) -> None:
        """Closes the list that is flown out, if one is."""
        if self._flyout is not None:
            self._flyout.close_up()

    def _press(self, name: str) -> None:
        was_open = self._flyout is not None and self._flyout.accessibleName() == name
        self.close_flyout()
        if was_open:
            return
        content, height = self._content(name)
        flyout = Flyout(self._studio.theme, content)
        flyout.setAccessibleName(name)
        flyout.closed.connect(lambda: self._forget(flyout, name))
        self._flyout = flyout
        button = self.rail.buttons[name]
        button.setChecked(True)
        flyout.open_at(button, "right", WIDTH, height)
        if isinstance(content, Finder):
            content.begin_search()
        elif isinstance(content, _Group):
            content.list.enter()
        else:
            content.setFocus(Qt.FocusReason.PopupFocusReason)

    def _content(self, name: str) -> tuple[QWidget, int]:
        """What flies out under a name, and how high it wants to be."""
        if name == "search":
            return Finder(self._studio), TALL
        if name in self._panels:
            panel = self._panels[name]
            return panel, max(panel.sizeHint().height(), panel.minimumSizeHint().height())
        rows = len(kinds_of(name))
        return _Group(self._studio, name), HEIGHT_DOCK_HEAD + rows * HEIGHT_PALETTE_ROW + SPACE_12

    def _forget(self, flyout: Flyout, name: str) -> None:
        button = self.rail.buttons[name]
        button.setChecked(False)
        if flyout.content in self._panels.values():
            flyout.content.setParent(None)  # it belongs to whoever made it
        if self._flyout is flyout:
            self._flyout = None
        flyout.deleteLater()


class _Group(QWidget):
    """The layers of one group, under its name."""

    def __init__(self, studio: Studio, group: str) -> None:
        super().__init__()
        self.list = LayerList(studio.theme)
        self.list.show_rows(kinds_of(group))
        self.list.chosen.connect(lambda kind: add_layer(studio, kind()))
        name = label(group, "title")
        name.setContentsMargins(PADDING, 0, PADDING, 0)
        name.setFixedHeight(HEIGHT_DOCK_HEAD)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, SPACE_8)
        column.setSpacing(0)
        column.addWidget(name)
        column.addWidget(self.list, 1)
