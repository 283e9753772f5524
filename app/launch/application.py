"""The running application: Qt, the look, the window with a project in it; torch is loaded once that stands."""

import gc
import sys
from pathlib import Path

from PySide6.QtCore import QElapsedTimer, QEventLoop, QSettings
from PySide6.QtGui import QIcon, QPixmap
from PySide6.QtWidgets import QApplication, QWidget

from app.document import Document
from app.frame.dialogs import tell
from app.frame.recovery import offer
from app.frame.window import Window
from app.icons import Icons
from app.keeping import Keeping
from app.launch.faults import Faults
from app.launch.garbage import Garbage
from app.launch.interrupt import Interrupt
from app.launch.warmth import Warmth
from app.preferences import Preferences
from app.session import Session
from app.studio import Studio
from app.theme import DARK, Theme
from engine.logs import log
from engine.template import template

FIRST_PROJECT = "small-convnet"
ICON_SIZES = (16, 24, 32, 48, 64, 128, 256)
FIRST_FILE_MS = 400  # that the window waits for its first project before it shows
PATIENCE_MS = 500  # for a window manager that is slow to show it


def dressed(preferences: Preferences) -> tuple[QApplication, Theme]:
    """The application with its name, its icon and its look."""
    app = QApplication.instance() or QApplication(sys.argv[:1])
    assert isinstance(app, QApplication)  # noqa: S101 - nothing else can be made beside a window
    app.setApplicationName("chainrule")
    app.setApplicationDisplayName("Chainrule")
    app.setDesktopFileName("chainrule")
    name = preferences.theme
    theme = Theme("light" if name == "light" else "dark" if name == "dark" else None)
    theme.apply(app)
    icon, icons = QIcon(), Icons()
    for size in ICON_SIZES:
        icon.addPixmap(QPixmap(icons.pixmap("chainrule", DARK.accent, size)))
    app.setWindowIcon(icon)
    return app, theme


def run(path: Path | None) -> int:
    """Open the window on a file, or on the first example; the process's exit code."""
    gc.disable()  # while much is made and nothing dies; the window's own collector takes over
    (faults := Faults()).install()
    log().info("The window opens on %s", path or "the first example")
    preferences = Preferences(QSettings("Chainrule", "chainrule"))
    app, theme = dressed(preferences)
    document = Document(template(FIRST_PROJECT), understood=False)
    session = Session(document)
    window = Window(Studio(document, session, theme, preferences))
    if path is not None:
        window.papers.open(path)
        window.papers.reading.wait(FIRST_FILE_MS)
    appear(window)
    (warmth := Warmth(document)).begin()  # loads torch, which takes longer than all of this
    faults.happened.connect(
        lambda sentence: tell(theme, window, "Something went wrong in Chainrule", sentence)
    )
    (keeping := Keeping(document, session)).begin()
    keeping.troubled.connect(window.studio.say)
    offer(window.studio, keeping, window)
    interrupt, garbage = Interrupt(window.close_at_once, window), Garbage()
    code = app.exec()
    keeping.end()
    garbage.release()
    warmth.join()
    interrupt.release()
    log().info("The window closes")
    return code


def appear(window: QWidget) -> None:
    """Show, and wait until it is on the screen and painted: what comes next leaves little time to paint."""
    window.show()
    waited = QElapsedTimer()
    waited.start()
    handle = window.windowHandle()
    while not (handle.isExposed() or waited.hasExpired(PATIENCE_MS)):
        QApplication.processEvents(QEventLoop.ProcessEventsFlag.WaitForMoreEvents, 20)
    window.repaint()
    QApplication.processEvents()
