"""The theme of the running application: which tokens hold, and telling everyone when they change.

Made once by the application and passed in. Colours always come from the tokens; the system is asked
only for dark or light at the start, for on several platforms it cannot be told either.
"""

from typing import Literal

from PySide6.QtCore import QObject, Qt, Signal
from PySide6.QtGui import QFont, QGuiApplication
from PySide6.QtWidgets import QApplication

from app.icons import Icons
from app.theme.fonts import Role, font, load_fonts
from app.theme.menu import MenuPainter
from app.theme.palette import palette
from app.theme.style import Style
from app.theme.stylesheet import stylesheet
from app.theme.tokens import DARK, LIGHT, Tokens

Name = Literal["dark", "light"]


def system_name() -> Name:
    """Dark or light, as the system asks; dark where it does not say."""
    scheme = QGuiApplication.styleHints().colorScheme()
    return "light" if scheme == Qt.ColorScheme.Light else "dark"


class Theme(QObject):
    """Dark or light, with the icons; widgets read `tokens` while painting and heed `changed`."""

    changed = Signal()

    def __init__(self, name: Name | None = None, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._tokens = LIGHT if (name or system_name()) == "light" else DARK
        self._app: QApplication | None = None
        self.icons = Icons()
        self._menus = MenuPainter(lambda: self._tokens, self.icons)
        self.moves = True  # False where the person asks for reduced motion

    @property
    def tokens(self) -> Tokens:
        """The colours in force."""
        return self._tokens

    @property
    def name(self) -> Name:
        """Which theme is in force."""
        return "light" if self._tokens is LIGHT else "dark"

    def font(self, role: Role, weight: int | None = None, size: int | None = None) -> QFont:
        """The font of a role in the type scale."""
        return font(role, weight, size)

    def milliseconds(self, duration: int) -> int:
        """A duration of motion, or 0 where the person asked for reduced motion."""
        return duration if self.moves else 0

    def apply(self, app: QApplication) -> None:
        """Dresses the application: fonts, style, palette and style sheet."""
        load_fonts()
        self._app = app
        app.setStyle(Style(self._menus))
        app.setFont(font("body"))
        self._dress()

    def switch(self, name: Name) -> None:
        """Goes over to the other theme, if it is another, and says so."""
        if name == self.name:
            return
        self._tokens = LIGHT if name == "light" else DARK
        self._dress()
        self.changed.emit()

    def toggle(self) -> None:
        """From dark to light or back."""
        self.switch("dark" if self.name == "light" else "light")

    def _dress(self) -> None:
        if self._app is not None:
            self._app.setPalette(palette(self._tokens))
            self._app.setStyleSheet(stylesheet(self._tokens))
