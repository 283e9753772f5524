"""The running application: Qt, the look, a splash while torch loads, then the window with a project in it."""

import sys
from pathlib import Path

from PySide6.QtCore import QSettings
from PySide6.QtGui import QIcon, QPixmap
from PySide6.QtWidgets import QApplication

from app.frame.dialogs import tell
from app.icons import Icons
from app.launch.faults import Faults
from app.launch.garbage import Garbage
from app.launch.interrupt import Interrupt
from app.launch.splash import Splash
from app.preferences import Preferences
from app.theme import DARK, Theme

FIRST_PROJECT = "small-convnet"
ICON_SIZES = (16, 24, 32, 48, 64, 128, 256)


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
    (faults := Faults()).install()
    preferences = Preferences(QSettings("Chainrule", "chainrule"))
    app, theme = dressed(preferences)
    splash = Splash(theme)
    splash.appear()
    # torch is loaded from here on: it takes longer than all of Qt
    from app.document import Document
    from app.frame.window import Window
    from app.launch.warmth import warmed
    from app.session import Session
    from app.studio import Studio
    from engine.dataset import DataError
    from engine.storage import ProjectError
    from engine.template import template

    document = Document(template(FIRST_PROJECT))
    complaint = ""
    if path is not None:
        try:
            document.open(path)
        except (ProjectError, DataError) as error:
            complaint = str(error)
        else:
            preferences.remember(path.absolute())
    window = Window(Studio(document, Session(document), theme, preferences))
    window.show()
    splash.close()
    faults.happened.connect(
        lambda sentence: tell(theme, window, "Something went wrong in Chainrule", sentence)
    )
    if complaint:
        tell(theme, window, f"{path} cannot be opened", complaint)
    interrupt = Interrupt(window.close_at_once, window)
    warming, garbage = warmed(), Garbage()
    code = app.exec()
    garbage.release()
    warming.join()
    interrupt.release()
    return code
