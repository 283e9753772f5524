"""The command palette: all that can be done, found by typing some of its letters in their order, or words in any."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from PySide6.QtCore import QEvent, QObject, Qt
from PySide6.QtGui import QColor, QKeyEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QHBoxLayout, QLineEdit, QVBoxLayout, QWidget

from app.controls.surface import SHADOW_REACH, Floating
from app.controls.text import label
from app.frame.entry_list import Entry, EntryList
from app.theme import Theme
from app.theme.measures import SPACE_16

WIDTH = 550
_ROWS = 8
_WORDS_APART = 50.0  # the rank of words in another order: below all whose letters fit


@dataclass(frozen=True, slots=True)
class Match:
    """An entry that fits what was typed, with the places of the letters that fit."""

    entry: Entry
    places: tuple[int, ...]
    rank: float  # smaller is better


def match(typed: str, entry: Entry) -> Match | None:
    """Find the typed letters in their order in the entry's text, or else the typed words in any order."""
    return _by_letters(typed, entry) or _by_words(typed, entry)


def _by_words(typed: str, entry: Entry) -> Match | None:
    """Find each typed word, at the start of one of the text's if there is one: “own data” in “Data of your own”."""
    text, places = entry.text.lower(), set[int]()
    for word in typed.lower().split():
        free = [i for i in range(len(text)) if text.startswith(word, i) and i not in places]
        if not free:
            return None
        at = min(free, key=lambda i: (not _begins_word(text, i), i))
        places.update(range(at, at + len(word)))
    return Match(entry, tuple(sorted(places)), _WORDS_APART + len(text) / 1000)


def _by_letters(typed: str, entry: Entry) -> Match | None:
    """Find the typed letters in their order in the entry's text; starts of words count most."""
    places: list[int] = []
    text, rank, at = entry.text.lower(), 0.0, 0
    for letter in typed.lower().replace(" ", ""):
        starts = [i for i in range(at, len(text)) if text[i] == letter]
        if not starts:
            return None
        next_one = places[-1] + 1 if places else 0
        best = min(starts, key=lambda i: (i != next_one, not _begins_word(text, i), i))
        rank += 0 if best == next_one else 1 if _begins_word(text, best) else 4 + best / 100
        places.append(best)
        at = best + 1
    return Match(entry, tuple(places), rank + len(text) / 1000)


def _begins_word(text: str, place: int) -> bool:
    return place == 0 or not text[place - 1].isalnum()


def matches(typed: str, entries: Sequence[Entry]) -> list[Match]:
    """The entries that fit, the best first; without letters all of them, in their order."""
    found = [hit for entry in entries if (hit := match(typed, entry)) is not None]
    return sorted(found, key=lambda hit: hit.rank) if typed.strip() else found


More = Callable[[str], Sequence[Entry]]


def _nothing(_typed: str) -> Sequence[Entry]:
    return ()


class CommandPalette(Floating):
    """Lies over the window until something is chosen, Escape is pressed or the focus goes elsewhere."""

    def __init__(self, theme: Theme, window: QWidget) -> None:
        super().__init__(theme, window)
        self._entries: Sequence[Entry] = ()
        self._more: More = _nothing
        self._before: QWidget | None = None
        self.field = QLineEdit()
        self.field.setProperty("bare", True)
        self.field.setPlaceholderText("Type a command or a layer")
        self.field.setAccessibleName("Search or run a command")
        self.field.textChanged.connect(self._search)
        self.field.installEventFilter(self)
        self.count = label("", "note", "t3")
        self.list = EntryList(theme, _ROWS)
        self.list.chosen.connect(self._run)
        self._lay_out()
        self.hide()

    def _lay_out(self) -> None:
        head = QHBoxLayout()
        head.setContentsMargins(44, 0, SPACE_16, 0)
        head.addWidget(self.field, 1)
        head.addWidget(self.count)
        foot = QHBoxLayout()
        foot.setContentsMargins(SPACE_16, 0, SPACE_16, 0)
        foot.setSpacing(SPACE_16)
        for words in ("↑ ↓ choose", "Enter run", "Esc close"):
            foot.addWidget(label(words, "note", "t3"))
        foot.addStretch(1)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        for part, height in ((head, 44), (self.list, 0), (foot, 32)):
            holder = QWidget() if not isinstance(part, QWidget) else part
            if not isinstance(part, QWidget):
                holder.setLayout(part)
                holder.setFixedHeight(height)
            column.addWidget(holder)

    def open(self, entries: Sequence[Entry], more: More = _nothing) -> None:
        """Show what can be done, with an empty field; `more` finds what no entry says, from what is typed."""
        self._entries, self._more = entries, more
        self._before = self.window().focusWidget()
        self.field.clear()
        self._search("")
        window = self.window()
        width = min(WIDTH, window.width() - 48) + 2 * SHADOW_REACH
        self.setFixedWidth(width)
        self.adjustSize()
        self.move((window.width() - width) // 2, 72 - SHADOW_REACH)
        self.show()
        self.raise_()
        self.field.setFocus(Qt.FocusReason.PopupFocusReason)

    def dismiss(self) -> None:
        """Go, and give the focus back."""
        if self.isVisible():
            self.hide()
            if self._before is not None and self._before.isVisible():
                self._before.setFocus(Qt.FocusReason.PopupFocusReason)

    def _search(self, typed: str) -> None:
        found = matches(typed, self._entries)
        known = {hit.entry.text for hit in found}
        found += [Match(e, (), 0) for e in self._more(typed) if e.text not in known]
        self.list.show_entries([(hit.entry, hit.places) for hit in found])
        self.count.setText(f"{len(found)} match{'' if len(found) == 1 else 'es'}")
        self.list.setFixedHeight(self.list.sizeHint().height())
        self.adjustSize()

    def _run(self, entry: Entry) -> None:
        self.dismiss()
        entry.run()

    def eventFilter(self, _watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.FocusOut and self.isVisible():
            self.hide()
        if not isinstance(event, QKeyEvent) or event.type() != QEvent.Type.KeyPress:
            return False
        acts: dict[int, Callable[[], None]] = {
            Qt.Key.Key_Escape: self.dismiss,
            Qt.Key.Key_Return: self.list.choose,
            Qt.Key.Key_Enter: self.list.choose,
            Qt.Key.Key_Down: lambda: self.list.walk(1),
            Qt.Key.Key_Up: lambda: self.list.walk(-1),
            Qt.Key.Key_PageDown: lambda: self.list.walk(_ROWS),
            Qt.Key.Key_PageUp: lambda: self.list.walk(-_ROWS),
        }
        act = acts.get(event.key())
        if act is not None:
            act()
        return act is not None

    def paintEvent(self, event: QPaintEvent) -> None:
        super().paintEvent(event)
        painter, box, tokens = QPainter(self), self.contentsRect(), self.theme.tokens
        square = box.adjusted(16, 14, 0, 0)
        square.setSize(square.size().scaled(16, 16, Qt.AspectRatioMode.IgnoreAspectRatio))
        self.theme.icons.paint(painter, "terminal", square.toRectF(), tokens.t2)
        for top in (box.top() + 44, box.bottom() - 32):
            painter.fillRect(box.left() + 1, top, box.width() - 2, 1, QColor(tokens.line1))
