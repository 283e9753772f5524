"""The bundled fonts and the type scale. Inter says words, JetBrains Mono shapes and numbers."""

from functools import cache
from typing import Literal

from PySide6.QtGui import QFont, QFontDatabase

from resources import resource

Role = Literal[
    "sheet", "dialog", "title", "body", "button", "label", "note", "head", "mono", "figure", "tick"
]

WORDS = ("Inter", "Segoe UI", "SF Pro Text", "Noto Sans", "sans-serif")
FIGURES = ("JetBrains Mono", "Cascadia Mono", "Menlo", "DejaVu Sans Mono", "monospace")
FILES = (
    "Inter-Regular.otf",
    "Inter-Medium.otf",
    "Inter-SemiBold.otf",
    "JetBrainsMono-Regular.ttf",
    "JetBrainsMono-Medium.ttf",
    "JetBrainsMono-SemiBold.ttf",
)

# role: pixels, weight, mono
SCALE: dict[Role, tuple[int, int, bool]] = {
    "sheet": (22, 600, False),  # title of a sheet
    "dialog": (14, 600, False),  # title of a dialog, name of the selected node
    "title": (13, 600, False),  # title of a dock or node
    "body": (13, 400, False),
    "button": (13, 500, False),
    "label": (12, 400, False),  # form labels, card text
    "note": (11, 400, False),  # second lines, legends, status
    "head": (11, 600, False),  # head of a section
    "mono": (12, 400, True),  # numbers in fields
    "figure": (11, 400, True),  # shapes on wires, counts
    "tick": (10, 400, True),
}


@cache
def load_fonts() -> tuple[str, ...]:
    """Loads the bundled fonts into the running application and returns the family names found."""
    families: list[str] = []
    for name in FILES:
        number = QFontDatabase.addApplicationFontFromData(resource("fonts", name).read_bytes())
        families += QFontDatabase.applicationFontFamilies(number) if number >= 0 else []
    return tuple(dict.fromkeys(families))


def font(role: Role, weight: int | None = None, size: int | None = None) -> QFont:
    """The font of a role in the type scale, with figures of equal width."""
    pixels, normal_weight, mono = SCALE[role]
    made = QFont()
    made.setFamilies(list(FIGURES if mono else WORDS))
    made.setPixelSize(size or pixels)
    made.setWeight(QFont.Weight(weight or normal_weight))
    if not mono:
        made.setFeature(QFont.Tag("tnum"), 1)  # live text keeps its width
    return made


def scene_font(role: Role, weight: int | None = None, size: int | None = None) -> QFont:
    """The same font for zoomable scenes: unhinted, or letters jitter while zooming."""
    made = font(role, weight, size)
    made.setHintingPreference(QFont.HintingPreference.PreferNoHinting)
    return made
