"""Sheets to read: all keys, and whose work is in the program."""

import platform
from collections.abc import Iterable, Iterator
from importlib.metadata import PackageNotFoundError, version

from PySide6.QtCore import Qt
from PySide6.QtGui import (
    QColor,
    QTextCharFormat,
    QTextCursor,
    QTextDocument,
    QTextLength,
    QTextOption,
    QTextTable,
)
from PySide6.QtWidgets import (
    QDialog,
    QFrame,
    QGridLayout,
    QHBoxLayout,
    QScrollArea,
    QTextEdit,
    QVBoxLayout,
    QWidget,
)

from app.action import MENUS, Stage
from app.actions import all_actions
from app.canvas.keys import HELD
from app.controls.button import Button
from app.controls.text import label
from app.frame.keys import KeyChips
from app.theme import Theme
from app.theme.measures import SPACE_4, SPACE_8, SPACE_16, SPACE_24
from engine.logs import log_file
from resources import resource

_SOFTWARE = ("torch", "numpy", "pyside6-essentials", "pyqtgraph", "scikit-learn", "pydantic")


class Sheet(QDialog):
    """A titled page with one button, which closes it, as Escape does."""

    def __init__(self, theme: Theme, parent: QWidget, title: str, width: int, height: int) -> None:
        super().__init__(parent)
        self.theme = theme
        self.setWindowTitle(title)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.resize(width, height)
        self.column = QVBoxLayout(self)
        self.column.setContentsMargins(SPACE_24, SPACE_24, SPACE_24, SPACE_16)
        self.column.setSpacing(SPACE_8)
        self.column.addWidget(label(title, "dialog"))

    def finish(self) -> None:
        """Put the button below what is on the page."""
        row = QHBoxLayout()
        row.addStretch(1)
        close = Button(self.theme, "Close", parent=self)
        close.clicked.connect(self.accept)
        row.addWidget(close)
        self.column.addSpacing(SPACE_4)
        self.column.addLayout(row)
        close.setFocus(Qt.FocusReason.OtherFocusReason)


class Shortcuts(Sheet):
    """All keys, by menu."""

    def __init__(self, theme: Theme, parent: QWidget, stage: Stage) -> None:
        super().__init__(theme, parent, "Shortcuts", 760, min(900, parent.height() - 40))
        page = QWidget()
        columns = QHBoxLayout(page)
        columns.setContentsMargins(0, 0, SPACE_8, 0)
        columns.setSpacing(SPACE_24 * 2)
        left, right = QVBoxLayout(), QVBoxLayout()
        left.setSpacing(0)  # it would be that of the columns
        right.setSpacing(0)
        columns.addLayout(left, 1)
        columns.addLayout(right, 1)
        for menu in MENUS:
            part = self._part(menu, _keys_of(stage, menu))
            (right if menu == "View" else left).addLayout(part)
        right.addLayout(self._part("On the canvas", HELD))
        left.addStretch(1)
        right.addStretch(1)
        area = QScrollArea()
        area.setAccessibleName("All keys")
        area.setWidgetResizable(True)
        area.setFrameShape(QFrame.Shape.NoFrame)
        area.setWidget(page)
        self.column.addWidget(area, 1)
        self.finish()

    def _part(self, title: str, keys: Iterable[tuple[str, str]]) -> QGridLayout:
        grid = QGridLayout()
        grid.setVerticalSpacing(SPACE_4)
        grid.setContentsMargins(0, SPACE_8, 0, SPACE_8)
        grid.setColumnStretch(0, 1)
        grid.addWidget(label(title, "head"), 0, 0)
        for words, key in keys:
            row = grid.rowCount()
            grid.addWidget(label(words, "label", "t1"), row, 0)
            grid.addWidget(KeyChips(self.theme, key), row, 1, Qt.AlignmentFlag.AlignRight)
        return grid


def _keys_of(stage: Stage, menu: str) -> Iterator[tuple[str, str]]:
    """The commands of a menu that have keys, in words."""
    for action in all_actions(stage):
        if action.menu == menu and action.key:
            name = f"New: {action.text}" if action.submenu == "New" else action.text
            yield name.rstrip("…"), action.key
            if action.shortcuts and action.canvas_keys:
                yield f"{name}, on the canvas", action.canvas_keys[0]


class About(Sheet):
    """The version, the licence, and whose data and software is in it."""

    def __init__(self, theme: Theme, parent: QWidget) -> None:
        super().__init__(theme, parent, f"Chainrule {_version('chainrule')}", 620, 560)
        words = "Draw a neural network, train it, and see why it learns or does not. MIT licence."
        self.column.addWidget(label(words, "body", "t2"))
        software = [f"Python {platform.python_version()}"]
        software += [f"{name} {_version(name)}" for name in _SOFTWARE]
        made_of = label("It stands on " + ", ".join(software) + ".", "note")
        made_of.setWordWrap(True)
        self.column.addWidget(made_of)
        written = label(f"What goes wrong is written down in {log_file()}", "note")
        written.setWordWrap(True)
        written.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self.column.addWidget(written)
        self.column.addSpacing(SPACE_8)
        notices = QTextEdit()
        notices.setReadOnly(True)
        notices.setFrameShape(QFrame.Shape.NoFrame)
        notices.setWordWrapMode(QTextOption.WrapMode.WrapAtWordBoundaryOrAnywhere)
        notices.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        notices.setMarkdown(_notices())
        _calm(notices.document(), theme)
        notices.setAccessibleName("Licences")
        self.column.addWidget(notices, 1)
        self.finish()


def _calm(document: QTextDocument, theme: Theme) -> None:
    """Bring headings and tables down to the type scale."""
    block = document.begin()
    while block.isValid():
        cursor = QTextCursor(block)
        if block.blockFormat().headingLevel():
            cursor.movePosition(
                QTextCursor.MoveOperation.EndOfBlock, QTextCursor.MoveMode.KeepAnchor
            )
            looks = QTextCharFormat()
            looks.setFont(theme.font("title"))
            cursor.setCharFormat(looks)
            spaced = block.blockFormat()
            spaced.setTopMargin(SPACE_16)
            spaced.setBottomMargin(SPACE_4)
            cursor.setBlockFormat(spaced)
        block = block.next()
    for frame in document.rootFrame().childFrames():
        if isinstance(frame, QTextTable):
            looks_of_table = frame.format().toTableFormat()
            looks_of_table.setBorderBrush(QColor(theme.tokens.line2))
            looks_of_table.setCellPadding(SPACE_4)
            looks_of_table.setWidth(QTextLength(QTextLength.Type.PercentageLength, 100))
            frame.setFormat(looks_of_table)


def _version(package: str) -> str:
    try:
        return version(package)
    except PackageNotFoundError:  # run from a folder that was never installed
        return ""


def _notices() -> str:
    data = resource("data", "LICENCES.md").read_text(encoding="utf-8")
    fonts = (
        "# Fonts and icons\n\n"
        "Inter and JetBrains Mono are under the SIL Open Font License 1.1, "
        "general icons are from Lucide under the ISC licence; "
        "their whole texts are in the folders `resources/fonts` and `resources/icons`."
    )
    return f"{data}\n\n{fonts}\n"
