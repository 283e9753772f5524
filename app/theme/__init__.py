"""How everything looks: colours, measures, type, and the dress of Qt's own widgets.

`tokens` (colours), `measures` (spaces, heights, durations), `fonts` (the type scale), `colormaps`
(numbers to colours), `palette`, `style` and `stylesheet` (Qt's widgets), `theme` (which one holds).
"""

from app.theme.colormaps import signed_table, viridis_table
from app.theme.fonts import Role, font, load_fonts, scene_font
from app.theme.palette import ink
from app.theme.theme import Theme, system_name
from app.theme.tokens import DARK, GROUPS, LIGHT, GroupColour, Tokens

__all__ = [
    "DARK",
    "GROUPS",
    "LIGHT",
    "GroupColour",
    "Role",
    "Theme",
    "Tokens",
    "font",
    "ink",
    "load_fonts",
    "scene_font",
    "signed_table",
    "system_name",
    "viridis_table",
]
