"""The style sheet, filled in from the tokens: for Qt's own widgets; our controls paint themselves.

Labels take their place in the type scale from the property `role` ("title", "note", "head", …).
"""

from dataclasses import fields
from string import Template

from app.theme.fonts import FIGURES, SCALE, WORDS
from app.theme.tokens import Tokens

_SURFACES = """
* { outline: none; }
QMainWindow, QDialog { background: $s1; }
QWidget#seam { background: $edge; }
QFrame[card="true"] { background: $s2; border: 1px solid $line2; border-radius: 8px; }
QFrame[floating="true"] { background: $s1; border: 1px solid $line2; border-radius: 8px; }
QFrame[rule="true"] { background: $line1; border: none; max-height: 1px; min-height: 1px; }
QMainWindow::separator { background: $edge; width: 1px; height: 1px; }
QMainWindow::separator:hover { background: $accent; }
QAbstractScrollArea { background: $s1; border: none; }
QSplitter::handle { background: $edge; }
QSplitter::handle:hover { background: $accent; }
QStatusBar { background: $s1; border: none; }
QStatusBar::item { border: none; }
QToolTip { background: $pop; color: $t1; border: 1px solid $line2; border-radius: 6px;
    padding: 5px 8px; font-size: 12px; }
QProgressBar { background: $s4; border: none; border-radius: 2px; max-height: 4px;
    min-height: 4px; }
QProgressBar::chunk { background: $accent; border-radius: 2px; }
"""

_FIELDS = """
QLineEdit, QPlainTextEdit, QTextEdit { background: $field; color: $t1; border: 1px solid $line2;
    border-radius: 6px; selection-background-color: $accentbg; selection-color: $t1; }
QLineEdit { padding: 0 7px; min-height: 26px; }
QLineEdit:hover { border-color: $line3; }
QLineEdit:focus { border: 2px solid $accent; padding: 0 6px; min-height: 24px; }
QLineEdit:disabled { color: $t4; border-color: $line2; }
QLineEdit[bad="true"] { border: 2px solid $bad; padding: 0 6px; min-height: 24px; }
QLineEdit[bare="true"] { background: transparent; border: none; padding: 0; }
QPlainTextEdit, QTextEdit { padding: 3px 4px; }
QPlainTextEdit:focus, QTextEdit:focus { padding: 2px 3px; border: 2px solid $accent; }
"""

_LISTS = """
QAbstractItemView { background: $s1; color: $t1; border: none; show-decoration-selected: 1;
    selection-background-color: $accentbg; selection-color: $t1; }
QAbstractItemView::item { min-height: 28px; padding: 0 8px; border-radius: 6px; }
QAbstractItemView::item:hover { background: $s3; }
QAbstractItemView::item:selected { background: $accentbg; color: $t1; }
QAbstractItemView::indicator { width: 12px; height: 12px; border: 1px solid $line3; border-radius: 4px;
    background: $field; }
QAbstractItemView::indicator:checked { border-color: $accentfill; background: $accentfill; }
QTreeView::branch { background: transparent; }
QHeaderView::section { background: $s1; color: $t3; border: none; border-bottom: 1px solid $line1;
    padding: 0 8px; min-height: 26px; font-size: 11px; font-weight: 600; }
QComboBox QAbstractItemView { background: $s1; border: 1px solid $line2; border-radius: 8px;
    padding: 6px; }
QTabBar { qproperty-drawBase: 0; background: transparent; }
QTabBar::tab { background: transparent; color: $t2; border: none;
    border-bottom: 2px solid transparent; padding: 8px 10px 6px; font-weight: 500; }
QTabBar::tab:hover { color: $t1; }
QTabBar::tab:selected { color: $t1; border-bottom-color: $accent; }
QTabBar QToolButton { background: $s1; border: none; border-radius: 4px; }
QTabBar QToolButton:hover { background: $s3; }
QMainWindow QTabBar { font-size: 12px; font-weight: 500; }
QMainWindow QTabBar::tab { padding: 6px 8px 4px; font-size: 12px; min-height: 16px; }
QTabWidget::pane { border: none; }
"""

_MENUS = """
QMenu { background: transparent; color: $t1; border: 1px solid $line2; border-radius: 8px;
    padding: 6px; }
QMenu::item { min-height: 28px; padding: 0 24px 0 10px; border-radius: 6px; }
QMenu::separator { height: 1px; background: $line1; margin: 6px 4px; }
"""

_SCROLL = """
QAbstractScrollArea::corner { background: transparent; }
QScrollBar { background: transparent; border: none; }
QScrollBar:vertical { width: 10px; margin: 0; }
QScrollBar:horizontal { height: 10px; margin: 0; }
QScrollBar::handle { background: $s4; border-radius: 3px; }
QScrollBar::handle:vertical { margin: 2px; min-height: 28px; }
QScrollBar::handle:horizontal { margin: 2px; min-width: 28px; }
QScrollBar::handle:hover, QScrollBar::handle:pressed { background: $line3; }
QScrollBar::add-line, QScrollBar::sub-line { width: 0; height: 0; }
QScrollBar::add-page, QScrollBar::sub-page { background: transparent; }
"""

_LABEL_COLOURS = {"label": "t2", "note": "t2", "head": "t3", "figure": "t2", "tick": "t3"}


def _stack(mono: bool) -> str:
    return ", ".join(f'"{family}"' for family in (FIGURES if mono else WORDS))


def _labels(tokens: Tokens) -> str:
    rules = ["QLabel { background: transparent; }"]
    for role, (size, weight, mono) in SCALE.items():
        colour = getattr(tokens, _LABEL_COLOURS.get(role, "t1"))
        rules.append(
            f'QLabel[role="{role}"] {{ color: {colour}; font-family: {_stack(mono)};'
            f" font-size: {size}px; font-weight: {weight}; }}"
            f'\nQLabel[role="{role}"]:disabled {{ color: {tokens.t4}; }}'
        )
    tones = ("t1", "t2", "t3", "ok", "watch", "bad", "accent")
    rules += [f'QLabel[tone="{tone}"] {{ color: {getattr(tokens, tone)}; }}' for tone in tones]
    return "\n".join(rules)


def stylesheet(tokens: Tokens) -> str:
    """The whole style sheet of one theme."""
    colours = {f.name: getattr(tokens, f.name) for f in fields(tokens)}
    template = Template(_SURFACES + _FIELDS + _LISTS + _MENUS + _SCROLL)
    return template.substitute(colours) + _labels(tokens)
