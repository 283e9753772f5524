"""The quick menu: a field over the canvas and what fits below it. Typing finds, Enter takes, Escape leaves."""

from PySide6.QtCore import QEvent, QObject, QPoint, Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QApplication, QVBoxLayout, QWidget

from app.canvas.offers import Offer, Offers
from app.canvas.quick_rows import MOST, QuickRows
from app.controls.search_field import SearchField
from app.controls.surface import SHADOW_REACH, Floating
from app.controls.text import label
from app.theme import Theme
from app.theme.measures import SPACE_8, SPACE_12

WIDTH = 300  # px
Key = Qt.Key
_TAKE = (Key.Key_Return, Key.Key_Enter)
_STEPS = {Key.Key_Down: 1, Key.Key_Up: -1, Key.Key_PageDown: MOST, Key.Key_PageUp: -MOST}


class QuickMenu(Floating):
    """Shows offers. `opened(offers)` when it has others to show, `closed` when it goes."""

    opened = Signal(object)
    closed = Signal()
    pointed = Signal(object)  # the row that Enter would take

    def __init__(self, theme: Theme, parent: QWidget) -> None:
        super().__init__(theme, parent)
        self.offers: Offers | None = None
        self._host = parent
        self.field = SearchField(theme, "")
        self.field.setAccessibleName("Choose")  # until it is opened for something
        self.field.installEventFilter(self)
        self.field.textChanged.connect(self._search)
        self.rows = QuickRows(theme)
        self.rows.taken.connect(self._take)
        self.rows.moved.connect(self._say)
        self.words = label("", "note", "t2")
        self.words.setWordWrap(True)
        self.words.setContentsMargins(SPACE_12, 0, SPACE_12, 0)
        column = QVBoxLayout(self)
        column.setContentsMargins(SPACE_8, SPACE_8, SPACE_8, SPACE_8)
        column.setSpacing(6)
        column.addWidget(self.field)
        column.addWidget(self.words)
        column.addWidget(self.rows)
        self.setFixedWidth(WIDTH + 2 * SHADOW_REACH)
        self.hide()

    def open(self, offers: Offers, text: str = "") -> None:
        """Show offers, with something typed already."""
        self.offers = offers
        self.field.setPlaceholderText(offers.hint)
        self.field.setAccessibleName(offers.name)
        self.setAccessibleName(offers.name)
        self.field.setText(text)
        self._search()
        self.show()
        self.raise_()
        self.field.setFocus(Qt.FocusReason.PopupFocusReason)
        self.opened.emit(offers)

    def place_at(self, point: QPoint) -> None:
        """Stand with the field right of a point of the parent, as far as there is room."""
        room, host = self.sizeHint(), self._host.rect()
        left = min(point.x() + 4, host.right() - self.width() + SHADOW_REACH - 4)
        top = min(point.y() - SHADOW_REACH - 24, host.bottom() - room.height() + SHADOW_REACH - 4)
        self.move(max(4 - SHADOW_REACH, left), max(4 - SHADOW_REACH, top))

    def close_up(self) -> None:
        """Go, and give the keyboard back."""
        if self.isVisible():
            self.offers = None
            self.hide()
            self.closed.emit()

    def _search(self) -> None:
        if self.offers is None:
            return
        text = self.field.text()
        chosen = bool(text.strip()) or self.offers.begins_chosen
        self.rows.show_rows(self.offers.found(text), chosen=chosen)
        self._say()

    def _say(self) -> None:
        """Say what Enter would do, or what is wrong with what was typed."""
        if self.offers is None:
            return
        role, words = "t2", ""
        try:
            words = self.offers.sentence(self.rows.current, self.field.text())
        except ValueError as error:
            role, words = "bad", str(error)
        self._show_words(words, role)
        current = self.rows.current
        self.pointed.emit(current)
        self.field.setAccessibleDescription(
            " ".join(filter(None, (current.text if current else "", words)))
        )

    def _show_words(self, words: str, role: str) -> None:
        self.words.setText(words)
        self.words.setProperty("tone", role)
        self.words.style().unpolish(self.words)
        self.words.style().polish(self.words)
        self.words.setVisible(bool(words))
        self.words.setMinimumHeight(self.words.heightForWidth(WIDTH - 2 * SPACE_8) if words else 0)
        self.adjustSize()

    def _take(self, offer: Offer | None) -> None:
        if self.offers is None:
            return
        try:
            onward = self.offers.choose(offer, self.field.text())
        except ValueError as error:
            self._show_words(str(error), "bad")
            return
        if onward is None:
            self.close_up()
        else:
            self.open(onward)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.KeyPress and isinstance(event, QKeyEvent):
            is_step = bool(event.modifiers() & Qt.KeyboardModifier.AltModifier) and self._walks
            return self._press(Key(event.key()), is_step=is_step)
        if event.type() == QEvent.Type.FocusOut and QApplication.activePopupWidget() is None:
            self.close_up()
        return super().eventFilter(watched, event)

    @property
    def _walks(self) -> bool:
        return self.offers is not None and self.offers.walks

    def _press(self, key: Qt.Key, *, is_step: bool) -> bool:
        """Whether a key was for the rows and not for the field."""
        if key in _STEPS:
            self.rows.step(_STEPS[key])
        elif key in _TAKE or (is_step and key in (Key.Key_Left, Key.Key_Right)):
            self._take(self.rows.current)
        elif key == Key.Key_Escape:
            self.close_up()
        elif key == Key.Key_Tab:
            if self.field.text() and not self.field.text().endswith(" "):
                self.field.insert(" ")
        else:
            return key == Key.Key_Backtab
        return True
