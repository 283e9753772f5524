"""Icons by name: an SVG from the resources in the asked colour, size and pixel ratio, cached.

Names are the file names in `resources/icons`: Lucide's own names for general icons. Drawn here are `group-…` for layer
groups, `arrange-…` and what else Edit has, `logo` and `chainrule`. Knows no theme: the caller gives the colour.
"""

from functools import lru_cache

from PySide6.QtCore import QByteArray, QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QIcon, QPainter, QPixmap
from PySide6.QtSvg import QSvgRenderer

from resources import resource

ICON_SIZE = 16


@lru_cache(maxsize=256)  # asked for at every painting of every node
def glyph(group: str) -> str:
    """The icon name of a layer group; a group from elsewhere gets the one of Code."""
    name = f"group-{group.lower()}"
    return name if resource("icons", f"{name}.svg").is_file() else "group-code"


class Icons:
    """Renders icons and keeps what it has rendered."""

    def __init__(self) -> None:
        self._sources: dict[str, str] = {}
        self._pixmaps: dict[tuple[str, str, int, float], QPixmap] = {}

    def pixmap(self, name: str, colour: str, size: int = ICON_SIZE, ratio: float = 1.0) -> QPixmap:
        """The icon, `size` logical pixels high, in "#rrggbb" for a screen of this pixel ratio."""
        key = (name, colour, size, ratio)
        if key not in self._pixmaps:
            self._pixmaps[key] = self._render(*key)
        return self._pixmaps[key]

    def icon(self, name: str, colour: str, disabled: str | None = None) -> QIcon:
        """A QIcon for menus and actions, sharp at the usual pixel ratios."""
        made = QIcon()
        for ratio in (1.0, 2.0, 3.0):
            made.addPixmap(self.pixmap(name, colour, ICON_SIZE, ratio))
            if disabled:
                made.addPixmap(self.pixmap(name, disabled, ICON_SIZE, ratio), QIcon.Mode.Disabled)
        return made

    def paint(self, painter: QPainter, name: str, rect: QRectF, colour: str) -> None:
        """Draws the icon centred in `rect` as high as the rect, at the painter's pixel ratio."""
        device = painter.device()
        ratio = device.devicePixelRatio() if device else 1.0
        pixmap = self.pixmap(name, colour, round(rect.height()), ratio)
        shown = pixmap.deviceIndependentSize()
        corner = rect.center() - QPointF(shown.width() / 2, shown.height() / 2)
        painter.drawPixmap(corner, pixmap)

    def _render(self, name: str, colour: str, size: int, ratio: float) -> QPixmap:
        source = self._source(name).replace("currentColor", colour)
        renderer = QSvgRenderer(QByteArray(source.encode()))
        box = renderer.viewBoxF()
        width = size * box.width() / box.height()
        pixmap = QPixmap(QSize(round(width * ratio), round(size * ratio)))
        pixmap.setDevicePixelRatio(ratio)
        pixmap.fill(Qt.GlobalColor.transparent)
        painter = QPainter(pixmap)
        renderer.render(painter, QRectF(0, 0, width, size))
        painter.end()
        return pixmap

    def _source(self, name: str) -> str:
        if name not in self._sources:
            self._sources[name] = resource("icons", f"{name}.svg").read_text(encoding="utf-8")
        return self._sources[name]
