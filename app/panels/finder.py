"""All layers by group, with a search above them; what is typed is found by name, kind and help."""

from collections.abc import Iterator

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QVBoxLayout, QWidget

from app.building import add_layer
from app.controls.search_field import SearchField
from app.controls.text import label
from app.fitting import can_follow
from app.layer_search import find_layers
from app.panels.layer_list import LayerList
from app.panels.layer_rows import Head, Row
from app.studio import Studio
from app.theme.measures import PADDING, SPACE_8
from app.wish import WishError, fulfilled, read_wish
from engine.layer import GROUPS, Layer
from engine.layers import CATALOGUE

UNFOLDED = ("Dense", "Convolution", "Activation")  # at first: what most networks begin with


class Finder(QWidget):
    """Search and list. Which groups are folded belongs to the person, and is kept."""

    def __init__(self, studio: Studio) -> None:
        super().__init__()
        self._studio = studio
        self.search = SearchField(studio.theme, "Find a layer", key="/")
        self.list = LayerList(studio.theme)
        self._nothing = label("", "note", "t3")
        self._nothing.setWordWrap(True)
        self._nothing.setContentsMargins(PADDING, 0, PADDING, 0)
        head = QVBoxLayout()
        head.setContentsMargins(SPACE_8, SPACE_8, SPACE_8, SPACE_8)
        head.addWidget(self.search)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addLayout(head)
        column.addWidget(self._nothing)
        column.addWidget(self.list, 1)
        self.search.changed.connect(lambda _: self._show_rows())
        self.search.returnPressed.connect(self._add_first)
        self.search.descended.connect(self.list.enter)
        self.list.ascended.connect(self.begin_search)
        self.list.toggled.connect(self._toggle)
        self.list.chosen.connect(lambda kind: add_layer(studio, kind()))
        self._show_rows()

    def begin_search(self) -> None:
        """Puts the cursor into the search."""
        self.search.setFocus(Qt.FocusReason.ShortcutFocusReason)
        self.search.selectAll()

    def _toggle(self, group: str) -> None:
        preferences = self._studio.preferences
        preferences.keep_flag(_key(group), not self._is_folded(group))
        self._show_rows()

    def _is_folded(self, group: str) -> bool:
        return self._studio.preferences.flag(_key(group), group not in UNFOLDED)

    def _show_rows(self) -> None:
        words = read_wish(self.search.text()).words
        rows: list[Row] = [*self._found(words)] if words else [*self._by_group()]
        self.list.show_rows(rows)
        self._say(f"No layer is called or does “{words}”." if not rows else "")

    def _found(self, words: str) -> list[type[Layer]]:
        """The layers that are called so, those first that can follow what is selected."""
        studio, kinds = self._studio, find_layers(words, CATALOGUE.values())
        fits = {kind: can_follow(studio, studio.node, kind()) for kind in kinds}
        return sorted(kinds, key=lambda kind: not fits[kind])

    def _say(self, sentence: str) -> None:
        self._nothing.setVisible(bool(sentence))
        self._nothing.setText(sentence)

    def _by_group(self) -> Iterator[Row]:
        for group in groups():
            kinds = kinds_of(group)
            folded = self._is_folded(group)
            yield Head(group, len(kinds), not folded)
            if not folded:
                yield from kinds

    def _add_first(self) -> None:
        """Add the layer that was found, with the parameters typed behind its name; the next can be typed at once."""
        rows, wish = self.list.model_of_rows.rows, read_wish(self.search.text())
        if not wish.words or not rows or isinstance(rows[0], Head):
            return
        try:
            add_layer(self._studio, fulfilled(rows[0](), wish.values))
        except WishError as error:
            self._say(str(error))
            return
        self._say("")
        self.search.selectAll()


def groups() -> tuple[str, ...]:
    """The groups that have layers, in the order of the palette."""
    return tuple(group for group in GROUPS if kinds_of(group))


def kinds_of(group: str) -> tuple[type[Layer], ...]:
    """The layers of a group."""
    return tuple(kind for kind in CATALOGUE.values() if kind.group == group)


def _key(group: str) -> str:
    return f"palette/folded/{group}"
