"""Whatever can have the keyboard says what it is to a screen reader: every dock, plot, page and dialogue."""

from collections.abc import Callable, Iterable

from person import Person
from PySide6.QtCore import Qt, QTimer
from PySide6.QtGui import QAccessible
from PySide6.QtWidgets import (
    QAbstractButton,
    QAbstractScrollArea,
    QAbstractSpinBox,
    QApplication,
    QComboBox,
    QDialog,
    QWidget,
)

from engine.graph import NodeId

Desk = Callable[..., Person]
SHEETS = (
    "app.shortcuts",
    "app.about",
    "app.commands",
    "file.export",
    "file.report",
    "file.code",
    "run.test",
)


def nameless(root: QWidget) -> list[str]:
    """The widgets in a window that can have the keyboard and say nothing of what they are."""
    found = []
    for widget in [root, *root.findChildren(QWidget)]:
        if not widget.focusPolicy() & Qt.FocusPolicy.TabFocus or _belongs_to_another(widget):
            continue
        if not _said(widget).strip():
            way, above = [type(widget).__name__], widget.parentWidget()
            while above is not None and len(way) < 5:
                way.append(type(above).__name__)
                above = above.parentWidget()
            found.append(" in ".join(way))
    return found


def _said(widget: QWidget) -> str:
    told = QAccessible.queryAccessibleInterface(widget)
    return told.text(QAccessible.Text.Name) if told is not None else widget.accessibleName()


def _belongs_to_another(widget: QWidget) -> bool:
    """Qt's own parts of one control, such as the line within a spin box; windows have a title."""
    above, inside = widget.parentWidget(), False
    if isinstance(above, QAbstractScrollArea) and widget is above.viewport():
        return True
    if isinstance(widget, QAbstractButton) and not widget.isVisible() and not widget.text():
        return widget.icon().isNull()  # it gets its words when it is shown
    while above is not None and not inside:
        inside, above = isinstance(above, QAbstractSpinBox | QComboBox), above.parentWidget()
    return inside or widget.isWindow() or widget.objectName().startswith("qt_")


def dialogues() -> Iterable[QDialog]:
    return [w for w in QApplication.topLevelWidgets() if isinstance(w, QDialog) and w.isVisible()]


def test_the_audit_finds_a_widget_that_has_no_name(desk: Desk) -> None:
    person = desk("one-hidden-layer")
    stranger = QWidget(person.window)
    stranger.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
    assert any(way.startswith("QWidget in Window") for way in nameless(person.window))


def test_every_dock_and_page_of_the_inspector(desk: Desk) -> None:
    person = desk("small-convnet")
    window, studio = person.window, person.studio
    for title in window.panels:
        window.show_panel(title, shown=True)
        QApplication.processEvents()
    found = set(nameless(window))
    for chosen in (["conv_1"], ["conv_1", "relu_1"], ["image"], ["loss"]):
        studio.select([NodeId(name) for name in chosen])
        QApplication.processEvents()
        found |= set(nameless(window))
    for width in (900, 1280):
        window.resize(width, 700)
        QApplication.processEvents()
        found |= set(nameless(window))
    assert not found, "\n".join(sorted(found))


def test_every_dialogue(desk: Desk) -> None:
    person, found, opened = desk("one-hidden-layer"), set[str](), set[str]()

    def look() -> None:
        for shown in dialogues():
            opened.add(type(shown).__name__)
            found.update(nameless(shown))
            shown.reject()

    for name in SHEETS:
        QTimer.singleShot(150, look)
        person.window.trigger(name)
        person.qtbot.wait(200)
        look()
    assert len(opened) >= 4, opened
    assert not found, "\n".join(sorted(found))
